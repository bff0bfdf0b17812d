/**
 * What bridge and runner say to each other; each header is one of these.
 *
 * @module
 */
import type { Tool, ToolSettings } from "../catalog/types.ts";
import type { SelfCheck, StepRequest, StepRun, ToolStatus } from "./types.ts";

/** What a runner is made with; said once, in its first frame. */
export interface RunnerInit {
  readonly settings: ToolSettings;
  /** The catalogue: built-in tools with the operator's changes. */
  readonly tools: readonly Tool[];
  readonly safeSubnets: readonly string[];
  /** `PHYSICLAW_SANDBOX`: `none` is its 0. */
  readonly sandbox: "bwrap" | "none";
  /** `PHYSICLAW_SANDBOX_NET` */
  readonly network: boolean;
  /** Absolute and real. */
  readonly stateDir: string;
  /** Where working copies lie: below {@link stateDir}. */
  readonly scratchDir: string;
  /** Absolute and real: where working directories may lie. */
  readonly workspaceRoots: readonly string[];
  /** Files that no goal may name: settings, tokens. */
  readonly secrets: readonly string[];
}

/** Bridge to runner. */
export type ToRunner =
  | { readonly type: "init"; readonly init: RunnerInit }
  | { readonly type: "run"; readonly id: number; readonly request: StepRequest }
  | { readonly type: "abort"; readonly id: number }
  | { readonly type: "tools"; readonly id: number }
  | { readonly type: "selfCheck"; readonly id: number };

/** A run without its bytes; the payload holds stdout and stderr of each command, one after the other. */
export interface WireRun extends Omit<StepRun, "commands"> {
  readonly commands: readonly {
    readonly argv: readonly string[];
    readonly exitCode?: number;
    readonly signal?: string;
    readonly stdout: number;
    readonly stderr: number;
  }[];
}

/** Runner to bridge. */
export type FromRunner =
  | { readonly type: "ready" }
  | { readonly type: "output"; readonly id: number; readonly bytes: number }
  | { readonly type: "run"; readonly id: number; readonly run: WireRun }
  | { readonly type: "tools"; readonly id: number; readonly tools: readonly ToolStatus[] }
  | { readonly type: "selfCheck"; readonly id: number; readonly check: SelfCheck }
  /** A fault of the runner itself, not of a tool. */
  | { readonly type: "fault"; readonly id: number; readonly message: string }
  /** The last frame of a runner that goes no further. */
  | { readonly type: "end"; readonly message: string };

/** Takes the bytes out of a run. */
export function packRun(run: StepRun): { run: WireRun; payload: Uint8Array } {
  const parts = run.commands.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const payload = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    payload.set(part, at);
    at += part.byteLength;
  }
  const commands = run.commands.map((command) => ({
    ...command,
    stdout: command.stdout.byteLength,
    stderr: command.stderr.byteLength,
  }));
  return { run: { ...run, commands }, payload };
}

/** Puts the bytes back. */
export function unpackRun(run: WireRun, payload: Uint8Array): StepRun {
  let at = 0;
  const take = (length: number): Uint8Array => payload.subarray(at, at += length);
  const commands = run.commands.map((command) => {
    const stdout = take(command.stdout);
    return { ...command, stdout, stderr: take(command.stderr) };
  });
  return { ...run, commands };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function isRequest(value: unknown): value is StepRequest {
  return isRecord(value) &&
    ["goalId", "stepId", "persona", "tool", "form", "cwd"].every((name) => isText(value[name])) &&
    typeof value["writable"] === "boolean" &&
    isRecord(value["slots"]) &&
    Object.values(value["slots"]).every((slot) => isText(slot) || isTexts(slot)) &&
    Array.isArray(value["commands"]) && value["commands"].every(isTexts);
}

/**
 * A header from the bridge, if it is one: the runner takes nothing on trust. The settings of `init` are taken as they are:
 * they come from the process that started us, before anything else.
 */
export function parseToRunner(header: unknown): ToRunner | undefined {
  if (!isRecord(header)) return undefined;
  const { type, id } = header;
  if (type === "init") return isRecord(header["init"]) ? header as ToRunner : undefined;
  if (typeof id !== "number") return undefined;
  if (type === "run") return isRequest(header["request"]) ? header as ToRunner : undefined;
  return type === "abort" || type === "tools" || type === "selfCheck" ? header as ToRunner : undefined;
}
