/**
 * Runs every test and closes with one line: `N passed, N failed, N skipped`. A skip is shown by name and is no pass.
 *
 * @module
 */
import { ROOT } from "./paths.ts";

/** What one group of tests may touch. None gets everything. */
interface Group {
  readonly name: string;
  readonly files: readonly string[];
  readonly permissions: readonly string[];
  /** Of the files, not these. */
  readonly ignore?: readonly string[];
  /** The program is the built file, made first. */
  readonly built?: boolean;
}

const COMMON = ["--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-sys"];

const GROUPS: readonly Group[] = [
  {
    name: "unit",
    files: ["lib/", "cmd/"],
    permissions: [...COMMON, "--allow-net=127.0.0.1,localhost,[::1]", "--allow-ffi"],
  },
  {
    name: "whole program",
    files: ["tests/"],
    ignore: ["tests/packaging/"],
    permissions: [...COMMON, "--allow-net=127.0.0.1,localhost,[::1]"],
  },
  {
    name: "built file",
    files: ["tests/packaging/", "tests/bridge_test.ts"],
    permissions: [...COMMON, "--allow-net=127.0.0.1,localhost,[::1]"],
    built: true,
  },
];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Reads Deno's JUnit report: the one form of its results that is meant for programs. */
function count(report: string): { counts: Counts; skips: readonly string[] } {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const skips: string[] = [];
  for (
    const [, attributes = "", body = ""] of report.matchAll(
      /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
    )
  ) {
    if (/<skipped/.test(body)) {
      counts.skipped++;
      skips.push(/name="([^"]*)"/.exec(attributes)?.[1] ?? "?");
    } else if (/<(failure|error)/.test(body)) counts.failed++;
    else counts.passed++;
  }
  return { counts, skips };
}

/** Builds `dist/physiclaw`; what is wrong with it is said on stderr, and ends the run. */
async function builtFile(): Promise<string> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "build"],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  if (!success) throw new Error("Cannot build dist/physiclaw");
  return `${ROOT}dist/physiclaw`;
}

async function runGroup(
  group: Group,
  filters: readonly string[],
): Promise<{ counts: Counts; skips: readonly string[]; ok: boolean }> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  const binary = group.built === true ? await builtFile() : undefined;
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--no-prompt",
        `--junit-path=${report}`,
        ...group.permissions,
        ...(group.ignore === undefined ? [] : [`--ignore=${group.ignore.join(",")}`]),
        ...filters,
        ...group.files,
      ],
      cwd: ROOT,
      env: binary === undefined ? {} : { PHYSICLAW_BINARY: binary },
      stdin: "null",
    }).spawn();
    const { success } = await child.status;
    const { counts, skips } = count(await Deno.readTextFile(report));
    // A module that does not load is no test case in the report, and must not pass for that.
    if (!success && counts.failed === 0) counts.failed++;
    return { counts, skips, ok: success };
  } finally {
    await Deno.remove(report);
  }
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const skipped: string[] = [];
const only = Deno.args[0];
for (const group of GROUPS) {
  if (only !== undefined && only !== group.name) continue;
  const { counts, skips } = await runGroup(group, Deno.args.slice(1));
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  skipped.push(...skips);
}
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
Deno.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
