import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, type Frame, MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES, readFrames } from "./frames.ts";

const collect = async (chunks: readonly Uint8Array[]): Promise<Frame[]> =>
  await Array.fromAsync(readFrames(ReadableStream.from(chunks)));

Deno.test("readFrames gives back what encodeFrame wrote, however the pipe cuts it", async () => {
  const frame = fc.record({ header: fc.jsonValue(), payload: fc.uint8Array({ maxLength: 300 }) });
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
  await fc.assert(fc.asyncProperty(fc.array(frame, { maxLength: 5 }), cuts, async (frames, cuts) => {
    const headers = frames.map(({ header }) => JSON.parse(JSON.stringify(header)) as unknown);
    const bytes = frames.flatMap(({ header, payload }) => [...encodeFrame(header, payload)]);
    const chunks: Uint8Array[] = [];
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const size = cuts[index % cuts.length] ?? 1;
      chunks.push(new Uint8Array(bytes.slice(at, at + size)));
      at += size;
    }
    const read = await collect(chunks);
    assert.deepEqual(read.map(({ header }) => header), headers);
    assert.deepEqual(read.map(({ payload }) => [...payload]), frames.map(({ payload }) => [...payload]));
  }));
});

Deno.test("readFrames refuses lengths over the cap before it reads them, and cut frames", async () => {
  const lengths = (header: number, payload: number): Uint8Array => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, header);
    new DataView(bytes.buffer).setUint32(4, payload);
    return bytes;
  };
  await assert.rejects(collect([lengths(MAX_HEADER_BYTES + 1, 0)]), RangeError);
  await assert.rejects(collect([lengths(2, MAX_PAYLOAD_BYTES + 1)]), RangeError);
  await assert.rejects(collect([lengths(2, 0)]), /middle/);
  await assert.rejects(collect([lengths(2, 0).subarray(0, 5)]), /middle/);
  await assert.rejects(collect([lengths(2, 0), new TextEncoder().encode("{]")]), SyntaxError);
  assert.deepEqual(await collect([]), []);
  assert.throws(() => encodeFrame("x".repeat(MAX_HEADER_BYTES)), RangeError);
});
