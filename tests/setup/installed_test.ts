import assert from "node:assert/strict";
import { installedTools, toolOverrides } from "./installed.ts";
import { isComplete, requirementsDigest, VENV_TOOLS } from "./places.ts";

Deno.test("installedTools tells a program that has gone from one that is there", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/physiclaw-tools`);
  await Deno.writeTextFile(
    `${base}/physiclaw-tools/tools.json`,
    JSON.stringify({
      a_gone: { program: `${base}/nowhere`, version: "1" },
      b_bad: 7,
      c_none: { missing: "why" },
    }),
  );
  const before = Deno.env.get("XDG_CACHE_HOME");
  Deno.env.set("XDG_CACHE_HOME", base);
  try {
    const tools = await installedTools();
    assert.ok("missing" in (tools.a_gone ?? {}));
    assert.equal(tools.b_bad, undefined);
    assert.deepEqual(tools.c_none, { missing: "why" });
  } finally {
    if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", before);
    await Deno.remove(base, { recursive: true });
  }
});

Deno.test("toolOverrides names every catalogue tool of a program and leaves missing ones out", () => {
  const overrides = toolOverrides({
    sqlmesh: { program: "/p/sqlmesh/bin/sqlmesh", version: "1" },
    dbt: { missing: "why" },
  });
  assert.deepEqual(Object.keys(overrides), ["sqlmesh audit", "sqlmesh plan", "sqlmesh run"]);
  assert.deepEqual(overrides["sqlmesh run"], {
    program: "/p/sqlmesh/bin/sqlmesh",
    libraries: ["/p/sqlmesh"],
  });
});

Deno.test("isComplete refuses a marker of other requirements", async () => {
  const directory = await Deno.makeTempDir();
  const digest = await requirementsDigest("bandit");
  assert.equal(await isComplete(directory, digest), false);
  await Deno.writeTextFile(`${directory}/.complete`, "old\n");
  assert.equal(await isComplete(directory, digest), false);
  await Deno.writeTextFile(`${directory}/.complete`, `${digest}\n`);
  assert.equal(await isComplete(directory, digest), true);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("requirements pin every line exactly and hold the version that VENV_TOOLS names", async () => {
  for (const [tool, { version }] of Object.entries(VENV_TOOLS)) {
    const text = await Deno.readTextFile(new URL(`requirements/${tool}.txt`, import.meta.url));
    const lines = text.trim().split("\n").filter((line) => !line.startsWith("#"));
    for (const line of lines) assert.match(line, /^[a-z0-9.-]+==[0-9][A-Za-z0-9.]*$/);
    assert.ok(
      lines.some((line) => new RegExp(`^${tool}(-core|-cli)?==`).test(line) && line.endsWith(`==${version}`)),
    );
  }
});
