/**
 * The seam between the sandbox and whatever gives it a network: what a step's network needs of the launcher.
 *
 * @module
 */
import type { BuildContext } from "../catalog/build.ts";

/** Text that appears as a read-only file of mode 0400 inside the sandbox (a kubeconfig, a CA, credentials). */
export interface GivenFile {
  /** Absolute path inside, below `/run/physiclaw/`. */
  readonly at: string;
  readonly content: string | Uint8Array;
}

/** A line of the sandbox's `/etc/hosts`. */
export interface HostLine {
  readonly address: string;
  readonly name: string;
}

/**
 * An own network namespace that reaches one endpoint. Made by `network/endpoint.ts`; the launcher uses it once and then
 * calls `close`, whatever happened.
 */
export interface EndpointPlan {
  readonly kind: "endpoint";
  /** For people, the end of "bwrap, …": `10.0.0.5:9090 only`. */
  readonly label: string;
  /**
   * Put directly before bwrap's argv, outside the sandbox: it must end by executing what follows it (same pid), hand down
   * every descriptor, and leave bwrap in a network namespace that holds nothing but the forwarder. `[]`: bwrap makes the
   * namespace itself (`--unshare-net`, with lo up). Element 0 is an absolute path. The environment is empty.
   */
  readonly wrapper: readonly string[];
  /** Further lines of `/etc/hosts`; they go before the pins of the settings. */
  readonly hosts: readonly HostLine[];
  /** Further variables, over those of the catalogue (`VAULT_ADDR`, `VAULT_TOKEN`, …). */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly GivenFile[];
  /** Ends the forwarder. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** What network a step gets. */
export type NetworkPlan =
  /** An empty network namespace: only lo. */
  | { readonly kind: "none" }
  /** The host's own network; nmap alone, after its targets were vetted. */
  | { readonly kind: "host"; readonly label: string; readonly hosts: readonly HostLine[] }
  | EndpointPlan;

/** A network that can't be had: what to say. `violation` marks a broken rule (`refused`), else it is `unavailable`. */
export interface NetworkRefusal {
  readonly kind: "refusal";
  readonly reason: string;
  readonly violation: boolean;
}

/** The values of settings as argvs hold them; bridge and runner must come to the same ones. */
export type SettingValues = BuildContext["settings"];

/**
 * An open descriptor of the runner. `fd` is the kernel's number (`openSync` of `node:fs` gives it, `Deno.open` does
 * not), so that the launcher's shell can take it over as `/proc/RUNNER/fd/N`: that opens the very same inode, whatever
 * the path says by then.
 */
export interface Handle {
  readonly fd: number;
  close(): void;
}
