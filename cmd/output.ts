/**
 * Where output goes, decided here and nowhere else:
 *
 * - results: stdout; `--json` prints one exact document there and nothing else
 * - progress, warnings, errors, questions: stderr
 * - colour: only on a terminal and without NO_COLOR, for each stream by itself
 * - foreign text for people passes {@link printable}; JSON and redirected tool output stay exact
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";
import { printable, printableLine } from "../lib/internal/printable.ts";

/** A stream as output needs it. */
export interface Stream {
  write(bytes: Uint8Array): void;
  readonly isTerminal: boolean;
  /** Characters a line; 80 where nobody knows. */
  readonly columns: number;
}

/** Ways to set text apart; without colour all of them are plain. */
export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

const CODES: Readonly<Record<Style, string>> = {
  bold: "1",
  dim: "2",
  red: "31",
  yellow: "33",
  green: "32",
  cyan: "36",
};

/** A text in styles; the text itself is foreign and is made printable. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** What is shown on a line: plain text (made printable) or styled spans. */
export type Line = string | readonly (string | Span)[];

/** Everything that a command may print. */
export interface Output {
  /** Lines of a result, on stdout. */
  result(...lines: readonly Line[]): void;
  /** One JSON document, on stdout, exact. */
  json(value: unknown): void;
  /** Bytes of a stored output: exact when stdout is redirected, printable on a terminal. */
  bytes(bytes: Uint8Array): void;
  /** A table, on stdout. */
  table(columns: readonly string[], rows: readonly (readonly string[])[]): Promise<void>;
  /** A line that stays, on stderr. */
  note(...lines: readonly Line[]): void;
  /** A line that the next output replaces, on stderr; nothing where stderr is no terminal. */
  status(text: string): void;
  /** An error, with its hint and fields, on stderr. */
  error(error: unknown): void;
  /** Whether {@link Output.status} shows anything. */
  readonly shows: boolean;
  /** stderr and stdout are terminals: a person reads along. */
  readonly interactive: boolean;
}

const encoder = new TextEncoder();

function render(line: Line, colour: boolean): string {
  if (typeof line === "string") return printable(line);
  return line.map((span) => {
    if (typeof span === "string") return printable(span);
    const text = printable(span.text);
    return colour && span.style !== undefined ? `\x1b[${CODES[span.style]}m${text}\x1b[0m` : text;
  }).join("");
}

/** What an error says to a person. A stack trace never leaves the program, except with PHYSICLAW's own bugs: the name. */
function linesOf(error: unknown): readonly Line[] {
  const label: Span = { text: "error: ", style: "red" };
  if (!(error instanceof PhysiclawError)) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [[label, `something went wrong inside: ${what}`]];
  }
  const lines: Line[] = [[label, error.message]];
  // One field is what the message itself speaks of.
  if ((error.fields?.length ?? 0) > 1) {
    for (const { field, message } of error.fields ?? []) lines.push(`  ${printableLine(field)}: ${message}`);
  }
  if (error.hint !== undefined) lines.push([{ text: "hint: ", style: "cyan" }, error.hint]);
  return lines;
}

/** Two columns of padding stand beside each cell. */
const PADDING = 2;
/** Words longer than this are cut rather than kept whole. */
const MAX_WORD = 40;

