/**
 * A second, kept set of rules over what the first one left: secretlint's preset.
 *
 * Its rules are run here without `@secretlint/core`: that one reads the whole environment when it is loaded (by `debug`),
 * and lets comments in the text (`secretlint-disable`) switch rules off, which a tool's output must never do.
 *
 * @module
 */
import { isIn, skip, skipBack, TOKEN } from "./chars.ts";
import type { Found } from "./tokens.ts";

/** Beginnings that the preset's rules look for. */
const PREFILTER =
  "dapi[A-Fa-f0-9]|sk-[A-Za-z]|gh[pousr]_|github_pat_|glpat-|gl(?:c|sa)_|npm_|_authToken=|hooks\\.slack|xox[a-z]-|xapp-|SG\\.|" +
  "shp(?:pa|ca|at|ss)_|[sr]k_(?:live|test)_|gsk_|hf_|lin_api_|ntn_|ops_ey|hv[sbr]\\.|vc[piark]_|dckr_pat_|figd_|" +
  "cf(?:k|ut|at)_|tskey-|x-oauth-basic|A(?:KI|SI)A[A-Z0-9]|(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)";

/** What a rule sees around a hit; bounds its work, whatever its expressions do. */
const BEFORE = 128;
const AFTER = 2048;
/** Shorter runs in a reported range are its name and quotes. */
const MIN_SECRET = 16;

const source = (content: string) => ({
  content,
  hasBOM: false,
  filePath: undefined,
  ext: "",
  contentType: "text" as const,
});

/** Characters between two chances for others to run while nothing is found. */
const STRIDE = 1 << 18;

/**
 * Stretches of `text` that a rule of the preset reports, in order; `breathe` is called between pieces of work.
 */
export async function secondSet(text: string, breathe: () => Promise<void>): Promise<readonly Found[]> {
  const prefilter = new RegExp(PREFILTER, "g");
  const all: Found[] = [];
  let done = 0;
  for (let from = 0; from < text.length;) {
    await breathe();
    // A slice costs nothing, and bounds what one search walks over. The overlap is longer than any beginning.
    const slice = text.slice(from, from + STRIDE + BEFORE);
    prefilter.lastIndex = Math.max(0, done - from);
    const within = prefilter.exec(slice);
    if (within === null) {
      from += STRIDE;
      continue;
    }
    const hit = { index: from + within.index };
    const start = Math.max(done, hit.index - BEFORE);
    const end = Math.min(text.length, hit.index + AFTER);
    const ranges = await lint(text.slice(start, end));
    for (const [left, right] of ranges) {
      const found = secretIn(text, start + left, start + right, done);
      if (found === undefined) continue;
      all.push(found);
      done = found.end;
    }
    from = Math.max(done, hit.index + AFTER / 2);
  }
  return all;
}

async function lint(content: string): Promise<readonly (readonly [number, number])[]> {
  // Here, since most outputs hold nothing that the prefilter knows.
  const { rules } = await import("@secretlint/secretlint-rule-preset-recommend");
  const ranges: (readonly [number, number])[] = [];
  for (const rule of rules) {
    if (rule.meta.type !== "scanner") continue;
    const handler = rule.create({
      sharedOptions: {},
      createTranslator: () => (id) => ({ message: String(id), messageId: String(id), data: undefined }),
      report: ({ range }) => void ranges.push(range),
      ignore: () => {},
    }, {});
    // The rules read nothing but the content; the type wants methods of secretlint's own class.
    await handler.file?.(source(content) as unknown as Parameters<NonNullable<typeof handler.file>>[0]);
  }
  return ranges.sort(([a], [b]) => a - b);
}

/** The longest run of token characters in a range, whole even where the range cuts it off. */
function secretIn(text: string, start: number, end: number, done: number): Found | undefined {
  let best: Found | undefined;
  for (let at = Math.max(start, done); at < end; at++) {
    if (!isIn(TOKEN, text, at)) continue;
    const left = skipBack(TOKEN, text, at, Math.max(done, at - AFTER));
    const right = skip(TOKEN, text, at);
    const length = right - left;
    if (length >= MIN_SECRET && length > (best === undefined ? 0 : best.end - best.start)) {
      best = { start: left, end: right, label: "secret" };
    }
    at = right;
  }
  return best;
}
