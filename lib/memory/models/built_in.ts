/**
 * Models that came with the program: taken into the store once, when a host has none yet.
 *
 * @module
 */
import type { ModelStore } from "./store.ts";

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * The store, which takes in the models of `directory` before it is first asked for one, if its own directory isn't there yet:
 * what an operator removed doesn't come back. Where they can't be taken in (a full disk), every such question rejects with
 * the reason, and the next one tries again.
 *
 * @param directory `undefined`, or one that isn't there: the store as it is
 * @example
 * ```ts ignore
 * const models = withBuiltIn(createModelStore(options), builtInModels());
 * ```
 */
export function withBuiltIn(store: ModelStore, directory: string | undefined): ModelStore {
  if (directory === undefined) return store;
  let taken: Promise<void> | undefined;
  const take = async (): Promise<void> => {
    if (await exists(store.directory) || !(await exists(directory))) return;
    const { tryOutModel } = await import("../embed/try_out.ts");
    await store.import({ path: directory, tryOut: tryOutModel });
  };
  const first = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      await (taken ??= take());
    } catch (error) {
      taken = undefined;
      throw error;
    }
    return await ask();
  };
  return {
    ...store,
    list: () => first(() => store.list()),
    locate: (id) => first(() => store.locate(id)),
    embedders: () => first(() => store.embedders()),
    defaultEmbedder: () => first(() => store.defaultEmbedder()),
    defaultReranker: () => first(() => store.defaultReranker()),
  };
}
