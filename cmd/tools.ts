/**
 * `physiclaw tools list|check`: what the catalogue holds, and what of it can run here.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Persona, Tool } from "../lib/catalog/types.ts";
import type { Settings } from "../lib/config/schema.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { CommandDeps } from "./deps.ts";
import { EXIT_FAILED } from "./exit_codes.ts";
import { PERSONA_FLAG } from "./flags.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";
import { settingsOf } from "./settings.ts";

interface ToolsFlags {
  readonly persona?: string;
  readonly json: boolean;
  readonly config?: string;
}

interface CheckFlags extends ToolsFlags {
  readonly strict: boolean;
}

/** Options of the command. */
export type ToolsOptions =
  | { readonly action: "list"; readonly flags: ToolsFlags }
  | { readonly action: "check"; readonly flags: CheckFlags };

const FLAGS = {
  persona: PERSONA_FLAG,
  ...JSON_FLAG,
  config: { kind: "parsed", parse: String, brief: "Settings file", placeholder: "FILE", optional: true },
} as const;

const list = buildCommand<ToolsFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "list", flags });
  },
  parameters: { flags: FLAGS, aliases: { p: "persona" } },
  docs: { brief: "List the tools of each persona" },
});

const check = buildCommand<CheckFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "check", flags });
  },
  parameters: {
    flags: {
      ...FLAGS,
      strict: {
        kind: "boolean",
        brief: "Exit with 4 when one is not usable",
        default: false,
        withNegated: false,
      },
    },
    aliases: { p: "persona" },
  },
  docs: { brief: "Say which tools are usable here, and why the others are not" },
});

const target = buildRouteMap({
  routes: { list, check },
  docs: { brief: "Tools, and which of them are usable here" },
});

export const parse = createParser<ToolsOptions>("tools", target);

const destination = (tool: Tool): string => tool.network.kind === "none" ? "none" : tool.network.setting;

/** Tools in force, in the personas' order, of one persona when one is named. */
async function select(
  flags: ToolsFlags,
  settings: Settings,
): Promise<readonly { persona: Persona; tool: Tool }[]> {
  const [{ normalisePersona }, { toolsInForce }, { PERSONAS }] = await Promise.all([
    import("../lib/catalog/catalog.ts"),
    import("../lib/config/tool_settings.ts"),
    import("../lib/catalog/types.ts"),
  ]);
  const named = flags.persona === undefined ? undefined : normalisePersona(flags.persona);
  if (flags.persona !== undefined && named === undefined) {
    throw new PhysiclawError("usage", `Cannot list tools of the persona "${flags.persona}"`, {
      hint: `use one of: ${PERSONAS.join(", ")}`,
    });
  }
  const { tools } = toolsInForce(settings);
  return PERSONAS.filter((persona) => named === undefined || persona === named)
    .flatMap((persona) =>
      tools.filter((tool) => tool.personas.includes(persona)).map((tool) => ({ persona, tool }))
    );
}

async function runCheck(
  flags: CheckFlags,
  settings: Settings,
  rows: readonly { persona: Persona; tool: Tool }[],
  deps: CommandDeps,
): Promise<number> {
  const runner = await (await deps.services()).openRunner(settings);
  const statuses = await (async () => {
    try {
      return await runner.tools();
    } finally {
      await runner.close();
    }
  })();
  const byName = new Map(statuses.map((status) => [status.tool, status]));
  const shown = rows.map(({ persona, tool }) => ({
    persona,
    ...(byName.get(tool.name) ?? { tool: tool.name, usable: false, reason: "the runner does not know it" }),
  }));
  if (flags.json) deps.output.json({ schema: 1, tools: shown });
  else {
    await deps.output.table(
      ["PERSONA", "TOOL", "USABLE", "PROGRAM, OR WHY NOT"],
      shown.map(({ persona, tool, usable, program, reason }) => [
        persona,
        tool,
        usable ? "yes" : "no",
        usable ? program ?? "built in" : reason ?? "",
      ]),
    );
  }
  return flags.strict && shown.some(({ usable }) => !usable) ? EXIT_FAILED : 0;
}

/** Prints the tools; exit code 4 with `--strict` when one is not usable. */
export async function run(options: ToolsOptions, deps: CommandDeps): Promise<number> {
  const { flags } = options;
  const settings = await settingsOf(flags, deps);
  const rows = await select(flags, settings);
  if (options.action === "check") return await runCheck(options.flags, settings, rows, deps);
  const disabled = (tool: Tool) =>
    Object.entries(settings.tools).some(([name, entry]) =>
      entry.disabled === true && [tool.name, ...tool.aliases].includes(name)
    );
  if (flags.json) {
    const tools = rows.map(({ persona, tool }) => ({
      persona,
      tool: tool.name,
      aliases: tool.aliases,
      effect: tool.effect,
      network: destination(tool),
      summary: tool.summary,
      disabled: disabled(tool),
    }));
    deps.output.json({ schema: 1, tools });
  } else {
    await deps.output.table(
      ["PERSONA", "TOOL", "EFFECT", "NETWORK", "SUMMARY"],
      rows.map(({ persona, tool }) => [
        persona,
        tool.name,
        tool.effect,
        destination(tool),
        disabled(tool) ? `(switched off) ${tool.summary}` : tool.summary,
      ]),
    );
  }
  return 0;
}

export default defineCommand({ target, parse, run });
