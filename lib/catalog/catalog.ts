/**
 * The built-in tools, by persona and name.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import {
  dbtBuild,
  dbtCompile,
  dbtDocs,
  dbtRun,
  dbtTest,
  duckdb,
  sqlmeshAudit,
  sqlmeshPlan,
  sqlmeshRun,
} from "./tools_data.ts";
import { bandit, iamInspect, nmap, vaultRead } from "./tools_secops.ts";
import { kubectlGet, logAggregator, prometheusQuery, terraformPlan } from "./tools_sre.ts";
import { type Persona, PERSONAS, type Tool } from "./types.ts";

/** Every built-in tool, in the order of the personas' tables. */
export const BUILTIN_TOOLS: readonly Tool[] = [
  kubectlGet,
  terraformPlan,
  logAggregator,
  prometheusQuery,
  nmap,
  bandit,
  iamInspect,
  vaultRead,
  duckdb,
  dbtRun,
  dbtTest,
  dbtBuild,
  dbtCompile,
  dbtDocs,
  sqlmeshAudit,
  sqlmeshPlan,
  sqlmeshRun,
];

const ALIASES: Readonly<Record<string, Persona>> = {
  data: "data_architect",
  dataarchitect: "data_architect",
};

/** Lower case, white space collapsed: how tool names and personas are compared. */
export const normaliseName = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, " ");

/**
 * The persona that a text names, or `undefined` for an unknown one. Never by prefix or substring.
 *
 * @example
 * ```ts
 * import { normalisePersona } from "./catalog.ts";
 * console.assert(normalisePersona(" SRE ") === "sre");
 * console.assert(normalisePersona("sre2") === undefined);
 * ```
 */
export function normalisePersona(text: string): Persona | undefined {
  const name = normaliseName(text);
  return PERSONAS.find((persona) => persona === name) ??
    (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined);
}

/** Tools by name, and per persona. */
export interface Catalog {
  readonly tools: readonly Tool[];
  /** By first name or alias; `undefined` for an unknown one. */
  find(name: string): Tool | undefined;
  of(persona: Persona): readonly Tool[];
  /** First names and aliases in the order of the persona's table. */
  allowedNames(persona: Persona): readonly string[];
}

/**
 * A catalogue over tools. Throws {@link PhysiclawError} of kind `config` when two tools share a name.
 *
 * @example
 * ```ts
 * import { BUILTIN_TOOLS, createCatalog } from "./catalog.ts";
 * const catalog = createCatalog(BUILTIN_TOOLS);
 * console.assert(catalog.find("Kubectl  GET")?.name === "kubectl get");
 * ```
 */
export function createCatalog(tools: readonly Tool[]): Catalog {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    for (const name of [tool.name, ...tool.aliases].map(normaliseName)) {
      if (byName.has(name)) {
        throw new PhysiclawError("config", `Cannot load the catalogue: two tools are named "${name}"`);
      }
      byName.set(name, tool);
    }
  }
  return {
    tools,
    find: (name) => byName.get(normaliseName(name)),
    of: (persona) => tools.filter((tool) => tool.personas.includes(persona)),
    allowedNames: (persona) =>
      tools.filter((tool) => tool.personas.includes(persona)).flatMap((tool) => [tool.name, ...tool.aliases]),
  };
}
