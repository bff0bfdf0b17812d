/**
 * Every command by its first word; each is loaded when it is asked for and not before.
 *
 * @module
 */
import type { AnyCommand } from "./parser.ts";

/** A row of the table. */
export interface CommandEntry {
  /** What it does, for the overview. A hidden command has none. */
  readonly brief?: string;
  load(): Promise<{ readonly default: AnyCommand }>;
}

/** In the order of the overview. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: { brief: "Run the bridge on this host", load: () => import("./serve.ts") },
  goal: { brief: "Give the bridge a goal, and print what it found", load: () => import("./goal.ts") },
  approve: { brief: "Let a plan that writes run", load: () => import("./approve.ts") },
  reject: { brief: "Refuse a plan that waits for approval", load: () => import("./reject.ts") },
  tools: { brief: "Tools, and which of them are usable here", load: () => import("./tools.ts") },
  audit: { brief: "Read the audit log", load: () => import("./audit.ts") },
  auth: { brief: "Make keys and tokens", load: () => import("./auth.ts") },
  doctor: {
    brief: "Say what is set, what holds, and what is missing here",
    load: () => import("./doctor.ts"),
  },
  completions: {
    brief: "Print a completion script for bash, zsh or fish",
    load: () => import("./completions.ts"),
  },
  version: { brief: "Print the version", load: () => import("./version.ts") },
  help: { brief: "Explain a command", load: () => import("./help.ts") },
  complete: { load: () => import("./complete.ts") },
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
