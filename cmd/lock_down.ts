/**
 * What `serve` gives up once it listens and its helpers run: Deno's permissions, then, by the kernel, every new way out.
 *
 * @module
 */
import type { Listen } from "../lib/config/listen.ts";
import { dropLibraries, dropPermissions } from "../lib/config/drop_permissions.ts";
import { takeLock } from "../lib/egress/lock.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { LIBC_PATHS } from "../lib/internal/libc.ts";
import type { Log } from "../lib/internal/log.ts";
import { nativeThread } from "../lib/internal/tree.ts";
import { GIVEN_UP, usePermissions } from "../lib/redteam/layers/permissions.ts";

/** Where it listens, and whether the lock may be left out. */
export interface LockDownOptions {
  readonly listen: Listen;
  /** The port that was bound. */
  readonly port: number;
  /** False: `--unlocked`. */
  readonly required: boolean;
  readonly log: Log;
}

/**
 * Takes the lock unless it is switched off, and drops the permissions to start programs, to use the network and to load the
 * C library: the listener that exists goes on. Returns how the layer stands. Throws a PhysiclawError of kind `config` when
 * something can't be given up; the process must end then.
 */
export async function lockDown({ listen, port, required, log }: LockDownOptions): Promise<string> {
  let stands = "off: --unlocked";
  if (required) {
    const { threads, instructions } = await takeLock({
      listener: listen.kind === "unix" ? listen : { ...listen, port },
    });
    stands = "held";
    log("info", "Egress lock taken", { threads, instructions });
  }
  dropPermissions(GIVEN_UP);
  // What is left of ffi are the native parts of the memory, which are loaded when they are first needed.
  if (nativeThread().deno === undefined) dropLibraries(LIBC_PATHS);
  else dropPermissions(["ffi"]);
  // What a query says is one thing, a use another. Refused before anything is looked for: port and library don't matter.
  const answers = await usePermissions(1, LIBC_PATHS[0] ?? "");
  if (answers.some((answer) => answer !== "NotCapable")) {
    throw new PhysiclawError(
      "config",
      `Cannot give up ${GIVEN_UP.join(", ")} and the C library: using them gave ${answers.join(", ")}`,
      {
        hint: "start with the flags that physiclaw doctor --permissions prints",
      },
    );
  }
  return stands;
}
