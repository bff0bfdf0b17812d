/**
 * LanceDB and the Arrow types it takes. The one module that imports them: always by `await import()`, since loading the
 * native library takes a tenth of a second. Works in a worker, and under the egress lock, taken before it or after.
 *
 * Permissions, from source: `--allow-ffi` on `node_modules/.deno/@lancedb+lancedb-linux-x64-gnu@VERSION/node_modules/@lancedb/
 * lancedb-linux-x64-gnu/lancedb.linux-x64-gnu.node`, `--allow-read` on `node_modules` and the tables, `--allow-write` on the
 * tables, `--allow-env` for NAPI_RS_NATIVE_LIBRARY_PATH, NAPI_RS_FORCE_WASI (its loader), LANCE_CPU_THREADS and LANCEDB_LOG
 * (set here). No sys, no net, no run.
 *
 * @module
 */
import "./lancedb_settings.ts";

export { connect, Index, MatchQuery } from "@lancedb/lancedb";
export type { Connection, Table } from "@lancedb/lancedb";
export { Field, FixedSizeList, Float32, Int32, Int64, Schema, Utf8 } from "apache-arrow";
