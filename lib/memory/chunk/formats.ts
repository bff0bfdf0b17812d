/**
 * Which splitter a file gets, by its name.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { splitHtml } from "./html.ts";
import { splitJson } from "./json.ts";
import { splitLog } from "./log.ts";
import { splitMarkdown } from "./markdown.ts";
import { splitPlain } from "./plain.ts";
import { splitRows, splitSections, splitYaml } from "./structured.ts";
import type { Splitter } from "./types.ts";

type Make = (near: number) => Splitter;

const FORMATS: readonly (readonly [Make, string])[] = [
  [splitMarkdown, "md markdown mdx"],
  [splitHtml, "html htm xhtml"],
  [() => splitJson(), "json geojson"],
  [() => splitJson({ lines: true }), "jsonl ndjson"],
  [splitLog, "log out err"],
  [splitRows, "csv tsv"],
  [splitYaml, "yaml yml"],
  [splitSections, "toml ini conf cfg cnf properties service timer socket mount rules env"],
];

const BY_ENDING: ReadonlyMap<string, Make> = new Map(
  FORMATS.flatMap(([make, endings]) => endings.split(" ").map((ending) => [ending, make] as const)),
);

/** Kinds for which no parser is kept that would be small and sound enough; what to do instead. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["pdf", "convert it first: pdftotext FILE"],
  ...["doc", "docx", "odt", "rtf", "ppt", "pptx", "odp"].map((ending) =>
    [ending, "convert it first: libreoffice --headless --convert-to html FILE"] as const
  ),
  ...["xls", "xlsx", "ods"].map((ending) =>
    [ending, "convert it first: libreoffice --headless --convert-to csv FILE"] as const
  ),
  ["epub", "unpack it and give the HTML files in it: unzip FILE"],
]);

/** `app.log`, `app.log.1` and `app.log-20261127` have the ending `log`. */
const endingOf = (name: string): string => {
  const base = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const rotated = /\.([a-z]{2,10})[.-]\d{1,10}$/.exec(base)?.[1];
  return rotated ?? /\.([a-z0-9]{1,10})$/.exec(base)?.[1] ?? "";
};

/**
 * A splitter for the file `name`; unknown endings get the one for plain text. `near` is the file's time in UTC milliseconds.
 * Throws {@link PhysiclawError} of kind `unsupported_type` with the way round.
 */
export function splitterFor(name: string, near: number): Splitter {
  const ending = endingOf(name);
  const fix = UNSUPPORTED.get(ending);
  if (fix !== undefined) {
    throw new PhysiclawError("unsupported_type", `Cannot read it: .${ending} is not supported`, {
      hint: fix,
    });
  }
  return (BY_ENDING.get(ending) ?? splitPlain)(near);
}
