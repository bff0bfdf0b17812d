/**
 * `physiclaw version`: what this is.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { BUILD } from "../lib/internal/build_info.ts";
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
export async function run(options: VersionOptions, { output }: CommandDeps): Promise<number> {
  const { deno, v8, typescript } = Deno.version;
  const { target: platform } = Deno.build;
  const { packaging, commit, packages } = BUILD;
  if (options.json) {
    // Node's process is slow to load, and nothing else here needs it.
    const { default: process } = await import("node:process");
    const sqlite = process.versions["sqlite"];
    output.json({
      schema: 1,
      version: VERSION,
      commit,
      packaging,
      deno,
      v8,
      sqlite,
      ...packages,
      typescript,
      platform,
    });
  } else output.result(`physiclaw ${VERSION}`, `deno ${deno}, v8 ${v8}, ${platform}`);
  return 0;
}

export default defineCommand({ target, parse, run });
