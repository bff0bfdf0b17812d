/**
 * The forwarder's end inside the namespace: listens at the destination's own address and sends every connection up the
 * pipe. It cannot choose where they go: the other end knows one destination.
 *
 * @module
 */
import { createMux } from "./mux.ts";
import { raiseLoopback } from "./loopback.ts";
import { relay } from "./relay.ts";

/** What the helper is started with. */
export interface ForwardOptions {
  /** Absolute path of the C library. */
  readonly libc: string;
  /** IP literal and port at which the tool will call. */
  readonly address: string;
  readonly port: number;
  /** The pipe to the runner. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** A new IPv6 address is tentative until the kernel's work queue has looked at it: a matter of milliseconds. */
const LISTEN_TRIES = 100;
const LISTEN_PAUSE_MS = 5;

async function listen(hostname: string, port: number): Promise<Deno.TcpListener> {
  for (let attempt = 1;; attempt++) {
    try {
      return Deno.listen({ hostname, port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrNotAvailable) || attempt === LISTEN_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LISTEN_PAUSE_MS));
    }
  }
}

/**
 * Serves until the pipe ends, which it does when the runner closes it or dies. Throws when the namespace cannot be
 * prepared or the address cannot be listened at; nothing is forwarded then.
 *
 * @example
 * ```ts ignore
 * await forward({ libc, address: "10.0.0.5", port: 9090, readable: Deno.stdin.readable, writable: Deno.stdout.writable });
 * ```
 */
export async function forward(options: ForwardOptions): Promise<void> {
  const namespace = raiseLoopback(options.libc, options.address);
  const listener = await listen(options.address, options.port);
  const mux = createMux({ readable: options.readable, writable: options.writable });
  mux.closed.then(() => listener.close());
  await mux.ready(namespace);
  for (;;) {
    let connection: Deno.TcpConn;
    try {
      connection = await listener.accept();
    } catch {
      return; // The listener was closed with the pipe.
    }
    try {
      void relay(connection, mux.open());
    } catch {
      connection.close(); // Too many at once.
    }
  }
}
