/**
 * What memory keeps and gives back. Every text in it is {@link Scrubbed}: no store takes another.
 *
 * @module
 */
import { type Persona, PERSONAS } from "../catalog/types.ts";
import type { Scrubbed } from "./scrub.ts";

/** Whom an entry is for: one persona, or all of them. */
export type Audience = Persona | "all";
export const AUDIENCES: readonly ["all", ...typeof PERSONAS] = ["all", ...PERSONAS];

/**
 * Where an entry comes from. Only what the `operator` entered may fill a planner's slot; what goals, runs and documents
 * said is data and nothing else.
 */
export const ORIGINS = ["operator", "goal", "run", "document"] as const;
export type Origin = (typeof ORIGINS)[number];

/** The three tiers: recently used, facts (SQLite FTS5), documents (LanceDB). */
export type Tier = "l1" | "l2" | "l3";

/** A fact of the second tier, in its newest version. Times are UTC milliseconds. */
export interface Fact {
  /** UUIDv7. */
  readonly id: string;
  /** What the fact is about: "the payments cluster". Empty for remembered goals. */
  readonly name: Scrubbed;
  readonly value: Scrubbed;
  readonly tags: readonly string[];
  readonly origin: Origin;
  /** A credential's id, a goal's id, a file: whatever lets a person find where it came from. */
  readonly source: Scrubbed;
  readonly audience: Audience;
  readonly created: number;
  readonly updated: number;
  /** No longer found from then on; `undefined`: kept until it is forgotten. */
  readonly expires?: number;
  /** 1 for the first. */
  readonly version: number;
}

/** A fact to be added. */
export type FactInput = Omit<Fact, "id" | "created" | "updated" | "version">;

/** Which entries a search may see, and how many it gives. */
export interface SearchScope {
  /** Entries for one of these personas, and those for all. */
  readonly personas: readonly Persona[];
  readonly origins?: readonly Origin[];
  /** UTC milliseconds, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** How an entry was found: its rank (from 1) in each list that holds it. Lists are `l2`, `l2_trigram`, `text`, a model's id, `rerank`. */
export type Ranks = Readonly<Record<string, number>>;

/** One thing that memory knows. */
export interface MemoryItem {
  readonly id: string;
  readonly tier: Tier;
  readonly text: Scrubbed;
  /** Where it came from, for a person: a file with its heading, a fact's name, a goal's id. */
  readonly source: Scrubbed;
  readonly origin: Origin;
  readonly audience: Audience;
  /** UTC milliseconds. */
  readonly time: number;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  readonly ranks: Ranks;
}

/** Vectors of texts, of one model. */
export interface Embedder {
  /** Id in the manifest. */
  readonly model: string;
  readonly dimensions: number;
  /** One vector a text, in the order given, normalised. The same text always gives the same vector, whatever its neighbours. */
  embed(texts: readonly string[], kind: "query" | "passage", signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Scores of texts for a query, of one model. */
export interface Reranker {
  readonly model: string;
  /** One score from 0 to 1 a text, in the order given. */
  score(query: string, texts: readonly string[], signal?: AbortSignal): Promise<number[]>;
  close(): Promise<void>;
}
