import assert from "node:assert/strict";
import type { ParserInput } from "../types.ts";
import { parseTerraform } from "./terraform.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function plan(document: unknown, question?: string, exitCode = 2): ParserInput {
  const stdout = encode(JSON.stringify(document));
  const none = new Uint8Array();
  return {
    step: { id: "s1", tool: "terraform plan", form: "plan", slots: { directory: "infra" } },
    ask: { intent: "drift", about: question === undefined ? {} : { question } },
    commands: [
      { argv: [], exitCode, stdout: none, stderr: none, stdoutStart: 0, stderrStart: 0 },
      { argv: [], exitCode: 0, stdout, stderr: none, stdoutStart: 0, stderrStart: stdout.length },
    ],
    outcome: exitCode === 0 ? "ok" : "failed",
    truncated: false,
    timeZone: "UTC",
    allowValues: [],
  };
}

const change = (address: string, actions: readonly string[], extra: Record<string, unknown> = {}) => ({
  address,
  change: { actions, before: { size: 1, key: "old" }, after: { size: 2, key: "new" }, ...extra },
});

Deno.test("parseTerraform reports drift that providers saw, with what changed", () => {
  const answer = parseTerraform(plan({
    prior_state: {},
    resource_drift: [
      change("local_file.motd", ["update"]),
      change("local_file.gone", ["delete"], { after: null }),
    ],
    resource_changes: [],
  }));
  assert.match(
    answer.headline,
    /^Drift: 2 resources in infra changed outside Terraform: local_file.motd and local_file.gone/,
  );
  assert.match(answer.findings[0]?.text ?? "", /local_file.motd was changed outside Terraform: size 1 to 2/);
  assert.match(answer.findings[1]?.text ?? "", /local_file.gone was deleted outside Terraform/);
  assert.deepEqual(answer.facts.drifted_resources, ["local_file.motd", "local_file.gone"]);
});

Deno.test("parseTerraform never says that there is no drift: it says that drift was not checked", () => {
  for (const question of [undefined, "drift"]) {
    for (const changes of [[], [change("a.b", ["update"])]]) {
      const answer = parseTerraform(plan({ prior_state: {}, resource_changes: changes }, question));
      const said = [answer.headline, ...answer.blind].join(" ");
      assert.match(said, /[Dd]rift (was )?not checked/);
      assert.doesNotMatch(said, /no drift/i);
    }
  }
  assert.equal(
    parseTerraform(plan({ prior_state: {}, resource_changes: [] }, "drift", 0)).verdict,
    "not_looked",
  );
});

Deno.test("parseTerraform shows no value that is marked, named like a secret, or equal to a marked one", () => {
  const answer = parseTerraform(plan({
    prior_state: {},
    variables: { v: { value: "marked-elsewhere" } },
    configuration: { root_module: { variables: { v: { sensitive: true } } } },
    resource_changes: [
      change("a.marked", ["update"], {
        before: { x: "s1-old" },
        after: { x: "s1-new" },
        after_sensitive: { x: true },
      }),
      change("a.named", ["update"], { before: { db_password: "s2-old" }, after: { db_password: "s2-new" } }),
      change("a.equal", ["update"], { before: { url: "x" }, after: { url: "https://marked-elsewhere@h" } }),
    ],
    output_changes: { o: { actions: ["create"], before: null, after: "s3-new", after_sensitive: true } },
  }));
  const said = JSON.stringify(answer);
  for (const secret of ["s1-old", "s1-new", "s2-old", "s2-new", "marked-elsewhere", "s3-new"]) {
    assert(!said.includes(secret), secret);
  }
  assert.match(said, /x changes \(sensitive\)/);
});

Deno.test("parseTerraform puts destruction first and counts a replacement as both", () => {
  const answer = parseTerraform(plan({
    prior_state: {},
    resource_changes: [
      change("a.new", ["create"]),
      change("a.kept", ["no-op"]),
      change("a.replaced", ["create", "delete"]),
      change("a.gone", ["delete"]),
      change("a.forgotten", ["forget"]),
    ],
  }, "deletions"));
  assert.match(
    answer.headline,
    /^2 resources in infra would be destroyed: a.replaced \(and created anew\) and a.gone/,
  );
  assert.match(answer.headline, /2 to add, 0 to change, 2 to destroy/);
  assert.equal(answer.findings[0]?.severity, "high");
  assert(answer.findings.every(({ text }) => !text.startsWith("a.kept")));
});
