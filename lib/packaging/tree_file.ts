/**
 * What a built program is made of.
 *
 * @module
 */

/** A file of the built program: path below its tree, and bytes. */
export interface TreeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
