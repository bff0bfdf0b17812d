/**
 * Takes compression off a stream. Loaded only when a compressed file is met: `node:zlib` takes a while to load.
 *
 * @module
 */
import { createGunzip, createZstdDecompress } from "node:zlib";

/**
 * Feeds what `next` gives (undefined at the end) through a decompressor, in order, one chunk at a time, so that no more than a few
 * chunks are in memory. Resolves to why it stopped early, or undefined.
 */
export function inflate(
  compression: "gzip" | "zstd",
  next: () => Uint8Array | undefined,
  take: (chunk: Uint8Array) => void,
): Promise<string | undefined> {
  const stream = compression === "gzip"
    ? createGunzip({ chunkSize: 1 << 18 })
    : createZstdDecompress({ chunkSize: 1 << 18 });
  return new Promise((resolve) => {
    const feed = () => {
      for (;;) {
        const chunk = next();
        if (chunk === undefined) return void stream.end();
        if (!stream.write(chunk)) return void stream.once("drain", feed);
      }
    };
    stream.on("data", (chunk: Uint8Array) => take(chunk));
    stream.on("end", () => resolve(undefined));
    stream.on(
      "error",
      (error: Error) => resolve(`the ${compression} data is damaged or cut off: ${error.message}`),
    );
    feed();
  });
}
