import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { install, type Item } from "./install.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const items = (directory: string, text: string): readonly Item[] => [
  { kind: "directory", path: `${directory}/etc/physiclaw`, mode: 0o755 },
  { kind: "file", path: `${directory}/bin/physiclaw`, mode: 0o755, content: bytes(text) },
];

Deno.test("install says what a dry run would do, and does nothing", () =>
  inDirectory(async (directory) => {
    const actions = await install(items(directory, "one"), { dryRun: true });
    assert.deepEqual(actions.map(({ what }) => what), ["create", "create"]);
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  }));

Deno.test("install creates, then leaves alone, then replaces what differs", () =>
  inDirectory(async (directory) => {
    await install(items(directory, "one"), { dryRun: false });
    assert.equal((Deno.statSync(`${directory}/bin/physiclaw`).mode ?? 0) & 0o777, 0o755);
    const again = await install(items(directory, "one"), { dryRun: false });
    assert.deepEqual(again.map(({ what }) => what), ["unchanged", "unchanged"]);
    const upgraded = await install(items(directory, "two"), { dryRun: false });
    assert.deepEqual(upgraded.map(({ what }) => what), ["unchanged", "replace"]);
    assert.equal(Deno.readTextFileSync(`${directory}/bin/physiclaw`), "two");
    assert.deepEqual([...Deno.readDirSync(`${directory}/bin`)].map(({ name }) => name), ["physiclaw"]);
  }));

Deno.test("install changes nothing when something else stands in the place of one item", () =>
  inDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/bin/physiclaw`, { recursive: true });
    await assert.rejects(install(items(directory, "one"), { dryRun: false }), PhysiclawError);
    assert.throws(() => Deno.statSync(`${directory}/etc`), Deno.errors.NotFound);
  }));
