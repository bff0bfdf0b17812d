import assert from "node:assert/strict";
import fc from "fast-check";
import { readEvents } from "./event_stream.ts";

const read = async (chunks: readonly Uint8Array[]) =>
  await Array.fromAsync(readEvents(ReadableStream.from(chunks)));

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("readEvents reads numbered events, several data lines, and skips comments", async () => {
  const text =
    ': hi\n\nid: 1\nevent: goal\ndata: {"a":\ndata: 1}\n\ndata:2\n\nevent: empty\n\nevent: bad\ndata: {\n\n';
  assert.deepEqual(await read([encode(text)]), [
    { id: "1", event: "goal", data: { a: 1 } },
    { event: "message", data: 2 },
    { event: "bad", data: undefined },
  ]);
});

Deno.test("readEvents gives the same events however the bytes are cut and lines are ended", async () => {
  const text = 'id: 1\nevent: goal\ndata: {"a":"größe\\n"}\n\nid: 2\nevent: result\ndata: [1]\n\n';
  const expected = await read([encode(text)]);
  await fc.assert(fc.asyncProperty(
    fc.array(fc.nat(120), { maxLength: 8 }),
    fc.constantFrom("\n", "\r\n", "\r"),
    async (cuts, newline) => {
      // A lone CR at the very end may still become a CRLF, so something follows.
      const bytes = encode(`${text.replaceAll("\n", newline)}: end${newline}`);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
      assert.deepEqual(await read(chunks), expected);
    },
  ));
});

Deno.test("readEvents drops an event that never ended", async () => {
  assert.deepEqual(await read([encode("event: result\ndata: 1\n")]), []);
});
