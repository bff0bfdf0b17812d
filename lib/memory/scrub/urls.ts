/**
 * What URLs carry before the host, and in the path of a webhook.
 *
 * @module
 */
import { isIn, skip, TOKEN } from "./chars.ts";
import type { Found } from "./tokens.ts";

/** A longer authority is none; bounds the way ahead from every `://`. */
const MAX_AUTHORITY = 512;

/** Webhooks whose path is the secret. */
const WEBHOOKS = ["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];

/** The secret of the URL whose authority starts at `start`. */
export function urlCredentials(text: string, start: number): Found | undefined {
  for (const webhook of WEBHOOKS) {
    if (!text.startsWith(webhook, start)) continue;
    const from = start + webhook.length;
    const end = skip(TOKEN, text, from);
    return end - from >= 16 ? { start: from, end, label: "token" } : undefined;
  }
  let colon = -1;
  let at = -1;
  const limit = Math.min(text.length, start + MAX_AUTHORITY);
  let end = start;
  scan: for (; end < limit; end++) {
    switch (text.charCodeAt(end)) {
      case 64: // @
        at = end;
        break;
      case 58: // :
        if (colon < 0) colon = end;
        break;
      case 9:
      case 10:
      case 13:
      case 32:
      case 34: // "
      case 39: // '
      case 47: // /
      case 60: // <
      case 62: // >
      case 92: // backslash
      case 96: // `
        break scan;
    }
  }
  if (at < 0 || text.startsWith("[masked:", start)) return undefined;
  if (colon >= 0 && colon < at) {
    const from = colon + 1;
    if (from === at || reference(text.slice(from, at))) return undefined;
    return { start: from, end: at, label: "password" };
  }
  const user = text.slice(start, at);
  if (/^[0-9a-f]{32}$/.test(user)) return { start, end: at, label: "telemetry-id" };
  const single = user.length >= 20 && /\d/.test(user) && /[A-Za-z]/.test(user) && isIn(TOKEN, text, start);
  return single && !reference(user) ? { start, end: at, label: "token" } : undefined;
}

/** A mask of ours, a variable or stars. */
const reference = (text: string): boolean =>
  /^(?:\[masked:[a-z-]+\]|\$\{?\w+\}?|\*+|x{3,}|<[\w -]+>)$/i.test(text);
