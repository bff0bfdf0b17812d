/**
 * Helpers for tests of log-aggregator: temporary files, and reports of single texts.
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
