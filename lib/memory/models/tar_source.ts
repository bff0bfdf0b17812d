/**
 * A tar archive, gzipped or not, to import models from.
 *
 * @module
 */
import { createTarDecoder } from "modern-tar";
import { meter, named, type Source, type SourceEntry, type SourceLimits } from "./source.ts";

/** The files of a tar archive. Links, devices and directories in it are passed over. */
export function tarSource(path: string, gzipped: boolean, limits: SourceLimits): Source {
  async function* walk(): AsyncGenerator<SourceEntry> {
    const { entry: countEntry, bytes: countBytes } = meter(path, limits);
    const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        countBytes(chunk.byteLength);
        controller.enqueue(chunk);
      },
    });
    const file = await Deno.open(path);
    const unpacked = gzipped ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
    const entries = unpacked.pipeThrough(count).pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of entries) {
      countEntry();
      let taken = false;
      if (header.type === "file" || header.type === undefined) {
        yield {
          name: header.name,
          size: header.size,
          read: () => {
            taken = true;
            return named(path, body);
          },
        };
      }
      // The next header comes only after this body.
      if (!taken) await body.cancel();
    }
  }
  return { kind: "tar", entries: () => named(path, walk()) };
}
