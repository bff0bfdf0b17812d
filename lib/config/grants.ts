/**
 * Which kinds of permission each command needs. The rest is given up before it runs, however much it was started with; the
 * launcher of the built file does not even grant it.
 *
 * @module
 */

/** `client`: talk to a bridge, over loopback or a Unix socket (for which Deno asks write permission on its path). */
export type Grant = "read" | "write" | "client" | "net" | "run" | "ffi" | "sys";

const ALL: readonly Grant[] = ["read", "write", "net", "run", "ffi", "sys"];
const CLIENT: readonly Grant[] = ["read", "client", "sys"];
const LOOK: readonly Grant[] = ["read", "run", "sys"];

/** By command; one that is not listed keeps nothing but the names of variables that it may read. */
export const COMMAND_GRANTS: Readonly<Record<string, readonly Grant[]>> = {
  serve: ALL,
  goal: CLIENT,
  approve: CLIENT,
  reject: CLIENT,
  tools: LOOK,
  doctor: LOOK,
  audit: ["read", "sys"],
  auth: ["read", "sys"],
};

/**
 * Permissions that a command gives up, by their names in `Deno.permissions`. Reading stays with every command: the chunks
 * of a built file are read while it runs; the launcher narrows it to those.
 *
 * @example
 * ```ts
 * import { givenUp } from "./grants.ts";
 * console.assert(givenUp("goal").includes("run") && !givenUp("goal").includes("net"));
 * ```
 */
export function givenUp(command: string): readonly ("write" | "net" | "run" | "ffi" | "sys")[] {
  const grants = Object.hasOwn(COMMAND_GRANTS, command) ? COMMAND_GRANTS[command] ?? [] : [];
  const kept = new Set<string>(grants.flatMap((grant) => grant === "client" ? ["net", "write"] : [grant]));
  return (["write", "net", "run", "ffi", "sys"] as const).filter((name) => !kept.has(name));
}
