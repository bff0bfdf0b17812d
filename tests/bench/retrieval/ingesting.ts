/**
 * How fast files are read into memory, by full text alone, and how much memory that takes.
 *
 * @module
 */
import { createScrubber } from "../../../lib/memory/scrub.ts";
import { openDocuments } from "../../../lib/memory/documents/documents.ts";

const LINE =
  "2026-11-27T10:00:00Z host-7 checkout[311]: request 7f3a to /cart took 512 ms, upstream 10.0.0.7 answered 503 in zone b\n";

/** Files of 8 MB, and one line of 200 MB, to `megabytes` in all. */
async function write(directory: string, megabytes: number): Promise<void> {
  const part = new TextEncoder().encode(LINE.repeat(Math.floor(2 ** 23 / LINE.length)));
  const long = Math.min(200, Math.floor(megabytes / 5));
  for (let index = 0; index * 8 < megabytes - long; index++) {
    await Deno.writeFile(`${directory}/${index}.log`, part);
  }
  using file = await Deno.open(`${directory}/one_line.txt`, { write: true, create: true });
  const words = new TextEncoder().encode("some words on one endless line ".repeat(33_825));
  for (let index = 0; index < long; index++) await file.write(words);
}

/** Prints rate and memory. */
export async function ingesting(megabytes: number): Promise<void> {
  const directory = await Deno.makeTempDir();
  await Deno.mkdir(`${directory}/files`);
  await write(`${directory}/files`, megabytes);
  const documents = await openDocuments({ path: `${directory}/l3`, scrubber: createScrubber() });
  const before = Deno.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 50);
  const started = performance.now();
  const { bytes, chunks } = await documents.ingest([`${directory}/files`], {
    audience: "all",
    origin: "document",
    onProgress: () => most = Math.max(most, Deno.memoryUsage().rss),
  });
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${(bytes / 1e6).toFixed(0)} MB, ${chunks} chunks in ${seconds.toFixed(1)} s: ${
      (bytes / 1e6 / seconds).toFixed(1)
    } MB/s, ` +
      `${(chunks / seconds).toFixed(0)} chunks/s; memory ${(before / 1e6).toFixed(0)} MB before, ${
        (most / 1e6).toFixed(0)
      } MB at most`,
  );
  await documents.close();
  await Deno.remove(directory, { recursive: true });
}
