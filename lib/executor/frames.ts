/**
 * Frames on a pipe: a JSON header and raw bytes beside it, each with its length before it.
 *
 * @module
 */

/** One message. */
export interface Frame {
  /** What `JSON.parse` made of the header: the receiver checks it. */
  readonly header: unknown;
  readonly payload: Uint8Array;
}

/** A request's header holds every argv; the largest slot is 256 KiB, twice in it. */
export const MAX_HEADER_BYTES = 8 * 1024 ** 2;
/** A step's output: a tool's cap is 16 MiB unless the catalogue says otherwise. */
export const MAX_PAYLOAD_BYTES = 256 * 1024 ** 2;

/** Two unsigned 32-bit lengths, big-endian. */
const PREFIX_BYTES = 8;

/**
 * A frame as bytes. Throws `RangeError` when a part is longer than its cap.
 *
 * @example
 * ```ts
 * import { encodeFrame, readFrames } from "./frames.ts";
 * const bytes = encodeFrame({ type: "ready" });
 * for await (const frame of readFrames(ReadableStream.from([bytes]))) console.assert(frame.payload.byteLength === 0);
 * ```
 */
export function encodeFrame(
  header: unknown,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  if (text.byteLength > MAX_HEADER_BYTES || payload.byteLength > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`Cannot send a frame of ${text.byteLength} + ${payload.byteLength} bytes`);
  }
  const bytes = new Uint8Array(PREFIX_BYTES + text.byteLength + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.byteLength);
  view.setUint32(4, payload.byteLength);
  bytes.set(text, PREFIX_BYTES);
  bytes.set(payload, PREFIX_BYTES + text.byteLength);
  return bytes;
}

/** Bytes of a stream in pieces of any asked length; each byte is copied once. */
class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** `undefined` at the end of the stream before the first byte; throws `RangeError` at an end in the middle. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#chunk.byteLength === 0) {
        const { done, value } = await this.#reader.read();
        if (done) {
          if (filled === 0) return undefined;
          throw new RangeError("Cannot read a frame: the stream ended in the middle of it");
        }
        this.#chunk = value;
      }
      const part = this.#chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.byteLength;
      this.#chunk = this.#chunk.subarray(part.byteLength);
    }
    return bytes;
  }

  release(): void {
    this.#reader.releaseLock();
  }
}

/** Frames of a stream until it ends. Throws `RangeError` for a length over its cap and for a cut frame. */
export async function* readFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = new ByteReader(stream);
  const must = async (length: number): Promise<Uint8Array> => {
    const bytes = length === 0 ? new Uint8Array() : await reader.take(length);
    if (bytes === undefined) {
      throw new RangeError("Cannot read a frame: the stream ended in the middle of it");
    }
    return bytes;
  };
  try {
    for (let prefix = await reader.take(PREFIX_BYTES); prefix !== undefined;) {
      const view = new DataView(prefix.buffer);
      const [header, payload] = [view.getUint32(0), view.getUint32(4)];
      if (header > MAX_HEADER_BYTES || payload > MAX_PAYLOAD_BYTES) {
        throw new RangeError(`Cannot read a frame of ${header} + ${payload} bytes`);
      }
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await must(header));
      yield { header: JSON.parse(text), payload: await must(payload) };
      prefix = await reader.take(PREFIX_BYTES);
    }
  } finally {
    reader.release();
  }
}
