import assert from "node:assert/strict";
import { createLines } from "./lines.ts";

async function all(...chunks: readonly string[]): Promise<readonly string[]> {
  const next = createLines(ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk))));
  const lines: string[] = [];
  for (let line = await next(); line !== undefined; line = await next()) lines.push(line);
  return lines;
}

Deno.test("createLines: lines whatever the chunks; what no line feed ends is none", async () => {
  assert.deepEqual(await all("one\ntwo\n"), ["one", "two"]);
  assert.deepEqual(await all("o", "ne\n\ntw", "o\n"), ["one", "", "two"]);
  assert.deepEqual(await all("one\ntwo"), ["one"]);
  assert.deepEqual(await all(), []);
});
