/**
 * The memory of a running bridge, over HTTP.
 *
 * @module
 */
import { PERSONAS } from "../lib/catalog/types.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type {
  IngestProgress,
  IngestReport,
  Memory,
  MemoryStatus,
  Retrieval,
} from "../lib/memory/interface.ts";
import { sumReports } from "../lib/memory/ingest_report.ts";
import type { Audience, Fact, MemoryItem } from "../lib/memory/types.ts";
import type { BridgeClient } from "./client.ts";
import { readLines } from "./json_lines.ts";

/** A fact as the bridge answers it: the same with times as RFC 3339. */
type FactAnswer = Omit<Fact, "created" | "updated" | "expires"> & {
  readonly created: string;
  readonly updated: string;
  readonly expires?: string;
};

const ofFact = ({ created, updated, expires, ...rest }: FactAnswer): Fact => ({
  ...rest,
  created: Date.parse(created),
  updated: Date.parse(updated),
  ...(expires === undefined ? {} : { expires: Date.parse(expires) }),
});

const ofItem = ({ time, ...rest }: Omit<MemoryItem, "time"> & { readonly time: string }): MemoryItem => ({
  ...rest,
  time: Date.parse(time),
});

/** `all` is left out: the bridge takes the widest audience that the credential may write for. */
const forAudience = (audience: Audience) => (audience === "all" ? {} : { audience });

const signalOf = (options: { readonly signal?: AbortSignal } | undefined) =>
  options?.signal === undefined ? {} : { signal: options.signal };

/** One line of a running piece of work. */
interface WorkLine<Progress, Report> {
  readonly progress?: Progress;
  readonly report?: Report;
  readonly error?: { readonly kind: string; readonly detail: string; readonly hint?: string };
}

/**
 * Memory behind a bridge. What it answers has the shapes that `lib/bridge/memory_schemas.ts` describes; they are taken at
 * their word, as every answer of a bridge is.
 */
export function createRemoteMemory(client: BridgeClient): Memory {
  const post = (path: string, body: unknown, options?: { readonly signal?: AbortSignal }) =>
    client.json(path, { method: "POST", body, ...signalOf(options) });
  return {
    add: async (facts, options) => {
      const answer = await post("/memory/facts", {
        facts: facts.map(({ name, value, tags, source, audience, expires }) => ({
          name,
          value,
          ...(tags === undefined ? {} : { tags }),
          source,
          ...forAudience(audience),
          ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
        })),
      }, options) as { facts: readonly FactAnswer[] };
      return answer.facts.map(ofFact);
    },
    restore: async (lines) =>
      ((await post("/memory/facts", { export: lines })) as { restored: number }).restored,
    update: async (id, { name, value, tags, expires }) =>
      ofFact(
        await client.json(`/memory/facts/${id}`, {
          method: "PATCH",
          body: {
            ...(name === undefined ? {} : { name }),
            ...(value === undefined ? {} : { value }),
            ...(tags === undefined ? {} : { tags }),
            ...(expires === undefined
              ? {}
              : { expires: expires === null ? null : new Date(expires).toISOString() }),
          },
        }) as FactAnswer,
      ),
    forget: async (filter) =>
      await post("/memory/forget", filter) as { readonly facts: number; readonly documents: number },
    history: async (id) => {
      try {
        const { versions } = await client.json(`/memory/facts/${id}/history`) as {
          versions: readonly FactAnswer[];
        };
        return versions.map(ofFact);
      } catch (error) {
        if (error instanceof PhysiclawError && error.kind === "not_found") return [];
        throw error;
      }
    },
    search: async (query, { personas, origins, since, until, l2Limit, l3Limit, rerankTop }) => {
      const { items, ...rest } = await post("/memory/search", {
        query,
        ...(personas.length === PERSONAS.length ? {} : { persona: personas[0] }),
        ...(origins === undefined ? {} : { origins }),
        ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
        ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
        ...(l2Limit === undefined ? {} : { l2_limit: l2Limit }),
        ...(l3Limit === undefined ? {} : { l3_limit: l3Limit }),
        ...(rerankTop === undefined ? {} : { rerank_top: rerankTop }),
      }) as Omit<Retrieval, "items"> & { items: readonly Parameters<typeof ofItem>[0][] };
      return { items: items.map(ofItem), ...rest };
    },
    status: async () => await client.json("/memory/status") as MemoryStatus,
    ingest: async (paths, { audience, onProgress, signal }) => {
      const reports: IngestReport[] = [];
      for (const path of paths) {
        const body = { path, ...forAudience(audience) };
        reports.push(
          await follow<IngestProgress, IngestReport>(client, "/memory/ingest", body, { onProgress, signal }),
        );
      }
      return sumReports(reports);
    },
    embed: async (model, { onProgress, signal } = {}) =>
      await follow<{ readonly done: number; readonly total: number }, number>(
        client,
        "/memory/embed",
        { model },
        { onProgress: ({ done, total }) => onProgress?.(done, total), signal },
      ),
    ingestText: async ({ name, text }, options) =>
      await post(
        "/memory/documents",
        { name, text, ...forAudience(options.audience) },
        options,
      ) as IngestReport,
    async *export() {
      const { body } = await client.send("/memory/export");
      for await (const line of readLines(body ?? new ReadableStream())) {
        // A fact's line has no such member.
        const { error } = JSON.parse(line) as { error?: string };
        if (error !== undefined) {
          throw new PhysiclawError("not_ready", error, { hint: "see the bridge's own output" });
        }
        yield line;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Follows a piece of work that the bridge tells the progress of, to its report. */
async function follow<Progress, Report>(
  client: BridgeClient,
  path: string,
  body: Readonly<Record<string, unknown>>,
  { onProgress, signal }: {
    readonly onProgress: ((progress: Progress) => void) | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Report> {
  const answer = await client.send(path, {
    method: "POST",
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const line of readLines(answer.body ?? new ReadableStream())) {
    const { progress, report, error } = JSON.parse(line) as WorkLine<Progress, Report>;
    if (progress !== undefined) onProgress?.(progress);
    if (error !== undefined) {
      throw new PhysiclawError(error.kind === "internal" ? "internal" : "not_ready", error.detail, {
        hint: error.hint ?? "what was done stays; run the command again to go on",
      });
    }
    if (report !== undefined) return report;
  }
  throw new PhysiclawError("not_ready", `Cannot end the work of ${path}: the bridge went away`, {
    hint: "what was done stays; run the command again to go on",
  });
}
