/**
 * `physiclaw version`: what this is.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { VERSION } from "../lib/internal/version.ts";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

/** Options of the command. */
export interface VersionOptions {
  readonly json: boolean;
}

const target = buildCommand<VersionOptions, [], ParseContext>({
  func(flags) {
    this.accept(flags);
  },
  parameters: { flags: JSON_FLAG },
  docs: { brief: "Print the version" },
});

export const parse = createParser<VersionOptions>("version", target);

/** Prints the versions; exit code 0. */
export function run(options: VersionOptions, { output }: CommandDeps): Promise<number> {
  const { deno, v8, typescript } = Deno.version;
  const { target: platform } = Deno.build;
  if (options.json) output.json({ schema: 1, version: VERSION, deno, v8, typescript, platform });
  else output.result(`physiclaw ${VERSION}`, `deno ${deno}, v8 ${v8}, ${platform}`);
  return Promise.resolve(0);
}

export default defineCommand({ target, parse, run });
