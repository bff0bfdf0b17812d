/**
 * Facts of JSON: an array of objects, one object of names and values, or an object a line.
 *
 * @module
 */
import { checkRow, collect, type FileFact, type FileFacts, type LineError } from "./rows.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

const FIELDS = ["name", "value", "tags", "audience", "expires"];

function toFact(line: number, value: unknown): FileFact | LineError {
  const bad = (message: string): LineError => ({ line, message });
  if (!isRecord(value)) return bad("it is no object");
  const { name = "", value: said, tags, audience, expires } = value;
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return bad(`it has a field that is none of ${FIELDS.join(", ")}`);
  if (!isScalar(said)) return bad("its value is missing, or no text or number");
  if (!isScalar(name)) return bad("its name is no text");
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === "string"))) {
    return bad("its tags are no list of texts");
  }
  if (audience !== undefined && typeof audience !== "string") return bad("its audience is no text");
  if (expires !== undefined && typeof expires !== "string") return bad("expires is no text");
  return checkRow(line, { name: String(name), value: String(said), tags, audience, expires });
}

const LINE_OF_POSITION = / at position (\d+)/;

/** The value of a text, or on which of its lines it stops being JSON. */
function parseJson(text: string, line = 1): { readonly value: unknown } | LineError {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const at = LINE_OF_POSITION.exec(error instanceof Error ? error.message : "")?.[1];
    const before = at === undefined ? 0 : text.slice(0, Number(at)).split("\n").length - 1;
    return { line: line + before, message: "it is not JSON" };
  }
}

/**
 * The facts of one JSON document: `[{"name": …, "value": …, "tags": […], "audience": …, "expires": …}, …]` or
 * `{"name": "value", …}`. The "line" of a fact is its number in the document.
 */
export function readJson(text: string): FileFacts {
  const parsed = parseJson(text.replace(/^\uFEFF/, ""));
  if ("message" in parsed) return { facts: [], errors: [parsed] };
  const { value } = parsed;
  if (Array.isArray(value)) return collect(value.map((one, index) => toFact(index + 1, one)));
  if (!isRecord(value)) return { facts: [], errors: [{ line: 1, message: "it is no list and no object" }] };
  return collect(
    Object.entries(value).map(([name, said], index) => toFact(index + 1, { name, value: said })),
  );
}

/** The values of a file with one JSON value a line; blank lines do not count. */
export function readLines(
  text: string,
): { readonly values: readonly { line: number; value: unknown }[]; readonly errors: readonly LineError[] } {
  const values: { line: number; value: unknown }[] = [];
  const errors: LineError[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, "").split("\n").entries()) {
    if (raw.trim() === "") continue;
    const parsed = parseJson(raw, index + 1);
    if ("message" in parsed) errors.push(parsed);
    else values.push({ line: index + 1, value: parsed.value });
  }
  return { values, errors };
}

/** The facts of lines of JSON. */
export function readJsonLines(text: string): FileFacts {
  const { values, errors } = readLines(text);
  const { facts, errors: bad } = collect(values.map(({ line, value }) => toFact(line, value)));
  return { facts, errors: [...errors, ...bad].toSorted((a, b) => a.line - b.line) };
}
