/**
 * A listener of the host's loopback that greets, and counts who came.
 *
 * @module
 */

/** What it says to everyone. */
export const GREETING = "welcome";

/** It listens until it is closed. */
export interface Listener {
  readonly port: number;
  /** Connections so far. */
  hits(): number;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export function listenOnLoopback(): Listener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let hits = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      hits++;
      // Whoever left already does not hear it.
      await connection.write(new TextEncoder().encode(`${GREETING}\n`)).catch(() => undefined);
      connection.close();
    }
  })();
  return {
    port: listener.addr.port,
    hits: () => hits,
    close: async () => {
      listener.close();
      await serving;
    },
  };
}
