/**
 * The arguments of `log-aggregator`.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { LOG_LEVELS, type LogLevel, type LogQuery } from "./log_types.ts";

const USAGE =
  "log-aggregator [--level=L …] [--match=TEXT] [--since=T] [--until=T] [--top=N] (-- PATH … | --journal [--unit=U])";
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function refuse(what: string): PhysiclawError {
  return new PhysiclawError("usage", what, { hint: USAGE });
}

function instantOf(flag: string, value: string): string {
  if (!INSTANT.test(value) || Number.isNaN(Date.parse(value))) {
    throw refuse(`Cannot read ${flag} "${value}": not an instant such as 2026-01-31T08:00:00Z`);
  }
  return value;
}

/**
 * Reads the arguments behind the tool's name. Throws `usage` for unknown ones and bad values.
 *
 * @example
 * ```ts
 * import { parseLogArgs } from "./log_args.ts";
 * console.assert(parseLogArgs(["--level=error", "--", "a.log"]).levels[0] === "error");
 * ```
 */
export function parseLogArgs(args: readonly string[]): LogQuery {
  const levels: LogLevel[] = [];
  let paths: readonly string[] = [];
  let journal = false;
  let top = 20;
  const named: { match?: string; since?: string; until?: string; unit?: string } = {};
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      paths = args.slice(i + 1);
      break;
    }
    if (arg === "--journal") {
      journal = true;
      continue;
    }
    const [, flag, value] = /^(--[a-z]+)=([^]*)$/.exec(arg) ?? [];
    if (flag === undefined || value === undefined) throw refuse(`Cannot read argument "${arg}"`);
    if (flag === "--level") {
      const level = LOG_LEVELS.find((name) => name === value);
      if (level === undefined) {
        throw refuse(`Cannot read --level "${value}": use one of ${LOG_LEVELS.join(", ")}`);
      }
      levels.push(level);
    } else if (flag === "--match" && value !== "") named.match = value;
    else if (flag === "--since") named.since = instantOf(flag, value);
    else if (flag === "--until") named.until = instantOf(flag, value);
    else if (flag === "--unit" && /^[A-Za-z0-9][A-Za-z0-9@._:\\-]{0,254}$/.test(value)) named.unit = value;
    else if (flag === "--top" && /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1000) top = Number(value);
    else throw refuse(`Cannot read argument "${arg}"`);
  }
  if (journal && paths.length > 0) throw refuse("Cannot read files and the journal at once");
  if (!journal && paths.length === 0) throw refuse("Cannot tell what to read: no path is named");
  if (!journal && named.unit !== undefined) throw refuse("Cannot take --unit without --journal");
  return { source: journal ? "journal" : "files", paths, levels, top, ...named };
}
