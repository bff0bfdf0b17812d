/**
 * Deno permissions that are no longer needed are given up for good.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/**
 * Gives up whole permissions, however they were granted: by name, since Deno leaves a part of an unscoped grant standing
 * without a word when only that part is revoked. Throws {@link PhysiclawError} of kind `config` if one stays.
 *
 * @example
 * ```ts ignore
 * dropPermissions(["run", "ffi"]);
 * ```
 */
export function dropPermissions(names: readonly Deno.PermissionDescriptor["name"][]): void {
  for (const name of names) {
    const { state } = Deno.permissions.revokeSync({ name });
    if (state === "granted") {
      throw new PhysiclawError("config", `Cannot give up the permission ${name}: Deno keeps it granted`, {
        hint: "start with the flags that physiclaw doctor --permissions prints, without --allow-all",
      });
    }
  }
}

/** All but reading: modules are read when they are first needed. */
const GIVEN_UP = ["run", "ffi", "net", "write", "env", "sys"] as const;

/**
 * Gives up every whole permission that `deno run` would not grant with these flags; reading stays. For a process whose
 * permissions can't be chosen when it is started: of what a flag grants in part, the rest stays too.
 *
 * @example
 * ```ts ignore
 * keepPermissions(["--allow-ffi=/lib64/libc.so.6"]);
 * ```
 */
export function keepPermissions(flags: readonly string[]): void {
  dropPermissions(GIVEN_UP.filter((name) => !flags.some((flag) => flag.split("=")[0] === `--allow-${name}`)));
}

/**
 * Gives up the permission to load libraries at these paths; others that were granted by their paths stay. Throws
 * {@link PhysiclawError} of kind `config` if one stays: Deno keeps it without a word when all libraries were granted.
 *
 * @example
 * ```ts ignore
 * dropLibraries(["/lib64/libc.so.6"]);
 * ```
 */
export function dropLibraries(paths: readonly string[]): void {
  for (const path of paths) {
    const { state } = Deno.permissions.revokeSync({ name: "ffi", path });
    if (state === "granted") {
      throw new PhysiclawError("config", `Cannot give up loading ${path}: Deno keeps it granted`, {
        hint:
          "start with the flags that physiclaw serve --permissions prints, without --allow-all or --allow-ffi",
      });
    }
  }
}
