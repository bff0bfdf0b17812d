/**
 * Where the runtime is that compiled files are based on. Nothing is fetched: what `deno compile` once fetched is found.
 *
 * @module
 */

/** A `denort` for a target. */
export interface Denort {
  readonly path: string;
  /** `file`: the executable; `archive`: as it lies in Deno's cache, where `deno compile` finds it by itself. */
  readonly kind: "file" | "archive";
}

/** Where one is looked for. */
export interface DenortPlaces {
  /** What `--denort` names, else DENORT_BIN. */
  readonly named?: string | undefined;
  /** Deno's cache directory. */
  readonly denoDir: string;
  readonly version: string;
  readonly target: string;
}

/**
 * The one that is named, else the one in Deno's cache; `undefined` when there is neither. That a named one is not there is
 * found when it is read.
 *
 * @example
 * ```ts ignore
 * const denort = await findDenort({ denoDir, version: Deno.version.deno, target });
 * ```
 */
export async function findDenort(places: DenortPlaces): Promise<Denort | undefined> {
  const { named, denoDir, version, target } = places;
  if (named !== undefined) return { path: named, kind: "file" };
  const path = `${denoDir}/dl/release/v${version}/denort-${target}.zip`;
  try {
    return (await Deno.stat(path)).isFile ? { path, kind: "archive" } : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A packaging's name, and why it was taken, in words for the one who builds. */
export interface Choice {
  readonly name: "compiled" | "launcher";
  readonly why: string;
}

/**
 * Which packaging to make: the one asked for; else compiled where a `denort` is named, and launcher everywhere else. Throws
 * for another name, and when the compiled one is asked for without a `denort`.
 *
 * @example
 * ```ts
 * import { choosePackaging } from "./denort.ts";
 * console.assert(choosePackaging("launcher", undefined).name === "launcher");
 * ```
 */
export function choosePackaging(asked: string | undefined, denort: Denort | undefined): Choice {
  const hint = "give Deno's denort of the same version with --denort FILE or DENORT_BIN";
  if (asked === "launcher") return { name: asked, why: "asked for" };
  if (asked !== undefined && asked !== "compiled") {
    throw new Error(`Cannot build the packaging ${asked}: use compiled or launcher`);
  }
  if (asked === undefined && denort?.kind === "archive") {
    // A compiled file's runtime unpacks without verifying, and can't be run here before somebody has tried one.
    return {
      name: "launcher",
      why: "it verifies what it unpacks; --packaging compiled uses the denort in Deno's cache",
    };
  }
  if (denort !== undefined) {
    return { name: "compiled", why: asked === undefined ? `denort is ${denort.path}` : "asked for" };
  }
  if (asked === "compiled") {
    throw new Error(
      `Cannot build the packaging compiled: there is no denort (${hint}, or use --packaging launcher)`,
    );
  }
  return {
    name: "launcher",
    why: `there is no denort for compiled, which was neither built nor run: ${hint}`,
  };
}
