/**
 * `physiclaw audit tail|verify|export`: reads the audit log as it lies on the disk, with or without a bridge.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Verification } from "../lib/audit/verify.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { CommandDeps } from "./deps.ts";
import { EXIT_FAILED } from "./exit_codes.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";
import { settingsOf } from "./settings.ts";

interface FileFlags {
  readonly file?: string;
  readonly config?: string;
}

interface TailFlags extends FileFlags {
  readonly lines: number;
  readonly json: boolean;
}

interface VerifyFlags extends FileFlags {
  readonly expect?: { readonly seq: number; readonly hash: string };
  readonly json: boolean;
}

/** Options of the command. */
export type AuditOptions =
  | { readonly action: "tail"; readonly flags: TailFlags }
  | { readonly action: "verify"; readonly flags: VerifyFlags }
  | { readonly action: "export"; readonly flags: FileFlags };

const FILE_FLAGS = {
  file: {
    kind: "parsed",
    parse: String,
    brief: "The log (default: the one of this user's bridge)",
    placeholder: "FILE",
    optional: true,
  },
  config: { kind: "parsed", parse: String, brief: "Settings file", placeholder: "FILE", optional: true },
} as const;

const tail = buildCommand<TailFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "tail", flags });
  },
  parameters: {
    flags: {
      lines: {
        kind: "parsed",
        parse: parseLines,
        brief: "The last N records",
        default: "20",
        placeholder: "N",
      },
      ...JSON_FLAG,
      ...FILE_FLAGS,
    },
    aliases: { n: "lines" },
  },
  docs: { brief: "Show the last records" },
});

const verify = buildCommand<VerifyFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "verify", flags });
  },
  parameters: {
    flags: {
      expect: {
        kind: "parsed",
        parse: parseExpect,
        brief: "A record that is known to have been written, as an earlier verify printed it",
        placeholder: "SEQ:HASH",
        optional: true,
      },
      ...JSON_FLAG,
      ...FILE_FLAGS,
    },
  },
  docs: { brief: "Check every record and the chain (exit code 4 when it is broken)" },
});

const exportAll = buildCommand<FileFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "export", flags });
  },
  parameters: { flags: FILE_FLAGS },
  docs: { brief: "Print all records as they are stored, if the chain holds" },
});

const target = buildRouteMap({
  routes: { tail, verify, export: exportAll },
  docs: { brief: "Read the audit log" },
});

export const parse = createParser<AuditOptions>("audit", target);

function parseLines(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new Error("it is not a number from 1 to 999999");
  return Number(text);
}

function parseExpect(text: string): { seq: number; hash: string } {
  const match = /^([1-9][0-9]{0,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new Error("it is not SEQ:HASH");
  return { seq: Number(match[1]), hash: match[2] ?? "" };
}

async function pathOf(flags: FileFlags, deps: CommandDeps): Promise<string> {
  if (flags.file !== undefined) return flags.file;
  const settings = await settingsOf(flags, deps);
  return `${settings.state_dir}/audit.jsonl`;
}

const missing = (path: string, error: unknown): PhysiclawError =>
  new PhysiclawError("not_found", `Cannot read the audit log ${path}`, {
    hint: error instanceof Deno.errors.NotFound
      ? "no bridge has written one there yet"
      : error instanceof Error
      ? error.message
      : String(error),
    cause: error,
  });

async function check(path: string, expect: VerifyFlags["expect"]): Promise<Verification> {
  const { verifyAuditLog } = await import("../lib/audit/verify.ts");
  try {
    return await verifyAuditLog(path, expect === undefined ? {} : { expect });
  } catch (error) {
    throw error instanceof PhysiclawError ? error : missing(path, error);
  }
}

const sentence = (path: string, found: Verification): string =>
  found.ok
    ? `${path}: ${found.records} records, the chain holds` +
      (found.last === undefined ? "" : `\nlast: ${found.last.seq}:${found.last.hash}`)
    : `${path}: broken at line ${found.firstBad?.line}: ${found.firstBad?.reason}` +
      `\n${found.records} records before it hold`;

/** The last complete lines of a log, oldest first. */
async function lastLines(stream: ReadableStream<Uint8Array>, count: number): Promise<readonly string[]> {
  const kept: string[] = [];
  let rest = "";
  for await (
    const text of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    kept.push(...lines.slice(-count));
    kept.splice(0, Math.max(0, kept.length - count));
  }
  return kept;
}

/** One record for a person; a line that is no record is shown as it is. */
function recordLine(line: string): string {
  try {
    const { seq, ts, event, persona, goal_id, data } = JSON.parse(line);
    return [seq, ts, event, persona ?? "-", goal_id ?? "-", data === undefined ? "" : JSON.stringify(data)]
      .join("  ");
  } catch {
    return line;
  }
}

/** Reads the log; exit code 4 when its chain is broken. */
export async function run(options: AuditOptions, deps: CommandDeps): Promise<number> {
  const { output } = deps;
  const path = await pathOf(options.flags, deps);
  const open = () =>
    deps.readStream(path).catch((error: unknown) => {
      throw missing(path, error);
    });
  switch (options.action) {
    case "tail": {
      const lines = await lastLines(await open(), options.flags.lines);
      if (options.flags.json) {
        output.json({ schema: 1, records: lines.map((line): unknown => JSON.parse(line)) });
      } else output.result(...lines.map(recordLine));
      return 0;
    }
    case "verify": {
      const found = await check(path, options.flags.expect);
      if (options.flags.json) output.json({ schema: 1, path, ...found });
      else output.result(sentence(path, found));
      return found.ok ? 0 : EXIT_FAILED;
    }
    case "export": {
      const found = await check(path, undefined);
      if (!found.ok) output.note(sentence(path, found));
      for await (const chunk of await open()) output.bytes(chunk);
      return found.ok ? 0 : EXIT_FAILED;
    }
  }
}

export default defineCommand({ target, parse, run });
