/**
 * The bytes of a file, part by part.
 *
 * @module
 */

/** Bytes that are read at once. */
const PART = 1 << 17;

/** The first `size` bytes of a file: what is appended while it is read belongs to the next time. */
export async function* readFile(
  path: string,
  size: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path, { read: true });
  let left = size;
  while (left > 0) {
    const buffer = new Uint8Array(Math.min(PART, left));
    const count = await file.read(buffer);
    if (count === null) return;
    left -= count;
    onRead(count);
    yield buffer.subarray(0, count);
  }
}
