/**
 * Reads a whole audit log and says whether its chain holds.
 *
 * @module
 */
import { GENESIS, loadSha256, MAX_RECORD_BYTES, openRecord } from "./record.ts";

/** What the verifier found; `ok` is false as soon as one line is bad. */
export interface Verification {
  readonly ok: boolean;
  /** Records before the first bad line. */
  readonly records: number;
  readonly firstBad?: { readonly line: number; readonly reason: string };
  /** The end of the chain as far as it holds. */
  readonly last?: { readonly seq: number; readonly hash: string };
}

/**
 * Verifies the log at `path` in memory of one record. A changed, deleted, inserted or moved line breaks the chain. What
 * the chain alone cannot show: records cut off the end, and a log written anew from some record on by someone who may
 * write the file. `expect`, a sequence number and hash kept elsewhere, shows both up to that record. Rejects when the file
 * cannot be read.
 *
 * @example
 * ```ts
 * import { createAuditLog } from "./audit.ts";
 * import { verifyAuditLog } from "./verify.ts";
 * const path = `${await Deno.makeTempDir()}/audit.jsonl`;
 * const audit = await createAuditLog({ path, now: () => new Date() });
 * await audit.append({ event: "start" });
 * console.assert((await verifyAuditLog(path)).ok);
 * await audit.close();
 * ```
 */
export async function verifyAuditLog(
  path: string,
  options: { expect?: { readonly seq: number; readonly hash: string } } = {},
): Promise<Verification> {
  const { expect } = options;
  const sha256 = await loadSha256();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let last = { seq: 0, hash: GENESIS };
  const finish = (reason?: string): Verification => ({
    ok: reason === undefined,
    records: last.seq,
    ...(reason === undefined ? {} : { firstBad: { line: last.seq + 1, reason } }),
    ...(last.seq === 0 ? {} : { last }),
  });

  const check = (bytes: Uint8Array): string | undefined => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return "not UTF-8";
    }
    const opened = openRecord(text, sha256);
    if ("reason" in opened) return opened.reason;
    const { seq, prev, hash } = opened.record;
    if (seq !== last.seq + 1) return `sequence number ${seq} where ${last.seq + 1} was due`;
    if (prev !== last.hash) return "not chained to the record before";
    if (expect?.seq === seq && expect.hash !== hash) return "not the record that was expected here";
    last = { seq, hash };
    return undefined;
  };

  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of (await Deno.open(path)).readable) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = rest.length === 0 ? chunk.subarray(start, end) : join(rest, chunk.subarray(start, end));
      const reason = check(line);
      if (reason !== undefined) return finish(reason);
      rest = new Uint8Array();
      start = end + 1;
    }
    rest = join(rest, chunk.subarray(start));
    if (rest.length > MAX_RECORD_BYTES) return finish("longer than any record");
  }
  if (rest.length > 0) return finish("unfinished last line (the next start moves it aside)");
  if (expect !== undefined && expect.seq > last.seq) {
    return finish(`the log ends before record ${expect.seq}, which is known to have been written`);
  }
  return finish();
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right.slice();
  const all = new Uint8Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all;
}
