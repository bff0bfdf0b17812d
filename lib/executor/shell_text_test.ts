import assert from "node:assert/strict";
import { readEnding } from "./signals.ts";
import { CHANGED, innerText, outerText } from "./shell_text.ts";

const SHELLS = [["/bin/dash"], ["/bin/bash", "--posix"]] as const;
const exists = (path: string): boolean => {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
};

async function run(shell: readonly string[], text: string, args: readonly string[], stdin: string) {
  const [program = "", ...flags] = shell;
  const child = new Deno.Command(program, {
    args: [...flags, "-c", text, "physiclaw", ...args],
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { stdout, stderr, code } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

for (const shell of SHELLS) {
  const ignore = !exists(shell[0]);

  Deno.test({
    name: `innerText under ${shell[0]}: words arrive as they are, whatever they hold`,
    ignore,
    fn: async () => {
      const words = ["$(id)", "`id`", "a b", "'", '"', "\\", "*", "", "-n", "new\nline", "ünï", "$1", "${2}"];
      const argv = ["/usr/bin/printf", "<%s>", ...words];
      const { stdout, code } = await run(shell, innerText([argv.length], [0]), argv, "M0\nM1\n");
      assert.equal(code, 0);
      assert.equal(stdout, `${words.map((word) => `<${word}>`).join("")}M1\n`);
    },
  });

  Deno.test({
    name: `innerText under ${shell[0]}: codes, signals and the codes to go on with`,
    ignore,
    fn: async () => {
      const ending = async (script: string) => {
        const { stderr } = await run(shell, innerText([3], [0]), ["/bin/sh", "-c", script], "M0\nM1\n");
        const found = /^M0\n(?:.|\n)*?M1 ([0-9]+) ((?:.|\n)*)\nM1\n$/.exec(stderr);
        return readEnding(Number(found?.[1]), found?.[2] ?? "");
      };
      assert.deepEqual(await ending("exit 0"), { exitCode: 0 });
      assert.deepEqual(await ending("exit 42"), { exitCode: 42 });
      assert.deepEqual(await ending("kill -KILL $$"), { signal: "SIGKILL" });
      assert.deepEqual(await ending("kill -PIPE $$"), { signal: "SIGPIPE" });
      if (shell[0] === "/bin/dash") assert.deepEqual(await ending("exit 137"), { exitCode: 137 });
      const two = ["/bin/sh", "-c", "exit 2", "/bin/echo", "second"];
      const on = await run(shell, innerText([3, 2], [0, 2]), two, "M0\nM1\nM2\n");
      assert.equal(on.stdout, "M1\nsecond\nM2\n");
      const off = await run(shell, innerText([3, 2], [0]), two, "M0\nM1\nM2\n");
      assert.equal(off.stdout, "M1\n");
      assert.match(off.stderr, /M1 stopped\n$/);
    },
  });

  Deno.test({
    name: `outerText under ${shell[0]}: descriptors, limits and an empty environment for what it executes`,
    ignore,
    fn: async () => {
      const posix = shell[0] === "/bin/dash";
      const paths = Array.from({ length: posix ? 7 : 30 }, () => "/dev/null");
      const last = 2 + paths.length;
      const command = [
        "/bin/sh",
        "-c",
        `[ -e /proc/self/fd/${last} ] && [ ! -e /proc/self/fd/${
          last + 1
        } ] && tr '\\0' ' ' </proc/$$/environ; ulimit -v; ulimit -c`,
      ];
      const { stdout, code } = await run(
        shell,
        outerText(paths.length, [0], "v"),
        [...paths, "/dev/null", "1000000", ...command],
        "",
      );
      assert.equal(code, 0);
      // bash counts its own level down on exec, whatever was unset.
      assert.equal(stdout.replace("SHLVL=0 ", ""), "1000000\n0\n");
      const missing = await run(
        shell,
        outerText(1, [], "v"),
        ["/dev/null/none", "", "1000000", "/bin/echo", "ran"],
        "",
      );
      assert.notEqual(missing.code, 0);
      assert.equal(missing.stdout, "");
      const swapped = await run(
        shell,
        outerText(2, [1], "v"),
        ["/dev/null", "/dev/zero", "/dev/null", "1000000", "/bin/echo", "ran"],
        "",
      );
      assert.deepEqual([swapped.code, swapped.stdout], [CHANGED, ""], "another name than the vetted one");
    },
  });

  Deno.test({
    name: `outerText under ${shell[0]}: a single directory or file must have the vetted name`,
    ignore,
    fn: async () => {
      const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw names " }));
      const [directory, file, link] = [`${base}/a b`, `${base}/file`, `${base}/link`];
      try {
        await Deno.mkdir(directory);
        await Deno.writeTextFile(file, "");
        await Deno.symlink(directory, link);
        const ran = async (path: string, name: string): Promise<string> => {
          const args = [path, name, "1000000", "/bin/sh", "-c", "pwd"];
          const { code, stdout } = await run(shell, outerText(1, [0], "v"), args, "");
          return `${code} ${stdout.trim()}`;
        };
        assert.equal(await ran(directory, directory), "0 /");
        assert.equal(await ran(file, file), "0 /");
        for (
          const [path, name] of [[link, link], [directory, link], [directory, base], [
            file,
            directory,
          ]] as const
        ) {
          assert.equal(await ran(path, name), `${CHANGED} `, `${path} as ${name}`);
        }
      } finally {
        await Deno.remove(base, { recursive: true });
      }
    },
  });
}
