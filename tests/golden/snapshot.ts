/**
 * Text compared with a file that stands beside the test; `UPDATE_GOLDEN=1` writes it anew.
 *
 * @module
 */
import assert from "node:assert/strict";

/**
 * Fails when `actual` differs from the file at `path`, or when there is no such file. With `UPDATE_GOLDEN=1` in the
 * environment (and write permission) the file is written instead, and its change shows in the diff.
 *
 * @example
 * ```ts
 * import { assertSnapshot } from "./snapshot.ts";
 * await Deno.writeTextFile("/tmp/answer.txt", "2 pods\n");
 * await assertSnapshot("/tmp/answer.txt", "2 pods\n");
 * ```
 */
export async function assertSnapshot(path: string, actual: string): Promise<void> {
  if (Deno.env.get("UPDATE_GOLDEN") === "1") return await Deno.writeTextFile(path, actual);
  const expected = await Deno.readTextFile(path).catch(() => undefined);
  assert.notEqual(
    expected,
    undefined,
    `there is no ${path}: run again with UPDATE_GOLDEN=1 and read what it wrote`,
  );
  assert.equal(actual, expected, `${path} says otherwise (UPDATE_GOLDEN=1 rewrites it)`);
}
