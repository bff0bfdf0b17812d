/**
 * What the bridge asks of the runner, and what comes back. The wire form is JSON frames with raw output beside them.
 *
 * @module
 */
import type { Persona, Slots } from "../catalog/types.ts";

/** One step to run. The runner rebuilds every argv from tool, form and slots, and refuses when they differ. */
export interface StepRequest {
  readonly goalId: string;
  readonly stepId: string;
  readonly persona: Persona;
  readonly tool: string;
  readonly form: string;
  readonly slots: Slots;
  readonly commands: readonly (readonly string[])[];
  /** Absolute: the workspace as the sandbox sees it at /workspace, or the copy of it that may be written. */
  readonly cwd: string;
  /** The working directory is a copy that the tool may write. */
  readonly writable: boolean;
}

/** How one command of a step ended. */
export interface CommandRun {
  readonly argv: readonly string[];
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** Raw bytes, up to the cap over the whole step. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** How a step ended; `refused` means that a security rule stopped it, `unavailable` that it could not be started here. */
export interface StepRun {
  readonly outcome: "ok" | "failed" | "timed_out" | "killed" | "output_capped" | "unavailable" | "refused";
  /** Why, for every outcome but `ok` and `failed`. */
  readonly reason?: string;
  readonly commands: readonly CommandRun[];
  readonly started: string;
  readonly durationMs: number;
  /** For instance `bwrap, no network`. */
  readonly sandbox: string;
  readonly truncated: boolean;
}

/** Which tools are usable here, and why not. */
export interface ToolStatus {
  readonly tool: string;
  readonly usable: boolean;
  /** Absolute path of the program, when it was found. */
  readonly program?: string;
  /** SHA-256 of the program file, hex, when it was found. */
  readonly digest?: string;
  /** The one destination that it may reach, when it is usable and has one. */
  readonly destination?: string;
  /** Why it is not usable, with the fix. */
  readonly reason?: string;
}

/** What the sandbox probe saw from the inside; `held` only if every check did. */
export interface SelfCheck {
  readonly held: boolean;
  /** Set when a sandbox is made and does not hold: whoever requires one must not run tools in it. */
  readonly open?: true;
  /** One sentence: what holds, or what is missing and the fix. */
  readonly detail: string;
}

/** The executor as the layers above see it; a process behind a pipe. */
export interface Runner {
  /** Never rejects for what a tool does; rejects only when the runner itself is gone. */
  run(
    request: StepRequest,
    options?: { signal?: AbortSignal; onOutput?: (bytes: number) => void },
  ): Promise<StepRun>;
  /** Looks programs and settings up again. */
  tools(): Promise<readonly ToolStatus[]>;
  selfCheck(): Promise<SelfCheck>;
  /** Kills what runs and ends the process. */
  close(): Promise<void>;
}
