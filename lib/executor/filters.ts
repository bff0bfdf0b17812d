/**
 * Filters as files that bwrap reads, one for each set of families.
 *
 * @module
 */
import type { Tool } from "../catalog/types.ts";
import { encode } from "../internal/bpf.ts";
import { temporaryFile } from "./descriptors.ts";
import type { Handle } from "./network_types.ts";
import { toolFilter } from "./seccomp.ts";

/** Filters by what they grant. */
export interface Filters extends Disposable {
  /** Kernel descriptor of a nameless file; read from its beginning by whoever opens it by /proc. */
  fdOf(granted: Tool["sockets"]): number;
}

/**
 * Filters for this machine's architecture, written into nameless files of `scratch` when they are first needed.
 *
 * @example
 * ```ts ignore
 * using filters = createFilters("/var/lib/physiclaw/sandbox");
 * const fd = filters.fdOf(["inet"]);
 * ```
 */
export function createFilters(scratch: string): Filters {
  const files = new Map<string, Handle>();
  return {
    fdOf(granted) {
      const key = [...new Set(granted)].sort().join();
      let file = files.get(key);
      if (file === undefined) {
        file = temporaryFile(scratch, encode(toolFilter(granted, Deno.build.arch)));
        files.set(key, file);
      }
      return file.fd;
    },
    [Symbol.dispose]() {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}
