/**
 * The two streams of a step: collected up to a cap while they run, split into commands when they have ended.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { STOPPED } from "./shell_text.ts";
import { type Ending, readEnding } from "./signals.ts";

/** What one command wrote, and how it ended if it did. */
export interface CommandOutput {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly ending?: Ending;
}

/** A step's streams, taken apart. */
export interface SplitOutput {
  /** The shell inside the sandbox ran at all. */
  readonly started: boolean;
  /** The commands that ran; the last may have no ending. */
  readonly commands: readonly CommandOutput[];
}

/** Collects chunks; adding one takes constant time. */
export interface Collector {
  readonly bytes: number;
  add(chunk: Uint8Array): void;
  concat(): Uint8Array;
}

/** An empty collector. */
export function createCollector(): Collector {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
    },
    concat: () => Buffer.concat(chunks, bytes),
  };
}

/** Bytes that markers and endings add to a step's streams, at most: two markers and what `jobs` says, each command. */
export const MARKER_SLACK = 512;

interface Trailer {
  /** Where the command's own bytes end, and where the next command's begin. */
  readonly end: number;
  readonly next: number;
  readonly ending: Ending;
}

/** `MARKER CODE JOBS…\nMARKER\n` on stderr, from `from` on. */
function findTrailer(stderr: Buffer, marker: string, from: number): Trailer | undefined {
  const end = stderr.indexOf(`${marker} `, from, "latin1");
  if (end < 0) return undefined;
  const close = stderr.indexOf(`\n${marker}\n`, end + marker.length, "latin1");
  if (close < 0) return undefined;
  const said = stderr.toString("utf8", end + marker.length, close);
  const code = /^ ([0-9]{1,3}) /.exec(said)?.[1];
  if (code === undefined) return undefined;
  return { end, next: close + marker.length + 2, ending: readEnding(Number(code), said) };
}

/**
 * Takes the streams of a step apart at the markers that the inner shell wrote.
 *
 * @param markers the one of the start, then one for each command
 */
export function splitOutput(
  stdoutBytes: Uint8Array,
  stderrBytes: Uint8Array,
  markers: readonly string[],
): SplitOutput {
  const stdout = Buffer.from(stdoutBytes.buffer, stdoutBytes.byteOffset, stdoutBytes.byteLength);
  const stderr = Buffer.from(stderrBytes.buffer, stderrBytes.byteOffset, stderrBytes.byteLength);
  const [start = "", ...ends] = markers;
  const begin = stderr.indexOf(`${start}\n`, 0, "latin1");
  if (begin < 0) return { started: false, commands: [] };
  let errorAt = begin + start.length + 1;
  let outAt = 0;
  const commands: CommandOutput[] = [];
  for (const marker of ends) {
    const trailer = findTrailer(stderr, marker, errorAt);
    const outEnd = stdout.indexOf(`${marker}\n`, outAt, "latin1");
    const out = stdout.subarray(outAt, outEnd < 0 ? stdout.length : outEnd);
    const error = stderr.subarray(errorAt, trailer?.end ?? stderr.length);
    commands.push({
      stdout: new Uint8Array(out),
      stderr: new Uint8Array(error),
      ...(trailer === undefined ? {} : { ending: trailer.ending }),
    });
    if (trailer === undefined || outEnd < 0) break;
    errorAt = trailer.next;
    if (stderr.indexOf(`${marker} ${STOPPED}\n`, errorAt, "latin1") === errorAt) break;
    outAt = outEnd + marker.length + 1;
  }
  return { started: true, commands };
}

/**
 * Cuts a step's outputs down to `cap` bytes over all of them. The longest stream gives first: a flood on one must not
 * cost what little the others said.
 *
 * @example
 * ```ts
 * import { capOutput } from "./output.ts";
 * const long = { stdout: new Uint8Array(100), stderr: new Uint8Array(10) };
 * const [short] = capOutput([long], 60);
 * console.assert(short?.stdout.byteLength === 50 && short.stderr.byteLength === 10);
 * ```
 */
export function capOutput(commands: readonly CommandOutput[], cap: number): readonly CommandOutput[] {
  const lengths = commands.flatMap(({ stdout, stderr }) => [stdout.byteLength, stderr.byteLength]);
  const kept = (level: number) => lengths.reduce((sum, length) => sum + Math.min(length, level), 0);
  // The highest level at which all streams together fit: like water poured over them.
  let level = Math.max(0, ...lengths);
  for (let low = 0; kept(level) > cap;) {
    const middle = Math.floor((low + level) / 2);
    if (level - low <= 1) level = low;
    else if (kept(middle) > cap) level = middle;
    else low = middle;
  }
  return commands.map((command) => ({
    ...command,
    stdout: command.stdout.subarray(0, level),
    stderr: command.stderr.subarray(0, level),
  }));
}
