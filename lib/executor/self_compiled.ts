/**
 * How the program starts itself when it is a compiled file: stands in for `self.ts`. The file is its own runtime, takes no
 * flags of one, and has the same permissions whatever it does; hence a first word that says what it is to be, and the flags
 * that it would have got, to give up the rest (`cmd/helpers_compiled.ts`).
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import type { BuiltinCommand, SelfCommand } from "./self.ts";

export { builtinSources } from "./self_built.ts";

/** The unpacked tree, without a slash at its end: `PLACE/NAME/DIGEST`, with `.NAME` where PLACE is the file's own directory. */
const TREE = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");

/** Inside the sandbox. The runtime looks for its tree beside itself, and unpacks nothing where it finds it. */
const INSIDE = "/run/physiclaw";

/** The same tree for helpers, which are started without the variables that led to it. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  NO_COLOR: "1",
  XDG_DATA_HOME: TREE.split("/").slice(0, -2).join("/"),
};

/**
 * See `self.ts`. Throws {@link PhysiclawError} of kind `config` where any program may have to be started: that is no part of
 * the file's permissions.
 */
export function selfCommand(
  hidden: string,
  args: readonly string[],
  permissions: readonly string[],
): SelfCommand {
  if (permissions.includes("--allow-run")) {
    throw new PhysiclawError("config", "Cannot run tools without the sandbox: this file may not start them", {
      hint: "unset PHYSICLAW_SANDBOX, or use a file that was built with --packaging launcher",
    });
  }
  return { argv: [Deno.execPath(), hidden, ...permissions, "--", ...args], env: ENVIRONMENT };
}

/** See `self.ts`. */
export function builtinCommand(name: string, inside: boolean, journal: boolean): BuiltinCommand {
  const file = inside ? `${INSIDE}/physiclaw` : Deno.execPath();
  const permissions = ["--allow-read", ...(journal ? ["--allow-run=/usr/bin/journalctl"] : [])];
  return {
    argv: [file, "builtin", ...permissions, "--", name],
    env: inside ? { NO_COLOR: "1" } : ENVIRONMENT,
    binds: inside
      ? [
        { path: Deno.execPath(), at: file },
        { path: TREE, at: `${INSIDE}/.physiclaw/${TREE.slice(TREE.lastIndexOf("/") + 1)}` },
      ]
      : [],
  };
}
