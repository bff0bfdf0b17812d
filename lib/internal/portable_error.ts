/**
 * Errors as they cross threads: a structured clone would lose their class and their fields.
 *
 * @module
 */
import { type ErrorKind, messageOf, PhysiclawError } from "./errors.ts";

/** An error that can be posted. */
export interface PortableError {
  /** `undefined`: a fault of the program or of a library. */
  readonly kind?: ErrorKind;
  readonly message: string;
  readonly hint?: string;
}

/**
 * What is left of an error on its way to another thread.
 *
 * @example
 * ```ts
 * import { fromPortable, toPortable } from "./portable_error.ts";
 * import { PhysiclawError } from "./errors.ts";
 * const error = fromPortable(toPortable(new PhysiclawError("not_found", "Cannot find x")), "A thread");
 * console.assert(error instanceof PhysiclawError && error.kind === "not_found");
 * ```
 */
export function toPortable(error: unknown): PortableError {
  if (error instanceof PhysiclawError) {
    const { kind, message, hint } = error;
    return { kind, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { message: messageOf(error) };
}

/** The error on the other side; `who` failed, where it is a fault. */
export const fromPortable = ({ kind, message, hint }: PortableError, who: string): Error =>
  kind === undefined
    ? new Error(`${who} failed: ${message}`)
    : new PhysiclawError(kind, message, hint === undefined ? {} : { hint });
