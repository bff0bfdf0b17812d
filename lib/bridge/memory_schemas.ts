/**
 * The shapes of requests and answers about memory.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { FACT_LIMITS } from "../memory/import/rows.ts";
import { AUDIENCES, ORIGINS } from "../memory/types.ts";

/** Facts of one request. */
export const MAX_FACTS = 10_000;
/** Bytes of a request that brings facts: more would hold up other requests while it is parsed. */
export const MAX_FACTS_BYTES = 4 * 1024 * 1024;
/** UTF-16 units of a document that a client sends, and bytes of its request. */
export const MAX_DOCUMENT = 2 * 1024 * 1024;
export const MAX_DOCUMENT_BODY_BYTES = 6 * 1024 * 1024;

const text = (max: number) =>
  z.string().max(max).refine((value) => value.isWellFormed(), "is not well-formed Unicode");
const someText = (max: number) => text(max).refine((value) => value.trim() !== "", "is blank");
const time = z.iso.datetime({ offset: true });
const tags = z.array(text(FACT_LIMITS.tag)).max(FACT_LIMITS.tags);
const audience = z.enum(AUDIENCES);
const limit = z.int().min(0).max(100);

/** `POST /memory/search`. */
export const SearchBody = z.strictObject({
  query: text(65_536),
  /** Only what this persona may see; without it, what the credential may see. */
  persona: z.string().max(64).nullish(),
  origins: z.array(z.enum(ORIGINS)).optional(),
  since: time.optional(),
  until: time.optional(),
  l2_limit: limit.optional(),
  l3_limit: limit.optional(),
  rerank_top: limit.optional(),
}).openapi("MemorySearch");

/** A fact as a client writes it. */
export const NewFactBody = z.strictObject({
  name: text(FACT_LIMITS.name).optional(),
  value: someText(FACT_LIMITS.value),
  tags: tags.optional(),
  audience: audience.optional(),
  expires: time.optional(),
  source: text(FACT_LIMITS.name).optional(),
}).openapi("NewFact");

/** `POST /memory/facts`: new ones, or the lines of an export. */
export const FactsBody = z.union([
  z.strictObject({ facts: z.array(NewFactBody).min(1).max(MAX_FACTS) }),
  z.strictObject({ export: z.array(z.unknown()).min(1).max(MAX_FACTS) }),
]).openapi("NewFacts");

/** `PATCH /memory/facts/:id`. */
export const FactChangeBody = z.strictObject({
  name: text(FACT_LIMITS.name).optional(),
  value: someText(FACT_LIMITS.value).optional(),
  tags: tags.optional(),
  expires: time.nullable().optional(),
}).refine((change) => Object.keys(change).length > 0, "changes nothing").openapi("FactChange");

/** `POST /memory/forget`: what matches every field. */
export const ForgetBody = z.strictObject({
  id: z.uuid().optional(),
  source: text(4096).optional(),
  origin: z.enum(ORIGINS).optional(),
  audience: audience.optional(),
  name: text(FACT_LIMITS.name).optional(),
}).refine((filter) => Object.keys(filter).length > 0, "names nothing to forget").openapi("Forget");

/** `POST /memory/documents`. */
export const DocumentBody = z.strictObject({
  name: someText(255).refine((name) => !/[/\\\0]/.test(name), "is no file name"),
  text: someText(MAX_DOCUMENT),
  audience: audience.optional(),
}).openapi("NewDocument");

/** `POST /memory/ingest`. */
/** `POST /memory/embed`. */
export const EmbedBody = z.strictObject({
  model: z.string().min(1, "is empty").max(64, "is longer than 64 characters"),
}).openapi("Embed");

/** `POST /memory/ingest`. */
export const IngestBody = z.strictObject({
  path: z.string().min(1).max(4096).refine((path) => path.startsWith("/"), "is not absolute").refine(
    (path) => !path.includes("\0"),
    "holds a NUL",
  ),
  audience: audience.optional(),
}).openapi("Ingest");

const ranks = z.record(z.string(), z.int());

/** One thing that was found. */
const ItemBody = z.object({
  id: z.string(),
  tier: z.enum(["l1", "l2", "l3"]),
  text: z.string(),
  source: z.string(),
  origin: z.enum(ORIGINS),
  audience,
  time: z.string(),
  score: z.number(),
  ranks,
});

/** Answer of `POST /memory/search`. */
export const RetrievalBody = z.object({
  items: z.array(ItemBody),
  notes: z.array(z.string()),
  seconds: z.object({ l2: z.number(), l3: z.number(), combined: z.number() }),
}).openapi("Retrieval");

/** A stored fact. */
export const FactBody = z.object({
  id: z.string(),
  name: z.string(),
  value: z.string(),
  tags: z.array(z.string()),
  origin: z.enum(ORIGINS),
  source: z.string(),
  audience,
  created: z.string(),
  updated: z.string(),
  expires: z.string().optional(),
  version: z.int(),
}).openapi("Fact");

/** Answer of `GET /memory/status`. */
export const StatusBody = z.object({
  l1: z.string(),
  l2: z.string(),
  l3: z.string(),
  l1_entries: z.int(),
  l2_facts: z.int(),
  l3_rows: z.int(),
  l3_documents: z.int(),
  embedder: z.string().nullable(),
  reranker: z.string().nullable(),
  notes: z.array(z.string()),
}).openapi("MemoryStatus");

/** What an ingestion did. */
export const ReportBody = z.object({
  added: z.int(),
  replaced: z.int(),
  unchanged: z.int(),
  chunks: z.int(),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  skippedCount: z.record(z.string(), z.int()),
  notes: z.array(z.string()),
}).openapi("IngestReport");

/** How many were forgotten. */
export const ForgottenBody = z.object({ facts: z.int(), documents: z.int() }).openapi("Forgotten");
