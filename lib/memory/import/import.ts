/**
 * Facts of a file, whatever its format: all of them, or an error that says what is wrong with which lines.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { isExportLine } from "../facts/lines.ts";
import type { NewFact } from "../new_fact.ts";
import type { Audience } from "../types.ts";
import { readHosts } from "./hosts.ts";
import { readJson, readJsonLines, readLines } from "./json.ts";
import type { FileFacts } from "./rows.ts";

export const FORMATS = ["csv", "json", "jsonl", "hosts"] as const;
export type Format = (typeof FORMATS)[number];

/** What a file holds: facts to add, or the lines of an export to restore. */
export type Imported =
  | { readonly kind: "facts"; readonly facts: readonly NewFact[] }
  | { readonly kind: "export"; readonly lines: readonly unknown[] };

/** Lines of which an error tells. */
const MAX_TOLD = 10;

/** The format that a file's name says; `undefined` when it says none. */
export function formatOf(path: string): Format | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name === "hosts" || name.endsWith(".hosts")) return "hosts";
  if (name.endsWith(".csv") || name.endsWith(".tsv")) return "csv";
  if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) return "jsonl";
  return name.endsWith(".json") ? "json" : undefined;
}

/**
 * The facts of a text. Throws {@link PhysiclawError} of kind `usage` that tells of the first bad lines; then nothing of the
 * file must be imported. `audience` is for facts that name none; `source` is what all of them come from.
 */
export async function importFacts(
  text: string,
  options: {
    readonly format: Format;
    readonly file: string;
    readonly audience: Audience;
    readonly source: string;
  },
): Promise<Imported> {
  const { format, file, audience, source } = options;
  if (format === "jsonl") {
    const { values, errors } = readLines(text);
    const exported = values.filter(({ value }) => isExportLine(value));
    if (exported.length > 0) {
      const others = values.filter(({ value }) => !isExportLine(value));
      refuse(file, [
        ...errors,
        ...others.map(({ line }) => ({ line, message: "it is no line of an export" })),
      ]);
      return { kind: "export", lines: values.map(({ value }) => value) };
    }
  }
  const { facts, errors } = await read(text, format);
  refuse(file, errors);
  if (facts.length === 0) {
    throw new PhysiclawError("usage", `Cannot import ${file}: it holds no facts`, {
      hint: `is it ${format}?`,
    });
  }
  return {
    kind: "facts",
    facts: facts.map(({ line: _, ...fact }) => ({ audience, ...fact, origin: "operator", source })),
  };
}

async function read(text: string, format: Format): Promise<FileFacts> {
  switch (format) {
    case "csv":
      return (await import("./csv.ts")).readCsv(text);
    case "json":
      return readJson(text);
    case "jsonl":
      return readJsonLines(text);
    case "hosts":
      return readHosts(text);
  }
}

function refuse(file: string, errors: FileFacts["errors"]): void {
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : `, and ${errors.length - 1} more`;
  throw new PhysiclawError(
    "usage",
    `Cannot import ${file}: line ${first.line}: ${first.message}${more}`,
    {
      hint: "nothing was imported; mend the file, or name its format with --format",
      fields: errors.slice(0, MAX_TOLD).map(({ line, message }) => ({ field: `line ${line}`, message })),
    },
  );
}
