import assert from "node:assert/strict";
import { HandleSet } from "./descriptors.ts";
import { expandBraces, openHanded } from "./handed.ts";

Deno.test("expandBraces writes every choice out", () => {
  assert.deepEqual(expandBraces("/etc/passwd"), ["/etc/passwd"]);
  assert.deepEqual(expandBraces("/{a,b}/{c,d.e}/*"), ["/a/c/*", "/a/d.e/*", "/b/c/*", "/b/d.e/*"]);
  assert.deepEqual(expandBraces("/x{,y}"), ["/x", "/xy"]);
});

Deno.test("openHanded: what is missing, what is no file and what is too large is told apart", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-handed-" }));
  try {
    await Deno.mkdir(`${base}/directory`);
    await Deno.writeTextFile(`${base}/small`, "x");
    await Deno.truncate(await Deno.realPath(`${base}/small`), 1);
    await Deno.writeTextFile(`${base}/large`, "");
    await Deno.truncate(`${base}/large`, 5 * 1024 ** 2);
    await Deno.writeTextFile(`${base}/.hidden`, "x");
    await Deno.symlink("small", `${base}/link`);
    using handles = new HandleSet();
    const handed = await openHanded([
      { from: { path: `${base}/gone` }, at: "/run/gone" },
      { from: { path: `${base}/absent` }, at: "/run/absent", optional: true },
      { from: { path: `${base}/directory` }, at: "/run/directory", optional: true },
      { from: { glob: `${base}/{small,large,nothing}` }, at: "/run/host" },
      { from: { setting: "kubectl.kubeconfig" }, at: "/run/physiclaw/kubeconfig" },
      { from: { glob: `${base}/*` }, at: "/run/stat.json", statOnly: true },
    ], handles);
    assert.deepEqual(handed.missing, [`${base}/gone`]);
    assert.deepEqual(handed.files.map(({ at }) => at), [`/run/host${base}/small`]);
    const [stats, unreadable] = handed.texts.map(({ content }) => JSON.parse(String(content)));
    assert.deepEqual(unreadable, [
      { path: `${base}/directory`, reason: "is no file" },
      { path: `${base}/large`, reason: "is too large to be handed in" },
    ]);
    const facts = stats.map((
      one: { path: string; type: string; link?: string },
    ) => [one.path.slice(base.length), one.type, one.link]);
    assert.deepEqual(facts, [
      ["/directory", "directory", undefined],
      ["/large", "file", undefined],
      ["/link", "link", "small"],
      ["/small", "file", undefined],
    ]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

Deno.test("openHanded hands nothing in, not even an empty list, where no entry asks", async () => {
  using handles = new HandleSet();
  assert.deepEqual(await openHanded([], handles), { files: [], texts: [], missing: [] });
});
