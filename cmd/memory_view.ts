/**
 * Memory as people read it.
 *
 * @module
 */
import type { IngestReport, MemoryStatus, Retrieval } from "../lib/memory/interface.ts";
import type { Fact, MemoryItem } from "../lib/memory/types.ts";
import type { Line, Output } from "./output.ts";

/** Characters of an item that are shown; `--json` shows all. */
const SHOWN = 400;

/** What each list of ranks is to a person. A model's list has the model's name. */
const LISTS: Readonly<Record<string, string>> = {
  l1: "recently used",
  l2: "words of facts",
  l2_trigram: "letters inside words",
  text: "words of documents",
  rerank: "reranked",
};

const TIERS: Readonly<Record<MemoryItem["tier"], string>> = { l1: "recent", l2: "fact", l3: "document" };

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");

/** Why an item was found: its rank in each list. */
export const whyFound = (ranks: MemoryItem["ranks"]): string =>
  Object.entries(ranks).map(([list, rank]) => `${LISTS[list] ?? `meaning (${list})`} #${rank}`).join(", ");

/** Lines about what a search found. */
export function retrievalLines({ items, notes, seconds }: Retrieval): readonly Line[] {
  const lines: Line[] = [];
  for (const [index, item] of items.entries()) {
    const text = item.text.length > SHOWN ? `${item.text.slice(0, SHOWN)}…` : item.text;
    lines.push([{ text: `${index + 1}. `, style: "dim" }, {
      text: text.replaceAll("\n", "\n   "),
      style: "bold",
    }]);
    lines.push(
      `   ${TIERS[item.tier]} of ${item.origin}, for ${item.audience}, ${
        iso(item.time)
      }, from ${item.source}`,
    );
    lines.push([{ text: `   ${item.id}  found by: ${whyFound(item.ranks)}`, style: "dim" }]);
  }
  if (items.length === 0) lines.push("Nothing in memory matches.");
  lines.push(...notes.map((note): Line => [{ text: "note: ", style: "yellow" }, note]));
  const ms = (value: number) => `${(value * 1000).toFixed(1)} ms`;
  lines.push([{
    text: `facts ${ms(seconds.l2)}, documents ${ms(seconds.l3)}, all ${ms(seconds.combined)}`,
    style: "dim",
  }]);
  return lines;
}

/** Lines about one version of a fact. */
export function factLines(fact: Fact): readonly Line[] {
  const { name, value, tags, origin, source, audience, updated, expires, version, id } = fact;
  return [
    [{ text: `${name === "" ? "" : `${name}: `}${value}`, style: "bold" }],
    `   version ${version}, ${iso(updated)}, for ${audience}, by ${origin}, from ${source}` +
    (tags.length === 0 ? "" : `, tags ${tags.join(" ")}`) +
    (expires === undefined ? "" : `, until ${iso(expires)}`),
    [{ text: `   ${id}`, style: "dim" }],
  ];
}

/** The status as a table, and what must be known about it. */
export async function showStatus(output: Output, status: MemoryStatus): Promise<void> {
  await output.table(["TIER", "STATE", "HOLDS"], [
    ["l1 recent", status.l1, `${status.l1_entries} entries`],
    ["l2 facts", status.l2, `${status.l2_facts} facts`],
    ["l3 documents", status.l3, `${status.l3_documents} documents in ${status.l3_rows} chunks`],
    ["embedder", status.embedder ?? "none", ""],
    ["reranker", status.reranker ?? "none", ""],
  ]);
  output.result(...status.notes.map((note): Line => [{ text: "note: ", style: "yellow" }, note]));
}

/** Lines about what an ingestion did. */
export const reportLines = (
  { added, replaced, unchanged, chunks, skipped, skippedCount, notes }: IngestReport,
): readonly Line[] => [
  `${added} documents added, ${replaced} replaced, ${unchanged} unchanged; ${chunks} chunks written`,
  ...skipped.map(({ path, reason }): Line => [{ text: "left out: ", style: "yellow" }, `${path}: ${reason}`]),
  ...(Object.values(skippedCount).reduce((sum, count) => sum + count, 0) > skipped.length
    ? [
      `left out in all: ${
        Object.entries(skippedCount).map(([reason, count]) => `${count} ${reason}`).join(", ")
      }`,
    ]
    : []),
  ...notes.map((note): Line => [{ text: "note: ", style: "yellow" }, note]),
];
