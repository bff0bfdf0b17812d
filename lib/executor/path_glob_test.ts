import assert from "node:assert/strict";
import fc from "fast-check";
import { expandPattern, matchName } from "./path_glob.ts";

Deno.test("matchName knows stars, question marks and classes", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["*", "a", true],
    ["*", "", true],
    ["*.log", "x.log", true],
    ["*.log", "x.log.1", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["[ab]x", "bx", true],
    ["[!ab]x", "bx", false],
    ["[^ab]x", "cx", true],
    ["[a-c]1", "b1", true],
    ["[a-c]1", "d1", false],
    ["[]]", "]", true],
    ["[x", "[x", true],
    ["*a*b*", "xxaxxbxx", true],
    ["*", ".rc", false],
    [".*", ".rc", true],
    ["", "", true],
    ["", "a", false],
  ];
  for (const [pattern, name, expected] of cases) {
    assert.equal(matchName(pattern, name), expected, `${pattern} ${name}`);
  }
});

Deno.test("matchName agrees with a literal comparison when nothing is wild, and * takes every plain name", () => {
  const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[*?[\/]/.test(text));
  fc.assert(fc.property(name, name, (a, b) => {
    assert.equal(matchName(a, b), a === b);
    assert.equal(matchName(`${a}*`, a + b), true);
  }));
});

Deno.test("matchName stays linear on a pattern of many stars", () => {
  // With backtracking this would take longer than the universe has.
  assert.equal(matchName("*a".repeat(400) + "b", "a".repeat(255)), false);
});

Deno.test("expandPattern stops at its limit and says so", async () => {
  const base = await Deno.makeTempDir({ prefix: "physiclaw-glob-" });
  try {
    for (let index = 0; index < 12; index++) await Deno.writeTextFile(`${base}/f${index}`, "");
    const some = await expandPattern("f*", base, 10);
    assert.equal(some.paths.length, 10);
    assert.equal(some.truncated, true);
    const all = await expandPattern(`${base}/f*`, "/", 12);
    assert.equal(all.paths.length, 12);
    assert.equal(all.truncated, false);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

Deno.test("expandPattern does not follow links with ** and so ends on a loop", async () => {
  const base = await Deno.makeTempDir({ prefix: "physiclaw-glob-" });
  try {
    await Deno.mkdir(`${base}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${base}/a/b/x.log`, "");
    await Deno.symlink("..", `${base}/a/b/up`);
    assert.deepEqual((await expandPattern("**/*.log", base, 100)).paths, ["a/b/x.log"]);
    assert.deepEqual((await expandPattern("a/**", base, 100)).paths, ["a/b/up", "a/b/x.log"]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
