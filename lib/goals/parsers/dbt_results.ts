/**
 * dbt's `run_results.json`: how each node ended.
 *
 * @module
 */
import { elementsOf, findRange, type JsonRange, readRange } from "./json_ranges.ts";
import { numberAt, textAt } from "./json_values.ts";
import { oneLine } from "./words.ts";

/** One node's end. */
export interface NodeResult {
  /** `model`, `test`, `seed`, `snapshot`, `unit_test`, `operation`, … */
  readonly kind: string;
  readonly name: string;
  readonly ended: "ok" | "failed" | "warned" | "error" | "skipped";
  /** Rows that a test selected. */
  readonly failures?: number;
  readonly message: string;
  readonly seconds: number;
  readonly compiled: string;
  readonly range: JsonRange;
}

const ENDED: Readonly<Record<string, NodeResult["ended"]>> = {
  success: "ok",
  pass: "ok",
  "no-op": "ok",
  fail: "failed",
  warn: "warned",
  error: "error",
  "runtime error": "error",
  "partial success": "error",
  skipped: "skipped",
};

/** The database's message without dbt's frame and without the excerpt of the SQL. */
const plain = (message: string): string =>
  oneLine(
    message.replace(/^(?:\w+ )+Error in \w+ \S+ \([^)]*\)\s*/, "").replace(/\s*\n\s*LINE \d+:[\s\S]*$/, ""),
    300,
  );

/**
 * The results in the order in which dbt wrote them, or `undefined` when the bytes are no results file. A status that
 * this program doesn't know counts as an error.
 *
 * @example
 * ```ts
 * import { nodeResults } from "./dbt_results.ts";
 * const bytes = new TextEncoder().encode(
 *   '{"results": [{"status": "fail", "failures": 3, "unique_id": "test.shop.positive", "execution_time": 0.1}]}',
 * );
 * console.assert(nodeResults(bytes)?.results[0]?.failures === 3);
 * ```
 */
export function nodeResults(
  bytes: Uint8Array,
):
  | { readonly results: readonly NodeResult[]; readonly seconds: number; readonly complete: boolean }
  | undefined {
  const within = findRange(bytes, ["results"]);
  if (within === undefined) return undefined;
  const { elements, complete } = elementsOf(bytes, within);
  const results = elements.map((range): NodeResult => {
    const value = readRange(bytes, range);
    const [kind = "", , ...rest] = textAt(value, "unique_id").split(".");
    const failures = numberAt(value, "failures");
    return {
      kind,
      // A generic test's id ends in a hash; a model's version stands there too.
      name: kind === "test" || kind === "unit_test" ? rest[0] ?? "" : rest.join("."),
      ended: ENDED[textAt(value, "status")] ?? "error",
      ...(failures === undefined ? {} : { failures }),
      message: plain(textAt(value, "message")),
      seconds: numberAt(value, "execution_time") ?? 0,
      compiled: textAt(value, "compiled_code"),
      range,
    };
  });
  const elapsed = findRange(bytes, ["elapsed_time"]);
  const seconds = elapsed === undefined ? undefined : readRange(bytes, elapsed);
  return { results, seconds: typeof seconds === "number" ? seconds : 0, complete };
}
