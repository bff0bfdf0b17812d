/**
 * `physiclaw deps`: what the program is made of, and whether any of it reports to somebody.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

/** Options of the command. */
export interface DepsOptions {
  readonly json: boolean;
}

const target = buildCommand<DepsOptions, [], ParseContext>({
  func(flags) {
    this.accept(flags);
  },
  parameters: { flags: JSON_FLAG },
  docs: { brief: "Audit the packages that this program is made of" },
});

export const parse = createParser<DepsOptions>("deps", target);

/** Prints the audit; exit code 1 on a find. */
export async function run(options: DepsOptions, { output }: CommandDeps): Promise<number> {
  const [{ auditLock }, { lockText }] = await Promise.all([
    import("../lib/deps/audit.ts"),
    import("../lib/deps/lock_text.ts"),
  ]);
  const { packages, findings, accepted } = auditLock(await lockText());
  if (options.json) output.json({ schema: 1, packages, findings, accepted });
  else {
    output.result(`${packages.length} packages in the lock, ${findings.length} of them to remove`);
    output.result(...accepted.map(({ name, version, why }) => `  accepted: ${name} ${version}: ${why}`));
    output.result(...findings.map(({ name, version, why }) => `  found: ${name} ${version} ${why}`));
  }
  return findings.length === 0 ? 0 : 1;
}

export default defineCommand({ target, parse, run });
