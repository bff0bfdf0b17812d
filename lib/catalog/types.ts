/**
 * What a tool is, as data. Nothing here does I/O.
 *
 * @module
 */

/** The three personas; {@link normalisePersona} maps aliases onto them. */
export const PERSONAS = ["sre", "secops", "data_architect"] as const;
export type Persona = (typeof PERSONAS)[number];

/**
 * The type of one argv slot. Every value that enters an argv passes {@link checkSlot} for its type, wherever it came
 * from: goal text, an operator's fact, or the output of an earlier step.
 */
export type SlotType =
  /** One of a closed list. */
  | { readonly kind: "enum"; readonly values: readonly string[] }
  /** Whole value must match; `max` counts UTF-16 units. */
  | { readonly kind: "pattern"; readonly pattern: string; readonly max: number; readonly what: string }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  /** Present ("true") or absent; emits the part's flag alone. */
  | { readonly kind: "switch" }
  /**
   * A path as the goal wrote it. `glob` allows `*`, `?`, `[]`. Vetted and bound by the executor. `under` names the
   * slot of the directory that a relative value is relative to (default: the working directory).
   */
  | {
    readonly kind: "path";
    readonly of: "file" | "directory" | "any";
    readonly glob?: boolean;
    readonly under?: string;
  }
  /** An IP address, an IPv4 range (10.0.0.1-20), a CIDR or `localhost`, wholly inside the safe subnets. */
  | { readonly kind: "address" }
  /** `22`, `80,443`, `1-1024`, or `-` for all. */
  | { readonly kind: "ports" }
  /** Free text in a language that the tool itself parses; one line, no control characters. */
  | { readonly kind: "text"; readonly max: number; readonly language: "promql" | "sql" | "sql-tree" };

/** A slot's value: text, or several when the slot is `many`. A switch that is on is `"true"`. */
export type SlotValue = string | readonly string[];
export type Slots = Readonly<Record<string, SlotValue>>;

/** A slot as a tool declares it. */
export interface SlotSpec {
  readonly type: SlotType;
  /** More than one value is allowed, up to this many (default 1). */
  readonly many?: number;
  /** The form cannot be built without it. */
  readonly required?: boolean;
  /** Used when the slot is absent; absent means: emit nothing. */
  readonly default?: SlotValue;
  /** What to ask for when it is missing: "Which namespace?" */
  readonly ask?: string;
}

/** A piece of an argv template. */
export type Part =
  /** Stands as it is. */
  | string
  /**
   * A slot's value. With `flag`, the flag goes before it: as an argument of its own, or glued on when it ends in `=`.
   * Several values are repeated (flag and all) or, with `join`, joined into one argument.
   */
  | { readonly slot: string; readonly flag?: string; readonly join?: string }
  /** A value of the operator's settings, by its dotted name; the tool is `unavailable` when it is not set, unless optional. */
  | { readonly setting: SettingName; readonly flag?: string; readonly optional?: boolean }
  /** A value computed from slots by a named pure function of `derive.ts`. */
  | { readonly derive: DeriveName; readonly flag?: string };

/**
 * Settings that may stand in an argv. `prometheus.http_config` is not the operator's: it stands for the file with CA and
 * credentials that the executor makes from `prometheus.{ca,credentials_file}` and hands in.
 */
export type SettingName = "prometheus.url" | "prometheus.http_config" | "kubectl.context";

/** Names of the pure functions in `derive.ts`. */
export type DeriveName = "duckdb-allowed-paths" | "duckdb-serialize" | "duckdb-execute" | "nmap-family";

/**
 * One way of calling a tool: one or more argvs that run one after the other in one sandbox. Part 0 of each is `"@"`, the
 * tool's program, or the absolute path of a coreutils program that brings a file out (`/bin/cat`).
 */
export interface Form {
  readonly id: string;
  readonly commands: readonly (readonly Part[])[];
  /** Exit codes that let the next command of the form run (default `[0]`). */
  readonly proceedOn?: readonly number[];
}

/** A file of the host handed into the sandbox read-only. */
export interface HandedFile {
  /**
   * A fixed path, a glob over fixed paths (each match appears below `at` at its own path), or the setting that names it.
   * Opened by the runner, outside the sandbox, so that files of mode 0600 can be handed in.
   */
  readonly from: { readonly path: string } | { readonly glob: string } | { readonly setting: string };
  /** Where it appears inside. */
  readonly at: string;
  /** Only owner, group, mode, size and times are handed in (as JSON), not the content. */
  readonly statOnly?: boolean;
  readonly optional?: boolean;
}

