/**
 * Where this program came from. Run from source it is what stands here; a built file carries what the build wrote in its
 * place.
 *
 * @module
 */

/** What a build knows about itself. */
export interface BuildInfo {
  /** How the program is packed. */
  readonly packaging: "source" | "launcher" | "compiled";
  /** The commit that was built; `null` from source, and when the checkout was changed or is no repository. */
  readonly commit: string | null;
  /** Versions of packages that are worth telling, by name: native parts and what speaks to the network. */
  readonly packages: Readonly<Record<string, string>>;
  /** Deno permissions that are part of the file; absent where each start is given its own. */
  readonly permissions?: readonly string[];
}

/** This program's build. */
export const BUILD: BuildInfo = { packaging: "source", commit: null, packages: {} };
