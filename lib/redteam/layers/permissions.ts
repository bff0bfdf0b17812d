/**
 * Deno's permissions alone: what `serve` gives up once it listens is tried before and after, without lock or sandbox.
 *
 * @module
 */
import { dropLibraries, dropPermissions } from "../../config/drop_permissions.ts";
import { PhysiclawError } from "../../internal/errors.ts";
import { findLibc, LIBC_PATHS } from "../../internal/libc.ts";
import type { LayerCheck } from "./types.ts";

/** What `serve` gives up as a whole, besides the C library. */
export const GIVEN_UP = ["run", "net"] as const;

/**
 * Uses each once, programs, the C library, the network: `done`, or the name of the error, which is `NotCapable` where Deno refuses it.
 *
 * @param port of loopback, for the connection
 * @param libc absolute path of the C library
 * @example
 * ```ts ignore
 * console.log(await usePermissions(1, "/lib64/libc.so.6"));
 * ```
 */
export async function usePermissions(port: number, libc: string): Promise<readonly string[]> {
  const ways: readonly (() => unknown)[] = [
    () => new Deno.Command("/bin/sh", { args: ["-c", ":"], clearEnv: true }).output(),
    () => Deno.dlopen(libc, { getpid: { parameters: [], result: "i32" } }).close(),
    async () => (await Deno.connect({ hostname: "127.0.0.1", port })).close(),
  ];
  const answers: string[] = [];
  for (const way of ways) {
    try {
      await way();
      answers.push("done");
    } catch (error) {
      answers.push(error instanceof Error ? error.name : String(error));
    }
  }
  return answers;
}

/**
 * Tries it in this process, which has the permissions of `serve` and keeps none of these.
 *
 * @example
 * ```ts ignore
 * const { held } = await checkPermissions();
 * ```
 */
export async function checkPermissions(): Promise<LayerCheck> {
  const libc = await findLibc() ?? "";
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const before = await usePermissions(listener.addr.port, libc);
  if (before.some((answer) => answer !== "done")) {
    return {
      held: false,
      detail: `cannot be tried: with them, run, the C library and net gave ${
        before.join(", ")
      } (is loopback up?)`,
    };
  }
  try {
    dropPermissions(GIVEN_UP);
    dropLibraries(LIBC_PATHS);
  } catch (error) {
    if (error instanceof PhysiclawError) return { held: false, detail: error.describe() };
    throw error;
  }
  const after = await usePermissions(listener.addr.port, libc);
  return after.every((answer) => answer === "NotCapable")
    ? {
      held: true,
      detail: "run, the C library and net worked, and once given up all three are refused (NotCapable)",
    }
    : {
      held: false,
      detail: `given up, run, the C library and net still gave ${after.join(", ")}: please report this`,
    };
}
