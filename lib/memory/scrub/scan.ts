/**
 * One walk over a text that finds what is to be masked, in time linear in its length.
 *
 * @module
 */
import { assigned, type Context, flagged, isBasic, type Mask, tagged } from "./assign.ts";
import { ALNUM, BASE64URL, BLANK, CRYPT, isIn, skip, skipBack, SPACE, TOKEN } from "./chars.ts";
import { encodedPrivateKey, privateKey } from "./keys.ts";
import { createNameKinds } from "./names.ts";
import { cardNumber, emailAddress, phoneNumber } from "./personal.ts";
import { analyticsId, cloudKey, jsonWebToken, MAX_PREFIX, prefixed } from "./tokens.ts";
import { urlCredentials } from "./urls.ts";
import { isProse, looksSecret, quotedValue } from "./values.ts";

/** Characters between two chances for others to run: under a millisecond of work. */
const STRIDE = 32_768;

/** Characters at which something may begin; everything else is passed over at about a nanosecond each. */
const ANCHORS = "=:-_.~$eALBb>'w\n";
const PERSONAL_ANCHORS = "@+0123456789";

const anchorTable = (anchors: string): Uint8Array => {
  const table = new Uint8Array(128);
  for (const anchor of anchors) table[anchor.charCodeAt(0)] = 1;
  return table;
};
const ORDINARY = anchorTable(ANCHORS);
const PERSONAL = anchorTable(ANCHORS + PERSONAL_ANCHORS);

/**
 * Finds the stretches of `text` to mask, in order and without overlap. Yields now and then, so that the caller can let
 * others run. Each handler looks back a bounded way, and looks ahead either a bounded way or over what it then masks.
 */
export function* scan(text: string, options: { personal: boolean }): Generator<void, readonly Mask[], void> {
  const table = options.personal ? PERSONAL : ORDINARY;
  const masks: Mask[] = [];
  const context: Context = {
    text,
    nameKind: createNameKinds(),
    kind: "",
    noSecretUntil: 0,
    lineStart: 0,
    inJson: beginsJson(text, 0),
  };
  let done = 0;
  let pause = STRIDE;
  for (let at = 0;; at++) {
    at = nextAnchor(text, table, at, pause);
    if (at >= text.length) return masks;
    if (at >= pause) {
      yield;
      pause = at-- + STRIDE;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 10) {
      context.lineStart = at + 1;
      context.inJson = beginsJson(text, at + 1);
      continue;
    }
    for (const mask of findAt(context, at, code, done)) {
      masks.push(mask);
      done = mask.end;
    }
    if (done > at) {
      // Lines inside what was masked count too.
      let line = done;
      while (line > at && text.charCodeAt(line - 1) !== 10) line--;
      if (line > at) {
        context.lineStart = line;
        context.inJson = beginsJson(text, line);
      }
      at = done - 1;
    }
  }
}

/** The next character of the table, or `limit`. A function of its own: the loop in a generator is 5 times slower. */
function nextAnchor(text: string, table: Uint8Array, at: number, limit: number): number {
  const end = Math.min(limit, text.length);
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && table[code] === 1) return at;
  }
  return at;
}

/** Whether a line begins as JSON does: there a mask must never swallow a double quote. */
function beginsJson(text: string, at: number): boolean {
  const first = text[skip(BLANK, text, at, at + 256)];
  return first === "{" || first === "[" || first === '"';
}

const NONE: readonly Mask[] = [];
const one = (mask: Mask | undefined): readonly Mask[] => mask === undefined ? NONE : [mask];

