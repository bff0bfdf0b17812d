/**
 * The operator's word on tools: narrowing a built-in, widening it when they say so, declaring a new one as data.
 *
 * @module
 */
import { isUnder } from "../internal/paths.ts";
import { normaliseName } from "./catalog.ts";
import { defineTool, refuseTool } from "./define_tool.ts";
import type { ToolEntry } from "./operator_schema.ts";
import { DEFAULT_LIMITS } from "./slot_types.ts";
import type { Limits, Tool } from "./types.ts";

/** Directories that only root writes: a program or library from elsewhere needs `override = true`. */
const SYSTEM_DIRECTORIES = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/nix/store", "/snap"];

/** Keys that describe a new tool, and that a built-in therefore cannot take. */
const DEFINITION_KEYS = [
  "personas",
  "aliases",
  "summary",
  "args",
  "forms",
  "slots",
  "effect",
  "project_slot",
  "network",
  "memory_bytes",
  "probe",
  "install",
  "examples",
] as const satisfies readonly (keyof ToolEntry)[];

/** What the settings made of the built-ins. */
export interface AppliedTools {
  readonly tools: readonly Tool[];
  /** One line for each change of policy, for the audit. */
  readonly changes: readonly string[];
}

const inSystem = (path: string): boolean => SYSTEM_DIRECTORIES.some((directory) => isUnder(path, directory));
const quoted = (values: readonly string[]): string => values.map((value) => `"${value}"`).join(", ");

/** Each way in which an entry lets a built-in do more: the key, and why. */
function wideningsOf(tool: Tool, entry: ToolEntry): readonly { key: string; why: string }[] {
  const found: { key: string; why: string }[] = [];
  const { program, roots = [], libraries = [], env = {}, timeout_seconds, output_bytes } = entry;
  if (program !== undefined && "search" in tool.program) {
    const name = program.slice(program.lastIndexOf("/") + 1);
    if (!tool.program.search.includes(name)) {
      found.push({ key: "program", why: `"${program}" is not named ${tool.program.search.join(" or ")}` });
    } else if (!inSystem(program)) {
      found.push({ key: "program", why: `"${program}" is outside ${SYSTEM_DIRECTORIES.join(", ")}` });
    }
  }
  const newRoots = roots.filter((root) => !tool.roots.some((own) => isUnder(root, own)));
  if (newRoots.length > 0) {
    found.push({ key: "roots", why: `${quoted(newRoots)} is outside the tool's roots` });
  }
  const libs = libraries.filter((path) => !inSystem(path));
  if (libs.length > 0) {
    found.push({ key: "libraries", why: `${quoted(libs)} is outside ${SYSTEM_DIRECTORIES.join(", ")}` });
  }
  const variables = Object.keys(env);
  if (variables.length > 0) found.push({ key: "env", why: `${variables.join(", ")} is a further variable` });
  if (timeout_seconds !== undefined && timeout_seconds * 1000 > tool.limits.timeoutMs) {
    found.push({ key: "timeout_seconds", why: `the tool's own is ${tool.limits.timeoutMs / 1000}` });
  }
  if (output_bytes !== undefined && output_bytes > tool.limits.outputBytes) {
    found.push({ key: "output_bytes", why: `the tool's own is ${tool.limits.outputBytes}` });
  }
  return found;
}

