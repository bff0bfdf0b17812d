/**
 * Reads systemd's journal by running journalctl, which alone knows its format.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import type { LogSource } from "./log_aggregator.ts";
import type { LogQuery } from "./log_types.ts";

const JOURNALCTL = "/usr/bin/journalctl";
/** Where journald keeps files: on disk, and in memory until the next boot. */
const DIRECTORIES = ["/var/log/journal", "/run/log/journal"];
/** All that is looked at: the rest of an entry would only be skipped again. */
const FIELDS = "MESSAGE,PRIORITY,SYSLOG_IDENTIFIER";

/**
 * The journal directories that are there, as sources. Throws `not_found` when journalctl or all directories are missing.
 *
 * @param options for tests: another program, other directories
 *
 * @example
 * ```ts
 * import { openJournal } from "./log_journal.ts";
 * const sources = openJournal({ source: "journal", paths: [], levels: [], top: 20, unit: "ssh" });
 * console.log(sources.map((source) => source.name));
 * ```
 */
export function openJournal(
  query: LogQuery,
  options: { program?: string; directories?: readonly string[] } = {},
): LogSource[] {
  const program = options.program ?? JOURNALCTL;
  if (!exists(program)) {
    throw new PhysiclawError("not_found", `Cannot read the journal: there is no ${program}`, {
      hint: "this host has no systemd journal, or it is not bound into the sandbox: name log files instead",
    });
  }
  const found = (options.directories ?? DIRECTORIES).filter(exists);
  if (found.length === 0) {
    throw new PhysiclawError(
      "not_found",
      "Cannot read the journal: neither /var/log/journal nor /run/log/journal is there",
      {
        hint:
          "the journal is not bound into the sandbox, or journald does not run here: name log files instead",
      },
    );
  }
  return found.map((directory) => ({
    name: directory,
    read: (take) => run(program, directory, query, take),
  }));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function run(
  program: string,
  directory: string,
  query: LogQuery,
  take: (chunk: Uint8Array) => void,
): Promise<string | undefined> {
  // Without since: what was there before tells what is new. Records after until would only be dropped again.
  const args = ["-o", "json", "--all", "--quiet", "--no-pager", `--output-fields=${FIELDS}`, "-D", directory];
  if (query.unit !== undefined) args.push("-u", query.unit);
  if (query.until !== undefined) args.push(`--until=@${Math.ceil(Date.parse(query.until) / 1000)}`);
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream("utf-8"));
  const [, stderr] = await Promise.all([
    (async () => {
      for await (const chunk of child.stdout) take(chunk);
    })(),
    (async () => {
      let text = "";
      for await (const part of said) if (text.length < 4096) text += part;
      return text.trim();
    })(),
  ]);
  const { code } = await child.status;
  return code === 0 ? undefined : `journalctl ended with ${code}: ${stderr.slice(0, 500)}`;
}
