import assert from "node:assert/strict";
import fc from "fast-check";
import { addressText } from "./address.ts";
import { parseAddress, parseProcNet } from "./proc_net.ts";
import { parseStat } from "./processes.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

Deno.test("parseProcNet: reads addresses as words of this machine and ports as they are", () => {
  const [socket] = parseProcNet(
    `${HEAD}   0: 0100007F:1F90 057100CB:01BB 01 00000000:00000000 02:00000A 00000000  1000        0 4711 2 0000 20 4 30 10 -1\n`,
    "tcp",
  );
  assert.equal(addressText(socket?.local ?? new Uint8Array()), "127.0.0.1");
  assert.equal(addressText(socket?.remote ?? new Uint8Array()), "203.0.113.5");
  assert.deepEqual(
    [socket?.localPort, socket?.remotePort, socket?.state, socket?.uid, socket?.inode],
    [8080, 443, 1, 1000, 4711],
  );
});

Deno.test("parseProcNet: reads IPv6, mapped addresses included", () => {
  const line =
    "   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF0000057100CB:01BB 02 0:0 0:0 0 0 0 12 1 0\n";
  const [socket] = parseProcNet(HEAD + line, "tcp");
  assert.equal(addressText(socket?.remote ?? new Uint8Array()), "0:0:0:0:0:ffff:cb00:7105");
  assert.equal(socket?.inode, 12);
});

Deno.test("parseProcNet: packet sockets have their inode in the last column", () => {
  const text =
    "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\nffff 3      3    0003   2     1 0      0      33\n";
  assert.deepEqual(parseProcNet(text, "packet").map(({ inode }) => inode), [33]);
});

Deno.test("parseProcNet: leaves out heads, lines cut off and whatever else is no socket", () => {
  assert.deepEqual(parseProcNet(HEAD, "tcp"), []);
  assert.deepEqual(parseProcNet("", "tcp"), []);
  assert.deepEqual(parseProcNet(`${HEAD}   0: 0100007F:1F90 05710`, "tcp"), []);
  fc.assert(fc.property(fc.string(), (text) => {
    parseProcNet(HEAD + text, "udp");
  }));
});

Deno.test("parseAddress: a big-endian machine prints the bytes in their order", () => {
  assert.equal(parseAddress("CB007105", false)?.join("."), "203.0.113.5");
  assert.equal(parseAddress("0100007F")?.join("."), "127.0.0.1");
  assert.equal(parseAddress("0100007"), undefined);
});

Deno.test("parseStat: a process may be called anything", () => {
  const tail = `S 42 ${Array(17).fill("0").join(" ")} 4711 0 0`;
  assert.deepEqual(parseStat(`7 (a) R 1 (b)) ${tail}`), { parent: 42, start: "4711", state: "S" });
  assert.equal(parseStat("7 (cut"), undefined);
});