function overrideTool(tool: Tool, name: string, entry: ToolEntry, changes: string[]): Tool {
  const foreign = DEFINITION_KEYS.find((key) => entry[key] !== undefined);
  if (foreign !== undefined) {
    throw refuseTool(name, foreign, "a built-in keeps its own", "declare a tool of another name instead");
  }
  if (entry.program !== undefined && "builtin" in tool.program) {
    throw refuseTool(name, "program", "this tool is part of Physiclaw", "leave it out");
  }
  const widenings = wideningsOf(tool, entry);
  const first = widenings[0];
  if (first !== undefined && entry.override !== true) {
    throw refuseTool(
      name,
      first.key,
      first.why,
      "this widens a built-in: add override = true if you mean it",
    );
  }
  const say = (text: string) => changes.push(`tool "${tool.name}": ${text}`);
  for (const { key, why } of widenings) say(`${key} widened: ${why}`);
  const widened = new Set(widenings.map(({ key }) => key));
  if (entry.disabled === true) say("disabled");
  if (entry.program !== undefined && !widened.has("program")) say(`program set to ${entry.program}`);
  if (entry.roots !== undefined && !widened.has("roots")) {
    say(`roots narrowed to [${entry.roots.join(", ")}]`);
  }
  if (entry.libraries !== undefined && !widened.has("libraries")) {
    say(`libraries set to [${entry.libraries.join(", ")}]`);
  }
  const { timeout_seconds, output_bytes } = entry;
  if (timeout_seconds !== undefined && !widened.has("timeout_seconds")) {
    say(`timeout_seconds narrowed to ${timeout_seconds}`);
  }
  if (output_bytes !== undefined && !widened.has("output_bytes")) {
    say(`output_bytes narrowed to ${output_bytes}`);
  }
  return {
    ...tool,
    ...(entry.program === undefined ? {} : { program: { path: entry.program } }),
    ...(entry.roots === undefined ? {} : { roots: entry.roots }),
    ...(entry.env === undefined ? {} : { env: { ...tool.env, ...entry.env } }),
    limits: {
      ...tool.limits,
      ...(timeout_seconds === undefined ? {} : { timeoutMs: timeout_seconds * 1000 }),
      ...(output_bytes === undefined ? {} : { outputBytes: output_bytes }),
    },
  };
}

/**
 * The tools that are in force: the given ones (built-ins and packs), changed as the entries say, and the new tools
 * after them, all under the operator's general limits unless an entry names its own. A disabled tool stays listed; the runner calls it unavailable. Throws {@link PhysiclawError} of kind
 * `config`, with the dotted key in `fields`, when an entry widens a built-in without `override = true`, two entries
 * mean one tool, or a new tool is incomplete.
 *
 * @example
 * ```ts
 * import { BUILTIN_TOOLS } from "./catalog.ts";
 * import { applyOverrides } from "./operator_tools.ts";
 * const { changes } = applyOverrides(BUILTIN_TOOLS, { "log-aggregator": { roots: ["/var/log"] } });
 * console.assert(changes[0] === 'tool "log-aggregator": roots narrowed to [/var/log]');
 * ```
 */
export function applyOverrides(
  builtin: readonly Tool[],
  entries: Readonly<Record<string, ToolEntry>>,
  limits: Pick<Limits, "timeoutMs" | "outputBytes"> = DEFAULT_LIMITS,
): AppliedTools {
  const changes: string[] = [];
  const { timeoutMs, outputBytes } = limits;
  const tools = builtin.map((tool) => ({ ...tool, limits: { ...tool.limits, timeoutMs, outputBytes } }));
  const owner = new Map<string, string>();
  for (const tool of builtin) {
    for (const name of [tool.name, ...tool.aliases]) owner.set(normaliseName(name), tool.name);
  }
  const spoken = new Map<string, string>();
  for (const [name, entry] of Object.entries(entries)) {
    const known = owner.get(normaliseName(name));
    const subject = known ?? normaliseName(name);
    const earlier = spoken.get(subject);
    if (earlier !== undefined) {
      throw refuseTool(name, undefined, `[tools."${earlier}"] is the same tool`, "put both into one table");
    }
    spoken.set(subject, name);
    const index = builtin.findIndex((tool) => tool.name === known);
    const own = tools[index];
    if (own !== undefined) {
      tools[index] = overrideTool(own, name, entry, changes);
      continue;
    }
    const tool = defineTool(name, entry, limits);
    for (const other of [tool.name, ...tool.aliases].map(normaliseName)) {
      const taken = owner.get(other);
      if (taken !== undefined) {
        throw refuseTool(name, "aliases", `"${other}" is a name of "${taken}"`, "choose another name");
      }
      owner.set(other, tool.name);
    }
    tools.push(tool);
    const where = tool.network.kind === "none" ? "no network" : `network ${tool.network.setting}`;
    changes.push(`tool "${tool.name}": added for ${tool.personas.join(", ")} (${tool.effect}, ${where})`);
  }
  return { tools, changes };
}
