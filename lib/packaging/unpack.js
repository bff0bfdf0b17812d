// Run by the launcher, once, with the runtime that it has just verified: an archive of archive.ts on stdin becomes files
// below the working directory. The launcher compares each with its SHA-256 afterwards.
import { zstdDecompressSync } from "node:zlib";

const packed = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
const bytes = zstdDecompressSync(packed);
const end = bytes.indexOf(10);
let at = end + 1;
for (const [path, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))) {
  const slash = path.lastIndexOf("/");
  if (slash > 0) Deno.mkdirSync(path.slice(0, slash), { recursive: true, mode: 0o700 });
  Deno.writeFileSync(path, bytes.subarray(at, at + size), { createNew: true, mode: 0o600 });
  at += size;
}
