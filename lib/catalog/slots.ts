/**
 * The one gate that every value passes on its way into an argv.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { isSafeTarget } from "./addresses.ts";
import { checkSqlTree } from "./sql_tree.ts";
import type { SlotSpec, SlotType, SlotValue } from "./types.ts";

// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** U+202A to U+202E and U+2066 to U+2069 reorder what a reader sees. */
const BIDIRECTIONAL = /[\u202a-\u202e\u2066-\u2069]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** At most this many UTF-16 units of a path: PATH_MAX on Linux is 4096 bytes. */
const MAX_PATH = 1024;

/** Compiled once a pattern; patterns come from the catalogue only, never from a goal. */
const compiled = new Map<string, RegExp>();
const fullMatch = (pattern: string, value: string): boolean => {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`, "u");
    compiled.set(pattern, expression);
  }
  return expression.test(value);
};

/** Why a text can be no argv value at all, whatever its slot; `undefined` when it can. */
function unfitForArgv(value: string): string | undefined {
  if (value === "") return "is empty";
  if (CONTROL.test(value)) return "holds a control character";
  if (BIDIRECTIONAL.test(value)) return "holds a character that reorders text";
  if (LONE_SURROGATE.test(value)) return "is not well-formed Unicode";
  return undefined;
}

function checkPath(value: string, glob: boolean): string | undefined {
  if (value.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  if (value.startsWith("-")) return "begins with a dash";
  if (value.startsWith("~")) return "begins with a tilde, which no shell is there to expand";
  // `md:x`, `s3://x` and `:memory:` are no files to the tools that know them, whatever lies on the disk.
  if (/^[A-Za-z0-9_+.-]*:/.test(value)) return "begins like a URL (write ./ before a file's name)";
  if (!glob && /[*?[\]]/.test(value)) return "holds a wildcard";
  if (/["'`$\\;&|<>(){}!]/.test(value)) return "holds a character that no path may have here";
  return undefined;
}

function checkPorts(value: string): string | undefined {
  if (value === "-") return undefined;
  if (!/^[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?){0,63}$/.test(value)) {
    return "is not a list of ports";
  }
  for (const range of value.split(",")) {
    const [from = 0, to = from] = range.split("-").map(Number);
    if (from > 65535 || to > 65535) return "holds a port above 65535";
    if (from > to) return "holds a range that runs backwards";
  }
  return undefined;
}

/**
 * Why a single value does not fit a slot type, as the end of the sentence "the value …"; `undefined` when it fits.
 *
 * @example
 * ```ts
 * import { checkValue } from "./slots.ts";
 * console.assert(checkValue({ kind: "ports" }, "80,443") === undefined);
 * console.assert(checkValue({ kind: "ports" }, "99999") === "holds a port above 65535");
 * ```
 */
export function checkValue(type: SlotType, value: string): string | undefined {
  const unfit = unfitForArgv(value);
  if (unfit !== undefined) return unfit;
  // "-" alone means "all ports"; it is the only value that may begin with a dash.
  if (value.startsWith("-") && type.kind !== "ports") return "begins with a dash";
  switch (type.kind) {
    case "enum":
      return type.values.includes(value) ? undefined : `is not one of ${type.values.slice(0, 12).join(", ")}`;
    case "pattern":
      if (value.length > type.max) return `is longer than ${type.max} characters`;
      return fullMatch(type.pattern, value) ? undefined : `is not ${type.what}`;
    case "integer": {
      if (!/^[0-9]{1,15}$/.test(value)) return "is not a whole number";
      const number = Number(value);
      return number < type.min || number > type.max
        ? `is not between ${type.min} and ${type.max}`
        : undefined;
    }
    case "switch":
      return value === "true" ? undefined : 'is not "true"';
    case "path":
      return checkPath(value, type.glob === true);
    case "address":
      return isSafeTarget(value) ? undefined : "is not an address inside the safe subnets";
    case "ports":
      return checkPorts(value);
    case "text":
      if (value.length > type.max) return `is longer than ${type.max} characters`;
      return type.language === "sql-tree" ? checkSqlTree(value) : undefined;
  }
}

/**
 * Why a slot's value (all of it) does not fit the slot; `undefined` when it fits.
 *
 * @example
 * ```ts
 * import { checkSlot } from "./slots.ts";
 * const spec = { type: { kind: "integer", min: 1, max: 9 }, many: 2 } as const;
 * console.assert(checkSlot(spec, ["1", "2"]) === undefined);
 * console.assert(checkSlot(spec, ["1", "2", "3"]) === "has 3 values, 2 at most");
 * ```
 */
export function checkSlot(spec: SlotSpec, value: SlotValue): string | undefined {
  const values: unknown = typeof value === "string" ? [value] : value;
  // Slots also come from JSON: over the pipe of the runner, and from the store.
  if (!Array.isArray(values)) return "is not text";
  if (values.length === 0) return "is empty";
  const most = spec.many ?? 1;
  if (values.length > most) return `has ${values.length} values, ${most} at most`;
  for (const one of values) {
    if (typeof one !== "string") return "is not text";
    const wrong = checkValue(spec.type, one);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** True for an IPv4 or IPv6 literal in its usual spelling; 010.0.0.1 and 127.1 are neither. */
export function isIpLiteral(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(":") && ipaddr.IPv6.isValid(text));
}
