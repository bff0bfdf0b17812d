/**
 * Row numbers: a running number, and in the lowest bits whom the fact is for and where it comes from. So the newest stand
 * at the end of every index, and what a search may not see is passed over without reading it.
 *
 * @module
 */
import type { Persona } from "../../catalog/types.ts";
import { type Audience, type Fact, type Origin, ORIGINS } from "../types.ts";
import { unseal } from "./envelope.ts";

/** Stored as their position: the order never changes, new ones go to the end. */
const STORED_AUDIENCES: readonly Audience[] = ["all", "sre", "secops", "data_architect"];
const STORED_ORIGINS: readonly Origin[] = ["operator", "goal", "run", "document"];

const ORIGIN_SLOTS = 8;
/** Slots of a row number: all audiences times all origins that there may be. */
const SLOTS = 32;

const slotOf = (audience: Audience, origin: Origin): number =>
  STORED_AUDIENCES.indexOf(audience) * ORIGIN_SLOTS + STORED_ORIGINS.indexOf(origin);

/** The row of the fact with this number. */
export const rowOf = (audience: Audience, origin: Origin, sequence: number): number =>
  sequence * SLOTS + slotOf(audience, origin);

/** The number of a row's fact. */
export const sequenceOf = (row: number): number => Math.floor(row / SLOTS);

/** A set of audiences and origins: one bit for each slot. */
export type Mask = number;

/** The SQL that says whether a row (`column`) is in the mask (`parameter`). */
export const inMask = (column: string, parameter: string): string =>
  `(${parameter} >> (${column} & ${SLOTS - 1})) & 1`;

/** Facts for exactly these audiences. */
export const maskFor = (audiences: readonly Audience[], origins: readonly Origin[] = ORIGINS): Mask =>
  [...new Set(audiences)].flatMap((audience) =>
    [...new Set(origins)].map((origin) => 2 ** slotOf(audience, origin))
  )
    .reduce((mask, bit) => mask + bit, 0);

/** Facts for these personas, and those for all. */
export const maskOf = (personas: readonly Persona[], origins?: readonly Origin[]): Mask =>
  maskFor(["all", ...personas], origins);

export const isIn = (row: number, mask: Mask): boolean => Math.floor(mask / 2 ** (row % SLOTS)) % 2 === 1;

/** Columns that {@link factOf} reads. */
export const FACT_COLUMNS = "row, id, created, updated, expires, version, content";

/** A row as a fact. */
export function factOf(row: Record<string, unknown>): Fact {
  const slot = Number(row["row"]) % SLOTS;
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
