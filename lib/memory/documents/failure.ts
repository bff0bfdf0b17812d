/**
 * What LanceDB's errors mean for a person.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";

/** How a message of the native library begins, before the chain of its own source files. */
function reasonOf(error: unknown): string {
  const text = messageOf(error);
  const [first = ""] = text.split(/\s*Caused by:|, \/\S+\.rs:|\n/);
  return first.replace(/^(?:lance error|LanceError\(\w+\)): */i, "").slice(0, 300);
}

const FULL = /No space left on device|os error 28|Disk quota exceeded|os error 122|os error 27/i;
const CONFLICT = /commit conflict|concurrent|incompatible transaction|Retryable commit/i;

/**
 * The error that callers see for one of LanceDB's: `action` is "read" or "write", `table` its name. What is a
 * {@link PhysiclawError} already, or an abort, stays what it is.
 */
export function failure(action: "read" | "write", table: string, cause: unknown): unknown {
  if (cause instanceof PhysiclawError || (cause instanceof DOMException && cause.name === "AbortError")) {
    return cause;
  }
  const text = messageOf(cause);
  const what = `Cannot ${action} the documents in memory (table ${table})`;
  if (FULL.test(text)) {
    return new PhysiclawError("not_ready", `${what}: no space left on the device`, {
      cause,
      hint: "free some space and do it again; what was stored stays as it was",
    });
  }
  if (CONFLICT.test(text)) return otherWriter(table, cause);
  return new PhysiclawError("not_ready", `${what}: ${reasonOf(cause)}`, {
    cause,
    hint: "physiclaw memory repair mends the table, or sets it aside",
  });
}

/** Somebody else wrote the table that only this process should write. */
export const otherWriter = (table: string, cause?: unknown): PhysiclawError =>
  new PhysiclawError(
    "conflict",
    `Cannot write the documents in memory (table ${table}): another process has written it`,
    {
      hint: "one process writes a state directory; stop the other one and start this one again",
      ...(cause === undefined ? {} : { cause }),
    },
  );

/** Runs `work`; what it throws becomes the error that callers see. */
export async function guarded<T>(
  action: "read" | "write",
  table: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw failure(action, table, cause);
  }
}
