/**
 * What `tools.ts` found or installed, for tests and the demo.
 *
 * @module
 */
import type { ToolOverride } from "../../lib/catalog/types.ts";
import { SUMMARY, toolBases, type ToolState } from "./places.ts";

const isState = (value: unknown): value is ToolState =>
  typeof value === "object" && value !== null &&
  ("missing" in value || ("program" in value && "version" in value));

/**
 * The tools of this machine by short name (`bwrap`, `nmap`, `promtool`, `kubectl`, `terraform`, `bandit`, `duckdb`,
 * `dbt`, `sqlmesh`, …), as the last run of `tools.ts` left them. A program that has gone since is `missing`; without
 * any summary the result is empty. Needs read access to the tools' directories and `HOME`, `XDG_CACHE_HOME`.
 *
 * @example
 * ```ts
 * import { installedTools } from "./installed.ts";
 * const { duckdb } = await installedTools();
 * Deno.test({ name: "…", ignore: duckdb === undefined || "missing" in duckdb, fn: () => {} });
 * ```
 */
export async function installedTools(): Promise<Readonly<Record<string, ToolState>>> {
  const found: Record<string, ToolState> = {};
  for (const base of toolBases()) {
    const text = await Deno.readTextFile(`${base}/${SUMMARY}`).catch(() => "{}");
    const summary: unknown = JSON.parse(text);
    if (typeof summary !== "object" || summary === null) continue;
    for (const [name, state] of Object.entries(summary)) {
      if (!isState(state)) continue;
      const usable = "program" in state && await Deno.stat(state.program).then(() => true, () => false);
      const known = found[name];
      if (known !== undefined && !("missing" in known)) continue;
      found[name] = usable || "missing" in state
        ? state
        : { missing: `${state.program} has gone; run tests/setup/tools.ts again` };
    }
  }
  return found;
}

/** The catalogue's names of a tool that lives in a virtual environment. */
const CATALOGUE_NAMES: Readonly<Record<string, readonly string[]>> = {
  bandit: ["bandit"],
  duckdb: ["duckdb"],
  dbt: ["dbt run", "dbt test", "dbt build", "dbt compile", "dbt docs generate"],
  sqlmesh: ["sqlmesh audit", "sqlmesh plan", "sqlmesh run"],
};

/**
 * Settings `[tools.NAME]` that make the virtual environments' programs usable: they lie outside the fixed PATH, and the
 * sandbox needs their directory bound.
 */
export function toolOverrides(
  tools: Readonly<Record<string, ToolState>>,
): Readonly<Record<string, ToolOverride>> {
  const overrides: Record<string, ToolOverride> = {};
  for (const [short, names] of Object.entries(CATALOGUE_NAMES)) {
    const state = tools[short];
    if (state === undefined || "missing" in state) continue;
    const directory = state.program.replace(/\/bin\/[^/]+$/, "");
    for (const name of names) overrides[name] = { program: state.program, libraries: [directory] };
  }
  return overrides;
}
