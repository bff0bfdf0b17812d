/**
 * Scrubs a text that comes in pieces, so that no secret slips through between two of them.
 *
 * @module
 */
import type { Scrubbed, Scrubber } from "../scrub.ts";

/** So many characters are looked at together. */
const WINDOW = 131_072;
/** A key in PEM form may be so long; if its end isn't found by then it isn't waited for. */
const MAX_WAIT = 4 * WINDOW;

/** Where the text may be cut without cutting a secret, as far as one can tell: 0 for "not here". */
function safeCut(text: string): number {
  const open = text.lastIndexOf("-----BEGIN ");
  const limit = open >= 0 && text.indexOf("-----END ", open) < 0 ? open : text.length;
  // A value may stand on the line after its name, so that the cut is before a line that begins at the margin.
  for (const border of [/\n(?=\n)/g, /\n(?=[^\s])/g, /[\s,;}\]](?=[\s"'{[<])/g, /\s/g]) {
    const from = Math.max(0, limit - 8192);
    border.lastIndex = from;
    let at = 0;
    for (let match = border.exec(text); match !== null && match.index < limit; match = border.exec(text)) {
      at = match.index + 1;
    }
    if (at > 0) return at;
  }
  return 0;
}

/** The scrubbed text of `pieces`; holds about half a megabyte of it. */
export async function* scrubStream(
  pieces: AsyncIterable<string>,
  scrubber: Pick<Scrubber, "scrub">,
): AsyncGenerator<Scrubbed> {
  let held = "";
  for await (const piece of pieces) {
    held += piece;
    if (held.length < WINDOW) continue;
    const cut = safeCut(held);
    if (cut === 0 && held.length < MAX_WAIT) continue;
    const end = cut === 0 ? held.length : cut;
    yield scrubber.scrub(held.slice(0, end));
    held = held.slice(end);
  }
  if (held !== "") yield scrubber.scrub(held);
}
