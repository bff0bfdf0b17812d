/**
 * Where attacks take place: addresses, and what each attack finds.
 *
 * @module
 */
import type { System } from "./system.ts";

/** TEST-NET-3 of RFC 5737; the stage's namespace holds it, and nothing leads out of there. */
export const FAR = "203.0.113.5";
export const FAR_PORT = 9443;

/** The interface of the namespace that is no loopback, and a neighbour there: RFC 3849 and RFC 5737 set them aside. */
export const WIRE = "wire0";
export const WIRE_FAR = "198.51.100.5";
export const WIRE_FAR6 = [0x20, 0x01, 0x0d, 0xb8, ...new Uint8Array(11), 5];
export const WIRE_FAR6_TEXT = "2001:db8::5";

/** What an attack may use: all of it exists before the lock. */
export interface Scene extends System {
  /** What must not arrive; eight bytes, so that one word of memory holds it. */
  readonly mark: string;
  /** The listener's descriptor, and that of a client that it accepted. */
  readonly listener: number;
  readonly accepted: number;
  /** A process of the same user, outside the lock; `address` holds 8 bytes that it will send, `socket` a connection. */
  readonly sibling: { readonly pid: number; readonly address: bigint; readonly socket: number };
  /** Paths of Unix sockets that another process serves. */
  readonly streamPath: string;
  readonly datagramPath: string;
}

/** One way. */
export interface Attack {
  readonly name: string;
  /** What it has before the lock is taken. */
  readonly before?: (scene: Scene) => unknown;
  /** Must leave the mark with the stage. */
  readonly run: (scene: Scene, before: unknown) => void | Promise<void>;
  /** What it says under the lock. `E` stands for an errno that no kernel returns. */
  readonly refused: string;
  /** How the lock is taken: `filter` leaves out the look at descriptors, to see the filter alone. Default `lock`. */
  readonly how?: "lock" | "filter";
  /** Where it listens; over `unix` the stage hands it a connected descriptor. Default `ipv4`. */
  readonly home?: "ipv4" | "ipv6" | "unix";
  /** What it sends must be looked for on the wire of the namespace: it needs `ip`. */
  readonly wire?: true;
  /** It needs perl. */
  readonly perl?: true;
}

/** {@link Scene.mark} by the mode of the attempt. */
export const MARKS = { open: "LEAKOPEN", locked: "LEAKLOCK" } as const;
