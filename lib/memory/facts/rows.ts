/**
 * Row numbers: whom a fact is for and where it comes from are their upper digits, so that what a search may see is a few
 * ranges of the index, and the newest of each range stand at its end.
 *
 * @module
 */
import type { Persona } from "../../catalog/types.ts";
import { type Audience, type Fact, type Origin, ORIGINS } from "../types.ts";
import { unseal } from "./envelope.ts";

/** Stored as their position: the order never changes, new ones go to the end. */
const STORED_AUDIENCES: readonly Audience[] = ["all", "sre", "secops", "data_architect"];
const STORED_ORIGINS: readonly Origin[] = ["operator", "goal", "run", "document"];

/** Facts of one audience and origin: far more than fit on a disk. All ranges together stay below 2^53. */
const RANGE = 2 ** 44;
const ORIGIN_SLOTS = 8;

/** Row numbers from `first` to `last`, both inclusive. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

const slotOf = (audience: Audience, origin: Origin): number =>
  STORED_AUDIENCES.indexOf(audience) * ORIGIN_SLOTS + STORED_ORIGINS.indexOf(origin);

/** The row of the fact with this number. */
export const rowOf = (audience: Audience, origin: Origin, sequence: number): number =>
  slotOf(audience, origin) * RANGE + sequence;

const rangeOf = (audience: Audience, origin: Origin): RowRange => {
  const first = rowOf(audience, origin, 0);
  return { first, last: first + RANGE - 1 };
};

/** The ranges of facts for exactly these audiences. */
export function rangesFor(
  audiences: readonly Audience[],
  origins: readonly Origin[] = ORIGINS,
): readonly RowRange[] {
  return [...new Set(audiences)].flatMap((audience) =>
    [...new Set(origins)].map((origin) => rangeOf(audience, origin))
  );
}

/** The ranges of facts for these personas, and of those for all. */
export const rangesOf = (personas: readonly Persona[], origins?: readonly Origin[]): readonly RowRange[] =>
  rangesFor(["all", ...personas], origins);

/** Every range that may hold facts. */
export const ALL_RANGES: readonly RowRange[] = rangesFor(STORED_AUDIENCES);

export const inRanges = (row: number, ranges: readonly RowRange[]): boolean =>
  ranges.some(({ first, last }) => row >= first && row <= last);

/** The number of a row's fact. */
export const sequenceOf = (row: number): number => row % RANGE;

/** Columns that {@link factOf} reads. */
export const FACT_COLUMNS = "row, id, created, updated, expires, version, content";

/** A row as a fact. */
export function factOf(row: Record<string, unknown>): Fact {
  const slot = Math.floor(Number(row["row"]) / RANGE);
  const audience = STORED_AUDIENCES[Math.floor(slot / ORIGIN_SLOTS)] ?? "all";
  const origin = STORED_ORIGINS[slot % ORIGIN_SLOTS] ?? "document";
  return {
    id: String(row["id"]),
    ...unseal(String(row["content"])),
    origin,
    audience,
    created: Number(row["created"]),
    updated: Number(row["updated"]),
    ...(row["expires"] === null ? {} : { expires: Number(row["expires"]) }),
    version: Number(row["version"]),
  };
}
