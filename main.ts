/**
 * The program: the first word names a command, its errors become exit codes.
 *
 * @module
 */
import { COMMANDS, DROPPABLE, overview, VISIBLE_COMMANDS } from "./cmd/commands.ts";
import type { CommandDeps } from "./cmd/deps.ts";
import { HELPERS } from "./cmd/helpers.ts";
import { hostDeps } from "./cmd/host.ts";
import { dropPermissions } from "./lib/config/drop_permissions.ts";
import { EXIT_CODES, PhysiclawError } from "./lib/internal/errors.ts";

async function unknown(word: string): Promise<PhysiclawError> {
  const { closest, distance } = await import("fastest-levenshtein");
  const near = closest(word, VISIBLE_COMMANDS);
  const hint = distance(word, near) <= Math.max(2, near.length / 3)
    ? `did you mean: physiclaw ${near}`
    : `physiclaw help lists the commands; a goal is sent with: physiclaw goal "…"`;
  return new PhysiclawError("usage", `Cannot run "${word}": there is no such command`, { hint });
}

async function main(args: readonly string[], deps: CommandDeps): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) {
    deps.output.note(overview());
    return EXIT_CODES.usage;
  }
  const helper = Object.hasOwn(HELPERS, word) ? HELPERS[word] : undefined;
  if (helper !== undefined) return await helper(rest);
  const alias = { "--help": "help", "-h": "help", "--version": "version", "-V": "version" }[word];
  const name = alias ?? word;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw await unknown(word);
  dropPermissions(DROPPABLE.filter((name) => !entry.needs.includes(name)));
  return await (await entry.load()).default.invoke(rest, deps);
}

if (import.meta.main) {
  const deps = hostDeps(() => import("./cmd/wire.ts"));
  let code: number;
  try {
    code = await main(Deno.args, deps);
  } catch (error) {
    deps.output.error(error);
    code = error instanceof PhysiclawError ? EXIT_CODES[error.kind] : EXIT_CODES.internal;
  }
  Deno.exit(code);
}
