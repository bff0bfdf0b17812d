/**
 * The listener: node:http, since it bounds how long headers and bodies may take and how many connections stay open.
 *
 * @module
 */
import { getRequestListener } from "@hono/node-server";
import { createServer, type Server } from "node:http";
import { PhysiclawError } from "../internal/errors.ts";

/** Where to listen. */
export type Listen = { readonly kind: "tcp"; readonly host: string; readonly port: number } | {
  readonly kind: "unix";
  readonly path: string;
};

/** Bounds of the listener, in milliseconds and counts. */
export interface ServerLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
}

/** A running listener. */
export interface RunningServer {
  /** The port that was bound (0 asks for a free one); 0 for a Unix socket. */
  readonly port: number;
  /** Takes no new connections and waits until the open requests are answered, `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

const LARGEST_HEADER = 16 * 1024;

async function bind(server: Server, listen: Listen): Promise<void> {
  const where = listen.kind === "tcp" ? `${listen.host}:${listen.port}` : listen.path;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const busy = "code" in error && error.code === "EADDRINUSE";
      reject(
        new PhysiclawError("config", `Cannot bind ${where}: ${busy ? "address in use" : error.message}`, {
          hint: listen.kind === "tcp" ? "use --port" : "use another socket path",
          cause: error,
        }),
      );
    });
    try {
      if (listen.kind === "tcp") {
        server.listen({ host: listen.host, port: listen.port, backlog: 512 }, resolve);
      } else server.listen({ path: listen.path, backlog: 512 }, resolve);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      reject(
        new PhysiclawError("config", `Cannot bind ${where}: this program may not listen there`, {
          hint: "its permissions name where it may, as physiclaw serve --permissions prints them",
          cause: error,
        }),
      );
    }
  });
}

/**
 * Starts listening. Throws {@link PhysiclawError} of kind `config` when the address is taken, or is none of those that were granted.
 */
export async function startServer(
  fetch: (request: Request) => Response | Promise<Response>,
  listen: Listen,
  limits: ServerLimits,
): Promise<RunningServer> {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: LARGEST_HEADER,
  }, getRequestListener(fetch));
  server.maxConnections = limits.maxConnections;
  await bind(server, listen);
  if (listen.kind === "unix") await Deno.chmod(listen.path, 0o600);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
