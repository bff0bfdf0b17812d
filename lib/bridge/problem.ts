/**
 * Errors as `application/problem+json` (RFC 9457): what failed and what mends it, never a stack trace, never the input.
 *
 * @module
 */
import { type FieldError, HTTP_STATUS, PhysiclawError } from "../internal/errors.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Credentials missing",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  416: "Range not satisfiable",
  421: "Misdirected request",
  422: "Not valid",
  429: "Too many requests",
  500: "Internal error",
  503: "Not ready",
};

/** What a problem answer holds besides its status. */
export interface Problem {
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A problem answer.
 *
 * @example
 * ```ts
 * import { problem } from "./problem.ts";
 * console.assert(problem(404, { detail: "No such goal" }).headers.get("content-type") === "application/problem+json");
 * ```
 */
export function problem(status: number, { detail, errors, headers }: Problem): Response {
  const body = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    ...(errors === undefined ? {} : { errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

/** The answer to an error that a handler threw; whatever is not a {@link PhysiclawError} is a 500 without detail. */
export function problemOf(error: unknown): Response {
  if (!(error instanceof PhysiclawError)) {
    return problem(500, { detail: "An internal error ended the request" });
  }
  const status = error.kind === "usage" && error.fields !== undefined ? 422 : HTTP_STATUS[error.kind];
  return problem(status, {
    detail: error.describe(),
    ...(error.fields === undefined ? {} : { errors: error.fields }),
    ...(status === 429 ? { headers: { "retry-after": "1" } } : {}),
  });
}
