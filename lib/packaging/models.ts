/**
 * Models that are built into the file: recognised by their contents, whatever they are called.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { FILE_ROLES, type FileRole } from "../memory/models/description.ts";
import { KNOWN_MODELS } from "../memory/models/known.ts";
import type { TreeFile } from "./tree_file.ts";

/** What the tree calls them; what they are is told by their contents. */
const NAMES: Readonly<Record<FileRole, string>> = { model: "model.onnx", tokenizer: "tokenizer.json" };

async function* filesBelow(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
    if (isDirectory) yield* filesBelow(`${directory}/${name}`);
    else if (isFile) yield `${directory}/${name}`;
  }
}

/**
 * The known models whose files lie below a directory, each with the contents that the program's list has. Throws when there
 * is none.
 *
 * @example
 * ```ts ignore
 * const files = await modelFiles("models");
 * ```
 */
export async function modelFiles(directory: string): Promise<readonly TreeFile[]> {
  const sizes = new Set(
    KNOWN_MODELS.flatMap(({ files }) => Object.values(files ?? {}).map(({ bytes }) => bytes)),
  );
  const bySum = new Map<string, Uint8Array>();
  for await (const path of filesBelow(directory)) {
    if (!sizes.has((await Deno.stat(path)).size)) continue;
    const bytes = await Deno.readFile(path);
    bySum.set(createHash("sha256").update(bytes).digest("hex"), bytes);
  }
  const found = KNOWN_MODELS.flatMap(({ model, files }): TreeFile[] => {
    const parts = FILE_ROLES.map((role) => ({ role, bytes: files && bySum.get(files[role].sha256) }));
    return parts.flatMap(({ role, bytes }) =>
      bytes === undefined || parts.some((part) => part.bytes === undefined)
        ? []
        : [{ path: `models/${model.id}.${NAMES[role]}`, bytes }]
    );
  });
  if (found.length === 0) {
    throw new Error(`Cannot build models in: ${directory} holds none that the program knows by its contents`);
  }
  return found;
}
