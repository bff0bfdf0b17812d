/**
 * Fills the disk under a store of facts and tells what it said; run by `l2_faults_test.ts` on a small disk.
 *
 * @module
 */
import { uuidv7 } from "uuidv7";
import { PhysiclawError } from "../../internal/errors.ts";
import { createFactStore } from "../l2.ts";
import { scrubFact } from "../new_fact.ts";
import { createScrubber } from "../scrub.ts";

const directory = Deno.args[0] ?? "";
const scrubber = createScrubber();
const notes = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    scrubFact(scrubber, {
      name: "",
      value: `note ${n} ${crypto.randomUUID()}`,
      origin: "operator",
      source: "test",
      audience: "sre",
    }));

const store = createFactStore({ path: `${directory}/memory_l2.sqlite3`, now: Date.now, newId: uuidv7 });
await store.add(notes(100));
const before = store.count();
await Deno.writeFile(`${directory}/ballast`, new Uint8Array(300_000));
const error: unknown = await store.add(notes(20_000)).then(() => undefined, (error) => error);
const after = store.count();
const check = store.check() ?? null;
await Deno.remove(`${directory}/ballast`);
await store.add(notes(1));
console.log(JSON.stringify({
  kind: error instanceof PhysiclawError ? error.kind : String(error),
  says: error instanceof PhysiclawError && /the disk (is full|does not take)/.test(error.message),
  before,
  after,
  check,
  later: store.count(),
}));
await store.close();
