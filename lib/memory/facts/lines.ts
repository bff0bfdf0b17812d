/**
 * Facts as lines of JSON: what `memory export` writes and `memory add --from` takes back, ids and history included.
 *
 * @module
 */
import { z } from "zod";
import { scrubPair } from "../new_fact.ts";
import type { Scrubber } from "../scrub.ts";
import { AUDIENCES, type Fact, ORIGINS } from "../types.ts";

/** A fact with its earlier versions, oldest first. */
export interface FactWithHistory {
  readonly fact: Fact;
  readonly history: readonly Fact[];
}

const TIME = z.int().min(0);
const ExportedFact = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  value: z.string(),
  tags: z.array(z.string()),
  source: z.string(),
  origin: z.enum(ORIGINS),
  audience: z.enum(AUDIENCES),
  created: TIME,
  updated: TIME,
  expires: TIME.optional(),
  version: z.int().min(1),
});
const ExportedLine = z.strictObject({
  physiclaw_fact: z.literal(1),
  fact: ExportedFact,
  history: z.array(ExportedFact),
});

/** One line of an export, without its line break. */
export const exportLine = ({ fact, history }: FactWithHistory): string =>
  JSON.stringify({ physiclaw_fact: 1, fact, history });

/** Whether a value is a line of an export, and not another JSON object. */
export const isExportLine = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "physiclaw_fact" in value;

/**
 * A parsed line of an export, scrubbed as every text that is stored is. `undefined` when it is none of a version that is
 * known.
 */
export function readExportLine(
  value: unknown,
  scrubber: Pick<Scrubber, "scrub">,
): FactWithHistory | undefined {
  const parsed = ExportedLine.safeParse(value);
  if (!parsed.success) return undefined;
  const clean = ({ expires, ...fact }: z.infer<typeof ExportedFact>): Fact => ({
    ...fact,
    ...scrubPair(scrubber, fact.name, fact.value),
    tags: fact.tags.map((tag) => scrubber.scrub(tag)),
    source: scrubber.scrub(fact.source),
    ...(expires === undefined ? {} : { expires }),
  });
  return { fact: clean(parsed.data.fact), history: parsed.data.history.map(clean) };
}
