import assert from "node:assert/strict";
import * as source from "./self.ts";
import * as built from "./self_built.ts";
import * as compiled from "./self_compiled.ts";

Deno.test("self_built stands in for self: the same names, and commands of the same form", () => {
  assert.deepEqual(Object.keys(built).sort(), Object.keys(source).sort());
  const [a, b] = [source, built].map((self) => self.builtinCommand("log-aggregator", true, true));
  assert.equal(a?.argv.at(-1), b?.argv.at(-1));
  assert.deepEqual(
    a?.argv.filter((word) => word.startsWith("--allow")),
    b?.argv.filter((word) => word.startsWith("--allow")),
  );
});

Deno.test("selfCommand lets a helper read its own chunks, and nothing more than it was granted", () => {
  const { argv } = built.selfCommand("forward", ["x"], ["--allow-net=127.0.0.1"]);
  const reads = argv.filter((word) => word.startsWith("--allow-read"));
  assert.equal(reads.length, 1);
  assert.match(reads[0] ?? "", /^--allow-read=\/.*\/app$/);
  assert.deepEqual(
    built.selfCommand("runner", [], ["--allow-read"]).argv.filter((word) => word.startsWith("--allow-read")),
    ["--allow-read"],
  );
});

Deno.test("self_compiled stands in for self: the file itself, a word, the flags that it would have got", () => {
  assert.deepEqual(Object.keys(compiled).sort(), Object.keys(source).sort());
  const { argv, env } = compiled.selfCommand("forward", ["x"], ["--allow-net=127.0.0.1"]);
  assert.deepEqual(argv, [Deno.execPath(), "forward", "--allow-net=127.0.0.1", "--", "x"]);
  // Where this test's own module lies, two directories up: as the runtime names what it unpacks.
  assert.equal(env["XDG_DATA_HOME"], new URL("../../..", import.meta.url).pathname.replace(/\/$/, ""));
});

Deno.test("self_compiled binds the file and its tree where the file looks for it, for a built-in tool", () => {
  const { argv, binds, env } = compiled.builtinCommand("log-aggregator", true, true);
  const file = "/run/physiclaw/physiclaw";
  const flags = ["--allow-read", "--allow-run=/usr/bin/journalctl"];
  assert.deepEqual(argv, [file, "builtin", ...flags, "--", "log-aggregator"]);
  assert.deepEqual(binds.map(({ at }) => at), [file, "/run/physiclaw/.physiclaw/lib"]);
  assert.equal(env["XDG_DATA_HOME"], undefined);
  assert.deepEqual(compiled.builtinCommand("log-aggregator", true, false).argv.slice(2, 4), [
    "--allow-read",
    "--",
  ]);
});

Deno.test("self_compiled starts no helper that may run everything: that is not in its file's permissions", () => {
  assert.throws(() => compiled.selfCommand("runner", [], ["--allow-run"]), /without the sandbox/);
  compiled.selfCommand("runner", [], ["--allow-run=/bin/sh"]);
});
