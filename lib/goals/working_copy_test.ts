import assert from "node:assert/strict";
import { makeWorkingCopy, treeDigest } from "./working_copy.ts";

async function project(): Promise<{ workspace: string; scratch: string; done: () => Promise<void> }> {
  const root = await Deno.makeTempDir();
  const workspace = `${root}/workspace`;
  await Deno.mkdir(`${workspace}/dbt/models`, { recursive: true });
  await Deno.writeTextFile(`${workspace}/dbt/models/a.sql`, "select 1");
  await Deno.writeTextFile(`${workspace}/dbt/run.sh`, "#!/bin/sh");
  await Deno.chmod(`${workspace}/dbt/run.sh`, 0o755);
  await Deno.symlink("models/a.sql", `${workspace}/dbt/link.sql`);
  return { workspace, scratch: `${root}/scratch`, done: () => Deno.remove(root, { recursive: true }) };
}

const copyOf = (
  place: { workspace: string; scratch: string },
  purpose: "scratch" | "replace",
  name = "dbt",
) =>
  makeWorkingCopy({
    workspace: place.workspace,
    project: name,
    purpose,
    scratchDir: place.scratch,
    id: "g1-s1",
  });

Deno.test("treeDigest sees a changed byte, name, mode and link", async () => {
  const place = await project();
  const root = `${place.workspace}/dbt`;
  const before = await treeDigest(root);
  assert.equal(await treeDigest(root), before);
  const changes: (() => Promise<void>)[] = [
    () => Deno.writeTextFile(`${root}/models/a.sql`, "select 2"),
    () => Deno.rename(`${root}/models/a.sql`, `${root}/models/b.sql`),
    () => Deno.chmod(`${root}/run.sh`, 0o700),
    async () => {
      await Deno.remove(`${root}/link.sql`);
      await Deno.symlink("elsewhere", `${root}/link.sql`);
    },
  ];
  const digests = [before];
  for (const change of changes) {
    await change();
    digests.push(await treeDigest(root));
  }
  assert.equal(new Set(digests).size, digests.length);
  await place.done();
});

Deno.test("makeWorkingCopy gives a faithful copy, and discards it without touching the original", async () => {
  const place = await project();
  const before = await treeDigest(`${place.workspace}/dbt`);
  const copy = await copyOf(place, "scratch");
  assert.ok(copy.cwd.startsWith(place.scratch));
  assert.equal(await treeDigest(`${copy.cwd}/dbt`), before);
  await Deno.writeTextFile(`${copy.cwd}/dbt/models/a.sql`, "drop");
  await copy.discard();
  assert.equal(await treeDigest(`${place.workspace}/dbt`), before);
  await assert.rejects(Deno.stat(copy.cwd), Deno.errors.NotFound);
  await place.done();
});

Deno.test("makeWorkingCopy replaces the original with what was written, and leaves nothing behind", async () => {
  const place = await project();
  const copy = await copyOf(place, "replace");
  await Deno.writeTextFile(`${copy.cwd}/dbt/out.duckdb`, "rows");
  await copy.replaceOriginal();
  await copy.discard();
  assert.equal(await Deno.readTextFile(`${place.workspace}/dbt/out.duckdb`), "rows");
  const left = await Array.fromAsync(Deno.readDir(place.workspace));
  assert.deepEqual(left.map((entry) => entry.name), ["dbt"]);
  await place.done();
});

Deno.test("makeWorkingCopy keeps an original that changed meanwhile", async () => {
  const place = await project();
  const copy = await copyOf(place, "replace");
  await Deno.writeTextFile(`${copy.cwd}/dbt/models/a.sql`, "ours");
  await Deno.writeTextFile(`${place.workspace}/dbt/models/a.sql`, "theirs");
  await assert.rejects(copy.replaceOriginal(), /Cannot replace dbt: it was changed while the step ran/);
  await copy.discard();
  assert.equal(await Deno.readTextFile(`${place.workspace}/dbt/models/a.sql`), "theirs");
  await place.done();
});

Deno.test("makeWorkingCopy refuses absolute paths, ways out, and special files", async () => {
  const place = await project();
  await assert.rejects(copyOf(place, "scratch", "/etc"), /only a project below the working directory/);
  await assert.rejects(copyOf(place, "scratch", ".."), /leads out of the working directory/);
  await Deno.symlink("/etc", `${place.workspace}/away`);
  await assert.rejects(copyOf(place, "scratch", "away"), /leads out of the working directory/);
  await assert.rejects(copyOf(place, "scratch", "missing"), /Cannot find the project directory missing/);
  await new Deno.Command("mkfifo", { args: [`${place.workspace}/dbt/pipe`] }).output();
  await assert.rejects(copyOf(place, "scratch"), /pipe is neither file, directory nor link/);
  await assert.rejects(Deno.stat(`${place.scratch}/g1-s1`), Deno.errors.NotFound);
  await place.done();
});