/** Column widths that fit the line: what each needs, the widest narrowed first, never below its longest word. */
function widthsOf(cells: readonly (readonly string[])[], columns: number): number[] {
  const indexes = Array.from({ length: cells[0]?.length ?? 0 }, (_, column) => column);
  const longest = (column: number, measure: (text: string) => number) =>
    Math.max(...cells.map((row) => measure(row[column] ?? ""))) + PADDING;
  const widths = indexes.map((column) => longest(column, (text) => text.length));
  const least = indexes.map((column) =>
    longest(column, (text) => Math.min(Math.max(...text.split(" ").map((word) => word.length)), MAX_WORD))
  );
  const sum = () => widths.reduce((total, width) => total + width, 0);
  while (sum() >= columns) {
    const room = indexes.filter((column) => (widths[column] ?? 0) > (least[column] ?? 0));
    const widest = room.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Tab-separated where a program reads; a table with wrapped cells on a terminal. */
async function tableText(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  stream: Stream,
  colour: boolean,
): Promise<string> {
  // The table package passes escape sequences through, so cells are cleaned before it sees them.
  const cells = [columns, ...rows].map((row) => row.map(printableLine));
  if (!stream.isTerminal) return cells.map((row) => row.join("\t")).join("\n");
  const { default: Table } = await import("cli-table3");
  const head = (cells[0] ?? []).map((text) => render([{ text, style: "bold" }], colour));
  const table = new Table({
    head,
    colWidths: widthsOf(cells, stream.columns),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
    chars: Object.fromEntries(
      [
        "top",
        "top-mid",
        "top-left",
        "top-right",
        "bottom",
        "bottom-mid",
        "bottom-left",
        "bottom-right",
        "left",
      ]
        .concat(["left-mid", "mid", "mid-mid", "right", "right-mid", "middle"]).map((part) => [part, ""]),
    ),
  });
  for (const row of cells.slice(1)) table.push(row);
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

/**
 * An output over two streams.
 *
 * @example
 * ```ts
 * import { createOutput } from "./output.ts";
 * const seen: Uint8Array[] = [];
 * const stream = { write: (bytes: Uint8Array) => void seen.push(bytes), isTerminal: false, columns: 80 };
 * createOutput({ stdout: stream, stderr: stream, noColor: true }).result("done");
 * console.assert(new TextDecoder().decode(seen[0]) === "done\n");
 * ```
 */
export function createOutput(
  options: { readonly stdout: Stream; readonly stderr: Stream; readonly noColor: boolean },
): Output {
  const { stdout, stderr, noColor } = options;
  const outColour = stdout.isTerminal && !noColor;
  const errColour = stderr.isTerminal && !noColor;
  let pending = false;
  // Bytes come in pieces, and a piece may end inside a character.
  const decoder = new TextDecoder();
  const clear = () => {
    if (pending) stderr.write(encoder.encode("\r\x1b[K"));
    pending = false;
  };
  const put = (stream: Stream, text: string) => {
    clear();
    stream.write(encoder.encode(text));
  };
  const lines = (stream: Stream, colour: boolean, all: readonly Line[]) =>
    put(stream, all.map((line) => `${render(line, colour)}\n`).join(""));
  return {
    interactive: stdout.isTerminal && stderr.isTerminal,
    shows: stderr.isTerminal,
    result: (...all) => lines(stdout, outColour, all),
    json: (value) => put(stdout, `${JSON.stringify(value, undefined, stdout.isTerminal ? 2 : undefined)}\n`),
    bytes: (bytes) => {
      clear();
      stdout.write(
        stdout.isTerminal ? encoder.encode(printable(decoder.decode(bytes, { stream: true }))) : bytes,
      );
    },
    table: async (columns, rows) => put(stdout, `${await tableText(columns, rows, stdout, outColour)}\n`),
    note: (...all) => lines(stderr, errColour, all),
    status: (text) => {
      if (!stderr.isTerminal) return;
      clear();
      const line = printableLine(text).slice(0, Math.max(stderr.columns - 1, 10));
      stderr.write(encoder.encode(render([{ text: line, style: "dim" }], errColour)));
      pending = true;
    },
    error: (error) => lines(stderr, errColour, linesOf(error)),
  };
}

/** A standard stream of this process; every byte is written before the call returns. */
function standardStream(stream: typeof Deno.stdout): Stream {
  const isTerminal = stream.isTerminal();
  let broken = false;
  return {
    isTerminal,
    get columns() {
      if (!isTerminal) return 80;
      try {
        // Some terminals say 0 when they do not know.
        return Deno.consoleSize().columns || 80;
      } catch {
        return 80;
      }
    },
    write(bytes) {
      for (let at = 0; at < bytes.length && !broken;) {
        try {
          at += stream.writeSync(bytes.subarray(at));
        } catch (error) {
          // The reader went away (`| head`): nobody is left to tell.
          if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
          broken = true;
        }
      }
    },
  };
}

/** The output of this process. */
export const hostOutput = (): Output =>
  createOutput({
    stdout: standardStream(Deno.stdout),
    stderr: standardStream(Deno.stderr),
    noColor: Deno.noColor,
  });
