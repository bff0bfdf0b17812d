/**
 * What a check of one layer says, and where each is tried.
 *
 * @module
 */

/** Layers that a process of their own tries; the lock and the sandbox are tried by whoever has them. */
export const LAYERS = ["deno permissions", "tool network", "watchdog"] as const;
export type Layer = typeof LAYERS[number];

/** How a layer stood when it was tried alone, the others off. */
export interface LayerCheck {
  /** What works without it worked, and what it forbids did not. */
  readonly held: boolean;
  /** What was seen; or why it does not hold, and what mends it. */
  readonly detail: string;
}
