/**
 * The tools of the red team: they run a script of the workspace, each with other grants.
 *
 * @module
 */
import { defineTool } from "../catalog/define_tool.ts";
import { nmap } from "../catalog/tools_secops.ts";
import type { Tool } from "../catalog/types.ts";
import { BASH, PERL } from "./host.ts";

/** The name of a probe: a tool that runs a script of the workspace. */
export type ProbeName =
  | "probe"
  | "probe-endpoint"
  | "probe-roots"
  | "probe-host"
  | "probe-bash"
  | "probe-bash-endpoint";

/** What scripts are written in. */
export type Language = "perl" | "bash";

/** The program of a probe. */
export const programOf = (name: ProbeName): string => name.startsWith("probe-bash") ? BASH : PERL;

/** Short, so that cases about time-outs, floods and memory end soon. */
const LIMITS = { timeoutMs: 3000, outputBytes: 256 * 1024 };
const MEMORY = 256 * 1024 ** 2;

const probe = (name: ProbeName, network: "none" | "prometheus.url", roots: readonly string[] = []): Tool =>
  defineTool(name, {
    roots: [...roots],
    personas: ["sre"],
    program: PERL,
    args: [{ slot: "script" }, { slot: "file" }, { slot: "words" }, { slot: "targets" }],
    slots: {
      script: { kind: "path", of: "file", required: true },
      file: { kind: "path", of: "any" },
      targets: { kind: "address" },
      words: { kind: "pattern", pattern: "[!-~]{1,256}", max: 256, what: "a word", many: 16 },
    },
    network,
    memory_bytes: MEMORY,
    examples: ["probe the sandbox"],
  }, LIMITS);

/**
 * All of them.
 *
 * @param roots directories outside the workspace that `probe-roots` may read
 * @example
 * ```ts
 * import { probes } from "./probes.ts";
 * console.assert(probes([]).probe.network.kind === "none");
 * ```
 */
export const probes = (roots: readonly string[]): Readonly<Record<ProbeName, Tool>> => ({
  "probe": probe("probe", "none"),
  "probe-endpoint": probe("probe-endpoint", "prometheus.url"),
  "probe-roots": probe("probe-roots", "none", roots),
  // As nmap: the host's network, and the address families that its entry grants.
  "probe-host": { ...probe("probe-host", "none"), network: nmap.network, sockets: nmap.sockets },
  // No settings file could name a shell.
  "probe-bash": { ...probe("probe-bash", "none"), program: { path: BASH } },
  "probe-bash-endpoint": { ...probe("probe-bash-endpoint", "prometheus.url"), program: { path: BASH } },
});
