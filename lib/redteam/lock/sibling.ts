/**
 * A process beside the locked one, of the same user and outside the lock: it holds a connection, and sends what its memory
 * says when it is told to. What the attacks want is to have it send something else.
 *
 * @module
 */
import { FAR, FAR_PORT } from "./scene.ts";
import { addressOf, bytesOf, inet, openSystem } from "./system.ts";

/** What it sends when nobody meddled. */
export const HARMLESS = "harmless";

/**
 * Says where its words lie, as JSON, and sends them when `told` resolves.
 *
 * @param say prints a line
 * @example
 * ```ts ignore
 * await runSibling("/lib64/libc.so.6", endOfInput, console.log);
 * ```
 */
export async function runSibling(
  libc: string,
  told: Promise<unknown>,
  say: (line: string) => void,
): Promise<void> {
  const { sys } = openSystem(libc);
  const words = bytesOf(HARMLESS);
  const socket = sys("socket", 2, 1, 0);
  sys("connect", socket, inet(FAR, FAR_PORT), 16);
  say(JSON.stringify({ pid: Deno.pid, address: String(addressOf(words)), socket }));
  await told;
  sys("write", socket, words, words.length);
}
