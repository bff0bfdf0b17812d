/**
 * The models on this host: a directory with one for each. Nothing is ever downloaded into it.
 *
 * @module
 */
import { z } from "zod";
import { PhysiclawError } from "../../internal/errors.ts";
import { acquireLock } from "../../internal/lock_file.ts";
import { distrustOf } from "../../internal/ownership.ts";
import {
  type EmbedderModel,
  type LocatedModel,
  type Model,
  modelId,
  type RerankerModel,
} from "./description.ts";
import { type ImportedModel, importModels, type ImportOptions } from "./import.ts";
import { KNOWN_MODELS } from "./known.ts";
import { changeOf, damageOf, locate, type ModelRecord, readRecord, seenNow, writeRecord } from "./record.ts";

/** How a model stands. */
export interface ModelStatus {
  readonly id: string;
  /** `undefined`: its record can't be read. */
  readonly model?: Model;
  /** `changed`: its files aren't as they were when they were verified; `absent`: known, and not here. */
  readonly state: "ready" | "changed" | "absent";
  /** Why it is changed. */
  readonly problem?: string;
  /** RFC 3339, when its digests were last compared. */
  readonly verified?: string;
  /** What its kind uses where nobody names one. */
  readonly isDefault: boolean;
  /** Bytes of both files. */
  readonly bytes?: number;
}

/** What a verification found of one model. */
export interface Verification {
  readonly id: string;
  /** `undefined`: both digests are right. */
  readonly problem?: string;
}

/** What {@link createModelStore} returns. */
export interface ModelStore {
  readonly directory: string;
  /** All models that are here, then the known ones that are not. Looks at facts of files, not at their contents. */
  list(): Promise<readonly ModelStatus[]>;
  /** See {@link importModels}. */
  import(options: ImportOptions): Promise<readonly ImportedModel[]>;
  /** Compares digests of these models, or of all. Throws of kind `not_found` for one that isn't here. */
  verify(ids?: readonly string[]): Promise<readonly Verification[]>;
  /** Makes a model its kind's default. A fixture is refused unless `fixture` says that it is wanted. */
  use(id: string, options?: { readonly fixture?: boolean }): Promise<Model>;
  /** Deletes a model's files. */
  remove(id: string): Promise<void>;
  /** A model that is here. Throws of kind `not_found`. Its contents are checked when they are loaded. */
  locate(id: string): Promise<LocatedModel>;
  /** The embedder to use; `undefined` when there is none. Throws when one was chosen that isn't here. */
  defaultEmbedder(): Promise<LocatedModel<EmbedderModel> | undefined>;
  /** The reranker to use; `undefined` when there is none. Throws when one was chosen that isn't here. */
  defaultReranker(): Promise<LocatedModel<RerankerModel> | undefined>;
  /** Every embedder that is here, the default first. */
  embedders(): Promise<readonly LocatedModel<EmbedderModel>[]>;
}

export interface ModelStoreOptions {
  /** Made at the first import. */
  readonly directory: string;
  /** The user's id: models that others could have changed are not loaded. */
  readonly uid: number;
  readonly now: () => Date;
}

const DEFAULTS = "defaults.json";
/** Where imports work; what a killed one left is deleted by the next. */
const WORK = ".import";

const defaultsSchema = z.strictObject({
  schema: z.literal(1),
  embedder: modelId.optional(),
  reranker: modelId.optional(),
});
type Defaults = z.output<typeof defaultsSchema>;

interface Here {
  readonly id: string;
  /** `undefined`: it can't be read. */
  readonly record?: ModelRecord;
}

