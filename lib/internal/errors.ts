/**
 * The one error type that crosses package borders: what failed, on which value, what mends it.
 *
 * @module
 */

/** Why something was not done; decides the exit code of a command and the status of an HTTP answer. */
export type ErrorKind =
  | "usage"
  | "config"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "unsupported_type"
  | "busy"
  | "unreachable"
  | "not_ready"
  | "refused"
  | "egress"
  | "interrupted"
  | "internal";

/** Exit code of a command for each {@link ErrorKind}; the table stands in the README. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  config: 2,
  unauthenticated: 1,
  forbidden: 1,
  not_found: 1,
  conflict: 1,
  too_large: 1,
  unsupported_type: 2,
  busy: 1,
  unreachable: 3,
  not_ready: 3,
  refused: 1,
  egress: 75,
  interrupted: 130,
  internal: 70,
};

/** HTTP status for each {@link ErrorKind}. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  config: 500,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_type: 415,
  busy: 429,
  unreachable: 503,
  not_ready: 503,
  refused: 403,
  egress: 500,
  interrupted: 500,
  internal: 500,
};

/** A field of a request or of the settings that was not acceptable. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * An error that a person can act on. The message is one sentence without a full stop that names the action and
 * the value; `hint` names the fix. It never holds a secret.
 *
 * @example
 * ```ts
 * import { PhysiclawError } from "./errors.ts";
 * const error = new PhysiclawError("usage", "Cannot read persona \"banana\"", {
 *   hint: "use one of: sre, secops, data_architect",
 * });
 * console.assert(error.kind === "usage");
 * ```
 */
export class PhysiclawError extends Error {
  override readonly name: string = "PhysiclawError";
  readonly kind: ErrorKind;
  /** What the reader can do about it. */
  readonly hint?: string;
  /** Filled for validation errors only. */
  readonly fields?: readonly FieldError[];

  constructor(
    kind: ErrorKind,
    message: string,
    options: { hint?: string; fields?: readonly FieldError[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.fields !== undefined) this.fields = options.fields;
  }

  /** `message (hint)`, as it is shown to a person. */
  describe(): string {
    return this.hint === undefined ? this.message : `${this.message} (${this.hint})`;
  }
}

/** A forbidden tool, argv or path reached the executor: audited, counted, and never run. */
export class SecurityViolation extends PhysiclawError {
  override readonly name = "SecurityViolation";
  constructor(message: string) {
    super("refused", message);
  }
}

/**
 * The message of whatever was thrown.
 *
 * @example
 * ```ts
 * import { messageOf } from "./errors.ts";
 * console.assert(messageOf(new Error("no room")) === "no room" && messageOf("no room") === "no room");
 * ```
 */
export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/**
 * What an error says to a person, with its hint where it has one.
 *
 * @example
 * ```ts
 * import { reasonOf } from "./errors.ts";
 * console.assert(reasonOf(new Error("no room")) === "no room");
 * ```
 */
export const reasonOf = (error: unknown): string =>
  error instanceof PhysiclawError ? error.describe() : messageOf(error);
