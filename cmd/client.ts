/**
 * The bridge as the commands see it: requests, its errors, its event streams.
 *
 * @module
 */
import { type ErrorKind, EXIT_CODES, type FieldError, PhysiclawError } from "../lib/internal/errors.ts";
import { type BridgeAddress, bridgeAddress, type BridgeFlags, credentialHeaders } from "./bridge_address.ts";
import type { CommandDeps } from "./deps.ts";
import { readEvents, type ServerEvent } from "./event_stream.ts";

/** A request; `body` is sent as JSON. */
export interface BridgeRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One bridge, with one credential. Every method throws PhysiclawError for what is not a success. */
export interface BridgeClient {
  readonly address: BridgeAddress;
  /** Any answer below 300. */
  send(path: string, request?: BridgeRequest): Promise<Response>;
  json(path: string, request?: BridgeRequest): Promise<unknown>;
  /** Events of a stream, or the one JSON document that came in its place as the event `result`. */
  events(path: string, request?: BridgeRequest): AsyncGenerator<ServerEvent>;
}

const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: "usage",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  405: "usage",
  409: "conflict",
  413: "too_large",
  415: "unsupported_type",
  422: "usage",
  429: "busy",
  503: "not_ready",
};

const HINTS: Partial<Readonly<Record<ErrorKind, string>>> = {
  unauthenticated: "set PHYSICLAW_API_KEY or PHYSICLAW_JWT, or run as the user who runs the bridge",
  not_ready: "see physiclaw doctor, or the bridge's own output",
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isKind = (value: unknown): value is ErrorKind =>
  typeof value === "string" && Object.hasOwn(EXIT_CODES, value);

function fieldsOf(value: unknown): readonly FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map(({ field, message }) => ({
    field: String(field),
    message: String(message),
  }));
}

/** An answer that is no success, as the error it stands for. Its body is foreign text and may be anything. */
async function errorOf(response: Response): Promise<PhysiclawError> {
  const text = (await response.text().catch(() => "")).slice(0, 16_384);
  let problem: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) problem = parsed;
  } catch {
    // Not JSON: something else than a bridge may be listening there.
  }
  const kind = isKind(problem.kind) ? problem.kind : KIND_OF_STATUS[response.status] ?? "internal";
  const detail = typeof problem.detail === "string"
    ? problem.detail
    : `The bridge answered ${response.status}`;
  const retry = response.headers.get("retry-after");
  const hint = typeof problem.hint === "string"
    ? problem.hint
    : retry !== null && kind === "busy"
    ? `try again in ${retry} s`
    : HINTS[kind];
  const fields = fieldsOf(problem.errors);
  return new PhysiclawError(kind, detail, {
    ...(hint === undefined ? {} : { hint }),
    ...(fields.length === 0 ? {} : { fields }),
  });
}

function unreachable(address: BridgeAddress, cause: unknown): PhysiclawError {
  const text = cause instanceof Error
    ? cause.cause instanceof Error ? cause.cause.message : cause.message
    : "";
  const reason = /refused/i.test(text)
    ? "connection refused"
    : /No such file/i.test(text)
    ? "there is no such socket"
    : /denied|not permitted/i.test(text)
    ? "permission denied"
    : "no connection";
  return new PhysiclawError("unreachable", `Cannot reach the bridge at ${address.shown}: ${reason}`, {
    hint: "start one in another terminal, in the directory that your goals are about: physiclaw serve",
    cause,
  });
}

/**
 * A client for the bridge that flags, environment and settings name. Nothing is sent yet.
 *
 * @example
 * ```ts ignore
 * const client = await createBridgeClient({}, deps);
 * const health = await client.json("/health");
 * ```
 */
export async function createBridgeClient(flags: BridgeFlags, deps: CommandDeps): Promise<BridgeClient> {
  const address = await bridgeAddress(flags, deps);
  const credential = await credentialHeaders(flags, deps);

  const send = async (path: string, request: BridgeRequest = {}): Promise<Response> => {
    const { method = "GET", body, headers = {}, signal } = request;
    let response: Response;
    try {
      response = await deps.request(`${address.base}${path}`, {
        method,
        // A redirect could carry the key elsewhere; a bridge sends none.
        redirect: "manual",
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...credential,
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
        ...(address.socket === undefined ? {} : { socket: address.socket }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (error instanceof Deno.errors.NotCapable) throw error;
      throw unreachable(address, error);
    }
    if (response.status >= 300) throw await errorOf(response);
    return response;
  };

  const json = async (response: Response): Promise<unknown> => {
    try {
      return await response.json();
    } catch (cause) {
      throw new PhysiclawError("not_ready", `Cannot read the answer of ${address.shown}: it is not JSON`, {
        hint: "is this a Physiclaw bridge?",
        cause,
      });
    }
  };

  return {
    address,
    send,
    json: async (path, request) => await json(await send(path, request)),
    async *events(path, request = {}) {
      const accept = { accept: "text/event-stream, application/json" };
      const response = await send(path, { ...request, headers: { ...accept, ...request.headers } });
      const type = response.headers.get("content-type") ?? "";
      if (!type.startsWith("text/event-stream") || response.body === null) {
        yield { event: "result", data: await json(response) };
        return;
      }
      yield* readEvents(response.body);
    },
  };
}