function findAt(context: Context, at: number, code: number, done: number): readonly Mask[] {
  const { text } = context;
  switch (code) {
    case 61: // =
      return assigned(context, at);
    case 58: // :
      return text[at + 1] === "/" && text[at + 2] === "/"
        ? one(urlCredentials(text, at + 3))
        : assigned(context, at);
    case 45: // -
      if (text[at + 1] === "-") {
        if (text.startsWith("-----", at)) return one(privateKey(text, at, done));
        if (isIn(ALNUM, text, at + 2) && (at === 0 || /[\s"'=[,(]/.test(text[at - 1] ?? ""))) {
          return flagged(context, at);
        }
        return NONE;
      }
      if (at > 0 && text[at - 1] === " ") return one(shortFlag(text, at));
      return one(withPrefix(text, at, done));
    case 95: // _
    case 46: // .
    case 126: // ~
      return one(withPrefix(text, at, done));
    case 36: // $
      return one(passwordHash(text, at));
    case 101: // e
      return text.charCodeAt(at + 1) === 121 && text.charCodeAt(at + 2) === 74 &&
          !isIn(BASE64URL, text, at - 1)
        ? one(jsonWebToken(text, at))
        : NONE;
    case 65: // A
      return (text.charCodeAt(at + 1) === 75 || text.charCodeAt(at + 1) === 83 ||
          text.charCodeAt(at + 1) === 73) &&
          !isIn(ALNUM, text, at - 1)
        ? one(cloudKey(text, at))
        : NONE;
    case 76: // L
      return text.startsWith("LS0tLS1CRUdJTi", at) ? one(encodedPrivateKey(text, at)) : NONE;
    case 66: // B
    case 98: // b
      return isIn(ALNUM, text, at - 1) ? NONE : one(bearer(text, at));
    case 62: // >
      return tagged(context, at);
    case 39: // '
      return one(sqlPassword(context, at));
    case 119: // w
      return one(toldPassword(text, at));
    case 64: // @
      return one(emailAddress(text, at, done));
    case 43: // +
      return one(phoneNumber(text, at));
    default:
      return isIn(ALNUM, text, at - 1) ? NONE : one(cardNumber(text, at));
  }
}

function withPrefix(text: string, at: number, done: number): Mask | undefined {
  const start = skipBack(ALNUM, text, at, Math.max(done, at - MAX_PREFIX));
  if (start === at || isIn(ALNUM, text, start - 1)) return undefined;
  return prefixed(text, start, at) ?? (text[at] === "-" ? analyticsId(text, start, at) : undefined);
}

const HASH =
  /\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|P|H|argon2(?:id|i|d)|scrypt|pbkdf2[a-z0-9-]{0,10}|bcrypt-sha256|sha1)\$/y;

/** A password's hash as crypt(3) and its successors write it: `$6$salt$hash`. */
function passwordHash(text: string, at: number): Mask | undefined {
  HASH.lastIndex = at;
  if (!HASH.test(text)) return undefined;
  const end = skip(CRYPT, text, at);
  return end - at >= 20 ? { start: at, end, label: "password-hash" } : undefined;
}

const SCHEME = /(?:(bearer)|basic) +/iy;

/** `Bearer …` and `Basic …` without their header. */
function bearer(text: string, at: number): Mask | undefined {
  SCHEME.lastIndex = at;
  const scheme = SCHEME.exec(text);
  if (scheme === null) return undefined;
  const start = at + scheme[0].length;
  const end = skip(TOKEN, text, start);
  if (scheme[1] === undefined) {
    return isBasic(text, { start, end }) ? { start, end, label: "password" } : undefined;
  }
  return end - start >= 16 && looksSecret(text.slice(start, Math.min(end, start + 128)).replaceAll("/", ""))
    ? { start, end, label: "token" }
    : undefined;
}

/** `PASSWORD 'x'` and `IDENTIFIED BY 'x'`; `at` is the quote. */
function sqlPassword(context: Context, at: number): Mask | undefined {
  const { text, inJson } = context;
  if (
    text[at - 1] !== " " || !/(?:\bpassword|\bidentified by) $/i.test(text.slice(Math.max(0, at - 16), at))
  ) {
    return undefined;
  }
  const { start, end } = quotedValue(text, at + 1, "'", inJson);
  const word = text.slice(start, Math.min(end, start + 64));
  return end === start || text[end] !== "'" || isProse(word) || word.startsWith("[masked:")
    ? undefined
    : { start, end, label: "password" };
}

const TOLD = /[Pp]assw(?:or)?d(?: for [\w.@-]{1,64})? (?:is|was|to|be) /y;

/** `the password is …`; `at` is the `w`. */
function toldPassword(text: string, at: number): Mask | undefined {
  if (text.charCodeAt(at - 1) !== 115) return undefined;
  TOLD.lastIndex = at - 4;
  if (at < 4 || !TOLD.test(text)) return undefined;
  const start = TOLD.lastIndex;
  let end = start;
  while (
    end < text.length && end - start <= 128 && !isIn(SPACE, text, end) && !`"'\\\`<`.includes(text[end] ?? "")
  ) end++;
  while (end > start && /[.,;:!?)]/.test(text[end - 1] ?? "")) end--;
  const word = text.slice(start, end);
  return looksSecret(word) && !word.startsWith("[masked:") ? { start, end, label: "password" } : undefined;
}

/** `curl -u user:password`, `sshpass -p password`, `mysql -ppassword`; `at` is the dash. */
function shortFlag(text: string, at: number): Mask | undefined {
  const flag = text[at + 1];
  if (flag !== "u" && flag !== "p") return undefined;
  const before = text.slice(Math.max(0, at - 160), at);
  const command = /\b(curl|wget|sshpass|mysql|mysqldump|mysqladmin)\b[^|;&\n]*$/.exec(before)?.[1];
  if (command === undefined) return undefined;
  let start = at + 2;
  if (command.startsWith("mysql")) {
    if (flag !== "p" || !isIn(TOKEN, text, start)) return undefined;
  } else {
    if ((flag === "u") === (command === "sshpass")) return undefined;
    start = skip(BLANK, text, start);
    if (flag === "u") {
      const user = skip(TOKEN, text, start, start + 128);
      if (text[user] !== ":") return undefined;
      start = user + 1;
    }
  }
  let end = start;
  while (end < text.length && !isIn(SPACE, text, end) && !`"'\\\``.includes(text[end] ?? "")) end++;
  return end === start || text.startsWith("[masked:", start) || text[start] === "$"
    ? undefined
    : { start, end, label: "password" };
}
