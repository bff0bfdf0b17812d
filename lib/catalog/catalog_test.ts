import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { checkSlot } from "./slots.ts";
import { BUILTIN_TOOLS, createCatalog, normalisePersona } from "./catalog.ts";
import { PACKS } from "./packs.ts";

const catalog = createCatalog(BUILTIN_TOOLS);

Deno.test("allowedNames lists the names of each persona in the order that clients know", () => {
  assert.deepEqual(catalog.allowedNames("sre"), [
    "kubectl get",
    "kubectl-get",
    "terraform plan",
    "terraform-plan",
    "log-aggregator",
    "prometheus-query",
  ]);
  assert.deepEqual(catalog.allowedNames("secops"), [
    "nmap",
    "bandit",
    "bandit-scan",
    "iam-inspect",
    "vault-read",
  ]);
  assert.deepEqual(catalog.allowedNames("data_architect"), [
    "duckdb",
    "duckdb-query",
    "dbt run",
    "dbt test",
    "dbt build",
    "dbt compile",
    "dbt docs generate",
    "sqlmesh audit",
    "sqlmesh plan",
    "sqlmesh run",
  ]);
});

Deno.test("find compares whole names, after lower-casing and collapsing white space", () => {
  assert.equal(catalog.find(" Kubectl \t GET ")?.name, "kubectl get");
  assert.equal(catalog.find("kubectl-get")?.name, "kubectl get");
  for (
    const bad of ["kubectl", "kubectl get pods", "e", "k", "", "echo nmap", "nmap;id", "dbt", "__proto__"]
  ) {
    assert.equal(catalog.find(bad), undefined, bad);
  }
});

Deno.test("normalisePersona knows three personas and two aliases, and nothing near them", () => {
  assert.equal(normalisePersona(" SRE "), "sre");
  assert.equal(normalisePersona("Data"), "data_architect");
  assert.equal(normalisePersona("dataarchitect"), "data_architect");
  for (const bad of ["sre2", "sr", "", "data architect", "*", "toString", "__proto__"]) {
    assert.equal(normalisePersona(bad), undefined, bad);
  }
});

Deno.test("createCatalog refuses two tools of one name", () => {
  const [first] = BUILTIN_TOOLS;
  assert.ok(first !== undefined);
  assert.throws(
    () => createCatalog([first, { ...first, name: "other", aliases: ["KUBECTL  get"] }]),
    (error) => error instanceof PhysiclawError && error.kind === "config",
  );
});

Deno.test("the tools of the catalogue hold together", () => {
  for (const tool of [...BUILTIN_TOOLS, ...Object.values(PACKS).flat()]) {
    assert.ok(tool.examples.length > 0, tool.name);
    assert.ok(tool.personas.length > 0, tool.name);
    for (const [name, slot] of Object.entries(tool.slots)) {
      if (slot.default !== undefined) {
        assert.equal(checkSlot(slot, slot.default), undefined, `${tool.name} ${name}`);
      }
      if (slot.type.kind === "pattern") assert.ok(slot.type.max <= 1024, `${tool.name} ${name}`);
    }
    for (const { when, require } of tool.rules ?? []) {
      assert.ok(Object.hasOwn(tool.slots, when.slot) && Object.hasOwn(tool.slots, require.slot), tool.name);
    }
    for (const form of tool.forms) {
      for (const command of form.commands) {
        assert.ok(
          command[0] === "@" || (typeof command[0] === "string" && command[0].startsWith("/")),
          tool.name,
        );
      }
    }
    // Nothing that reads is given a way out that nobody configured, and no socket without one.
    if (tool.network.kind === "none") assert.ok(!tool.sockets.includes("inet"), tool.name);
    if (tool.effect === "write") assert.equal(tool.workspace, "replace", tool.name);
  }
});

Deno.test("packs add no name that a built-in has, and stay off", () => {
  const all = createCatalog([...BUILTIN_TOOLS, ...Object.values(PACKS).flat()]);
  assert.equal(all.find("kubectl logs")?.name, "kubectl logs");
  assert.equal(catalog.find("kubectl logs"), undefined);
});
