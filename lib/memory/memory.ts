/**
 * Memory in this thread: the three tiers, their models, and retrieval over them.
 *
 * @module
 */
import { PhysiclawError, reasonOf } from "../internal/errors.ts";
import { createDocumentsTier } from "./documents_tier.ts";
import type { ForgetFilter, IngestResult } from "./documents/types.ts";
import { createInference } from "./embed/inference.ts";
import { createEngine } from "./engine.ts";
import { readExportLine } from "./facts/lines.ts";
import type { EndedGoal, FactFilter, HostMemory, IngestReport, MemoryStatus } from "./interface.ts";
import { createL1 } from "./l1.ts";
import { createFactStore, type FactStore } from "./l2.ts";
import type { ModelStore } from "./models/store.ts";
import { scrubFact, scrubPair } from "./new_fact.ts";
import type { Scrubber } from "./scrub.ts";
import type { MemoryItem, Reranker } from "./types.ts";

/** What {@link createMemory} is made of. */
export interface MemoryOptions {
  /** Directory of the stores; the caller holds its lock. */
  readonly stateDir: string;
  readonly models: ModelStore;
  readonly scrubber: Scrubber;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** How long remembered goals are kept, in milliseconds. */
  readonly keepMs: number;
  /** Called when a model has left memory; see {@link createInference}. */
  readonly trim?: () => Promise<void>;
  /** Threads for models; see {@link createInference}. */
  readonly threads?: number;
}

/** Names of the stores within the state directory. */
export const L2_FILE = "memory_l2.sqlite3";
export const L3_DIRECTORY = "memory_l3.lance";

/** Facts after which the indexes are looked at: a search over so few parts is quick anyway. */
const TIDY_AFTER = 1000;

/** Characters of an answer that a digest keeps: what was found stands at its top. */
const DIGEST_CHARACTERS = 8192;

const reportOf = (
  { added, replaced, unchanged, chunks, skipped, skippedCount, notes }: IngestResult,
): IngestReport => ({
  added,
  replaced,
  unchanged,
  chunks,
  skipped,
  skippedCount,
  notes,
});

/** What of a filter for facts holds for documents too; `undefined` when it means facts alone. */
function documentFilter({ id, name, source, origin, audience }: FactFilter): ForgetFilter | undefined {
  if (id !== undefined || name !== undefined) return undefined;
  if (source === undefined && origin === undefined && audience === undefined) return undefined;
  return {
    ...(source === undefined ? {} : { source }),
    ...(origin === undefined ? {} : { origins: [origin] }),
    ...(audience === undefined ? {} : { audiences: [audience] }),
  };
}

/**
 * Opens memory. A damaged second or third tier doesn't keep the others from working: what needs it throws, `status` says
 * so, and searches go on with a note.
 *
 * @example
 * ```ts ignore
 * const memory = await createMemory({ stateDir, models, scrubber, now: Date.now, newId: uuidv7, keepMs: 30 * 86_400_000 });
 * await memory.add([{ name: "the payments cluster", value: "namespace payments", origin: "operator", source: "ada", audience: "all" }]);
 * const { items } = await memory.search("payments", { personas: ["sre"] });
 * await memory.close();
 * ```
 */
