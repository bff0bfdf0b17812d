/**
 * A real runner over temporary directories, and tools made of a shell text.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../lib/catalog/addresses.ts";
import { buildCommands } from "../../lib/catalog/build.ts";
import { BUILTIN_TOOLS } from "../../lib/catalog/catalog.ts";
import type { Form, Slots, Tool, ToolSettings } from "../../lib/catalog/types.ts";
import { createRunner, type RunnerOptions } from "../../lib/executor/client.ts";
import { settingValues } from "../../lib/executor/network/networks.ts";
import type { Runner, StepRequest, StepRun } from "../../lib/executor/types.ts";

/** Where tests that start sandboxes can run at all. */
export const hasBwrap = await Deno.stat("/usr/bin/bwrap").then(() => true, () => false);

/** A tool of persona `sre` whose commands are these shell texts. */
export function shellTool(name: string, texts: readonly string[], change: Partial<Tool> = {}): Tool {
  return {
    name,
    aliases: [],
    personas: ["sre"],
    summary: "runs a shell text",
    program: { path: "/bin/sh" },
    slots: {},
    forms: [{ id: "run", commands: texts.map((text) => ["@", "-c", text]) }],
    effect: "read",
    workspace: "read",
    network: { kind: "none" },
    env: {},
    files: [],
    sockets: [],
    roots: [],
    limits: {
      timeoutMs: 30_000,
      outputBytes: 1024 ** 2,
      memory: { kind: "address-space", bytes: 1024 ** 3 },
    },
    parser: "text",
    install: "copy it",
    examples: [],
    ...change,
  };
}

/** A form with another list of codes that let it go on. */
export const proceeding = (tool: Tool, proceedOn: readonly number[]): Tool => ({
  ...tool,
  forms: tool.forms.map((form): Form => ({ ...form, proceedOn })),
});

/** A runner, its directories, and a short way to run a step. */
export interface TestRunner {
  readonly runner: Runner;
  readonly stateDir: string;
  readonly workspace: string;
  /** Builds the argvs as the bridge does; `change` falsifies the request. */
  run(
    tool: Tool,
    slots?: Slots,
    options?: Parameters<Runner["run"]>[1] & {
      readonly change?: Partial<StepRequest>;
      readonly form?: string;
    },
  ): Promise<StepRun>;
}

export const NO_SETTINGS: ToolSettings = { nmap: { targets: ["127.0.0.0/8"] }, hosts: {}, tools: {} };

/** Gives `work` a runner over these tools besides the built-in ones, and removes everything afterwards. */
export async function withRunner(
  tools: readonly Tool[],
  work: (test: TestRunner) => Promise<void>,
  change: Partial<RunnerOptions> = {},
): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-runner-" }));
  const stateDir = `${base}/state`;
  const workspace = `${base}/workspace`;
  await Deno.mkdir(stateDir, { mode: 0o700 });
  await Deno.mkdir(workspace);
  const settings = change.settings ?? NO_SETTINGS;
  const runner = await createRunner({
    settings,
    tools: [...BUILTIN_TOOLS, ...tools],
    safeSubnets: SAFE_SUBNETS,
    sandbox: "bwrap",
    network: true,
    stateDir,
    workspaceRoots: [workspace],
    ...change,
  });
  const programs = new Map<string, string>();
  const programOf = async (tool: Tool): Promise<string> => {
    if ("builtin" in tool.program) return tool.program.builtin;
    if ("path" in tool.program) return await Deno.realPath(tool.program.path).catch(() => "/nowhere");
    if (programs.size === 0) {
      for (const status of await runner.tools()) programs.set(status.tool, status.program ?? status.tool);
    }
    return programs.get(tool.name) ?? tool.name;
  };
  try {
    await work({
      runner,
      stateDir,
      workspace,
      run: async (tool, slots = {}, { change = {}, form = tool.forms[0]?.id ?? "", ...options } = {}) => {
        const context = { program: await programOf(tool), settings: settingValues(settings) };
        const request: StepRequest = {
          goalId: "goal",
          stepId: "s1",
          persona: tool.personas[0] ?? "sre",
          tool: tool.name,
          form,
          slots,
          commands: change.commands ?? buildCommands(tool, form, slots, context),
          cwd: workspace,
          writable: tool.workspace !== "read",
          ...change,
        };
        return await runner.run(request, options);
      },
    });
  } finally {
    await runner.close();
    await Deno.remove(base, { recursive: true });
  }
}

/** A stream of a run as text. */
export const textOf = (run: StepRun, command = 0, stream: "stdout" | "stderr" = "stdout"): string =>
  new TextDecoder().decode(run.commands[command]?.[stream]);
