/**
 * Kubernetes objects out of kubectl's JSON, each with the bytes that it came from.
 *
 * @module
 */
import type { Evidence, Finding, Parsed, ParserInput } from "../types.ts";
import {
  elementsOf,
  findRange,
  type JsonPath,
  type JsonRange,
  readRange,
  wholeRange,
} from "./json_ranges.ts";
import { objectAt, textAt } from "./json_values.ts";
import { cite } from "./parsed.ts";
import { createTimeWords } from "./words.ts";

/** One object as kubectl printed it. */
export interface Item {
  readonly value: unknown;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly command: number;
  readonly range: JsonRange;
}

/** What the readers of single kinds are given besides the objects. */
export interface Look {
  readonly input: ParserInput;
  /** Writes an instant in the operator's zone. */
  readonly time: (instant: string | number) => string;
  /** Objects of several namespaces: names need them. */
  readonly wide: boolean;
  /** ` in checkout`, ` in all namespaces`, or empty. */
  readonly where: string;
  /** What was asked, in lower case: the intent and the words about it (not the namespace or names). */
  readonly asked: string;
  /** Objects of each kind that the step brought. */
  readonly all: ReadonlyMap<string, readonly Item[]>;
  /** Evidence: the object, or the first of these paths in it that exists. */
  cite(item: Item, ...paths: readonly JsonPath[]): readonly Evidence[];
}

/** What a reader says of the objects of one kind. */
export interface Report {
  readonly headline: string;
  readonly findings: readonly Finding[];
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** First column names the object. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly next?: readonly string[];
  readonly blind?: readonly string[];
  /** Set when the kind's own answer is that nothing is wrong. */
  readonly verdict?: Parsed["verdict"];
}

/** Reads the objects of one kind. */
export type Reader = (items: readonly Item[], look: Look) => Report;

/** `namespace/name` where names of several namespaces are listed together. */
export const nameOf = (item: Item, look: Look): string =>
  look.wide && item.namespace !== "" ? `${item.namespace}/${item.name}` : item.name;

/** When the object was made, as it is written in tables. */
export const created = (item: Item, look: Look): string => {
  const at = textAt(item.value, "metadata", "creationTimestamp");
  return at === "" ? "" : look.time(at);
};

function itemFrom(bytes: Uint8Array, range: JsonRange, command: number, listKind: string): Item | undefined {
  const value = readRange(bytes, range);
  const metadata = objectAt(value, "metadata");
  const kind = textAt(value, "kind") || listKind;
  return value === undefined || kind === "" ? undefined : {
    value,
    kind,
    name: textAt(metadata, "name"),
    namespace: textAt(metadata, "namespace"),
    command,
    range,
  };
}

/**
 * The objects in one command's standard output: a list, a single object, or nothing. `complete` is false when the
 * document was cut; the objects before the cut are there.
 */
export function readItems(
  bytes: Uint8Array,
  command: number,
): { readonly items: readonly Item[]; readonly complete: boolean; readonly isJson: boolean } {
  const whole = findRange(bytes, []);
  if (whole === undefined) return { items: [], complete: true, isJson: true };
  const list = findRange(bytes, ["items"], whole);
  if (list !== undefined && bytes[list.start] === 0x5b) {
    const kindRange = findRange(bytes, ["kind"], whole);
    const listKind = kindRange === undefined
      ? ""
      : String(readRange(bytes, kindRange) ?? "").replace(/List$/, "");
    const { elements, complete } = elementsOf(bytes, list);
    const items = elements.map((range) => itemFrom(bytes, range, command, listKind)).filter((item) =>
      item !== undefined
    );
    return { items, complete: complete && whole.complete, isJson: true };
  }
  const item = whole.complete ? itemFrom(bytes, whole, command, "") : undefined;
  return {
    items: item === undefined ? [] : [item],
    complete: whole.complete,
    isJson: item !== undefined || bytes[wholeRange(bytes).start] === 0x7b,
  };
}

/** Words of the goal that say where or which, not what. */
const PLACES = new Set([
  "subject",
  "namespace",
  "namespaces",
  "name",
  "names",
  "path",
  "paths",
  "selector",
  "context",
]);

/** The context that readers of these objects work in. */
export function createLook(input: ParserInput, items: readonly Item[], namespace: string): Look {
  const all = new Map<string, Item[]>();
  for (const item of items) {
    const of = all.get(item.kind);
    if (of === undefined) all.set(item.kind, [item]);
    else of.push(item);
  }
  const wide = input.step.slots.all !== undefined;
  const about = Object.entries(input.ask.about).filter(([key]) => !PLACES.has(key)).map(([, value]) => value);
  return {
    input,
    time: createTimeWords(input.timeZone),
    wide,
    where: wide ? " in all namespaces" : namespace === "" ? "" : ` in ${namespace}`,
    asked: [input.ask.intent, ...about].join(" ").toLowerCase(),
    all,
    cite(item, ...paths) {
      const bytes = input.commands[item.command]?.stdout ?? new Uint8Array();
      for (const path of paths) {
        const range = findRange(bytes, path, item.range);
        if (range !== undefined) return cite(input, item.command, "stdout", range);
      }
      return cite(input, item.command, "stdout", item.range);
    },
  };
}
