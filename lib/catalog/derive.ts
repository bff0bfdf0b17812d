/**
 * Argv values that are computed from slots: the one place where slot text is put inside another language's literal.
 *
 * @module
 */
import type { DeriveName, Slots, SlotValue } from "./types.ts";

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** A SQL string literal; DuckDB's only escape inside single quotes is the doubled quote. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * SQL as a SQL literal that leaves it as the goal has it, so that a plan can be read: dollar quotes, which nothing can
 * close that holds no dollar sign.
 */
const asWritten = (sql: string): string => sql.includes("$") ? literal(sql) : `$sql$${sql}$sql$`;

/** The fixed part of a glob's path, up to the last slash before its first wildcard. */
const globBase = (path: string): string => {
  const wild = path.search(/[*?[]/);
  if (wild < 0) return path;
  const slash = path.lastIndexOf("/", wild);
  return slash < 0 ? "." : path.slice(0, slash + 1);
};

const DERIVATIONS: Readonly<Record<DeriveName, (slots: Slots) => string | undefined>> = {
  "duckdb-allowed-paths": (slots) => {
    const files = list(slots.files);
    const paths = files.filter((file) => globBase(file) === file).map(literal);
    const directories = files.filter((file) => globBase(file) !== file).map(globBase).map(literal);
    return `SET allowed_paths=[${paths.join(", ")}]; SET allowed_directories=[${directories.join(", ")}]`;
  },
  "duckdb-serialize": (slots) => `SELECT json_serialize_sql(${asWritten(list(slots.sql).join(""))}) AS tree`,
  "duckdb-execute": (slots) => `FROM json_execute_serialized_sql(${literal(list(slots.tree).join(""))})`,
  "nmap-family": (slots) => list(slots.targets).some((target) => target.includes(":")) ? "-6" : undefined,
};

/**
 * The value of a named derivation, or `undefined` when it emits nothing.
 *
 * @example
 * ```ts
 * import { derive } from "./derive.ts";
 * console.assert(derive("nmap-family", { targets: ["::1"] }) === "-6");
 * ```
 */
export function derive(name: DeriveName, slots: Slots): string | undefined {
  return DERIVATIONS[name](slots);
}
