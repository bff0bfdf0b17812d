/**
 * `physiclaw forward LIBC ADDRESS PORT`: hidden; the helper that the runner starts in a tool's network namespace. Its
 * permissions are one address to listen at and the C library.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";
import { forward } from "../lib/executor/network/forward.ts";

/**
 * Runs the helper until its pipe ends.
 *
 * @example
 * ```ts ignore
 * await forwardCommand(["/lib/x86_64-linux-gnu/libc.so.6", "10.0.0.5", "9090"]);
 * ```
 */
export async function forwardCommand(args: readonly string[]): Promise<void> {
  const [libc, address, port] = args;
  if (libc === undefined || address === undefined || !/^[0-9]{1,5}$/.test(port ?? "") || args.length !== 3) {
    throw new PhysiclawError("usage", "Cannot run forward: it is started by the runner only");
  }
  await forward({
    libc,
    address,
    port: Number(port),
    readable: Deno.stdin.readable,
    writable: Deno.stdout.writable,
  });
}

if (import.meta.main) await forwardCommand(Deno.args);
