/**
 * How the program's files become one file.
 *
 * @module
 */
import type { BuildInfo } from "../internal/build_info.ts";
import type { TreeFile } from "./tree_file.ts";

/** What every packaging packs. */
export interface ProgramParts {
  readonly version: string;
  /** As Deno names it: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  readonly files: readonly TreeFile[];
}

/** What a packaging made. */
export interface Packed {
  /** The one file. */
  readonly bytes: Uint8Array;
  /** What the build did not try of it; `undefined` when that is told elsewhere, by the tests that run it. */
  readonly untried?: string;
}

/** A way to make the one file. */
export interface Packaging {
  readonly name: Exclude<BuildInfo["packaging"], "source">;
  /** The runtime that becomes part of the file, for the list of parts. */
  readonly runtime: Uint8Array;
  /** See {@link BuildInfo}. */
  readonly permissions?: readonly string[];
  /** The same parts give the same bytes. Rejects when the file can't be made, or was tried and doesn't start. */
  build(parts: ProgramParts): Promise<Packed>;
}
