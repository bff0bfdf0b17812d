/**
 * Which kind of source a path is: by its first bytes, whatever its name.
 *
 * @module
 */
import { directorySource } from "./directory_source.ts";
import { type Source, SOURCE_LIMITS, type SourceLimits, unreadable } from "./source.ts";

/** Where tar writes its name, in the first header. */
const TAR_MAGIC_AT = 257;

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));

/**
 * Opens a directory or an archive. Throws PhysiclawError of kind `usage` when it is neither; what is wrong inside an archive
 * shows while its entries are walked.
 *
 * @example
 * ```ts ignore
 * const source = await openSource("/media/usb/all-minilm-l6-v2.jar");
 * for await (const { name, size } of source.entries()) console.log(name, size);
 * ```
 */
export async function openSource(path: string, limits: SourceLimits = SOURCE_LIMITS): Promise<Source> {
  let facts: Deno.FileInfo;
  let real: string;
  try {
    real = await Deno.realPath(path);
    facts = await Deno.stat(real);
  } catch (error) {
    throw unreadable(
      path,
      error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read",
      error,
    );
  }
  if (facts.isDirectory) return directorySource(real, limits);
  if (!facts.isFile) throw unreadable(path, "it is neither a file nor a directory");
  const head = new Uint8Array(512);
  {
    using file = await Deno.open(real);
    await file.read(head);
  }
  if (startsWith(head, "PK\u0003\u0004") || startsWith(head, "PK\u0005\u0006")) {
    const { zipSource } = await import("./zip_source.ts");
    return zipSource(real, limits);
  }
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  if (gzipped || startsWith(head, "ustar", TAR_MAGIC_AT)) {
    const { tarSource } = await import("./tar_source.ts");
    return tarSource(real, gzipped, limits);
  }
  throw unreadable(path, "it is no archive of a known kind");
}
