/**
 * Bytes of a file as text, whatever their encoding; refuses what is no text.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** So many bytes decide about encoding and kind. */
const SNIFF = 65_536;

/** Byte order marks. */
const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** First bytes of kinds of files that are no text but might look like it, and what to do about each. */
const MAGIC: readonly (readonly [string, string, string])[] = [
  ["%PDF-", "PDF", "convert it first: pdftotext FILE"],
  ["PK\x03\x04", "zip or office document", "unpack or convert it first: libreoffice --convert-to html FILE"],
  ["\xd0\xcf\x11\xe0", "office document", "convert it first: libreoffice --convert-to html FILE"],
  ["{\\rtf", "RTF", "convert it first: libreoffice --convert-to txt FILE"],
  ["\x1f\x8b", "gzip", "unpack it first: gunzip FILE"],
  ["\x28\xb5\x2f\xfd", "zstd", "unpack it first: unzstd FILE"],
  ["\xfd7zXZ", "xz", "unpack it first: unxz FILE"],
  ["BZh", "bzip2", "unpack it first: bunzip2 FILE"],
  ["\x7fELF", "program", "give a text file"],
  ["\x89PNG", "image", "give a text file"],
  ["GIF8", "image", "give a text file"],
  ["\xff\xd8\xff", "image", "give a text file"],
  ["SQLite format 3", "database", "export it to text first"],
];

const refuse = (what: string, hint: string): PhysiclawError =>
  new PhysiclawError("unsupported_type", `Cannot read it as text: it is ${what}`, { hint });

function checkMagic(head: Uint8Array): void {
  const start = String.fromCharCode(...head.subarray(0, 16));
  for (const [magic, kind, fix] of MAGIC) {
    if (start.startsWith(magic)) throw refuse(`a file of the kind ${kind}, which is not supported`, fix);
  }
}

/** UTF-16 without a mark: every other byte of ASCII text is 0. */
function utf16Of(head: Uint8Array): string | undefined {
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  const pairs = head.length >> 1;
  if (pairs < 4) return undefined;
  if (odd > pairs * 0.4 && even < pairs * 0.02) return "utf-16le";
  if (even > pairs * 0.4 && odd < pairs * 0.02) return "utf-16be";
  return undefined;
}

/** Whether most bytes beyond ASCII form UTF-8 characters: a few broken ones don't make it another encoding. */
function isUtf8(head: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(head, { stream: true });
  let broken = 0;
  let characters = 0;
  for (const char of text) {
    if (char === "\ufffd") broken++;
    else if (char > "\x7f") characters++;
  }
  return broken === 0 || characters > broken;
}

/** The encoding of a file by its first bytes; throws {@link PhysiclawError} `unsupported_type` for what is no text. */
export function encodingOf(head: Uint8Array): string {
  for (const [encoding, mark] of MARKS) {
    if (mark.every((byte, at) => head[at] === byte)) return encoding;
  }
  checkMagic(head);
  const wide = utf16Of(head);
  if (wide !== undefined) return wide;
  let control = 0;
  for (const byte of head) {
    if (byte === 0) throw refuse("binary", "give a text file");
    // Escape sequences of colours, tabs, line and page ends are at home in logs.
    if (byte < 32 && byte !== 27 && (byte < 8 || byte > 13)) control++;
  }
  if (control > head.length * 0.02) throw refuse("binary", "give a text file");
  return isUtf8(head) ? "utf-8" : "windows-1252";
}

/** Control characters and escape sequences of terminals: of no use to a reader, and some hide text from one. */
// deno-lint-ignore no-control-regex
const UNSEEN = /\x1b\[[0-9;?]{0,32}[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f\ufeff]/g;

/** The text without them. */
export const visible = (text: string): string => text.replace(UNSEEN, "");

/**
 * The text of `bytes`, piece by piece. Bytes that are wrong in the encoding become U+FFFD; control characters and escape
 * sequences of terminals go. Throws {@link PhysiclawError} of kind `unsupported_type` when it is no text.
 *
 * @example
 * ```ts
 * import { decodeText } from "./decode.ts";
 * const bytes = (async function* () { yield new TextEncoder().encode("disk full"); })();
 * for await (const text of decodeText(bytes)) console.assert(text === "disk full");
 * ```
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array = new Uint8Array(0);
  const decode = (part: Uint8Array): string => visible(decoder?.decode(part, { stream: true }) ?? "");
  const start = (): string => {
    decoder = new TextDecoder(encodingOf(head));
    return decode(head);
  };
  for await (const part of bytes) {
    if (decoder !== undefined) {
      yield decode(part);
      continue;
    }
    head = joined(head, part);
    if (head.length >= SNIFF) yield start();
  }
  if (decoder === undefined && head.length > 0) yield start();
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
