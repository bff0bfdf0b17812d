/**
 * Tries the lock in this process: a control that connects, the lock, and the same attempt again.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { takeLock } from "./lock.ts";

/** How the layer stood when it was tried. */
export interface LockCheck {
  readonly held: boolean;
  /** What was seen, or why it doesn't hold and what mends it. */
  readonly detail: string;
}

async function connects(port: number): Promise<true | string> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Connects to a listener of its own, takes the lock, and tries to connect again. The lock stays: this is the last thing
 * that a process does with a network. Never rejects for what the kernel or Deno refuse.
 *
 * @example
 * ```ts ignore
 * const { held, detail } = await checkLock();
 * console.log(held ? "ok" : "no", detail);
 * ```
 */
export async function checkLock(): Promise<LockCheck> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const control = await connects(port);
  if (control !== true) {
    return { held: false, detail: `the control could not connect without it: ${control}` };
  }
  (await listener.accept()).close();
  try {
    const { threads } = await takeLock({ listener: { kind: "tcp", host: "127.0.0.1", port } });
    const attempt = await connects(port);
    if (attempt === true) {
      return { held: false, detail: "a connection was made under it: please report this" };
    }
    return {
      held: true,
      detail: `${threads} threads; connecting worked without it, and with it gives "${attempt}"`,
    };
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    return { held: false, detail: error.describe() };
  }
}