export function createMemory(options: MemoryOptions): HostMemory {
  const { scrubber, models, now } = options;
  const l1 = createL1();
  const inference = createInference({
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.trim === undefined ? {} : { trim: options.trim }),
  });
  const path = `${options.stateDir}/${L2_FILE}`;
  const documents = createDocumentsTier({
    path: `${options.stateDir}/${L3_DIRECTORY}`,
    scrubber,
    models,
    inference,
  });

  let opened: FactStore | undefined;
  /** The facts, opened at the first use and again after a repair. */
  const facts = (): FactStore => opened ??= createFactStore({ path, now, newId: options.newId });

  let reranker: { readonly key: string; readonly made: Reranker } | undefined;
  async function currentReranker(): Promise<Reranker | undefined> {
    const located = await models.defaultReranker();
    const key = located === undefined ? "" : `${located.model.id} ${located.files.model.sha256}`;
    if (reranker?.key === key) return reranker.made;
    await reranker?.made.close();
    reranker = located === undefined ? undefined : { key, made: inference.reranker(located) };
    return reranker?.made;
  }

  const engine = createEngine({
    l1,
    l2: (query, scope) =>
      // Synchronous and short; a promise, so that what it throws is a note of the search.
      Promise.resolve().then(() => ({ items: facts().search(query, scope), notes: [] })),
    l3: documents.search,
    reranker: currentReranker,
  });

  const forgotten = (matches: (item: MemoryItem) => boolean): void => l1.drop(matches);

  const state = async <T>(work: () => T | Promise<T>, otherwise: T): Promise<{ state: string; value: T }> => {
    try {
      return { state: "ok", value: await work() };
    } catch (error) {
      return { state: reasonOf(error), value: otherwise };
    }
  };

  async function remember(goal: EndedGoal): Promise<void> {
    const { persona, id } = goal;
    const text = scrubber.scrub(goal.goal);
    const known = l1.get(persona, text);
    // A goal that a monitor asks every minute is remembered once as long as it is a recent one.
    if (known === undefined || !known.some(({ origin }) => origin === "goal")) {
      const [fact] = await facts().add([
        scrubFact(scrubber, {
          name: "",
          value: goal.goal,
          tags: [`persona:${persona}`],
          origin: "goal",
          source: id,
          audience: persona,
          expires: now() + options.keepMs,
        }),
      ]);
      await wrote(1);
      if (fact !== undefined) {
        l1.put(persona, text, [{
          id: fact.id,
          tier: "l1",
          text: fact.value,
          source: fact.source,
          origin: "goal",
          audience: persona,
          time: fact.updated,
          score: 1,
          ranks: {},
        }]);
      }
    }
    const store = await documents.open();
    await store.addDocument({
      name: "run.md",
      text: `# ${goal.goal.replaceAll(/\s+/g, " ")}\n\n${goal.outcome}\n\n${
        goal.answer.slice(0, DIGEST_CHARACTERS)
      }`,
      // One digest a goal and persona: a later run of the same words takes its place.
      source: `run: ${goal.goal.replaceAll(/\s+/g, " ").slice(0, 200)}`,
      origin: "run",
      audience: persona,
      time: goal.ended,
    });
  }

  let untidy = 0;
  /** To be called with how many facts were written: after many, the index's parts are merged. */
  async function wrote(count: number): Promise<void> {
    untidy += count;
    if (untidy < TIDY_AFTER) return;
    untidy = 0;
    // The facts are stored. What keeps the parts from being merged (a full disk) is met again by the next write, which says so.
    await facts().tidy().catch(() => undefined);
  }

  return {
    add: async (added, addOptions) => {
      const stored = await facts().add(added.map((fact) => scrubFact(scrubber, fact)), addOptions ?? {});
      await wrote(stored.length);
      return stored;
    },
    restore: async (lines) => {
      const read = lines.map((line, index) => {
        const one = readExportLine(line, scrubber);
        if (one === undefined) {
          throw new PhysiclawError(
            "usage",
            `Cannot take back line ${index + 1}: it is no line of an export of this version`,
          );
        }
        return one;
      });
      const restored = await facts().restore(read);
      await wrote(restored);
      return restored;
    },
    update: async (id, { name, value, tags, source, expires }) => {
      const before = facts().get(id);
      if (before === undefined) throw new PhysiclawError("not_found", `Cannot find fact ${id.slice(0, 64)}`);
      const pair = scrubPair(scrubber, name ?? before.name, value ?? before.value);
      const changed = await facts().update(id, {
        ...pair,
        ...(tags === undefined ? {} : { tags: tags.map((tag) => scrubber.scrub(tag)) }),
        ...(source === undefined ? {} : { source: scrubber.scrub(source) }),
        ...(expires === undefined ? {} : { expires }),
      });
      forgotten((item) => item.id === id);
      return changed;
    },
    forget: async (filter) => {
      const count = await facts().forget(filter);
      const where = documentFilter(filter);
      const store = where === undefined ? undefined : await documents.existing();
      const gone = store === undefined || where === undefined ? 0 : await store.forget(where);
      // What the first tier holds of it is not told apart: it fills again with what is found.
      if (count + gone > 0) l1.clear();
      return { facts: count, documents: gone };
    },
    history: (id) => Promise.resolve().then(() => facts().history(id)),
    search: (query, scope) => engine.retrieve(query, scope),
    status: async (): Promise<MemoryStatus> => {
      const l2 = await state(() => facts().count(), 0);
      const l3 = await state(async () => {
        const store = await documents.existing();
        if (store === undefined) return { rows: 0, documents: 0, problems: [] };
        const { chunks, documents: count, problems } = await store.status();
        return { rows: chunks, documents: count, problems };
      }, { rows: 0, documents: 0, problems: [] as readonly string[] });
      const embedder = await state(async () => (await models.defaultEmbedder())?.model.id ?? null, null);
      const rerankerId = await state(async () => (await models.defaultReranker())?.model.id ?? null, null);
      const notes = [embedder, rerankerId].filter((one) => one.state !== "ok").map((one) => one.state);
      if (embedder.value === null) {
        notes.push(
          "without an embedder documents are found by full text alone (physiclaw models import DIRECTORY)",
        );
      }
      if (rerankerId.value === null) notes.push("without a reranker the fused ranks decide");
      return {
        l1: "ok",
        l2: l2.state,
        l3: l3.value.problems[0] ?? l3.state,
        l1_entries: l1.entries(),
        l2_facts: l2.value,
        l3_rows: l3.value.rows,
        l3_documents: l3.value.documents,
        embedder: embedder.value,
        reranker: rerankerId.value,
        notes,
      };
    },
    ingest: async (paths, { audience, signal, onProgress }) => {
      const store = await documents.open();
      const report = await store.ingest(paths, {
        audience,
        origin: "document",
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : {
          onProgress: ({ files, bytes, totalFiles, totalBytes, current }) =>
            onProgress({
              files,
              bytes,
              totalFiles,
              totalBytes,
              ...(current === undefined ? {} : { path: current }),
            }),
        }),
      });
      documents.changed();
      return reportOf(report);
    },
    ingestText: async ({ name, text }, { audience, source, signal }) => {
      const store = await documents.open();
      const { change, chunks } = await store.addDocument(
        { name, text, source, origin: "document", audience, time: now() },
        signal,
      );
      documents.changed();
      const counts = { added: 0, replaced: 0, unchanged: 0 };
      if (change !== "empty") counts[change] = 1;
      return { ...counts, chunks, skipped: [], skippedCount: {}, notes: [] };
    },
    embed: async (model, embedOptions) => {
      const located = await models.locate(model);
      const { embedders } = await documents.embedders();
      const embedder = embedders.find((one) => one.model === located.model.id);
      if (embedder === undefined) {
        throw new PhysiclawError("usage", `Cannot embed with ${model}: it is no embedder for use`);
      }
      const store = await documents.existing();
      const made = await store?.embed(embedder, embedOptions ?? {}) ?? 0;
      documents.changed();
      return made;
    },
    remember,
    prune: async (before) => {
      await facts().prune();
      await (await documents.existing())?.forget({ origins: ["run"], before });
    },
    repair: async () => {
      const { repairFacts } = await import("./facts/repair.ts");
      const done: string[] = [];
      const damage = await state(() => facts().check(), undefined);
      if (damage.state !== "ok" || damage.value !== undefined) {
        await opened?.close();
        opened = undefined;
        const { facts: saved, kept, lost } = await repairFacts(path, { now });
        done.push(`facts: ${saved} are in a new file; the old one is ${kept}`, ...lost);
      } else done.push("facts: whole");
      const store = await documents.existing();
      if (store === undefined) done.push("documents: none");
      else {
        const { actions } = await store.repair();
        done.push(
          ...(actions.length === 0 ? ["documents: whole"] : actions.map((action) => `documents: ${action}`)),
        );
        documents.changed();
      }
      l1.clear();
      return done;
    },
    async *export() {
      yield* facts().export();
      const store = await documents.existing();
      if (store === undefined) return;
      for await (const chunk of store.export()) yield JSON.stringify({ physiclaw_chunk: 1, chunk });
    },
    close: async () => {
      await opened?.close();
      await documents.close();
      await reranker?.made.close();
      await inference.close();
    },
  };
}
