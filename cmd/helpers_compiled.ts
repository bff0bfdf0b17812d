/**
 * Stands in for `helpers.ts` in a compiled file, which is its own runtime and has one set of permissions: each helper gives
 * up at once what the flags before `--` would not have granted it.
 *
 * @module
 */
import { keepPermissions } from "../lib/config/drop_permissions.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { Helper } from "./helpers.ts";

type Start = (args: readonly string[]) => number | void | Promise<number | void>;

const helper = (load: () => Promise<Start>): Helper => async (words) => {
  const end = words.indexOf("--");
  if (end === -1) {
    throw new PhysiclawError("usage", "Cannot run this command: the program starts it for itself only");
  }
  const start = await load();
  keepPermissions(words.slice(0, end));
  return await start(words.slice(end + 1)) ?? 0;
};

/** The tools' own bundle, so that what runs in the sandbox is what is told of by its digest. */
async function builtin(): Promise<Start> {
  const tools: typeof import("../lib/builtin/main.ts") = await import(
    new URL("../builtin/main.js", import.meta.url).href
  );
  return tools.main;
}

/** See `helpers.ts`; the words are those of `self_compiled.ts`. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  runner: helper(async () => (await import("./runner.ts")).run),
  watchdog: helper(async () => (await import("./watchdog.ts")).watchdogCommand),
  red_team: helper(async () => (await import("./red_team.ts")).run),
  forward: helper(async () => (await import("./forward.ts")).forwardCommand),
  builtin: helper(builtin),
};
