/**
 * A zip archive to import models from. Its central directory says what it holds; an entry of another size than announced is
 * an error, and so is one that is encrypted.
 *
 * @module
 */
import { type Entry, openPromise } from "yauzl";
import { meter, named, type Source, type SourceEntry, type SourceLimits, unreadable } from "./source.ts";

/** The files of a zip archive. */
export function zipSource(path: string, limits: SourceLimits): Source {
  async function* walk(): AsyncGenerator<SourceEntry> {
    const { entry: countEntry, bytes: countBytes } = meter(path, limits);
    // Names are never used as paths, so that none needs to be refused.
    const zip = await openPromise(path, { decodeStrings: false, validateEntrySizes: true, autoClose: false });
    async function* read(entry: Entry): AsyncGenerator<Uint8Array> {
      const stream = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        // No encoding is set: it gives bytes.
        const bytes: Uint8Array = chunk;
        countBytes(bytes.byteLength);
        yield bytes;
      }
    }
    try {
      for await (const entry of zip.eachEntry()) {
        countEntry();
        const name = new TextDecoder().decode(entry.fileNameRaw);
        if (entry.isEncrypted()) throw unreadable(path, `its entry ${JSON.stringify(name)} is encrypted`);
        if (name.endsWith("/")) continue;
        yield { name, size: entry.uncompressedSize, read: () => named(path, read(entry)) };
      }
    } finally {
      zip.close();
    }
  }
  return { kind: "zip", entries: () => named(path, walk()) };
}
