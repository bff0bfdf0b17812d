import assert from "node:assert/strict";
import { MARKER_NAME, openStateDir, STATE_SCHEMA } from "./state_dir.ts";

/** Whose files this process makes, without the permission to ask. */
const uid = await (async () => {
  const path = await Deno.makeTempDir();
  const { uid } = await Deno.stat(path);
  await Deno.remove(path);
  return uid ?? 0;
})();
const options = { uid, workspaceRoots: [], now: () => "2026-01-31T08:00:00.000Z" };

const withDir = async (body: (path: string) => Promise<void>) => {
  const path = await Deno.makeTempDir();
  try {
    await body(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
};

const modeOf = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;

Deno.test("openStateDir makes a private, marked directory, and finds it again", () =>
  withDir(async (base) => {
    const path = `${base}/a/state`;
    const made = await openStateDir(path, options);
    assert.deepEqual(made, { path: await Deno.realPath(path), created: "2026-01-31T08:00:00.000Z" });
    assert.equal(await modeOf(path), 0o700);
    assert.equal(await modeOf(`${path}/${MARKER_NAME}`), 0o600);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${path}/${MARKER_NAME}`)), {
      application: "physiclaw",
      schema: STATE_SCHEMA,
      created: made.created,
    });
    assert.deepEqual(await openStateDir(path, { ...options, now: () => "later" }), made);
    assert.deepEqual(Array.from(Deno.readDirSync(path), ({ name }) => name), [MARKER_NAME]);
  }));

Deno.test("openStateDir closes a directory of ours that was open for reading", () =>
  withDir(async (path) => {
    await Deno.chmod(path, 0o755);
    await openStateDir(path, options);
    assert.equal(await modeOf(path), 0o700);
  }));

Deno.test("openStateDir refuses a directory that others can write, own, or reach", () =>
  withDir(async (base) => {
    const path = `${base}/state`;
    await Deno.mkdir(path);
    await Deno.chmod(path, 0o770);
    await assert.rejects(openStateDir(path, options), /written by others/);
    await Deno.chmod(path, 0o1777);
    await assert.rejects(openStateDir(path, options), /written by others/);
    await Deno.chmod(path, 0o700);
    await Deno.chmod(base, 0o777);
    await assert.rejects(openStateDir(path, options), /written by others/);
    await Deno.chmod(base, 0o700);
    await assert.rejects(openStateDir(path, { ...options, uid: uid + 1 }), /belongs to user/);
    await openStateDir(path, options);
  }));

Deno.test("openStateDir refuses a directory in a workspace, also through a link", () =>
  withDir(async (base) => {
    await Deno.mkdir(`${base}/repo`);
    const workspaceRoots = [await Deno.realPath(`${base}/repo`)];
    const refused = (path: string) =>
      assert.rejects(openStateDir(path, { ...options, workspaceRoots }), /lies in the workspace/);
    await refused(`${workspaceRoots[0]}/.physiclaw`);
    await Deno.symlink(`${base}/repo`, `${base}/link`);
    await refused(`${base}/link/state`);
    await openStateDir(`${base}/state`, { ...options, workspaceRoots });
  }));

Deno.test("openStateDir refuses foreign files, and takes over what the earlier backend left", () =>
  withDir(async (base) => {
    await Deno.mkdir(`${base}/home`);
    await Deno.writeTextFile(`${base}/home/thesis.txt`, "");
    await assert.rejects(openStateDir(`${base}/home`, options), /foreign files \("thesis\.txt"\)/);
    await Deno.mkdir(`${base}/old`);
    for (const name of ["memory_l2.sqlite3", "memory_l2.sqlite3-wal", "audit.jsonl"]) {
      await Deno.writeTextFile(`${base}/old/${name}`, "");
    }
    await openStateDir(`${base}/old`, options);
  }));

Deno.test("openStateDir refuses a newer layout, and a marker that is damaged or not ours", () =>
  withDir(async (path) => {
    const mark = (marker: string) => Deno.writeTextFile(`${path}/${MARKER_NAME}`, marker);
    const created = options.now();
    await mark(JSON.stringify({ application: "physiclaw", schema: STATE_SCHEMA + 1, created }));
    await assert.rejects(openStateDir(path, options), /newer version/);
    for (
      const bad of ["{", "null", "[]", "{}", JSON.stringify({ application: "other", schema: 1, created })]
    ) {
      await mark(bad);
      await assert.rejects(openStateDir(path, options), /marker/);
    }
  }));

Deno.test("openStateDir leaves one marker when two processes come at once", () =>
  withDir(async (base) => {
    const path = `${base}/state`;
    const opened = await Promise.all(
      ["a", "b", "c", "d"].map((created) => openStateDir(path, { ...options, now: () => created })),
    );
    assert.equal(new Set(opened.map(({ created }) => created)).size, 1);
    assert.deepEqual(Array.from(Deno.readDirSync(path), ({ name }) => name), [MARKER_NAME]);
  }));