/** Where a tool's packets may go. */
export type Network =
  | { readonly kind: "none" }
  /** An own network namespace with a forwarder to the one endpoint that the setting names. */
  | { readonly kind: "endpoint"; readonly setting: "prometheus.url" | "vault.address" | "kubectl.kubeconfig" }
  /** The host's network; only nmap, only to its vetted address slots. */
  | { readonly kind: "targets"; readonly setting: "nmap.targets" };

export type ParserName =
  | "kubectl"
  | "kubectl-text"
  | "terraform"
  | "promtool"
  | "log-aggregator"
  | "nmap"
  | "bandit"
  | "iam-inspect"
  | "vault"
  | "duckdb"
  | "dbt"
  | "sqlmesh"
  | "text";

/** What one step may use. `memory` is RLIMIT_AS for native programs, RLIMIT_DATA for this program's own. */
export interface Limits {
  readonly timeoutMs: number;
  readonly outputBytes: number;
  readonly memory: { readonly kind: "address-space" | "data"; readonly bytes: number };
}

/** A tool of the catalogue. */
export interface Tool {
  /** First name: what plans, steps and metrics use. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly personas: readonly Persona[];
  readonly summary: string;
  /** Searched in the fixed PATH, unless the operator names an absolute path; `builtin` is this program's own code. */
  readonly program: { readonly search: readonly string[] } | { readonly path: string } | {
    readonly builtin: string;
  };
  readonly slots: Readonly<Record<string, SlotSpec>>;
  readonly forms: readonly Form[];
  /** Where slot `when.slot` holds `when.value`, slot `require.slot` must be exactly `require.value`. */
  readonly rules?: readonly {
    readonly when: { readonly slot: string; readonly value: string };
    readonly require: { readonly slot: string; readonly value: string };
    readonly why: string;
  }[];
  readonly effect: "read" | "write";
  /**
   * What the working directory is inside: read-only as it stands; a scratch copy that is thrown away; or a copy that
   * replaces the original after approval.
   */
  readonly workspace: "read" | "scratch" | "replace";
  /** The slot that names the directory to copy for `scratch` and `replace`; the working directory when it is absent. */
  readonly projectSlot?: string;
  /**
   * The slot whose directory the tool is started in, for tools that resolve a project's own paths against the working
   * directory. Its part of the argv then reads `.`.
   */
  readonly chdirSlot?: string;
  readonly network: Network;
  /** Variables set for the tool: literal text only. Everything else is absent. */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly HandedFile[];
  /** Address families that the tool's seccomp filter lets it open. */
  readonly sockets: readonly ("inet" | "unix" | "netlink")[];
  /** Directories outside the workspace under which path slots may lie. */
  readonly roots: readonly string[];
  readonly limits: Limits;
  readonly parser: ParserName;
  /** Argv (after the program) that must exit 0 inside the sandbox for the tool to count as available; never with network. */
  readonly probe?: readonly string[];
  /** How to get it, shown when it is missing. */
  readonly install: string;
  /** Goals that this tool answers: the planner's examples. */
  readonly examples: readonly string[];
}

/** What the operator configured that tools use; resolved once at start, frozen. Paths are absolute. */
export interface ToolSettings {
  readonly kubectl?: { readonly kubeconfig: string; readonly context?: string };
  readonly prometheus?: { readonly url: string; readonly ca?: string; readonly credentialsFile?: string };
  readonly vault?: {
    readonly address: string;
    readonly ca?: string;
    readonly tokenFile?: string;
    /** Path patterns whose values may be shown. */
    readonly allowValues: readonly string[];
  };
  readonly nmap: { readonly targets: readonly string[] };
  /** Name to IP literal. */
  readonly hosts: Readonly<Record<string, string>>;
  /** By tool name. */
  readonly tools: Readonly<Record<string, ToolOverride>>;
}

/** What an operator may say of one tool. */
export interface ToolOverride {
  readonly program?: string;
  /** Replaces the tool's roots. */
  readonly roots?: readonly string[];
  /** Further variables; needs `override = true`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directories that the program itself needs (an interpreter's prefix, a venv): bound read-only. */
  readonly libraries?: readonly string[];
  readonly disabled?: boolean;
}
