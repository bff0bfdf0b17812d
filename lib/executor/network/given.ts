/**
 * Reading the files that the operator's settings name, outside the sandbox, to hand their content in.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** Certificates, tokens and kubeconfigs are far smaller. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a file that a setting names. Throws {@link PhysiclawError} of kind `config` with setting and path, never
 * with content.
 *
 * @example
 * ```ts ignore
 * const token = (await readGiven("vault.token_file", "/etc/vault-token")).trim();
 * ```
 */
export async function readGiven(setting: string, path: string): Promise<string> {
  const fail = (why: string): never => {
    throw new PhysiclawError("config", `Cannot read ${path} of ${setting}: ${why}`);
  };
  let bytes: Uint8Array;
  try {
    const info = await Deno.stat(path);
    if (!info.isFile) return fail("it is no file");
    if (info.size > MAX_BYTES) return fail("it is larger than 1 MiB");
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof PhysiclawError) throw error;
    if (error instanceof Deno.errors.NotFound) return fail("it does not exist");
    return fail("this program may not read it");
  }
  return new TextDecoder().decode(bytes);
}

/** A token file's one line. Throws {@link PhysiclawError} when it holds none or more. */
export async function readToken(setting: string, path: string): Promise<string> {
  const token = (await readGiven(setting, path)).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new PhysiclawError(
      "config",
      `Cannot use ${path} of ${setting}: it must hold one token on one line`,
    );
  }
  return token;
}
