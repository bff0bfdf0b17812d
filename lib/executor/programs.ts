/**
 * Programs of the catalogue's tools on this host, looked up once until asked again.
 *
 * @module
 */
import type { Tool, ToolSettings } from "../catalog/types.ts";
import { createDigests } from "./digest.ts";
import { type MissingProgram, resolveProgram } from "./resolve.ts";
import { builtinSources } from "./self.ts";

/** A program that can be run. */
export interface Runnable {
  readonly ok: true;
  /** Element 0 of the argv: an absolute real path, or the name of a built-in. */
  readonly path: string;
  /** Bound read-only at their own place. */
  readonly libraries: readonly string[];
}

/** Programs by tool. */
export interface Programs {
  find(tool: Tool): Promise<Runnable | MissingProgram>;
  /** SHA-256 of the program file; of the sources for a built-in. Rejects when a file can't be read. */
  digest(program: Runnable, tool: Tool): Promise<string>;
  /** Forgets what was found: settings of the host may have changed. */
  refresh(): void;
}

/**
 * Programs under these settings. A found program is looked up again when its file changed.
 *
 * @example
 * ```ts ignore
 * const programs = createPrograms(settings);
 * const found = await programs.find(nmap);
 * ```
 */
export function createPrograms(settings: ToolSettings): Programs {
  const digests = createDigests();
  const known = new Map<string, { readonly program: Runnable; readonly identity: string }>();
  const identityOf = (path: string): string | undefined => {
    try {
      const { dev, ino, size, mtime } = Deno.statSync(path);
      return [dev, ino, size, mtime?.getTime()].join();
    } catch {
      return undefined;
    }
  };
  return {
    async find(tool) {
      if ("builtin" in tool.program) return { ok: true, path: tool.program.builtin, libraries: [] };
      const held = known.get(tool.name);
      if (held !== undefined) {
        if (identityOf(held.program.path) === held.identity) return held.program;
        known.delete(tool.name);
      }
      const program = await resolveProgram(tool, settings.tools[tool.name]);
      const identity = program.ok ? identityOf(program.path) : undefined;
      if (program.ok && identity !== undefined) known.set(tool.name, { program, identity });
      return program;
    },
    digest: async (program, tool) =>
      "builtin" in tool.program
        ? await digests.ofAll(await builtinSources())
        : await digests.of(program.path),
    refresh: () => known.clear(),
  };
}
