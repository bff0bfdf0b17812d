/**
 * What a command may use of the world. `main.ts` gives the real ones, tests give their own.
 *
 * @module
 */
import type { Environment } from "../lib/config/env.ts";
import type { Settings } from "../lib/config/schema.ts";
import type { Runner } from "../lib/executor/types.ts";
import type { LocatedModel } from "../lib/memory/models/description.ts";
import type { Group } from "../lib/redteam/groups.ts";
import type { Layer, LayerCheck } from "../lib/redteam/layers/types.ts";
import type { CaseReport } from "../lib/redteam/report.ts";
import type { HostMemory } from "../lib/memory/interface.ts";
import type { Output } from "./output.ts";

/** What is typed or piped in. */
export interface Input {
  /** Somebody can be asked. */
  readonly interactive: boolean;
  /** All of stdin as text; refuses more than `maxBytes`. */
  readAll(maxBytes: number): Promise<string>;
  /** Asks on stderr, reads one line; `undefined` at the end of input. */
  ask(question: string): Promise<string | undefined>;
}

/** Services that only some commands need; built by `wire.ts`, loaded when first asked for. */
export interface Services {
  /** The runner of tool steps, in a process of its own, with the catalogue of these settings. */
  openRunner(settings: Settings): Promise<Runner>;
  /** The memory in the state directory, for this process alone. Throws `conflict` where a bridge has it. */
  openMemory(settings: Settings): Promise<LocalMemory>;
  /** Tries the egress lock in this process. It stays: the last thing that a command does with a network. */
  checkLock(): Promise<{ readonly held: boolean; readonly detail: string }>;
  /** Runs a model on two texts; throws when it is not what its description says. */
  tryOutModel(located: LocatedModel): Promise<void>;
  /** Tries one layer in a process of its own, the others off. */
  checkLayer(layer: Layer): Promise<LayerCheck>;
  /** Runs these groups of the red team's cases in a process of its own; rejects when it could not get through them. */
  redTeam(options: {
    readonly groups: readonly Group[];
    readonly onCase: (report: CaseReport) => void;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

/** Memory that no bridge has. */
export interface LocalMemory extends HostMemory {
  /** Durable record, made before the change, of what is written or taken out: never the text itself. */
  record(change: string, more?: Readonly<Record<string, string | number>>): Promise<void>;
}

/** The world of a command. */
export interface CommandDeps {
  readonly output: Output;
  readonly input: Input;
  readonly env: Environment;
  /** The directory of the process; `undefined` when it was deleted or may not be read. */
  cwd(): string | undefined;
  /** The user's id; 0 is root. */
  uid(): number;
  /** HTTP to the bridge; over the socket when `socket` is given. */
  request(url: string, init: RequestInit & { readonly socket?: string }): Promise<Response>;
  /** Reads a small text file. */
  readText(path: string): Promise<string>;
  /** Reads a large file. */
  readStream(path: string): Promise<ReadableStream<Uint8Array>>;
  /** Who owns a file, its mode. */
  stat(path: string): Promise<Deno.FileInfo>;
  services(): Promise<Services>;
  /** Aborted by the first Ctrl-C from here on; the second one ends the program as usual. */
  onInterrupt(): { readonly signal: AbortSignal; [Symbol.dispose](): void };
}
