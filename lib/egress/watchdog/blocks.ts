/**
 * What was stopped, kept over the bridge's death.
 *
 * While the bridge lives, it alone writes the audit log, and its chain is in its memory. So the watchdog writes a file
 * of its own beside it, a line a block, durable before anything is killed; the next start takes the lines into the chain
 * as `egress_block` records and removes the file. Each block has an id, so that a start which died in between does not
 * take one in twice.
 *
 * @module
 */

/** One block. */
export interface Block {
  /** UUID. */
  readonly block: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly scope: "bridge" | "step";
  /** `tcp 127.0.0.1:43210 -> 203.0.113.5:443`. */
  readonly socket: string;
  readonly pid: number;
  /** The kernel's name of the process, 15 characters at most. */
  readonly process: string;
}

/** A line that a kill or a full disk left unfinished: all that is known is that something was stopped. */
type Torn = { readonly block: string; readonly torn: true };

const EVENT = '"event":"egress_block"';
const CHUNK = 1 << 20;

const isBlock = (value: unknown): value is Block => {
  if (typeof value !== "object" || value === null) return false;
  const it = value as Record<string, unknown>;
  return ["block", "at", "scope", "socket", "process"].every((key) => typeof it[key] === "string") &&
    Number.isInteger(it["pid"]);
};

/** A block as the watchdog writes it. */
export const blockLine = (block: Block): string => `${JSON.stringify(block)}\n`;

/** Blocks of the watchdog's file; an unreadable line stands for one whose details are lost. */
export function parseBlocks(text: string): readonly (Block | Torn)[] {
  return text.split("\n").filter((line) => line !== "").map((line, index) => {
    try {
      const value: unknown = JSON.parse(line);
      if (isBlock(value)) return value;
    } catch {
      // Below.
    }
    return { block: `torn-${index}-${line.length}`, torn: true };
  });
}

/** Records of the audit log that say that something was stopped: how many, and the ids of their blocks. */
async function recorded(path: string): Promise<{ count: number; ids: ReadonlySet<string> }> {
  const ids = new Set<string>();
  let count = 0;
  const take = (line: string): void => {
    try {
      const record = JSON.parse(line) as { event?: unknown; data?: { block?: unknown } };
      if (record.event !== "egress_block") return;
      count++;
      if (typeof record.data?.block === "string") ids.add(record.data.block);
    } catch {
      // A line that is no record is the verifier's business.
    }
  };
  using file = await Deno.open(path);
  // One byte a character: the log may be large, and what is looked for is ASCII.
  const decoder = new TextDecoder("latin1");
  const chunk = new Uint8Array(CHUNK);
  let rest = "";
  for (;;) {
    const length = await file.read(chunk);
    const text = rest + (length === null ? "\n" : decoder.decode(chunk.subarray(0, length)));
    const whole = text.lastIndexOf("\n") + 1;
    for (let at = text.indexOf(EVENT); at >= 0 && at < whole;) {
      const end = text.indexOf("\n", at);
      take(text.slice(text.lastIndexOf("\n", at) + 1, end));
      at = text.indexOf(EVENT, end);
    }
    rest = text.slice(whole);
    if (length === null) return { count, ids };
  }
}

/**
 * Takes what the watchdog wrote into the audit log, and counts every `egress_block` record there is.
 *
 * @param append resolves when the record is durable
 * @example
 * ```ts ignore
 * const stopped = await foldBlocks({ blocks, auditLog, append: (data) => audit.append({ event: "egress_block", data }) });
 * ```
 */
export async function foldBlocks(options: {
  /** The watchdog's file. */
  readonly blocks: string;
  readonly auditLog: string;
  readonly append: (data: Readonly<Record<string, string | number | boolean>>) => Promise<unknown>;
}): Promise<number> {
  let { count, ids } = await recorded(options.auditLog);
  let text: string;
  try {
    text = await Deno.readTextFile(options.blocks);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return count;
    throw error;
  }
  const seen = new Set(ids);
  for (const block of parseBlocks(text)) {
    if (seen.has(block.block)) continue;
    seen.add(block.block);
    await options.append({ ...block });
    count++;
  }
  await Deno.remove(options.blocks);
  return count;
}
