/**
 * Tokens that say themselves what they are, by their first characters.
 *
 * @module
 */
import { ALNUM, BASE64URL, type CharClass, isIn, skip, TOKEN, WORD } from "./chars.ts";
import type { Label } from "./names.ts";

interface Prefix {
  /** What must stand after the part up to the first `_`, `-`, `.` or `~`. */
  readonly then: readonly string[];
  readonly body: CharClass;
  /** Characters of the body, at least. */
  readonly min: number;
  readonly label: Label;
}

/** Prefixes of the services' own documentation; the length is below the real one, so that a cut-off token counts. */
const PREFIXES = new Map<string, Prefix>();

function add(
  prefixes: string,
  body: CharClass,
  min: number,
  label: Label = "token",
  then: readonly string[] = [""],
) {
  for (const prefix of prefixes.split(" ")) PREFIXES.set(prefix, { then, body, min, label });
}

add("ghp_ gho_ ghu_ ghs_ ghr_", TOKEN, 20);
add("github_", WORD, 20, "token", ["pat_"]);
add("glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glimt- glagent- gloas-", BASE64URL, 16);
add("xoxb- xoxp- xoxa- xoxo- xoxr- xoxs- xoxe- xapp- xwfp-", BASE64URL, 10);
add("sk_ rk_", ALNUM, 16, "api-key", ["live_", "test_"]);
add("whsec_", TOKEN, 20, "secret");
add("sk-", BASE64URL, 20, "api-key", ["ant-", "proj-", "svcacct-", "admin-", "or-", ""]);
add("npm_", ALNUM, 30);
add("pypi-", BASE64URL, 30);
add("hf_", ALNUM, 30);
add("gsk_ r8_ sbp_ dp_ xai-", BASE64URL, 32, "api-key");
add("lin_", WORD, 30, "api-key", ["api_", "oauth_"]);
add("ntn_ secret_", ALNUM, 40);
add("SG.", TOKEN, 30, "api-key");
add("shpat_ shpss_ shpca_ shppa_", ALNUM, 30);
add("glc_ glsa_", TOKEN, 30);
add("ops_", TOKEN, 60, "token", ["ey"]);
add("hvs. hvb. hvr.", BASE64URL, 20);
add("dckr_", BASE64URL, 20, "token", ["pat_", "oat_"]);
add("figd_", BASE64URL, 30);
add("cfk_ cfut_ cfat_", ALNUM, 40, "api-key");
add("tskey-", BASE64URL, 20, "key");
add("dop_ doo_ dor_", ALNUM, 40, "token", ["v1_"]);
add("pscale_", TOKEN, 20, "token", ["tkn_", "pw_", "oauth_"]);
add("ya29.", BASE64URL, 30);
add("GOCSPX-", BASE64URL, 20, "secret");
add("NRAK- PMAK-", BASE64URL, 20, "api-key");
add("nvapi-", BASE64URL, 30, "api-key");
add("AGE-", TOKEN, 40, "private-key", ["SECRET-KEY-1"]);
add("sha256~", BASE64URL, 40);
add("sntrys_ sntryu_", TOKEN, 30);
add("phc_ phx_ phs_ pha_", ALNUM, 20, "telemetry-id");
add("rubygems_", ALNUM, 30);
add("fm1_ fm2_ fo1_", TOKEN, 30);

/** Characters of a body that are looked at before it counts as a token; no `min` is greater. */
const HEAD = 64;

/** The longest prefix, which bounds how far a separator looks back. */
export const MAX_PREFIX = Math.max(...[...PREFIXES.keys()].map((prefix) => prefix.length));

/** A stretch of the text to be masked. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
}

/** The token whose prefix starts at `start` and has its first separator at `separator`. */
export function prefixed(text: string, start: number, separator: number): Found | undefined {
  const prefix = PREFIXES.get(text.slice(start, separator + 1));
  if (prefix === undefined) return undefined;
  const then = prefix.then.find((part) => text.startsWith(part, separator + 1));
  if (then === undefined) return undefined;
  const from = separator + 1 + then.length;
  // The beginning decides, so that nothing long is walked over in vain.
  const head = skip(prefix.body, text, from, from + HEAD);
  if (head - from < prefix.min || !mixed(text, from, head)) return undefined;
  let end = skip(prefix.body, text, head);
  // A full stop or an equals sign of the sentence around it.
  while (end > head && !isIn(BASE64URL, text, end - 1)) end--;
  return { start, end, label: prefix.label };
}

/** Whether a stretch holds a digit or an upper-case letter, as no identifier of plain words does. */
function mixed(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57 || code >= 65 && code <= 90) return true;
  }
  return false;
}

/** `UA-12345678-1` and `G-ABC1234567`: whose site or program a report is about. */
export function analyticsId(text: string, start: number, separator: number): Found | undefined {
  const prefix = text.slice(start, separator);
  if (prefix === "UA") {
    const middle = skip(ALNUM, text, separator + 1, separator + 12);
    const end = skip(ALNUM, text, middle + 1, middle + 5);
    if (/^\d{4,10}-\d{1,4}$/.test(text.slice(separator + 1, end)) && !isIn(BASE64URL, text, end)) {
      return { start, end, label: "telemetry-id" };
    }
  } else if (prefix === "G") {
    const end = separator + 11;
    if (
      /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{10}$/.test(text.slice(separator + 1, end)) && !isIn(BASE64URL, text, end)
    ) {
      return { start, end, label: "telemetry-id" };
    }
  }
  return undefined;
}

/** A JSON Web Token whose header starts at `start`, signature or not. */
export function jsonWebToken(text: string, start: number): Found | undefined {
  const header = skip(BASE64URL, text, start);
  if (header - start < 10 || text[header] !== "." || !text.startsWith("eyJ", header + 1)) return undefined;
  let end = skip(BASE64URL, text, header + 1);
  if (text[end] === ".") end = skip(BASE64URL, text, end + 1);
  return { start, end, label: "token" };
}

/** `AKIA…` and `ASIA…` (20 characters), `AIza…` (39). */
export function cloudKey(text: string, start: number): Found | undefined {
  const head = text.slice(start, start + 4);
  if (head === "AKIA" || head === "ASIA") {
    const end = skip(ALNUM, text, start + 4, start + 21);
    return end === start + 20 && /^[A-Z0-9]+$/.test(text.slice(start, end))
      ? { start, end, label: "aws-key" }
      : undefined;
  }
  if (head !== "AIza") return undefined;
  const end = skip(BASE64URL, text, start + 4);
  return end - start >= 35 ? { start, end, label: "api-key" } : undefined;
}
