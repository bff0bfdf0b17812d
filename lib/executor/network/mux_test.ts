import assert from "node:assert/strict";
import fc from "fast-check";
import { type Channel, createMux, type Mux } from "./mux.ts";

/** Two ends joined in memory; what arrives at the right end is handed to `onOpen`. */
function pair(onOpen: (channel: Channel) => void): { left: Mux; right: Mux; ready: Promise<string> } {
  const a = new TransformStream<Uint8Array, Uint8Array>();
  const b = new TransformStream<Uint8Array, Uint8Array>();
  let greet: (text: string) => void = () => {};
  const ready = new Promise<string>((resolve) => greet = resolve);
  const left = createMux({ readable: a.readable, writable: b.writable, onReady: greet });
  const right = createMux({ readable: b.readable, writable: a.writable, onOpen });
  return { left, right, ready };
}

async function drain(channel: Channel): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let piece = await channel.read(); piece !== undefined; piece = await channel.read()) {
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces.map((piece) => piece.slice())).arrayBuffer());
}

async function echo(channel: Channel): Promise<void> {
  for (let piece = await channel.read(); piece !== undefined; piece = await channel.read()) {
    await channel.write(piece);
  }
  await channel.end();
}

Deno.test("createMux carries every byte of several streams, in order, both ways", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 6 }), {
        minLength: 1,
        maxLength: 5,
      }),
      async (streams) => {
        const { left } = pair((channel) => void echo(channel));
        await Promise.all(streams.map(async (sizes, index) => {
          const channel = left.open();
          const sent = sizes.map((size, piece) => new Uint8Array(size).fill(index * 16 + piece + 1));
          const back = drain(channel);
          for (const piece of sent) await channel.write(piece);
          await channel.end();
          const all = new Uint8Array(await new Blob(sent).arrayBuffer());
          assert.deepEqual(await back, all);
        }));
        left.close();
        await left.closed;
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("createMux: a stream that nobody reads does not stop another", async () => {
  const stuck: Channel[] = [];
  const { left } = pair((channel) => stuck.length === 0 ? void stuck.push(channel) : void echo(channel));
  const first = left.open();
  let full = false;
  const flood = first.write(new Uint8Array(4 * 1024 * 1024)).then(() => full = true, () => {});
  const second = left.open();
  await second.write(new TextEncoder().encode("still here"));
  await second.end();
  assert.equal(new TextDecoder().decode(await drain(second)), "still here");
  assert.equal(full, false);
  left.close();
  await flood;
});

Deno.test("createMux: reset fails both ends of that stream and no other", async () => {
  const seen: Channel[] = [];
  const { left } = pair((channel) => {
    seen.push(channel);
    if (seen.length === 1) channel.reset();
    else void echo(channel);
  });
  const first = left.open();
  await assert.rejects(first.read(), /The stream was reset/);
  await assert.rejects(first.write(new Uint8Array(1)), /The stream was reset/);
  const second = left.open();
  await second.end();
  assert.equal(await second.read(), undefined);
  left.close();
});

Deno.test("createMux: the greeting arrives, and the end of the pipe resets what is open", async () => {
  const { left, right, ready } = pair(() => {});
  await right.ready("net:[1]");
  assert.equal(await ready, "net:[1]");
  const channel = left.open();
  const read = channel.read();
  right.close();
  await left.closed;
  await assert.rejects(read, /The stream was reset/);
  assert.throws(() => left.open(), /The stream was reset/);
});

Deno.test("createMux closes the pipe on a frame that breaks the protocol", async () => {
  const frame = (type: number, id: number, length: number, payload = new Uint8Array(length)): Uint8Array => {
    const bytes = new Uint8Array(9 + payload.length);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, type);
    view.setUint32(1, id);
    view.setUint32(5, length);
    bytes.set(payload, 9);
    return bytes;
  };
  const open = frame(1, 7, 0);
  const flood = Array.from({ length: 5 }, () => frame(2, 7, 65_536));
  const cases: Readonly<Record<string, readonly Uint8Array[]>> = {
    "too long": [frame(2, 1, 2 ** 31, new Uint8Array(4))],
    "unknown type": [open, frame(9, 7, 0)],
    "opened twice": [open, open],
    "window overrun": [open, ...flood],
    "data after the end": [open, frame(3, 7, 0), frame(2, 7, 1)],
    "credit from nowhere": [open, frame(5, 7, 4, new Uint8Array([0, 0, 0, 1]))],
    "malformed credit": [open, frame(5, 7, 1)],
  };
  for (const [name, frames] of Object.entries(cases)) {
    const input = new TransformStream<Uint8Array, Uint8Array>();
    const output = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
    const mux = createMux({ readable: input.readable, writable: output.writable, onOpen: () => {} });
    let closed = false;
    mux.closed.then(() => closed = true);
    const writer = input.writable.getWriter();
    for (const one of frames) await writer.write(one).catch(() => {});
    await mux.closed;
    assert.ok(closed, name);
  }
});

Deno.test("createMux puts frames together however the pipe cuts them", async () => {
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
  let opened: (channel: Channel) => void = () => {};
  const arrived = new Promise<Channel>((resolve) => opened = resolve);
  createMux({ readable: input.readable, writable: output.writable, onOpen: opened });
  const bytes = [1, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 104, 105, 3, 0, 0, 0, 1, 0, 0, 0, 0];
  const writer = input.writable.getWriter();
  for (const byte of bytes) await writer.write(new Uint8Array([byte]));
  assert.equal(new TextDecoder().decode(await drain(await arrived)), "hi");
});
