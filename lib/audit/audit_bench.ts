import { createAuditLog } from "./audit.ts";
import { canonicalJson, loadSha256, sealRecord } from "./record.ts";
import canonicalize from "canonicalize";
import { verifyAuditLog } from "./verify.ts";

const directory = await Deno.makeTempDir();
const audit = await createAuditLog({ path: `${directory}/audit.jsonl`, now: () => new Date() });
const event = {
  event: "goal",
  persona: "sre",
  goal_id: "0190b3a0-0000-7000-8000-000000000000",
  data: { goal: "Why do the checkout pods restart in the payments namespace?", mode: "accept" },
} as const;
const record = { v: 1, seq: 123456, ts: "2026-01-01T00:00:00.000Z", prev: "a".repeat(64), ...event } as const;
const sha256 = await loadSha256();

/** `total` records by `clients` loops, each waiting for its record to be durable. */
async function clients(count: number, total: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => {
    for (let done = 0; done < total / count; done++) await audit.append(event);
  }));
}

Deno.bench(
  "append, 1,000 durable records, 1 client",
  { n: 3, warmup: 1 },
  async () => await clients(1, 1_000),
);
Deno.bench(
  "append, 1,000 durable records, 8 clients",
  { n: 10, warmup: 1 },
  async () => await clients(8, 1_000),
);
Deno.bench(
  "append, 32,000 durable records, 32 clients",
  { n: 5, warmup: 1 },
  async () => await clients(32, 32_000),
);

Deno.bench("sealRecord", { group: "canonical" }, () => void sealRecord(record, sha256));
Deno.bench("canonicalJson", { group: "canonical" }, () => void canonicalJson(record));
Deno.bench("the package canonicalize", { group: "canonical" }, () => void canonicalize(record));

const verified = `${directory}/verify.jsonl`;
const log = await createAuditLog({ path: verified, now: () => new Date() });
await Promise.all(Array.from({ length: 10_000 }, () => log.append(event)));
await log.close();
Deno.bench("verifyAuditLog, 10,000 records", { n: 10, warmup: 1 }, async () => {
  if (!(await verifyAuditLog(verified)).ok) throw new Error("Cannot verify the log just written");
});