/** A store of models; nothing is read before it is asked for. */
export function createModelStore({ directory, uid, now }: ModelStoreOptions): ModelStore {
  const absent = (id: string) =>
    new PhysiclawError("not_found", `Cannot find the model "${id}" in ${directory}`, {
      hint: "physiclaw models list shows those that are here; physiclaw models import PATH brings one",
    });

  /** Models that are here, the known ones first and in their order. */
  async function here(): Promise<readonly Here[]> {
    const names: string[] = [];
    try {
      for await (const { name, isDirectory } of Deno.readDir(directory)) {
        if (isDirectory && modelId.safeParse(name).success) names.push(name);
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    const order = (id: string) => KNOWN_MODELS.findIndex(({ model }) => model.id === id) >>> 0;
    names.sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
    return await Promise.all(names.map(async (id): Promise<Here> => {
      const record = await readRecord(`${directory}/${id}`).catch(() => undefined);
      return record === undefined || record.model.id !== id ? { id } : { id, record };
    }));
  }

  async function defaults(): Promise<Defaults> {
    const path = `${directory}/${DEFAULTS}`;
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { schema: 1 };
      throw error;
    }
    try {
      return defaultsSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new PhysiclawError("config", `Cannot read ${path}: it is damaged`, {
        hint: "choose again: physiclaw models use ID",
        cause,
      });
    }
  }

  /** The chosen model of a kind, or the first that is no fixture. */
  const defaultOf = (kind: Model["kind"], chosen: Defaults, models: readonly Here[]): string | undefined =>
    chosen[kind] ??
      models.find(({ record }) => record?.model.kind === kind && record.model.fixture !== true)?.id;

  /** Refuses a directory that others can write to: a model is input to native code. */
  async function trusted(): Promise<void> {
    const distrust = await distrustOf(await Deno.realPath(directory), uid, Deno.stat);
    if (distrust === undefined) return;
    throw new PhysiclawError(
      "config",
      `Cannot load models from ${directory}: ${distrust.path} ${distrust.why}`,
      {
        hint: distrust.hint,
      },
    );
  }

  async function find(id: string): Promise<LocatedModel> {
    const found = (await here()).find((one) => one.id === id);
    if (found === undefined) throw absent(id);
    await trusted();
    if (found.record === undefined) {
      throw new PhysiclawError(
        "config",
        `Cannot load the model ${id}: its record in ${directory}/${id} is damaged`,
        {
          hint: "import it again: physiclaw models import PATH",
        },
      );
    }
    return locate(`${directory}/${id}`, found.record);
  }

  async function findDefault<K extends Model["kind"]>(
    kind: K,
  ): Promise<LocatedModel<Extract<Model, { kind: K }>> | undefined> {
    const id = defaultOf(kind, await defaults(), await here());
    if (id === undefined) return undefined;
    const located = await find(id);
    if (located.model.kind !== kind) throw absent(id);
    // Its kind was compared.
    return located as LocatedModel<Extract<Model, { kind: K }>>;
  }

  /** Runs alone: other processes' changes are refused meanwhile. */
  async function alone<T>(change: () => Promise<T>): Promise<T> {
    // The state directory, where it isn't there yet, is private; models may be read by the account that serves.
    const parent = directory.slice(0, directory.lastIndexOf("/"));
    if (parent !== "") await Deno.mkdir(parent, { recursive: true, mode: 0o700 });
    await Deno.mkdir(directory, { recursive: true, mode: 0o755 });
    const lock = await acquireLock(`${directory}/lock`);
    try {
      return await change();
    } finally {
      lock.close();
    }
  }

  const drop = (path: string): Promise<void> =>
    Deno.remove(path, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });

  const writeDefaults = async (value: Defaults): Promise<void> => {
    const path = `${directory}/${DEFAULTS}`;
    await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(value)}\n`, { mode: 0o644 });
    await Deno.rename(`${path}.new`, path);
  };

  return {
    directory,
    list: async () => {
      const models = await here();
      const chosen = await defaults();
      const isDefault = (kind: Model["kind"], id: string) => defaultOf(kind, chosen, models) === id;
      const present = await Promise.all(models.map(async ({ id, record }): Promise<ModelStatus> => {
        if (record === undefined) {
          return { id, state: "changed", problem: "its record is damaged", isDefault: false };
        }
        const { model, verified, files } = record;
        const problem = await changeOf(`${directory}/${id}`, record);
        return {
          id,
          model,
          verified,
          state: problem === undefined ? "ready" : "changed",
          ...(problem === undefined ? {} : { problem }),
          isDefault: isDefault(model.kind, id),
          bytes: files.model.bytes + files.tokenizer.bytes,
        };
      }));
      const missing = KNOWN_MODELS.filter(({ model }) => !models.some(({ id }) => id === model.id));
      return [
        ...present,
        ...missing.map(({ model, files }): ModelStatus => ({
          id: model.id,
          model,
          state: "absent",
          isDefault: isDefault(model.kind, model.id),
          ...(files === undefined ? {} : { bytes: files.model.bytes + files.tokenizer.bytes }),
        })),
      ];
    },
    import: (options) =>
      alone(async () => {
        const work = `${directory}/${WORK}`;
        await drop(work);
        await Deno.mkdir(work, { mode: 0o700 });
        try {
          return await importModels(directory, work, options, now);
        } finally {
          await drop(work);
        }
      }),
    verify: async (ids) => {
      const models = await here();
      const unknown = ids?.find((id) => !models.some((one) => one.id === id));
      if (unknown !== undefined) throw absent(unknown);
      const results: Verification[] = [];
      const right: (() => Promise<void>)[] = [];
      for (const { id, record } of models) {
        if (ids !== undefined && !ids.includes(id)) continue;
        const path = `${directory}/${id}`;
        // Facts first: a file that changes while it is hashed is found changed by them.
        const seen = await seenNow(path).catch(() => undefined);
        const problem = record === undefined ? "its record is damaged" : await damageOf(path, record);
        results.push(problem === undefined ? { id } : { id, problem });
        if (record !== undefined && seen !== undefined && problem === undefined) {
          right.push(() => writeRecord(path, { ...record, verified: now().toISOString(), seen }));
        }
      }
      // Whoever may only read verifies as well; the list goes on to say what it said.
      if (right.length > 0) {
        await alone(async () => {
          for (const write of right) await write();
        }).catch(() => undefined);
      }
      return results;
    },
    use: async (id, options) => {
      const { model } = await find(id);
      if (model.fixture === true && options?.fixture !== true) {
        throw new PhysiclawError(
          "refused",
          `Cannot use ${id}: ${model.warning ?? "it is a fixture for tests"}`,
          {
            hint: "choose another one: physiclaw models list",
          },
        );
      }
      await alone(async () =>
        await writeDefaults({ ...await defaults().catch(() => ({ schema: 1 as const })), [model.kind]: id })
      );
      return model;
    },
    remove: async (id) => {
      if (!(await here()).some((one) => one.id === id)) throw absent(id);
      await alone(async () => {
        const { embedder, reranker } = await defaults();
        await writeDefaults({
          schema: 1,
          ...(embedder === undefined || embedder === id ? {} : { embedder }),
          ...(reranker === undefined || reranker === id ? {} : { reranker }),
        });
        await drop(`${directory}/${id}`);
      });
    },
    locate: find,
    defaultEmbedder: () => findDefault("embedder"),
    defaultReranker: () => findDefault("reranker"),
    embedders: async () => {
      const models = await here();
      const first = defaultOf("embedder", await defaults(), models);
      const usable = models.flatMap(({ id, record }) =>
        record?.model.kind === "embedder" && (record.model.fixture !== true || id === first)
          ? [locate(`${directory}/${id}`, record) as LocatedModel<EmbedderModel>] // its kind was compared
          : []
      );
      if (usable.length > 0) await trusted();
      return usable.toSorted((a, b) => Number(b.model.id === first) - Number(a.model.id === first));
    },
  };
}
