/**
 * Helpers for tests of log-aggregator: temporary files, and the built-in run as its users run it.
 *
 * @module
 */
import { aggregateLogs } from "../log_aggregator.ts";
import { parseLogArgs } from "../log_args.ts";
import type { LogReport } from "../log_types.ts";

/** 2026-02-01, after everything that the tests log. */
export const NOW = Date.UTC(2026, 1, 1);

/** A temporary directory with files in it; removed when it is disposed of. */
export interface TestDirectory extends Disposable {
  readonly path: string;
  /** Writes a file, and sets when it was last written. */
  add(name: string, content: string | Uint8Array, modified?: number): string;
}

/** Makes a temporary directory. */
export function testDirectory(): TestDirectory {
  const path = Deno.makeTempDirSync({ prefix: "physiclaw-builtin-" });
  return {
    path,
    add(name, content, modified = NOW) {
      const full = `${path}/${name}`;
      Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      Deno.writeFileSync(full, typeof content === "string" ? new TextEncoder().encode(content) : content);
      Deno.utimeSync(full, new Date(modified), new Date(modified));
      return full;
    },
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** Aggregates one text as if it were a file, with further arguments. */
export async function aggregateText(content: string | Uint8Array, ...args: string[]): Promise<LogReport> {
  using directory = testDirectory();
  const path = directory.add("test.log", content);
  return await aggregateLogs(parseLogArgs([...args, "--", path]), { now: NOW });
}

/** Spawns main.ts under the permissions that the sandbox gives it. */
export async function runMain(
  args: readonly string[],
  options: { cwd?: string; run?: boolean } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const flags = [
    "--quiet",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--allow-read",
  ];
  if (options.run === true) flags.push("--allow-run=/usr/bin/journalctl");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, main, ...args],
    env: { NO_COLOR: "1" },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
