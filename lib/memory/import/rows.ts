/**
 * What the readers of files give: rows of facts with the line that each came from, or what is wrong with which line.
 *
 * @module
 */
import { AUDIENCES } from "../types.ts";

/** A fact of a file. What is `undefined` is not in the file. */
export interface FileFact {
  /** From 1. */
  readonly line: number;
  readonly name: string;
  readonly value: string;
  readonly tags?: readonly string[];
  readonly audience?: (typeof AUDIENCES)[number];
  /** UTC milliseconds. */
  readonly expires?: number;
}

/** What is wrong with a line. */
export interface LineError {
  readonly line: number;
  readonly message: string;
}

/** What a reader found. Nothing is imported when there is one error. */
export interface FileFacts {
  readonly facts: readonly FileFact[];
  readonly errors: readonly LineError[];
}

/** Bounds of one fact, in characters. */
export const FACT_LIMITS = { name: 256, value: 16_384, tag: 256, tags: 32 } as const;

/** UTC milliseconds of an RFC 3339 time or a date; `undefined` for another text. */
export function parseExpiry(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)) {
    return undefined;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Fields of one row as texts, as they stand in a file. */
export interface RawFact {
  readonly name: string;
  readonly value: string;
  readonly tags?: readonly string[] | undefined;
  readonly audience?: string | undefined;
  readonly expires?: string | undefined;
}

/** The row as a fact, or the reason why it is none. */
export function checkRow(line: number, raw: RawFact): FileFact | LineError {
  const bad = (message: string): LineError => ({ line, message });
  const name = raw.name.trim();
  const value = raw.value.trim();
  const tags = raw.tags?.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (value === "") return bad("it has no value");
  if (name.length > FACT_LIMITS.name) return bad(`the name is longer than ${FACT_LIMITS.name} characters`);
  if (value.length > FACT_LIMITS.value) {
    return bad(`the value is longer than ${FACT_LIMITS.value} characters`);
  }
  if (
    tags !== undefined && (tags.length > FACT_LIMITS.tags || tags.some((tag) => tag.length > FACT_LIMITS.tag))
  ) {
    return bad(`it has more than ${FACT_LIMITS.tags} tags, or one longer than ${FACT_LIMITS.tag} characters`);
  }
  const audience = raw.audience === undefined || raw.audience.trim() === ""
    ? undefined
    : AUDIENCES.find((one) => one === raw.audience?.trim().toLowerCase());
  if (audience === undefined && (raw.audience ?? "").trim() !== "") {
    return bad(`the audience is none of ${AUDIENCES.join(", ")}`);
  }
  const until = raw.expires?.trim() ?? "";
  const expires = until === "" ? undefined : parseExpiry(until);
  if (until !== "" && expires === undefined) return bad("expires is no date or RFC 3339 time");
  return {
    line,
    name,
    value,
    ...(tags === undefined ? {} : { tags }),
    ...(audience === undefined ? {} : { audience }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** Rows sorted into facts and errors. */
export function collect(rows: Iterable<FileFact | LineError>): FileFacts {
  const facts: FileFact[] = [];
  const errors: LineError[] = [];
  for (const row of rows) {
    if ("message" in row) errors.push(row);
    else facts.push(row);
  }
  return { facts, errors };
}
