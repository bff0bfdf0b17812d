/**
 * Mends tables, or sets them aside.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { createIndexes, tidy } from "./indexes.ts";
import { all } from "./literal.ts";
import { vectorTable } from "./names.ts";
import { readRows } from "./rows.ts";
import { CHUNKS, type Table, type Tables } from "./tables.ts";
import type { RepairResult } from "./types.ts";
import { recover } from "./write.ts";

/** Reads every row. */
async function readThrough(table: Table): Promise<void> {
  const columns = (await table.schema()).fields.map(({ name }) => name);
  for await (const _ of readRows(table, { where: all(), columns })) continue;
}

/** What is wrong with a table; `undefined`: nothing. */
async function faultOf(tables: Tables, name: string): Promise<string | undefined> {
  try {
    const table = await tables.find(name);
    if (table !== undefined) await readThrough(table);
    return undefined;
  } catch (error) {
    return error instanceof PhysiclawError ? error.message : "its rows cannot be read";
  }
}

/** Goes back to the newest version that can be read. Gives its number; `undefined` when there is none. */
async function goBack(tables: Tables, name: string): Promise<number | undefined> {
  let table: Table | undefined;
  try {
    table = await tables.find(name);
  } catch {
    return undefined;
  }
  if (table === undefined) return undefined;
  const versions = (await table.listVersions().catch(() => [])).map(({ version }) => version).sort((a, b) =>
    b - a
  );
  for (const version of versions) {
    try {
      await table.checkout(version);
      await readThrough(table);
      await table.restore();
      tables.reopen(name);
      return version;
    } catch {
      continue;
    }
  }
  return undefined;
}

async function setAside(tables: Tables, name: string): Promise<string> {
  const aside = `${name}.broken-${Date.now()}`;
  tables.reopen(name);
  await Deno.rename(`${tables.path}/${name}.lance`, `${tables.path}/${aside}`);
  return aside;
}

/** {@link Documents.repair}. */
export async function repairTables(tables: Tables): Promise<RepairResult> {
  const actions: string[] = [];
  for (const name of [CHUNKS, ...(await tables.models()).map(vectorTable)]) {
    tables.reopen(name);
    const fault = await faultOf(tables, name);
    const next = name === CHUNKS
      ? "ingest again what it held"
      : "physiclaw memory embed makes its vectors again";
    if (fault !== undefined) {
      const version = await goBack(tables, name);
      if (version !== undefined) {
        actions.push(`table ${name}: went back to version ${version}, the newest that can be read; ${next}`);
      } else {
        const aside = await setAside(tables, name);
        actions.push(`table ${name}: set aside as ${aside}, since no version of it can be read; ${next}`);
        continue;
      }
    }
    if (await tables.find(name) === undefined) continue;
    await createIndexes(tables, name, { again: "all" });
    await tidy(tables, name);
  }
  await recover(tables);
  return { actions };
}
