import assert from "node:assert/strict";
import * as source from "./self.ts";
import * as built from "./self_built.ts";

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
