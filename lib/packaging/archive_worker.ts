/**
 * Compresses one frame a message, in a thread of its own.
 *
 * @module
 */
import { constants, zstdCompressSync } from "node:zlib";

/** What is to be compressed, and how. */
export interface FrameRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly level: number;
  readonly windowLog: number;
}

// The library's types of a worker's own scope are not among this project's: only what is used here.
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<FrameRequest>) => void;
  postMessage(message: Uint8Array): void;
};

scope.onmessage = ({ data: { bytes, level, windowLog } }) => {
  scope.postMessage(
    new Uint8Array(zstdCompressSync(bytes, {
      params: {
        [constants.ZSTD_c_compressionLevel]: level,
        [constants.ZSTD_c_windowLog]: windowLog,
        [constants.ZSTD_c_enableLongDistanceMatching]: 1,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    })),
  );
};
