/**
 * The part of the payload that the runtime unpacks by itself: an index as one line of JSON, then zstd frames one after the
 * other. Small files share a frame; a large one is cut into several, which are compressed side by side and remembered.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { TreeFile } from "./tree_file.ts";
import type { FrameRequest } from "./archive_worker.ts";

/**
 * zstd's level and window (2^27 bytes, the most that is unpacked without asking). Measured on the largest part, 162 MB: 17
 * gives 39.8 MB, 19 gives 37.7 MB in 1.7 times the time, and the file has room.
 */
const SETTINGS = { level: 17, windowLog: 27 };

/** Bytes of input to a frame, at most: two of them keep two cores busy, and unpacking holds one in memory. */
const FRAME_BYTES = 64 * 1024 * 1024;

/** A row of the index: path below the tree, size in bytes. A path that stands again goes on where it ended. */
export type IndexRow = readonly [path: string, bytes: number];

/** A frame: its packed size, and what it holds. */
export interface Frame {
  readonly packed: number;
  readonly rows: readonly IndexRow[];
}

interface Piece {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files as frames of at most {@link FRAME_BYTES}, in the order of their paths. */
function framesOf(files: readonly TreeFile[]): readonly (readonly Piece[])[] {
  const frames: Piece[][] = [];
  let room = 0;
  for (const { path, bytes } of files.toSorted((a, b) => a.path < b.path ? -1 : 1)) {
    for (let at = 0; at === 0 || at < bytes.byteLength; at += FRAME_BYTES) {
      const piece = bytes.subarray(at, at + FRAME_BYTES);
      if (piece.byteLength > room || frames.length === 0) {
        frames.push([]);
        room = FRAME_BYTES;
      }
      frames.at(-1)?.push({ path, bytes: piece });
      room -= piece.byteLength;
    }
  }
  return frames;
}

/** Byte strings, one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

async function remembered(directory: string, name: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(`${directory}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Compresses in threads of their own, `count` at once. */
async function compressAll(
  inputs: readonly Uint8Array<ArrayBuffer>[],
  count: number,
): Promise<readonly Uint8Array[]> {
  const outputs: Uint8Array[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./archive_worker.ts", import.meta.url), { type: "module" });
    try {
      for (let at = next++; at < inputs.length; at = next++) {
        const bytes = inputs[at];
        if (bytes === undefined) break;
        outputs[at] = await new Promise<Uint8Array>((resolve, reject) => {
          worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => resolve(data);
          worker.onerror = (event) => reject(new Error(`Cannot compress: ${event.message}`));
          worker.postMessage({ bytes, ...SETTINGS } satisfies FrameRequest);
        });
      }
    } finally {
      worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, inputs.length) }, work));
  return outputs;
}

/**
 * Packs files in the order of their paths. The same files give the same bytes.
 *
 * @param cache a directory for frames that were compressed before, named by what went in; made when it is missing
 * @example
 * ```ts ignore
 * const bytes = await pack([{ path: "app/main.js", bytes: new Uint8Array(10) }]);
 * ```
 */
export async function pack(files: readonly TreeFile[], cache?: string): Promise<Uint8Array> {
  const pieces = framesOf(files);
  const inputs = pieces.map((frame) => concat(frame.map(({ bytes }) => bytes)));
  const names = inputs.map((bytes) =>
    createHash("sha256").update(JSON.stringify(SETTINGS)).update(bytes).digest("hex")
  );
  if (cache !== undefined) await Deno.mkdir(cache, { recursive: true });
  const packed = await Promise.all(
    names.map((name) => cache === undefined ? undefined : remembered(cache, name)),
  );
  const missing = packed.flatMap((bytes, at) => bytes === undefined ? [at] : []);
  const made = await compressAll(
    missing.map((at) => inputs[at] ?? new Uint8Array()),
    availableParallelism(),
  );
  for (const [index, at] of missing.entries()) {
    const bytes = made[index] ?? new Uint8Array();
    packed[at] = bytes;
    if (cache === undefined) continue;
    await Deno.writeFile(`${cache}/${names[at]}.new`, bytes);
    await Deno.rename(`${cache}/${names[at]}.new`, `${cache}/${names[at]}`);
  }
  const index: readonly Frame[] = pieces.map((frame, at) => ({
    packed: packed[at]?.byteLength ?? 0,
    rows: frame.map(({ path, bytes }): IndexRow => [path, bytes.byteLength]),
  }));
  return concat([
    new TextEncoder().encode(`${JSON.stringify(index)}\n`),
    ...packed.map((bytes) => bytes ?? new Uint8Array()),
  ]);
}
