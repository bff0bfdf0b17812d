/**
 * Copies bytes both ways between a connection and a stream of the pipe, half-closes included.
 *
 * @module
 */
import type { Channel } from "./mux.ts";

/** What {@link relay} needs of a connection; `Deno.TcpConn` has it. */
export interface Connection {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

const CHUNK = 32 * 1024;

async function upstream(connection: Connection, channel: Channel): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const size = await connection.read(buffer);
    if (size === null) return await channel.end();
    await channel.write(buffer.slice(0, size));
  }
}

async function downstream(connection: Connection, channel: Channel): Promise<void> {
  for (;;) {
    const piece = await channel.read();
    if (piece === undefined) return await connection.closeWrite();
    for (let at = 0; at < piece.length;) at += await connection.write(piece.subarray(at));
  }
}

/**
 * Relays until both directions ended or one broke; then both are closed. Never rejects.
 *
 * @example
 * ```ts ignore
 * for await (const connection of listener) void relay(connection, mux.open());
 * ```
 */
export async function relay(connection: Connection, channel: Channel): Promise<void> {
  const give = (): void => {
    channel.reset();
    try {
      connection.close();
    } catch {
      // Closed by the other direction.
    }
  };
  const guard = (direction: Promise<void>): Promise<void> => direction.catch(give);
  await Promise.all([guard(upstream(connection, channel)), guard(downstream(connection, channel))]);
  try {
    connection.close();
  } catch {
    // `give` was first.
  }
}
