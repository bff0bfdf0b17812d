import assert from "node:assert/strict";
import { choosePackaging, findDenort } from "./denort.ts";

const FILE = { path: "/opt/denort", kind: "file" } as const;
const TARGET = "x86_64-unknown-linux-gnu";

Deno.test("findDenort takes the one that is named, else the one that Deno fetched for this version and target", async () => {
  const denoDir = await Deno.makeTempDir();
  try {
    const places = { denoDir, version: "2.9.6", target: TARGET };
    assert.equal(await findDenort(places), undefined);
    const directory = `${denoDir}/dl/release/v2.9.6`;
    await Deno.mkdir(directory, { recursive: true });
    await Deno.writeTextFile(`${directory}/denort-${TARGET}.zip`, "");
    assert.deepEqual(await findDenort(places), {
      path: `${directory}/denort-${TARGET}.zip`,
      kind: "archive",
    });
    assert.deepEqual(await findDenort({ ...places, named: FILE.path }), FILE);
    assert.equal(await findDenort({ ...places, version: "2.9.7" }), undefined);
    assert.equal(await findDenort({ ...places, target: "aarch64-unknown-linux-gnu" }), undefined);
  } finally {
    await Deno.remove(denoDir, { recursive: true });
  }
});

Deno.test("choosePackaging: compiled where a denort is named, else launcher, and it says why", () => {
  assert.deepEqual(choosePackaging(undefined, FILE), { name: "compiled", why: "denort is /opt/denort" });
  const { name, why } = choosePackaging(undefined, undefined);
  assert.equal(name, "launcher");
  assert.match(why, /no denort.*neither built nor run.*--denort FILE or DENORT_BIN/);
  const cached = { path: "/cache/denort.zip", kind: "archive" } as const;
  assert.equal(choosePackaging(undefined, cached).name, "launcher");
  assert.equal(choosePackaging("compiled", cached).name, "compiled");
  assert.equal(choosePackaging("launcher", FILE).name, "launcher");
  assert.equal(choosePackaging("compiled", FILE).name, "compiled");
});

Deno.test("choosePackaging refuses what can't be built: compiled without a denort, an unknown packaging", () => {
  assert.throws(
    () => choosePackaging("compiled", undefined),
    /there is no denort.*--denort FILE or DENORT_BIN/,
  );
  assert.throws(() => choosePackaging("zip", FILE), /use compiled or launcher/);
});
