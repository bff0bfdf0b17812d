/**
 * Zip archives for tests, well-formed and otherwise.
 *
 * @module
 */

/** An entry; what is left out is as it should be. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly deflate?: boolean;
  /** What the directory says of its size. */
  readonly claimed?: number;
  readonly encrypted?: boolean;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Little-endian fields: value and width in bytes. */
function fields(...values: readonly (readonly [number, 2 | 4])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of values) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

/** APPNOTE.TXT 4.3; check sums are left 0, nobody here looks at them. */
export async function zip(entries: readonly ZipEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  const body: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const { name, bytes, deflate = false, claimed = bytes.byteLength, encrypted = false } of entries) {
    const encodedName = new TextEncoder().encode(name);
    const data = deflate ? await deflated(bytes) : bytes;
    const common = [
      [20, 2],
      [encrypted ? 1 : 0, 2],
      [deflate ? 8 : 0, 2],
      [0, 4],
      [0, 4],
      [data.byteLength, 4],
      [claimed, 4],
      [encodedName.byteLength, 2],
      [0, 2],
    ] as const;
    const local = [fields([0x04034b50, 4], ...common), encodedName, data];
    directory.push(
      fields([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      encodedName,
    );
    body.push(...local);
    offset += sizeOf(local);
  }
  const end = fields(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
    [sizeOf(directory), 4],
    [offset, 4],
    [0, 2],
  );
  return new Uint8Array(await new Blob([...body, ...directory, end]).arrayBuffer());
}
