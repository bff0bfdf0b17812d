/**
 * `physiclaw help [COMMAND]`.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { COMMANDS, overview, VISIBLE_COMMANDS } from "./commands.ts";
import type { CommandDeps } from "./deps.ts";
import { usage } from "./flags.ts";
import { createParser, defineCommand, type ParseContext } from "./parser.ts";

/** Options of the command. */
export interface HelpOptions {
  readonly command?: string;
}

const target = buildCommand<Record<never, never>, [string?], ParseContext>({
  func(_flags, command) {
    this.accept(command === undefined ? {} : { command });
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "The command", parse: String, placeholder: "COMMAND", optional: true }],
    },
  },
  docs: { brief: "Explain a command" },
});

export const parse = createParser<HelpOptions>("help", target);

/** Prints the overview, or the help of a command; exit code 0. */
export async function run({ command }: HelpOptions, deps: CommandDeps): Promise<number> {
  if (command === undefined) {
    deps.output.result(overview());
    return 0;
  }
  const entry = VISIBLE_COMMANDS.includes(command) ? COMMANDS[command] : undefined;
  if (entry === undefined) {
    throw usage(`Cannot explain "${command}": there is no such command`, "physiclaw help");
  }
  return await (await entry.load()).default.invoke(["--help"], deps);
}

export default defineCommand({ target, parse, run });
