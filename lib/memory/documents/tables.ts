/**
 * The tables on disk: opened when they are needed, made when there is something to put in.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { failure, guarded, otherWriter } from "./failure.ts";
import { modelOf, vectorTable } from "./names.ts";
import { chunkSchema, LAYOUT, vectorSchema } from "./rows.ts";

type Native = typeof import("../native/lancedb.ts");
export type Table = import("../native/lancedb.ts").Table;

export const CHUNKS = "chunks";

/** A table that is open, and the version that this process has seen last. */
interface Open {
  readonly table: Table;
  version: number;
  rows: number | undefined;
  /** Changes of this process since {@link Tables.tidied}. */
  changes: number;
}

export interface Tables {
  readonly path: string;
  readonly native: Native;
  /** A table by its name; `undefined` when it isn't there. */
  find(name: string): Promise<Table | undefined>;
  /** The chunks' table, made if it isn't there. */
  chunks(): Promise<Table>;
  /** A model's table, made if it isn't there. Throws `conflict` when its vectors have other dimensions. */
  vectors(model: string, dimensions: number): Promise<Table>;
  /** Models that have a table. */
  models(): Promise<string[]>;
  /** Rows of a table, staged ones included; 0 when it isn't there. */
  rows(name: string): Promise<number>;
  /** Runs a search. Files that it may be reading are kept until it ends (see {@link Tables.unread}). */
  reading<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `work`, which removes files, while no search runs: those that run are waited for, others wait for it. */
  unread<T>(work: () => Promise<T>): Promise<T>;
  /** Changes a table. Throws `conflict` when another process has changed it since. */
  change<T>(name: string, work: (table: Table) => Promise<T>): Promise<T>;
  /** Changes since {@link tidied}, each of which left a small file. */
  changes(name: string): Promise<number>;
  /** Small files were merged. */
  tidied(name: string): Promise<void>;
  drop(name: string): Promise<void>;
  /** Forgets what is known of a table, so that it is read from disk again. */
  reopen(name: string): void;
  close(): void;
}

/** Opens the directory `path`, which is made with mode 0700 if it isn't there. */
export async function openTables(path: string): Promise<Tables> {
  const native = await import("../native/lancedb.ts");
  const connection = await guarded("read", path, async () => {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    return await native.connect(path);
  });
  const opened = new Map<string, Promise<Open | undefined>>();
  const running = new Set<Promise<unknown>>();
  const ended = () => Promise.allSettled([...running]);
  /** Set while searches have to wait. */
  let held: Promise<void> | undefined;

  /** A table has at least one version; a directory without one was cut off while it was made. */
  async function present(name: string): Promise<boolean> {
    try {
      for await (const _ of Deno.readDir(`${path}/${name}.lance/_versions`)) return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw failure("read", name, error);
    }
    return false;
  }
  async function openTable(name: string): Promise<Open | undefined> {
    if (!await present(name)) return undefined;
    return await guarded("read", name, async () => {
      const table = await connection.openTable(name);
      const layout = (await table.schema()).metadata.get("layout");
      if (layout !== LAYOUT) {
        throw new PhysiclawError(
          "conflict",
          `Cannot use the table ${name}: its layout is ${layout ?? "unknown"}`,
          {
            hint:
              `this version knows layout ${LAYOUT}; export with the version that wrote it, and ingest again`,
          },
        );
      }
      return { table, version: await table.version(), rows: undefined, changes: 0 };
    });
  }
  function get(name: string): Promise<Open | undefined> {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = openTable(name);
    opened.set(name, opening);
    // What is absent or broken is looked for again the next time.
    opening.then((open) => open === undefined && opened.delete(name), () => opened.delete(name));
    return opening;
  }
  async function create(name: string, schema: ReturnType<typeof chunkSchema>): Promise<Table> {
    const table = await guarded("write", name, () => connection.createEmptyTable(name, schema));
    opened.set(name, Promise.resolve({ table, version: await table.version(), rows: 0, changes: 0 }));
    return table;
  }
  return {
    path,
    native,
    find: async (name) => (await get(name))?.table,
    chunks: async () => (await get(CHUNKS))?.table ?? await create(CHUNKS, chunkSchema(native)),
    async vectors(model, dimensions) {
      const name = vectorTable(model);
      const table = (await get(name))?.table;
      if (table === undefined) return await create(name, vectorSchema(native, model, dimensions));
      const stored = (await table.schema()).metadata.get("dimensions");
      if (stored !== String(dimensions)) {
        throw new PhysiclawError(
          "conflict",
          `Cannot use the model ${model}: its stored vectors have ${stored} dimensions, it gives ${dimensions}`,
          { hint: `physiclaw memory embed --model ${model} --again drops them and makes new ones` },
        );
      }
      return table;
    },
    async models() {
      const models: string[] = [];
      for await (const { name, isDirectory } of Deno.readDir(path)) {
        const model = isDirectory && name.endsWith(".lance") ? modelOf(name.slice(0, -6)) : undefined;
        if (model !== undefined) models.push(model);
      }
      return models.sort();
    },
    async rows(name) {
      const open = await get(name);
      if (open === undefined) return 0;
      return open.rows ??= await guarded("read", name, () => open.table.countRows());
    },
    async reading(work) {
      while (held !== undefined) await held;
      const search = work();
      running.add(search);
      try {
        return await search;
      } finally {
        running.delete(search);
      }
    },
    async unread(work) {
      // First without holding up others: a search that loads a model takes seconds.
      await ended();
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      try {
        await ended();
        return await work();
      } finally {
        held = undefined;
        resolve();
      }
    },
    async change(name, work) {
      const open = await get(name);
      if (open === undefined) throw new Error(`Cannot change the table ${name}: it was not made`);
      return await guarded("write", name, async () => {
        await open.table.checkoutLatest();
        if (await open.table.version() !== open.version) throw otherWriter(name);
        try {
          return await work(open.table);
        } finally {
          open.rows = undefined;
          open.changes++;
          open.version = await open.table.version();
        }
      });
    },
    changes: async (name) => (await get(name))?.changes ?? 0,
    async tidied(name) {
      const open = await get(name);
      if (open !== undefined) open.changes = 0;
    },
    async drop(name) {
      if (await get(name) === undefined) return;
      opened.delete(name);
      await guarded("write", name, () => connection.dropTable(name));
    },
    reopen: (name) => void opened.delete(name),
    close() {
      opened.clear();
      connection.close();
    },
  };
}
