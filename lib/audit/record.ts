/**
 * One audit record as text: canonical JSON on one line, chained to the line before by its hash.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** Every kind of thing that is audited. */
export const AUDIT_EVENTS = [
  "goal",
  "plan",
  "tool_call",
  "security_violation",
  "egress_block",
  "auth_denied",
  "approval",
  "wipe",
  "start",
  "stop",
  "policy_change",
] as const;

/** What happened. The caller scrubs what it puts into `data`: the log writes it as it is. */
export interface AuditEvent {
  readonly event: (typeof AUDIT_EVENTS)[number];
  readonly persona?: string;
  readonly goal_id?: string;
  readonly data?: Readonly<Record<string, JsonValue | undefined>>;
}

/** An event as it stands in the log. */
export interface AuditRecord extends AuditEvent {
  readonly v: 1;
  /** 1 for the first record, then without gaps. */
  readonly seq: number;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  readonly ts: string;
  /** `hash` of the record before; {@link GENESIS} for the first. */
  readonly prev: string;
  /** SHA-256, hex, over the canonical JSON of the record without this member. */
  readonly hash: string;
}

/** `prev` of the first record. */
export const GENESIS = "0".repeat(64);

/** Bytes of one line, at most; a goal may have 64 KiB. Lets readers take anything longer for damage. */
export const MAX_RECORD_BYTES = 1 << 20;

/** SHA-256 of a text's UTF-8 form, hex. */
export type Sha256 = (text: string) => string;

/** Loads the synchronous hash: WebCrypto's costs 48 µs a record where this one costs 1, but its import takes 30 ms. */
export async function loadSha256(): Promise<Sha256> {
  const { hash } = await import("node:crypto");
  return (text) => hash("sha256", text, "hex");
}

/**
 * Canonical JSON (RFC 8785), somewhat faster than the general package. Members that are `undefined` are left
 * out; a lone surrogate becomes U+FFFD, so that no text a client sends can keep its goal out of the log. Throws
 * {@link PhysiclawError} of kind `internal` for a number that JSON cannot hold.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "./record.ts";
 * console.assert(canonicalJson({ b: 1, a: [true, null] }) === '{"a":[true,null],"b":1}');
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "string") return JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new PhysiclawError("internal", `Cannot write ${value} as JSON`);
    return JSON.stringify(value);
  }
  // Array.isArray does not narrow readonly arrays.
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalJson).join(",")}]`;
  const object = value as { readonly [key: string]: JsonValue | undefined };
  let text = "";
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    text += (text === "" ? "" : ",") + canonicalJson(key) + ":" + canonicalJson(member);
  }
  return `{${text}}`;
}

/** An event with its place in the chain, before it has a hash. */
export type Unsealed = Omit<AuditRecord, "hash">;

/**
 * The record's hash and its line (without the newline). The members' order is fixed, which is what makes this cheap:
 * data, event, goal_id, hash, persona, prev, seq, ts, v.
 *
 * @example
 * ```ts
 * import { GENESIS, loadSha256, sealRecord } from "./record.ts";
 * const { line } = sealRecord(
 *   { v: 1, seq: 1, ts: "2026-01-01T00:00:00.000Z", prev: GENESIS, event: "start" },
 *   await loadSha256(),
 * );
 * console.assert(line.startsWith('{"event":"start","hash":"'));
 * ```
 */
export function sealRecord(record: Unsealed, sha256: Sha256): { hash: string; line: string } {
  let head = "{";
  if (record.data !== undefined) head += `"data":${canonicalJson(record.data)},`;
  head += `"event":${JSON.stringify(record.event)},`;
  if (record.goal_id !== undefined) head += `"goal_id":${canonicalJson(record.goal_id)},`;
  let tail = record.persona === undefined ? "" : `"persona":${canonicalJson(record.persona)},`;
  tail += `"prev":"${record.prev}","seq":${record.seq},"ts":"${record.ts}","v":1}`;
  const hash = sha256(head + tail);
  return { hash, line: `${head}"hash":"${hash}",${tail}` };
}

/** A line of the log that is a whole record in itself, or why it is not. Says nothing of its place in the chain. */
export function openRecord(line: string, sha256: Sha256): { record: AuditRecord } | { reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { reason: "not JSON" };
  }
  if (!isRecord(value)) return { reason: "not an audit record of version 1" };
  try {
    // Sealing again and comparing the whole text catches added members, other spacing and a wrong hash at once.
    const { hash, line: again } = sealRecord(value, sha256);
    if (hash !== value.hash) return { reason: "the hash does not match the record" };
    if (line !== again) return { reason: "not in canonical form" };
  } catch {
    return { reason: "not in canonical form" };
  }
  return { record: value };
}

const HASH = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== "object" || value === null) return false;
  const it = value as Record<string, unknown>;
  return it["v"] === 1 && Number.isSafeInteger(it["seq"]) && Number(it["seq"]) >= 1 &&
    AUDIT_EVENTS.some((event) => event === it["event"]) &&
    typeof it["ts"] === "string" && TIME.test(it["ts"]) &&
    typeof it["prev"] === "string" && HASH.test(it["prev"]) &&
    typeof it["hash"] === "string" && HASH.test(it["hash"]) &&
    ["undefined", "string"].includes(typeof it["persona"]) &&
    ["undefined", "string"].includes(typeof it["goal_id"]) &&
    (it["data"] === undefined ||
      (typeof it["data"] === "object" && it["data"] !== null && !Array.isArray(it["data"])));
}
