/**
 * Where the bridge listens: a loopback address and port, or a Unix socket.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/** design: the port that clients of the earlier backend use. */
export const DEFAULT_LISTEN = "127.0.0.1:8000";

/** A listener's address. Port 0 lets the kernel choose. */
export type Listen =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** `sockaddr_un` holds 108 bytes with the closing NUL. */
const MAX_SOCKET_PATH = 107;

const refuse = (text: string, why: string, hint: string): PhysiclawError =>
  new PhysiclawError("config", `Cannot listen on "${text}": ${why}`, { hint });

/** True for 127.0.0.0/8 in its four-part spelling, ::1 and `localhost`. */
export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.(0|[1-9][0-9]{0,2})){3}$/.test(host) &&
    host.split(".").every((part) => Number(part) <= 255);

/**
 * A `listen` setting: `HOST:PORT`, `[::1]:PORT` or `unix:/absolute/path`. Throws {@link PhysiclawError} of kind `config`
 * for anything else, and for an address that is not loopback: there is no TLS.
 *
 * @example
 * ```ts
 * import { parseListen } from "./listen.ts";
 * const listen = parseListen("127.0.0.1:8000");
 * console.assert(listen.kind === "tcp" && listen.port === 8000);
 * ```
 */
export function parseListen(text: string): Listen {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    if (!path.startsWith("/")) {
      throw refuse(text, "the socket's path is not absolute", "write unix:/run/x/y.sock");
    }
    if (new TextEncoder().encode(path).length > MAX_SOCKET_PATH) {
      throw refuse(text, `the socket's path is longer than ${MAX_SOCKET_PATH} bytes`, "use a shorter path");
    }
    return { kind: "unix", path };
  }
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65535) {
    throw refuse(text, "it is neither HOST:PORT nor unix:/PATH", `for instance ${DEFAULT_LISTEN}`);
  }
  if (!isLoopbackHost(host)) {
    throw refuse(
      text,
      "it is not a loopback address, and there is no TLS yet",
      `use ${DEFAULT_LISTEN}, or a Unix socket behind a proxy`,
    );
  }
  return { kind: "tcp", host: host === "localhost" ? "127.0.0.1" : host, port };
}
