/**
 * What the message of a log line is: for its hash on bytes, and as text with a level.
 *
 * @module
 */
import { decode } from "./log_bytes.ts";
import type { LineHash } from "./log_hash.ts";
import { FIELD, type JsonFields } from "./log_json.ts";
import { fieldLevel, type LevelNumber, syslogLevel, textLevel } from "./log_level.ts";
import { firstLine, unescape } from "./log_text.ts";

/** Only so much of a line goes into its hash and template. */
export const LOOK_AT = 4096;

/** What a message is, and how sure its level is. */
export interface Described {
  readonly text: string;
  readonly level: LevelNumber;
  readonly from: "field" | "word" | "none";
  /** The text is a name already (of a request): it shares a template with no other. */
  readonly exact?: boolean;
}

/** Fields whose text makes the message, and those that are taken as they are: a level as a number must not be masked. */
const MASKED = [FIELD.ident, FIELD.message, FIELD.event, FIELD.error, FIELD.log];
const VERBATIM = [FIELD.priority, FIELD.level];

/** Puts the fields that {@link describeJson} uses into `hash`; the whole object when it has no message. */
export function hashJson(
  hash: LineHash,
  json: JsonFields,
  body: Uint8Array,
  start: number,
  end: number,
): void {
  const { from, to, type } = json;
  for (const field of VERBATIM) {
    if (from[field]! >= 0) hash.verbatim(body, from[field]!, Math.min(to[field]!, from[field]! + 64));
  }
  let any = false;
  for (const field of MASKED) {
    const at = from[field]!;
    if (at < 0) continue;
    any ||= field !== FIELD.ident;
    const until = firstLine(body, at, Math.min(to[field]!, at + LOOK_AT));
    // An array of bytes: every number in it is a letter.
    if (type[field] === 91) hash.verbatim(body, at, until);
    else hash.masked(body, at, until);
  }
  if (any) return;
  if (from[FIELD.status]! >= 0) hash.verbatim(body, from[FIELD.status]!, to[FIELD.status]!);
  hash.masked(body, start, end);
}

/**
 * Message and level of a line of JSON whose fields were scanned.
 *
 * @param ident text before the message: a program's name
 * @param whole the object as text, where it has no message
 */
export function describeJson(
  json: JsonFields,
  body: Uint8Array,
  ident: string,
  whole: () => string,
): Described {
  const value = (field: number) => textOf(json, body, field);
  const message = value(FIELD.message) ?? value(FIELD.event);
  const error = value(FIELD.error), program = value(FIELD.ident), status = value(FIELD.status);
  const said = ((): string => {
    if (message !== undefined) {
      return error === undefined || message.includes(error) ? message : `${message}: ${error}`;
    }
    if (error !== undefined) return error;
    const path = value(FIELD.path)?.replace(/\?.*/s, "");
    if (status === undefined || path === undefined) return whole();
    return `${value(FIELD.method) ?? ""} ${path} ${/^\d{3}$/.test(status) ? `status_${status}` : status}`
      .trim();
  })();
  const text = `${program === undefined ? ident : `${program}: `}${said}`;
  const level = fieldLevel(value(FIELD.level) ?? nestedLevel(json, body) ?? "");
  if (level > 0) return { text, level, from: "field" };
  const shown = textLevel(said);
  const priority = value(FIELD.priority);
  const fixed = priority === undefined ? 0 : syslogLevel(Number(priority));
  // 6, informational, is what journald writes for everything that a service prints: a level in the text says more.
  if (fixed > 0 && !(fixed === 3 && shown.from === "field")) return { text, level: fixed, from: "field" };
  if (shown.from !== "field" && status !== undefined && /^[1-5]\d\d$/.test(status)) {
    return { text, level: status >= "500" ? 5 : status >= "400" ? 4 : 3, from: "field" };
  }
  return { text, ...shown };
}

/** `"log": {"level": "error"}` of the Elastic Common Schema. */
function nestedLevel({ from, to, type }: JsonFields, body: Uint8Array): string | undefined {
  if (from[FIELD.log]! < 0 || type[FIELD.log] !== 123) return undefined;
  return /"level"\s*:\s*"([^"]{1,20})"/.exec(decode(body, from[FIELD.log]!, to[FIELD.log]!, 512))?.[1];
}

/** A field as text, unescaped, its first line only; journald writes what is no UTF-8 as an array of bytes. */
function textOf({ from, to, type }: JsonFields, body: Uint8Array, field: number): string | undefined {
  const at = from[field]!;
  if (at < 0) return undefined;
  const raw = decode(body, at, firstLine(body, at, to[field]!));
  if (type[field] === 34) return unescape(raw);
  if (type[field] === 91 && field === FIELD.message) {
    const bytes = Uint8Array.from(raw.slice(1, raw.endsWith("]") ? -1 : undefined).split(","), Number);
    return new TextDecoder().decode(bytes).replace(/\n.*/s, "");
  }
  if (type[field] === 123) return /"(?:message|msg)"\s*:\s*"((?:[^"\\]|\\.){1,300})"/.exec(raw)?.[1];
  return raw;
}

/** A line of text without its time, which stands in `[cutFrom, cutTo)`, and without what led up to it (`time="`, `[`). */
export function messageText(
  body: Uint8Array,
  from: number,
  cutFrom: number,
  cutTo: number,
  to: number,
): string {
  const after = decode(body, cutTo, to, LOOK_AT);
  if (cutTo === cutFrom) return after.trim();
  const before = decode(body, from, cutFrom, LOOK_AT).replace(
    /[[("'\s]{1,40}$|(?:^|\s)[\w@]{1,12}=["']?$/,
    "",
  );
  return `${before} ${after.replace(/^["'\])|,:\s]+/, "")}`.trim();
}
