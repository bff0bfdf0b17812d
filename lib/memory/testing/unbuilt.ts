/**
 * A memory that has nothing and refuses everything: what tests put their own methods on.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { HostMemory } from "../interface.ts";

/** Says of every tier that it is not built, and refuses everything else. */
export function createUnbuiltMemory(): HostMemory {
  const refuse = () =>
    Promise.reject(new PhysiclawError("not_ready", "Cannot use the memory: it is not built"));
  return {
    add: refuse,
    restore: refuse,
    update: refuse,
    forget: refuse,
    history: refuse,
    search: refuse,
    ingest: refuse,
    ingestText: refuse,
    embed: refuse,
    remember: refuse,
    prune: refuse,
    repair: refuse,
    // deno-lint-ignore require-yield
    async *export() {
      await refuse();
    },
    status: () =>
      Promise.resolve({
        l1: "not built",
        l2: "not built",
        l3: "not built",
        l1_entries: 0,
        l2_facts: 0,
        l3_rows: 0,
        l3_documents: 0,
        embedder: null,
        reranker: null,
        notes: [],
      }),
    close: () => Promise.resolve(),
  };
}
