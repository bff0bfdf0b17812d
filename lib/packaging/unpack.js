// Run by the launcher, once, with the runtime that it has just verified: an archive of archive.ts on stdin becomes files
// below the working directory. The launcher compares each with its SHA-256 afterwards.
import { zstdDecompressSync } from "node:zlib";

const packed = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
const end = packed.indexOf(10);
const begun = new Set();
let at = end + 1;
for (const frame of JSON.parse(new TextDecoder().decode(packed.subarray(0, end)))) {
  const bytes = zstdDecompressSync(packed.subarray(at, at + frame.packed));
  at += frame.packed;
  let from = 0;
  for (const [path, size] of frame.rows) {
    const slash = path.lastIndexOf("/");
    if (slash > 0) Deno.mkdirSync(path.slice(0, slash), { recursive: true, mode: 0o700 });
    const how = begun.has(path) ? { append: true, create: false } : { createNew: true, mode: 0o600 };
    Deno.writeFileSync(path, bytes.subarray(from, from + size), how);
    begun.add(path);
    from += size;
  }
}
