/**
 * A JSON reader that loses nothing: numbers keep their digits, and a member that stands twice is an error.
 *
 * `JSON.parse` rounds integers above 2^53 and lets the last of two equal members win, where other readers take the
 * first: what was checked would not be what is run.
 *
 * @module
 */

/** A JSON value. A number is its source text. */
export type ExactJson =
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, ExactJson> }
  | { readonly kind: "array"; readonly items: readonly ExactJson[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "literal"; readonly value: true | false | null };

/** How strictly to read. */
export interface ExactJsonOptions {
  /** Also take the bare words that DuckDB prints for floating point: `NaN`, `Infinity`, `inf` and the like (default no). */
  readonly bareFloats?: boolean;
  /** Deepest nesting (default 2000: DuckDB allows expressions 1000 deep, two levels of JSON each). */
  readonly maxDepth?: number;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const FLOAT_WORD = /[+-]?(?:nan|inf|infinity)(?![A-Za-z])/iy;
// One class and no alternation: a string of megabytes must not cost the expression engine's stack.
// deno-lint-ignore no-control-regex -- JSON forbids bare control characters inside strings
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERALS = [["true", true], ["false", false], ["null", null]] as const;

/**
 * The value that a text holds. Throws `SyntaxError` when it is not exactly one JSON value, when an object has a member
 * twice, or when it nests too deeply.
 *
 * @example
 * ```ts
 * import { readExactJson } from "./exact_json.ts";
 * const value = readExactJson("[9007199254740993]");
 * console.assert(value.kind === "array" && value.items[0]?.kind === "number" && value.items[0].text.endsWith("3"));
 * ```
 */
export function readExactJson(text: string, options: ExactJsonOptions = {}): ExactJson {
  const maxDepth = options.maxDepth ?? 2000;
  let at = 0;

  const fail = (what: string): never => {
    throw new SyntaxError(`Cannot read JSON: ${what} at character ${at}`);
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  /** True, and past it, when the next character that is not space is this one. */
  const next = (character: string): boolean => {
    take(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const string = (): string => {
    if (!next('"')) fail("no string");
    const start = at;
    let escaped = false;
    for (;;) {
      take(PLAIN);
      if (text[at] === '"') break;
      if (take(ESCAPE) === undefined) fail("a string that does not end");
      escaped = true;
    }
    const source = text.slice(start, at);
    at++;
    return escaped ? String(JSON.parse(`"${source}"`)) : source;
  };

  function object(depth: number): ExactJson {
    const members = new Map<string, ExactJson>();
    if (next("}")) return { kind: "object", members };
    do {
      const key = string();
      if (members.has(key)) fail(`member "${key}" stands twice`);
      if (!next(":")) fail("no colon");
      members.set(key, value(depth));
    } while (next(","));
    if (!next("}")) fail("an object that does not end");
    return { kind: "object", members };
  }

  function array(depth: number): ExactJson {
    const items: ExactJson[] = [];
    if (next("]")) return { kind: "array", items };
    do items.push(value(depth)); while (next(","));
    if (!next("]")) fail("an array that does not end");
    return { kind: "array", items };
  }

  function value(depth: number): ExactJson {
    if (depth > maxDepth) fail(`more than ${maxDepth} levels`);
    if (next("{")) return object(depth + 1);
    if (next("[")) return array(depth + 1);
    if (text[at] === '"') return { kind: "string", value: string() };
    for (const [word, literal] of LITERALS) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return { kind: "literal", value: literal };
    }
    if (options.bareFloats === true) {
      const word = take(FLOAT_WORD);
      if (word !== undefined) return { kind: "number", text: word };
    }
    return { kind: "number", text: take(NUMBER) ?? fail("no value") };
  }

  const read = value(0);
  take(SPACE);
  if (at !== text.length) fail("more than one value");
  return read;
}
