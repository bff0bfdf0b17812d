/**
 * What the bridge is made of.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import type { AuthResult, Credential } from "../auth/authenticator.ts";
import type { GoalService } from "../goals/service_types.ts";
import type { Memory } from "../memory/interface.ts";

/** What the bridge needs; everything that decides stands behind these. */
export interface BridgeOptions {
  readonly goals: GoalService;
  readonly authenticate: (headers: { get(name: string): string | null | undefined }) => Promise<AuthResult>;
  /** Durable record of a refusal. */
  readonly denied: (
    denial: {
      readonly status: number;
      readonly reason: string;
      readonly persona?: string;
      readonly route: string;
    },
  ) => Promise<void>;
  /** Durable record of a request that was authenticated and not valid. */
  readonly rejected: (
    rejection: { readonly status: number; readonly reason: string; readonly by: string },
  ) => Promise<void>;
  readonly metrics: {
    render(): Promise<{ contentType: string; body: string }>;
    httpRequest(route: string, status: number): void;
  };
  /** Told of errors that are no answer to a request: the client learns only that there was one. */
  readonly failed: (error: unknown) => void;
  /** `undefined` when ready, else why not. */
  readonly notReady: () => string | undefined;
  /** What `/health` tells to those with a credential. */
  readonly layers: () => Readonly<Record<string, string>>;
  readonly memory: Memory;
  /** Durable record, made before the change, of what is written into memory and taken out: never the text itself. */
  readonly memoryChange: (
    change: { readonly by: string; readonly change: string } & Readonly<Record<string, string | number>>,
  ) => Promise<void>;
  /** Directories (links resolved) under which a client may have files ingested. */
  readonly ingestRoots: readonly string[];
  readonly version: string;
  readonly defaultPersona: Persona;
  /** Host headers that are answered, lower case, with port; empty for a Unix socket. */
  readonly hosts: readonly string[];
}

/** Variables that travel with a request. */
export interface BridgeEnv {
  readonly Variables: { credential: Credential };
}
