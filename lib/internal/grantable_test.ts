import assert from "node:assert/strict";
import { grantable } from "./grantable.ts";

Deno.test("grantable is the path itself, or the first directory above it without a comma", () => {
  assert.equal(grantable("/srv/a/b"), "/srv/a/b");
  assert.equal(grantable("/srv/a,b/c"), "/srv");
  assert.equal(grantable("/srv/a/b,c"), "/srv/a");
  assert.equal(grantable("/a,b"), "/");
});
