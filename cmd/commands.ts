/**
 * Every command by its first word; each is loaded when it is asked for and not before.
 *
 * @module
 */
import type { AnyCommand } from "./parser.ts";

/** Permissions that the program has at its start and that most commands have no use for. Reading is none of them: modules are read. */
export const DROPPABLE = ["run", "ffi", "net", "write"] as const;

/** To speak with the bridge: Deno asks for writing too where a Unix socket is connected. */
const BRIDGE = ["net", "write"] as const;

/** A row of the table. */
export interface CommandEntry {
  /** What it does, for the overview. A hidden command has none. */
  readonly brief?: string;
  /** The rest of {@link DROPPABLE} is given up before the command is loaded. */
  readonly needs: readonly (typeof DROPPABLE)[number][];
  load(): Promise<{ readonly default: AnyCommand }>;
}

/** In the order of the overview. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: { brief: "Run the bridge on this host", needs: DROPPABLE, load: () => import("./serve.ts") },
  goal: {
    brief: "Give the bridge a goal, and print what it found",
    needs: BRIDGE,
    load: () => import("./goal.ts"),
  },
  approve: { brief: "Let a plan that writes run", needs: BRIDGE, load: () => import("./approve.ts") },
  reject: {
    brief: "Refuse a plan that waits for approval",
    needs: BRIDGE,
    load: () => import("./reject.ts"),
  },
  tools: {
    brief: "Tools, and which of them are usable here",
    needs: ["run"],
    load: () => import("./tools.ts"),
  },
  models: {
    brief: "Embedders and rerankers on this host",
    // A model that is imported without a pinned digest is tried out.
    needs: ["ffi", "write"],
    load: () => import("./models.ts"),
  },
  memory: {
    brief: "What this host knows: add, ingest, search, forget",
    // Without a bridge it opens the stores itself, native libraries included.
    needs: ["net", "write", "ffi"],
    load: () => import("./memory.ts"),
  },
  audit: { brief: "Read the audit log", needs: [], load: () => import("./audit.ts") },
  auth: { brief: "Make keys and tokens", needs: [], load: () => import("./auth.ts") },
  doctor: {
    brief: "Say what is set, what holds, and what is missing here",
    // It tries what the layers forbid, each with the others off.
    needs: DROPPABLE,
    load: () => import("./doctor.ts"),
  },
  deps: {
    brief: "Audit the packages that this program is made of",
    needs: [],
    load: () => import("./audit_deps.ts"),
  },
  install: {
    brief: "Install this file, its unit and its completions on this host",
    needs: ["write"],
    load: () => import("./install.ts"),
  },
  assets: {
    brief: "Print a file that belongs to this program: unit, container, completions",
    needs: [],
    load: () => import("./assets.ts"),
  },
  completions: {
    brief: "Print a completion script for bash, zsh or fish",
    needs: [],
    load: () => import("./completions.ts"),
  },
  version: { brief: "Print the version", needs: [], load: () => import("./version.ts") },
  help: { brief: "Explain a command", needs: [], load: () => import("./help.ts") },
  complete: { needs: [], load: () => import("./complete.ts") },
};

/** Names that people see. */
export const VISIBLE_COMMANDS: readonly string[] = Object.keys(COMMANDS).filter((name) =>
  COMMANDS[name]?.brief !== undefined
);

/** The overview: what `physiclaw` alone, `--help` and `help` print. */
export function overview(): string {
  const width = Math.max(...VISIBLE_COMMANDS.map((name) => name.length));
  return [
    "Physiclaw: a goal in, evidence out; nothing leaves this host.",
    "",
    "USAGE",
    "  physiclaw serve",
    '  physiclaw goal "why do the checkout pods restart?"',
    "",
    "COMMANDS",
    ...VISIBLE_COMMANDS.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name]?.brief}`),
    "",
    "physiclaw COMMAND --help explains one.",
  ].join("\n");
}
