import assert from "node:assert/strict";
import { shellTool } from "../../tests/support/runner.ts";
import { resolveProgram } from "./resolve.ts";

const tool = shellTool("x", [], { program: { search: ["physiclaw-none", "sh"] }, install: "copy it" });

const withDirectory = async (work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-program-" }));
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
};
const program = async (path: string, text = "#!/bin/sh\n", mode = 0o755): Promise<string> => {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
  return path;
};

Deno.test("resolveProgram takes the first name of the fixed PATH, links followed; the caller's PATH has no say", async () => {
  await withDirectory(async (directory) => {
    await program(`${directory}/physiclaw-none`);
    const before = Deno.env.get("PATH") ?? "";
    Deno.env.set("PATH", `${directory}:${before}`);
    try {
      const found = await resolveProgram(tool, undefined);
      assert.deepEqual(found, { ok: true, path: await Deno.realPath("/bin/sh"), libraries: [] });
    } finally {
      Deno.env.set("PATH", before);
    }
  });
});

Deno.test("resolveProgram: the operator's path counts, and must be an executable file", async () => {
  await withDirectory(async (directory) => {
    const path = await program(`${directory}/tool`);
    await Deno.symlink(path, `${directory}/link`);
    assert.deepEqual(await resolveProgram(tool, { program: `${directory}/link` }), {
      ok: true,
      path,
      libraries: [path],
    });
    await program(`${directory}/plain`, "x", 0o644);
    for (const wanted of [`${directory}/plain`, directory, `${directory}/none`, "sh", "./sh"]) {
      const found = await resolveProgram(tool, { program: wanted });
      assert.ok(!found.ok, wanted);
      assert.match(found.reason, /is not an executable file \(mend \[tools\."x"\] program, or copy it\)/);
    }
    const none = await resolveProgram(
      shellTool("y", [], { program: { search: ["physiclaw-none"] } }),
      undefined,
    );
    assert.deepEqual(none, { ok: false, reason: "physiclaw-none is not installed (copy it)" });
  });
});

Deno.test("resolveProgram refuses what others could have written", async () => {
  await withDirectory(async (directory) => {
    const path = await program(`${directory}/tool`, "#!/bin/sh\n", 0o777);
    const loose = await resolveProgram(tool, { program: path });
    assert.ok(!loose.ok);
    assert.match(loose.reason, /can be written by others \(chmod go-w /);
    await Deno.chmod(path, 0o755);
    assert.ok((await resolveProgram(tool, { program: path })).ok);
    await Deno.chmod(directory, 0o777);
    assert.ok(!(await resolveProgram(tool, { program: path })).ok);
  });
});

Deno.test("resolveProgram: a venv's script brings its venv and its interpreter's real prefix along", async () => {
  await withDirectory(async (directory) => {
    // A shim, as version managers make them: home names it, the interpreter is elsewhere.
    await Deno.mkdir(`${directory}/versions/3.12/bin`, { recursive: true });
    await Deno.mkdir(`${directory}/shims`);
    await Deno.mkdir(`${directory}/venv/bin`, { recursive: true });
    await program(`${directory}/versions/3.12/bin/python3.12`, "\x7fELF");
    await Deno.symlink(`${directory}/versions/3.12/bin/python3.12`, `${directory}/shims/python3`);
    await Deno.symlink(`${directory}/shims/python3`, `${directory}/venv/bin/python3`);
    await Deno.writeTextFile(`${directory}/venv/pyvenv.cfg`, `home = ${directory}/shims\nversion = 3.12.1\n`);
    const path = await program(`${directory}/venv/bin/tool`, `#!${directory}/venv/bin/python3\nprint(1)\n`);
    const found = await resolveProgram(tool, {
      program: path,
      libraries: ["/usr/share", `${directory}/venv/bin`],
    });
    assert.ok(found.ok);
    assert.equal(found.path, path);
    assert.deepEqual([...found.libraries].sort(), [
      `${directory}/venv`,
      `${directory}/versions/3.12`,
    ]);
  });
});
