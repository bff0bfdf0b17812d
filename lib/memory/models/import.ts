/**
 * Models from a directory or an archive into the store: recognised by contents, copied, checked, and put in place in one
 * step each, so that half an import leaves nothing.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { FILE_ROLES, type FileRole, type LocatedModel, type Model, type ModelFiles } from "./description.ts";
import { openSource } from "./open_source.ts";
import {
  damageOf,
  FILE_NAMES,
  locate,
  type ModelRecord,
  readRecord,
  seenNow,
  writeRecord,
} from "./record.ts";
import type { SourceLimits } from "./source.ts";
import { stage, type StagedFile, type StageOptions } from "./stage.ts";
import { type Candidate, survey } from "./survey.ts";

/** What to import, and how. */
export interface ImportOptions {
  /** A directory or an archive. */
  readonly path: string;
  /** A known model that no digest is pinned of. */
  readonly as?: string;
  /** With `as`: which .onnx file. */
  readonly onnx?: string;
  /**
   * Tries a model whose digests nobody pinned before it is put in place; throws when it is not what its description says.
   */
  readonly tryOut: (located: LocatedModel) => Promise<void>;
  /** Bytes that were copied since the last call. */
  readonly progress?: (bytes: number) => void;
  readonly limits?: SourceLimits;
  /** Ends the import with its reason; nothing of it stays. */
  readonly signal?: AbortSignal;
}

/** A model that an import came across. */
export interface ImportedModel {
  readonly model: Model;
  readonly files: ModelFiles;
  readonly recognised: ModelRecord["recognised"];
  /** `present`: it was there, whole; `repaired`: it was there, and damaged. */
  readonly action: "imported" | "present" | "repaired";
  readonly directory: string;
  /** What the files were called in the source. */
  readonly names: Readonly<Record<FileRole, string>>;
}

interface Found {
  readonly model: Model;
  readonly recognised: ModelRecord["recognised"];
  readonly staged: Readonly<Record<FileRole, StagedFile>>;
}

/** The files of `candidates` that a source holds, copied; models of which only one file is there are named apart. */
async function findByContents(
  source: Awaited<ReturnType<typeof openSource>>,
  candidates: readonly Candidate[],
  directory: string,
  how: Pick<StageOptions, "progress" | "signal">,
): Promise<{ found: readonly Found[]; partial: readonly string[] }> {
  const missing = new Map(
    candidates.flatMap(({ files }) => FILE_ROLES.map((role) => [files[role].sha256, files[role].bytes])),
  );
  const staged = new Map<string, StagedFile>();
  await stage(source, directory, {
    wanted: ({ size }) => [...missing.values()].includes(size),
    keep: (file) => {
      if (missing.get(file.sha256) !== file.bytes) return false;
      missing.delete(file.sha256);
      staged.set(file.sha256, file);
      return true;
    },
    done: () => missing.size === 0,
    ...how,
  });
  const found: Found[] = [];
  const partial: string[] = [];
  for (const { model, files, recognised } of candidates) {
    const [one, other] = [staged.get(files.model.sha256), staged.get(files.tokenizer.sha256)];
    if (one !== undefined && other !== undefined) {
      found.push({ model, recognised, staged: { model: one, tokenizer: other } });
    } else if (one !== undefined) {
      partial.push(
        `${model.id}: its model file is there, its tokenizer (SHA-256 ${files.tokenizer.sha256}) is not`,
      );
    } else if (other !== undefined) {
      partial.push(
        `${model.id}: its tokenizer is there, its model file (SHA-256 ${files.model.sha256}) is not`,
      );
    }
  }
  return { found, partial };
}

async function findByName(
  source: Awaited<ReturnType<typeof openSource>>,
  model: Model,
  entries: Readonly<Record<FileRole, number>>,
  directory: string,
  how: Pick<StageOptions, "progress" | "signal">,
): Promise<Found> {
  const staged = new Map<number, StagedFile>();
  const wanted: readonly number[] = Object.values(entries);
  await stage(source, directory, {
    wanted: (_, index) => wanted.includes(index),
    keep: (file, index) => staged.set(index, file) !== undefined,
    done: () => staged.size === wanted.length,
    ...how,
  });
  const fileOf = (role: FileRole): StagedFile => {
    const file = staged.get(entries[role]);
    if (file === undefined) throw new Error(`the source changed while it was read`);
    return file;
  };
  return { model, recognised: "name", staged: { model: fileOf("model"), tokenizer: fileOf("tokenizer") } };
}

