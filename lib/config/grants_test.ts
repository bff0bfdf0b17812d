import assert from "node:assert/strict";
import { COMMAND_GRANTS, givenUp } from "./grants.ts";

Deno.test("givenUp takes everything from a command that is not listed", () => {
  assert.deepEqual(givenUp("version"), ["write", "net", "run", "ffi", "sys"]);
  assert.deepEqual(givenUp("constructor"), ["write", "net", "run", "ffi", "sys"]);
});

Deno.test("givenUp leaves serve all, and a client neither programs nor libraries", () => {
  assert.deepEqual(givenUp("serve"), []);
  assert.deepEqual(givenUp("goal"), ["run", "ffi"]);
  for (const command of Object.keys(COMMAND_GRANTS)) {
    if (command !== "serve") assert.ok(givenUp(command).includes("ffi"), command);
  }
});
