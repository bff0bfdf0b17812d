/**
 * A model's files, read and compared with their digests: what is loaded is what was hashed.
 *
 * @module
 */
import { sha256 } from "../../internal/canonical.ts";
import { PhysiclawError } from "../../internal/errors.ts";
import { FILE_ROLES, type FileRole, type LocatedModel } from "../models/description.ts";

async function readVerified(located: LocatedModel, role: FileRole): Promise<Uint8Array<ArrayBuffer>> {
  const { model: { id }, paths: { [role]: path }, files: { [role]: expected } } = located;
  const refuse = (why: string, cause?: unknown) =>
    new PhysiclawError("config", `Cannot load the model ${id}: ${path} ${why}`, {
      hint: "import it again: physiclaw models import PATH; physiclaw models verify checks all",
      cause,
    });
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    // A file that grew is not read whole.
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) throw refuse("is not a file");
    if (size !== expected.bytes) throw refuse(`has ${size} bytes instead of ${expected.bytes}`);
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof PhysiclawError) throw error;
    throw refuse(error instanceof Deno.errors.NotFound ? "is missing" : "cannot be read", error);
  }
  const found = await sha256(bytes);
  if (found !== expected.sha256) {
    throw refuse(`is damaged: its SHA-256 is ${found} instead of ${expected.sha256}`);
  }
  return bytes;
}

/**
 * Both files of a model. Throws PhysiclawError of kind `config`, naming the fix, for a file that is missing or isn't what it
 * was when it was imported.
 *
 * @example
 * ```ts ignore
 * const { model, tokenizer } = await loadFiles(located);
 * ```
 */
export async function loadFiles(
  located: LocatedModel,
): Promise<Readonly<Record<FileRole, Uint8Array<ArrayBuffer>>>> {
  const [model, tokenizer] = await Promise.all(FILE_ROLES.map((role) => readVerified(located, role)));
  // Both roles were read.
  return { model: model as Uint8Array<ArrayBuffer>, tokenizer: tokenizer as Uint8Array<ArrayBuffer> };
}
