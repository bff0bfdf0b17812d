/**
 * `physiclaw assets [NAME]`: the files that the program carries for its host.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { COMPLETION_SCRIPTS } from "./completion_scripts.ts";
import type { CommandDeps } from "./deps.ts";
import { usage } from "./flags.ts";
import { createParser, defineCommand, type ParseContext } from "./parser.ts";

/** Options of the command. */
export interface AssetsOptions {
  readonly name?: string;
}

const NAMES = ["unit", "sysusers", "containerfile", "bash", "zsh", "fish"] as const;

const target = buildCommand<Record<never, never>, [string?], ParseContext>({
  func(_flags, name) {
    this.accept(name === undefined ? {} : { name });
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "One of them",
        parse: String,
        placeholder: "NAME",
        optional: true,
        proposeCompletions: () => NAMES,
      }],
    },
  },
  docs: { brief: "Print a file that belongs to this program: unit, container, completions" },
});

export const parse = createParser<AssetsOptions>("assets", target);

/** Prints one file, or the names of all; exit code 0. */
export async function run({ name }: AssetsOptions, { output }: CommandDeps): Promise<number> {
  if (name === undefined) {
    output.result(...NAMES);
    return 0;
  }
  const { containerfile, sysusersFile, unitFile } = await import("../lib/install/assets.ts");
  const texts: Readonly<Record<string, string>> = {
    ...COMPLETION_SCRIPTS,
    unit: unitFile("/usr/local/bin/physiclaw"),
    sysusers: sysusersFile(),
    containerfile: containerfile(),
  };
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  if (text === undefined) {
    throw usage(`Cannot print "${name}": there is no such file`, `use one of: ${NAMES.join(", ")}`);
  }
  output.result(text.trimEnd());
  return 0;
}

export default defineCommand({ target, parse, run });
