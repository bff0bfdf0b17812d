/**
 * What is kept of an imported model beside its files.
 *
 * @module
 */
import { z } from "zod";
import { sha256File } from "./file_digest.ts";
import {
  type DescribedModel,
  FILE_ROLES,
  type FileRole,
  type LocatedModel,
  modelFilesSchema,
  modelSchema,
} from "./description.ts";

/** Names of a model's files in its directory. */
export const FILE_NAMES: Readonly<Record<FileRole | "record", string>> = {
  model: "model.onnx",
  tokenizer: "tokenizer.json",
  record: "model.json",
};

/** What a file's facts were when its digest was last compared: while they stay, it needn't be read again. */
const seenSchema = z.strictObject({
  inode: z.number(),
  bytes: z.number(),
  modified: z.number(),
  changed: z.number(),
});

/** `model.json`. */
export const recordSchema = z.strictObject({
  schema: z.literal(1),
  model: modelSchema,
  files: modelFilesSchema,
  /** How it was known what the files are. */
  recognised: z.enum(["contents", "manifest", "name"]),
  /** RFC 3339. */
  imported: z.string(),
  verified: z.string(),
  seen: z.strictObject({ model: seenSchema, tokenizer: seenSchema }),
});
export type ModelRecord = z.output<typeof recordSchema>;

/** Where a model's files lie. */
export const locate = (directory: string, { model, files }: DescribedModel): LocatedModel => ({
  model,
  files,
  paths: { model: `${directory}/${FILE_NAMES.model}`, tokenizer: `${directory}/${FILE_NAMES.tokenizer}` },
});

/** The record in a model's directory. Throws `Deno.errors.NotFound`, `SyntaxError` or `ZodError`. */
export async function readRecord(directory: string): Promise<ModelRecord> {
  return recordSchema.parse(JSON.parse(await Deno.readTextFile(`${directory}/${FILE_NAMES.record}`)));
}

/** Writes a record in one piece. */
export async function writeRecord(directory: string, record: ModelRecord): Promise<void> {
  const path = `${directory}/${FILE_NAMES.record}`;
  await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 });
  await Deno.rename(`${path}.new`, path);
}

const factsOf = async (path: string): Promise<z.output<typeof seenSchema>> => {
  const { ino, size, mtime, ctime } = await Deno.stat(path);
  return { inode: ino ?? 0, bytes: size, modified: mtime?.getTime() ?? 0, changed: ctime?.getTime() ?? 0 };
};

/** Facts of both files, as they are now. */
export async function seenNow(directory: string): Promise<ModelRecord["seen"]> {
  const [model, tokenizer] = await Promise.all([
    factsOf(`${directory}/${FILE_NAMES.model}`),
    factsOf(`${directory}/${FILE_NAMES.tokenizer}`),
  ]);
  return { model, tokenizer };
}

/** What is wrong with a model's files by their facts alone; `undefined`: they are as they were when they were verified. */
export async function changeOf(directory: string, { seen, files }: ModelRecord): Promise<string | undefined> {
  for (const role of FILE_ROLES) {
    const name = FILE_NAMES[role];
    let now: z.output<typeof seenSchema>;
    try {
      now = await factsOf(`${directory}/${name}`);
    } catch (error) {
      return `${name} ${error instanceof Deno.errors.NotFound ? "is missing" : "cannot be read"}`;
    }
    if (now.bytes !== files[role].bytes) {
      return `${name} has ${now.bytes} bytes instead of ${files[role].bytes}`;
    }
    const then = seen[role];
    if (now.inode !== then.inode || now.modified !== then.modified || now.changed !== then.changed) {
      return `${name} was touched since it was verified`;
    }
  }
  return undefined;
}

/** What is wrong with a model's files by their contents; `undefined`: nothing. */
export async function damageOf(directory: string, { files }: DescribedModel): Promise<string | undefined> {
  for (const role of FILE_ROLES) {
    const name = FILE_NAMES[role];
    try {
      const found = await sha256File(`${directory}/${name}`);
      if (found !== files[role].sha256) {
        return `${name} is damaged: its SHA-256 is ${found} instead of ${files[role].sha256}`;
      }
    } catch (error) {
      return `${name} ${error instanceof Deno.errors.NotFound ? "is missing" : "cannot be read"}`;
    }
  }
  return undefined;
}
