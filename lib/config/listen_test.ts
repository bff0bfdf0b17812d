import assert from "node:assert/strict";
import { isLoopbackHost, parseListen } from "./listen.ts";

Deno.test("parseListen takes loopback addresses and Unix sockets", () => {
  assert.deepEqual(parseListen("127.0.0.1:8000"), { kind: "tcp", host: "127.0.0.1", port: 8000 });
  assert.deepEqual(parseListen("localhost:0"), { kind: "tcp", host: "127.0.0.1", port: 0 });
  assert.deepEqual(parseListen("[::1]:65535"), { kind: "tcp", host: "::1", port: 65535 });
  assert.deepEqual(parseListen("unix:/run/x.sock"), { kind: "unix", path: "/run/x.sock" });
});

Deno.test("parseListen refuses addresses that others can reach, and what is no address", () => {
  for (
    const bad of [
      "0.0.0.0:8000",
      "[::]:8000",
      "10.0.0.1:8000",
      "example.org:80",
      "127.0.0.1",
      "127.0.0.1:65536",
      "127.0.0.1:x",
      "::1:80",
      "unix:run/x.sock",
      `unix:/${"a".repeat(107)}`,
      "",
    ]
  ) assert.throws(() => parseListen(bad), { kind: "config" }, bad);
});

Deno.test("isLoopbackHost takes the usual spellings only", () => {
  for (const good of ["127.0.0.1", "127.255.0.9", "::1", "localhost"]) assert.ok(isLoopbackHost(good), good);
  for (
    const bad of ["127.1", "127.0.0.256", "0127.0.0.1", "128.0.0.1", "127.0.0.1.example.org", "localhost.x"]
  ) {
    assert.ok(!isLoopbackHost(bad), bad);
  }
});
