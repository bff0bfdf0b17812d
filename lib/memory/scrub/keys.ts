/**
 * Private keys in PEM form, whole or cut off at either end, and what begins like one in base64.
 *
 * @module
 */
import { BASE64, isIn, skip, skipBack, SPACE } from "./chars.ts";
import type { Found } from "./tokens.ts";

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/y;
const END = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/y;
/** Lines that may stand before the base64 of a PEM block. */
const HEADER = /(?:Proc-Type|DEK-Info|Version|Comment|Hash): ?[^\r\n\\"]{0,200}/y;

/** Shorter runs followed by a blank are words of a text that a cut-off key runs into. */
const MIN_RUN = 24;

/** Looks at a `-` that begins five: the body of a private key after BEGIN, or before an END whose BEGIN is cut off. */
export function privateKey(text: string, at: number, done: number): Found | undefined {
  BEGIN.lastIndex = at;
  const begin = BEGIN.exec(text);
  if (begin !== null) {
    const start = at + begin[0].length;
    const end = bodyEnd(text, start);
    return isIn(BASE64, text, skipBreaks(text, start)) && end > start
      ? { start, end, label: "private-key" }
      : undefined;
  }
  END.lastIndex = at;
  if (!END.test(text)) return undefined;
  const start = bodyStart(text, at, done);
  return at - start >= MIN_RUN ? { start, end: at, label: "private-key" } : undefined;
}

/** After white space and escaped line breaks. */
function skipBreaks(text: string, at: number): number {
  for (;;) {
    at = skip(SPACE, text, at);
    if (text[at] !== "\\" || !"nrt".includes(text[at + 1] ?? "?")) return at;
    at += 2;
  }
}

function bodyEnd(text: string, start: number): number {
  let end = start;
  for (let at = skipBreaks(text, start);; at = skipBreaks(text, at)) {
    HEADER.lastIndex = at;
    const header = HEADER.exec(text);
    if (header !== null) {
      end = at += header[0].length;
      continue;
    }
    const run = skip(BASE64, text, at);
    if (run === at) return text.startsWith("-----END", at) ? at : end;
    if (run - at < MIN_RUN && (text[run] === " " || text[run] === "\t")) return end;
    end = at = run;
  }
}

function bodyStart(text: string, at: number, done: number): number {
  let start = at;
  for (let end = at; end > done;) {
    while (
      end > done &&
      (isIn(SPACE, text, end - 1) || (/[nr]/.test(text[end - 1] ?? "") && text[end - 2] === "\\"))
    ) {
      end -= isIn(SPACE, text, end - 1) ? 1 : 2;
    }
    let run = skipBack(BASE64, text, end, done);
    // The `n` of an escaped line break looks like base64.
    if (text[run - 1] === "\\") run++;
    if (end - run < MIN_RUN && start !== at) break;
    if (run >= end) break;
    start = end = run;
  }
  return start;
}

/** Base64 of `-----BEGIN … PRIVATE`, as a kubeconfig or a Secret holds it; `at` is its `L`. */
export function encodedPrivateKey(text: string, at: number): Found | undefined {
  const rest = text.slice(at + 14, at + 36);
  if (
    !/^(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQgUFJJ|BEU0EgUFJJVkFURS)/
      .test(rest)
  ) {
    return undefined;
  }
  return { start: at, end: skip(BASE64, text, at), label: "private-key" };
}
