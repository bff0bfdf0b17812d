/**
 * dbt's log text: where nodes stand, and why a run came to nothing.
 *
 * @module
 */
import { oneLine } from "./words.ts";

/** A stretch of the log, in bytes. */
export interface LogLine {
  /** Without the clock that dbt puts before most lines. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The lines of a log with their byte ranges. */
export function logLines(bytes: Uint8Array): readonly LogLine[] {
  const lines: LogLine[] = [];
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    const text = decoder.decode(bytes.subarray(start, end)).replace(/^\d\d:\d\d:\d\d {2}/, "");
    if (text.trim() !== "") lines.push({ text, start, end });
    start = end + 1;
  }
  return lines;
}

/** Source files by node name, from `Failure in test NAME (PATH)`. */
export function failurePaths(lines: readonly LogLine[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { text } of lines) {
    const match = /^(?:Failure|Warning) in (?:test|model|snapshot|seed|unit_test) (\S+) \((.+)\)$/.exec(
      text.trim(),
    );
    if (match?.[1] !== undefined && match[2] !== undefined) paths.set(match[1], match[2]);
  }
  return paths;
}

/** Why dbt ended without results. */
export interface Stop {
  readonly reason: string;
  /** What was named does not exist. */
  readonly missing: boolean;
  readonly next?: string;
  readonly start: number;
  readonly end: number;
}

const MISSING: readonly { readonly pattern: RegExp; readonly say: string; readonly next?: string }[] = [
  {
    pattern: /No dbt_project\.yml found/,
    say: "There is no dbt project here (no dbt_project.yml)",
    next: "name the project's directory",
  },
  {
    pattern: /Could not find profile named '([^']+)'/,
    say: "There is no profile $1 in the project's profiles.yml",
    next: "put a profiles.yml with that profile beside dbt_project.yml",
  },
  {
    pattern: /profiles\.yml file is empty|[Nn]o profiles\.yml|Path '[^']*' does not exist/,
    say: "There is no usable profiles.yml beside dbt_project.yml",
    next: "put a profiles.yml beside dbt_project.yml",
  },
  {
    pattern: /does not have a target named '([^']+)'/,
    say: "The profile has no target $1",
  },
  {
    pattern: /depends on a (?:node|source) named '([^']+)' which was not found/,
    say: "$0",
  },
  {
    pattern: /packages? (?:are )?(?:specified|installed|were).*dbt deps/i,
    say: "The project's packages are not installed",
    next: "run dbt deps where there is a network, and copy dbt_packages here",
  },
];

/** dbt's own words on why it stopped, or `undefined` when it did not. */
export function stopOf(lines: readonly LogLine[]): Stop | undefined {
  const none = lines.find(({ text }) => /^The selection criterion '.*' does not match any/.test(text));
  if (none !== undefined) {
    const wanted = /criterion '(.*)' does not match/.exec(none.text)?.[1] ?? "";
    return {
      reason: `Nothing in the project matches ${wanted}`,
      missing: true,
      start: none.start,
      end: none.end,
    };
  }
  const index = lines.findIndex(({ text }) => /^Encountered an error:?/.test(text.trim()));
  const first = lines[index + 1];
  if (index < 0 || first === undefined) return undefined;
  const block = lines.slice(index + 1, index + 12);
  const last = block.at(-1) ?? first;
  const message = oneLine(block.map(({ text }) => text.trim()).join(" "), 400);
  for (const { pattern, say, next } of MISSING) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const reason = say === "$0"
      ? oneLine(message.replace(/^(Compilation|Runtime|Parsing) Error( in \S+)? ?/, ""), 300)
      : say.replace("$1", match[1] ?? "");
    return {
      reason,
      missing: true,
      start: first.start,
      end: last.end,
      ...(next === undefined ? {} : { next }),
    };
  }
  return { reason: `dbt stopped: ${message}`, missing: false, start: first.start, end: last.end };
}
