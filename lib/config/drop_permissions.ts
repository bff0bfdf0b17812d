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