const isThere = (path: string): Promise<boolean> =>
  Deno.lstat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });

/** What is in a model's place already: nothing, the same and whole, or the same and damaged. Others' files are refused. */
async function inPlace(directory: string, model: Model, files: ModelFiles): Promise<ImportedModel["action"]> {
  if (!await isThere(directory)) return "imported";
  let record: ModelRecord;
  try {
    record = await readRecord(directory);
  } catch {
    return "repaired";
  }
  const same = FILE_ROLES.every((role) => record.files[role].sha256 === files[role].sha256);
  if (!same) {
    throw new PhysiclawError("conflict", `Cannot import ${model.id}: there is one with other files`, {
      hint:
        `vectors of the two don't mix: physiclaw models remove ${model.id} first, or give this one another id`,
    });
  }
  return await damageOf(directory, record) === undefined ? "present" : "repaired";
}

/** Puts a model's directory in place by rename; what was there before goes after that. */
async function putInPlace(made: string, directory: string, replaced: string): Promise<void> {
  const replaces = await isThere(directory);
  if (replaces) await Deno.rename(directory, replaced);
  await Deno.rename(made, directory);
  if (replaces) await Deno.remove(replaced, { recursive: true });
}

/**
 * Imports all models that a source holds into the store `root`, which must exist; `work` is a directory below it for
 * copies, which the caller deletes. Throws PhysiclawError: `usage` for a source that holds none or can't be read,
 * `conflict` for a model that is there with other files, and what `tryOut` throws; what was put in place before stays.
 */
export async function importModels(
  root: string,
  work: string,
  options: ImportOptions,
  now: () => Date,
): Promise<readonly ImportedModel[]> {
  const { path, tryOut, signal } = options;
  const how = {
    progress: options.progress ?? (() => undefined),
    ...(signal === undefined ? {} : { signal }),
  };
  const source = await openSource(path, options.limits);
  const found = await survey(source, options);
  let models: readonly Found[];
  if (found.kind === "name") models = [await findByName(source, found.model, found.entries, work, how)];
  else {
    const { found: whole, partial } = await findByContents(source, found.candidates, work, how);
    if (whole.length === 0) {
      const why = partial.length > 0
        ? partial.join("; ")
        : `none of its ${found.files} files belongs to a known model`;
      throw new PhysiclawError("usage", `Cannot import from ${path}: ${why}`, {
        hint:
          "files are recognised by their contents; see physiclaw models list, or describe another model in a manifest.json",
      });
    }
    models = whole;
  }

  // Two models may share a tokenizer: the last one takes it away.
  const uses = new Map<string, number>();
  const all = models.flatMap(({ staged }) => FILE_ROLES.map((role) => staged[role].path));
  for (const path of all) uses.set(path, (uses.get(path) ?? 0) + 1);
  const take = async (from: string, to: string): Promise<void> => {
    const left = (uses.get(from) ?? 1) - 1;
    uses.set(from, left);
    await (left === 0 ? Deno.rename(from, to) : Deno.copyFile(from, to));
  };

  const imported: ImportedModel[] = [];
  for (const { model, recognised, staged } of models) {
    const digest = ({ sha256, bytes }: StagedFile) => ({ sha256, bytes });
    const files: ModelFiles = { model: digest(staged.model), tokenizer: digest(staged.tokenizer) };
    const directory = `${root}/${model.id}`;
    const action = await inPlace(directory, model, files);
    if (action !== "present") {
      const made = `${work}/${model.id}.made`;
      await Deno.mkdir(made, { mode: 0o755 });
      for (const role of FILE_ROLES) await take(staged[role].path, `${made}/${FILE_NAMES[role]}`);
      if (recognised !== "contents") await tryOut(locate(made, { model, files }));
      const at = now().toISOString();
      const seen = await seenNow(made);
      await writeRecord(made, { schema: 1, model, files, recognised, imported: at, verified: at, seen });
      await putInPlace(made, directory, `${work}/${model.id}.replaced`);
    }
    const names = { model: staged.model.name, tokenizer: staged.tokenizer.name };
    imported.push({ model, files, recognised, action, directory, names });
  }
  return imported;
}
