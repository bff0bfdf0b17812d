/**
 * The append-only, chained audit log. What `append` has answered for is on the disk.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import {
  type AuditEvent,
  type AuditRecord,
  loadSha256,
  MAX_RECORD_BYTES,
  sealRecord,
  type Unsealed,
} from "./record.ts";
import { openLog } from "./open.ts";

export type { AuditEvent, AuditRecord, JsonValue } from "./record.ts";

/** The log as everything above it sees it. */
export interface AuditLog {
  /**
   * Writes one record; resolves when it is durable (fdatasync). Records that arrive while a write is under way go
   * together into the next one, in the order of the calls. Rejects with {@link PhysiclawError} of kind `not_ready` when
   * the log has failed or is closed, and of kind `internal` or `too_large` for an event that cannot be written.
   */
  append(event: AuditEvent): Promise<AuditRecord>;
  /** Number of the last durable record; 0 when there is none. */
  readonly sequence: number;
  /** Why the log has failed; it stays failed until the program starts again. */
  failed(): Error | undefined;
  /** Waits for what is under way, then closes the file. */
  close(): Promise<void>;
}

interface Pending {
  readonly record: AuditRecord;
  readonly line: string;
  readonly resolve: (record: AuditRecord) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens or creates the log at `path` (mode 0600, append only, locked against other writers) and goes on with its chain.
 * An unfinished last line, as a kill in the middle of a write leaves it, is moved to a file beside the log, and a `start`
 * record says so. Throws {@link PhysiclawError}: `conflict` when another process writes the log, `not_ready` when it
 * cannot be opened or its last record is damaged.
 *
 * @example
 * ```ts
 * import { createAuditLog } from "./audit.ts";
 * const audit = await createAuditLog({ path: `${await Deno.makeTempDir()}/audit.jsonl`, now: () => new Date() });
 * const record = await audit.append({ event: "goal", persona: "sre", data: { goal: "Why do pods restart?" } });
 * console.assert(record.seq === audit.sequence);
 * await audit.close();
 * ```
 */
export async function createAuditLog(options: { path: string; now: () => Date }): Promise<AuditLog> {
  const { path, now } = options;
  const sha256 = await loadSha256();
  const { file, last, torn } = await openLog(path, sha256, now());
  const encoder = new TextEncoder();

  let chained = last;
  let durable = last.seq;
  let pending: Pending[] = [];
  let flushing: Promise<void> | undefined;
  let failure: PhysiclawError | undefined;
  let closed = false;

  const fail = (batch: readonly Pending[], cause: unknown): void => {
    const reason = messageOf(cause);
    failure = new PhysiclawError("not_ready", `Cannot write the audit log ${path}: ${reason}`, {
      cause,
      hint: "make room or mend the file system, then start again",
    });
    const lost = [...batch, ...pending];
    pending = [];
    for (const { reject } of lost) reject(failure);
  };

  const flush = async (): Promise<void> => {
    // Lets the calls of this turn of the event loop join the first write.
    await undefined;
    while (pending.length > 0 && failure === undefined) {
      const batch = pending;
      pending = [];
      let text = "";
      for (const { line } of batch) text += line + "\n";
      try {
        const bytes = encoder.encode(text);
        // Into the page cache: a few µs, where a hop to another thread costs 50. Only one is ever ahead of the disk.
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
        await file.syncData();
      } catch (cause) {
        fail(batch, cause);
        return;
      }
      for (const { record, resolve } of batch) {
        durable = record.seq;
        resolve(record);
      }
    }
    // Here and not in a `finally` of the promise: a call between the two would wait for ever.
    flushing = undefined;
  };

  const append = (event: AuditEvent): Promise<AuditRecord> => {
    if (failure !== undefined) return Promise.reject(failure);
    if (closed) {
      return Promise.reject(new PhysiclawError("not_ready", "Cannot write the audit log: it is closed"));
    }
    let record: AuditRecord;
    let line: string;
    try {
      const unsealed: Unsealed = {
        v: 1,
        seq: chained.seq + 1,
        ts: now().toISOString(),
        prev: chained.hash,
        event: event.event,
        ...(event.persona === undefined ? {} : { persona: event.persona }),
        ...(event.goal_id === undefined ? {} : { goal_id: event.goal_id }),
        ...(event.data === undefined ? {} : { data: event.data }),
      };
      const sealed = sealRecord(unsealed, sha256);
      // A UTF-16 unit takes at most three bytes of UTF-8.
      if (
        sealed.line.length * 3 > MAX_RECORD_BYTES && encoder.encode(sealed.line).length > MAX_RECORD_BYTES
      ) {
        throw new PhysiclawError("too_large", `Cannot audit an event of more than ${MAX_RECORD_BYTES} bytes`);
      }
      record = { ...unsealed, hash: sealed.hash };
      line = sealed.line;
    } catch (error) {
      return Promise.reject(error);
    }
    chained = record;
    return new Promise((resolve, reject) => {
      pending.push({ record, line, resolve, reject });
      flushing ??= flush();
    });
  };

  if (torn !== undefined) {
    await append({ event: "start", data: { note: "unfinished last line moved aside", ...torn } });
  }

  return {
    append,
    get sequence() {
      return durable;
    },
    failed: () => failure,
    async close() {
      if (closed) return;
      closed = true;
      await flushing;
      file.close();
    },
  };
}
