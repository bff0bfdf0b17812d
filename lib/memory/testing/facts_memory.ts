/**
 * Memory of facts alone, for tests of what stands before it.
 *
 * @module
 */
import { uuidv7 } from "uuidv7";
import { readExportLine } from "../facts/lines.ts";
import type { HostMemory } from "../interface.ts";
import { createFactStore } from "../l2.ts";
import { scrubFact } from "../new_fact.ts";
import { createScrubber } from "../scrub.ts";
import { createUnbuiltMemory } from "./unbuilt.ts";

/** Real facts in `path`; documents are refused. */
export function createFactsMemory(path: string, now: () => number): HostMemory {
  const scrubber = createScrubber();
  const store = createFactStore({ path, now, newId: uuidv7 });
  return {
    ...createUnbuiltMemory(),
    add: (facts) => store.add(facts.map((fact) => scrubFact(scrubber, fact))),
    restore: (lines) =>
      store.restore(lines.map((line) => readExportLine(line, scrubber)).filter((line) => line !== undefined)),
    update: (id, { name, value, tags, expires }) =>
      store.update(id, {
        ...(name === undefined ? {} : { name: scrubber.scrub(name) }),
        ...(value === undefined ? {} : { value: scrubber.scrub(value) }),
        ...(tags === undefined ? {} : { tags }),
        ...(expires === undefined ? {} : { expires }),
      }),
    forget: async (filter) => ({ facts: await store.forget(filter), documents: 0 }),
    history: (id) => Promise.resolve(store.history(id)),
    search: (query, scope) =>
      Promise.resolve({
        items: store.search(query, { ...scope, limit: scope.l2Limit ?? 10 }),
        notes: ["no documents here"],
        seconds: { l2: 0, l3: 0, combined: 0 },
      }),
    export: () => store.export(),
    close: () => store.close(),
  };
}
