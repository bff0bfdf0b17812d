/**
 * `physiclaw memory add|ingest|search|status|update|history|forget|export|embed|repair`: the grammar; what they do stands in
 * `memory_actions.ts`.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { parseExpiry } from "../lib/memory/import/rows.ts";
import { FORMATS } from "../lib/memory/import/import.ts";
import { ORIGINS } from "../lib/memory/types.ts";
import { BRIDGE_FLAGS } from "./bridge_address.ts";
import { PERSONA_FLAG } from "./flags.ts";
import { run } from "./memory_actions.ts";
import type {
  AddFlags,
  CommonFlags,
  EmbedFlags,
  ForgetFlags,
  IngestFlags,
  MemoryOptions,
  SearchFlags,
  UpdateFlags,
} from "./memory_options.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

const COMMON = { ...JSON_FLAG, ...BRIDGE_FLAGS } as const;

const text = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: String, brief, placeholder, optional: true }) as const;

const TAG = {
  kind: "parsed",
  parse: String,
  brief: "A word to find it by (may be repeated)",
  placeholder: "WORD",
  variadic: true,
  optional: true,
} as const;

function parseTime(value: string): number {
  const time = parseExpiry(value);
  if (time === undefined) throw new Error("it is no date (2027-01-31) or RFC 3339 time");
  return time;
}

const EXPIRES = {
  kind: "parsed",
  parse: parseTime,
  brief: "No longer found from then on",
  placeholder: "TIME",
  optional: true,
} as const;

const FOR = { ...PERSONA_FLAG, brief: "Only for this persona (default: all that the credential speaks for)" };

function parseId(value: string): string {
  if (!/^[0-9a-f-]{36}$/i.test(value)) throw new Error("it is no fact's id; memory search shows them");
  return value.toLowerCase();
}

const ID = { brief: "The fact's id", parse: parseId, placeholder: "ID" } as const;

const add = buildCommand<AddFlags, readonly string[], ParseContext>({
  func(flags, ...words) {
    this.accept({ action: "add", flags, words });
  },
  parameters: {
    flags: {
      from: text("Facts of FILE (- for stdin): CSV, JSON, JSON lines, a hosts file, an export", "FILE"),
      format: { kind: "enum", values: FORMATS, brief: "What FILE is (default: by its name)", optional: true },
      persona: FOR,
      tag: TAG,
      expires: EXPIRES,
      ...COMMON,
    },
    aliases: { f: "from", p: "persona", t: "tag", k: "key" },
    positional: {
      kind: "array",
      parameter: { brief: "The name and the value, or the value alone", parse: String, placeholder: "text" },
      maximum: 2,
    },
  },
  docs: {
    brief: "Remember a fact, or those of a file",
    fullDescription: [
      "Remember a fact. Facts that operators enter may fill in what a goal leaves open:",
      '  physiclaw memory add "the payments cluster" pay-prod',
      "  physiclaw memory add --from hosts.csv",
      "Of a file all facts are added, or none.",
    ].join("\n"),
  },
});

const ingest = buildCommand<IngestFlags, readonly string[], ParseContext>({
  func(flags, ...paths) {
    this.accept({ action: "ingest", flags, paths });
  },
  parameters: {
    flags: {
      persona: FOR,
      send: {
        kind: "boolean",
        brief: "Read the files here and send their text, for a bridge that cannot read them",
        default: false,
        withNegated: false,
      },
      ...COMMON,
    },
    aliases: { p: "persona", k: "key" },
    positional: {
      kind: "array",
      parameter: { brief: "Files and directories", parse: String, placeholder: "path" },
      minimum: 1,
    },
  },
  docs: {
    brief: "Read documents into memory: .md, .txt, .log, .json, .html and more",
    fullDescription:
      "Read documents into memory. What was read before and has not changed is passed over, so the same command resumes.",
  },
});

const search = buildCommand<SearchFlags, readonly string[], ParseContext>({
  func(flags, ...words) {
    this.accept({ action: "search", flags, words });
  },
  parameters: {
    flags: {
      persona: { ...PERSONA_FLAG, brief: "Only what this persona sees" },
      limit: {
        kind: "parsed",
        parse: parseLimit,
        brief: "At most this many",
        default: "5",
        placeholder: "N",
      },
      origin: { kind: "enum", values: ORIGINS, brief: "Only what came from there", optional: true },
      ...COMMON,
    },
    aliases: { p: "persona", n: "limit", k: "key" },
    positional: {
      kind: "array",
      parameter: { brief: "What to look for, in plain words", parse: String, placeholder: "text" },
      minimum: 1,
    },
  },
  docs: { brief: "Find facts and documents, and say why each was found" },
});

const status = buildCommand<CommonFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "status", flags });
  },
  parameters: { flags: COMMON, aliases: { k: "key" } },
  docs: { brief: "Say how the tiers stand and what they hold" },
});

const update = buildCommand<UpdateFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ action: "update", flags, id });
  },
  parameters: {
    flags: {
      name: text("The new name", "TEXT"),
      value: text("The new value", "TEXT"),
      tag: TAG,
      expires: EXPIRES,
      keep: {
        kind: "boolean",
        brief: "Keep it until it is forgotten",
        default: false,
        withNegated: false,
      },
      ...COMMON,
    },
    aliases: { t: "tag", k: "key" },
    positional: { kind: "tuple", parameters: [ID] },
  },
  docs: { brief: "Change a fact; the version before stays in its history" },
});

const history = buildCommand<CommonFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ action: "history", flags, id });
  },
  parameters: { flags: COMMON, aliases: { k: "key" }, positional: { kind: "tuple", parameters: [ID] } },
  docs: { brief: "Show every version of a fact" },
});

const forget = buildCommand<ForgetFlags, readonly string[], ParseContext>({
  func(flags, ...ids) {
    this.accept({ action: "forget", flags, ids });
  },
  parameters: {
    flags: {
      name: text("Facts of this name", "TEXT"),
      source: text("What came from there: a file, a document's path, a goal's id", "TEXT"),
      origin: { kind: "enum", values: ORIGINS, brief: "What came from there", optional: true },
      persona: { ...PERSONA_FLAG, brief: "What is for this persona alone" },
      yes: { kind: "boolean", brief: "Do not ask", default: false, withNegated: false },
      ...COMMON,
    },
    aliases: { p: "persona", y: "yes", k: "key" },
    positional: { kind: "array", parameter: ID },
  },
  docs: {
    brief: "Forget facts and documents: nothing of them stays in the files",
    fullDescription:
      "Forget facts by their ids, or all that match every flag that is given. Nothing of them stays in the files.",
  },
});

const exportAll = buildCommand<CommonFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "export", flags });
  },
  parameters: { flags: COMMON, aliases: { k: "key" } },
  docs: {
    brief: "Print all facts with their history, a line of JSON each; memory add --from takes them back",
  },
});

const embed = buildCommand<EmbedFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "embed", flags });
  },
  parameters: {
    flags: { model: text("A model of physiclaw models list; default the default embedder", "ID"), ...COMMON },
    aliases: { k: "key" },
  },
  docs: { brief: "Make the vectors that a model lacks of the documents that are there" },
});

const repair = buildCommand<Pick<CommonFlags, "json" | "config">, [], ParseContext>({
  func(flags) {
    this.accept({ action: "repair", flags });
  },
  parameters: { flags: { ...JSON_FLAG, config: BRIDGE_FLAGS.config } },
  docs: {
    brief:
      "Look at every byte, and mend what is damaged: what can be read is kept, and the old file beside it (no bridge may run)",
  },
});

const target = buildRouteMap({
  routes: { add, ingest, search, status, update, history, forget, export: exportAll, embed, repair },
  docs: { brief: "What this host knows: facts and documents" },
});

export const parse = createParser<MemoryOptions>("memory", target);

function parseLimit(value: string): number {
  if (!/^[1-9][0-9]?$|^100$/.test(value)) throw new Error("it is not a number from 1 to 100");
  return Number(value);
}

export default defineCommand({ target, parse, run });
