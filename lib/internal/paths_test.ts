import assert from "node:assert/strict";
import { isUnder, normalisePath, parentsOf, resolvePath } from "./paths.ts";

Deno.test("normalisePath drops what means nothing and stays at the root", () => {
  for (
    const [path, normal] of [["/a//b/./c/", "/a/b/c"], ["/a/../b", "/b"], ["/../..", "/"], ["/", "/"], [
      "",
      "/",
    ]] as const
  ) assert.equal(normalisePath(path), normal);
});

Deno.test("resolvePath takes relative paths from the directory and absolute ones as they are", () => {
  assert.equal(resolvePath("/srv", "x/../y"), "/srv/y");
  assert.equal(resolvePath("/srv", "/etc/x"), "/etc/x");
  assert.equal(resolvePath("/srv", "../../.."), "/");
});

Deno.test("isUnder compares whole names, and sees through dots", () => {
  assert.ok(isUnder("/srv/app", "/srv/app"));
  assert.ok(isUnder("/srv/app/x", "/srv/app/"));
  assert.ok(isUnder("/x", "/"));
  assert.ok(!isUnder("/srv/apple", "/srv/app"));
  assert.ok(!isUnder("/srv", "/srv/app"));
  assert.ok(!isUnder("/srv/app/../secret", "/srv/app"));
});

Deno.test("parentsOf lists the directories above, nearest first", () => {
  assert.deepEqual(parentsOf("/a/b/c"), ["/a/b", "/a", "/"]);
  assert.deepEqual(parentsOf("/a"), ["/"]);
});
