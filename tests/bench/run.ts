/**
 * `deno task bench`: every `*_bench.ts` beside hot code; `deno task bench NAME …`: the whole-program measurement
 * `tests/bench/NAME.ts`.
 *
 * @module
 */
import { ROOT } from "../paths.ts";

const PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
  "--allow-sys",
  "--allow-ffi",
  "--allow-net=127.0.0.1,localhost",
  "--allow-ffi",
];

const [name, ...rest] = Deno.args;
const args = name === undefined
  ? ["bench", "--quiet", ...PERMISSIONS, "lib/", "cmd/", "tests/"]
  : ["run", "--quiet", ...PERMISSIONS, `tests/bench/${name}.ts`, ...rest];
const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" }).spawn().status;
Deno.exit(code);
