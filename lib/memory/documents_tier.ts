/**
 * The third tier as memory holds it: opened when something is in it or comes into it, with the models that are on the host.
 *
 * @module
 */
import { reasonOf } from "../internal/errors.ts";
import type { Documents } from "./documents/types.ts";
import type { Inference } from "./embed/inference.ts";
import type { EmbedderModel, LocatedModel } from "./models/description.ts";
import type { ModelStore } from "./models/store.ts";
import type { Scrubber } from "./scrub.ts";
import type { Embedder, MemoryItem, SearchScope } from "./types.ts";

/** What {@link createDocumentsTier} returns. */
export interface DocumentsTier {
  /** The store, made when it isn't there. */
  open(): Promise<Documents>;
  /** The store, or `undefined` when nothing was ever put in. */
  existing(): Promise<Documents | undefined>;
  /** What stands in documents about a text; nothing, when there are none. Models without vectors here are left out with a note. */
  search(
    query: string,
    scope: SearchScope,
    signal?: AbortSignal,
  ): Promise<{ readonly items: readonly MemoryItem[]; readonly notes: readonly string[] }>;
  /** Embedders that are on this host, the default one first; why one can't be used is in `notes`. */
  embedders(): Promise<{ readonly embedders: readonly Embedder[]; readonly notes: readonly string[] }>;
  /** To be called when vectors were made or dropped. */
  changed(): void;
  close(): Promise<void>;
}

/**
 * The tier over the tables at `path`. The native library is loaded when the store is opened: a host without documents never
 * pays for it.
 */
export function createDocumentsTier(options: {
  readonly path: string;
  readonly scrubber: Scrubber;
  readonly models: Pick<ModelStore, "embedders">;
  readonly inference: Pick<Inference, "embedder">;
}): DocumentsTier {
  const made = new Map<string, Embedder>();
  let store: { readonly models: string; readonly documents: Promise<Documents> } | undefined;
  let ready: Promise<ReadonlySet<string>> | undefined;

  /** One a model, as long as its files are the same. */
  function embedderOf(located: LocatedModel<EmbedderModel>): Embedder {
    const key = `${located.model.id} ${located.files.model.sha256}`;
    let embedder = made.get(key);
    if (embedder === undefined) made.set(key, embedder = options.inference.embedder(located));
    return embedder;
  }

  const embedders: DocumentsTier["embedders"] = async () => {
    try {
      return { embedders: (await options.models.embedders()).map(embedderOf), notes: [] };
    } catch (error) {
      return { embedders: [], notes: [reasonOf(error)] };
    }
  };

  const open: DocumentsTier["open"] = async () => {
    const { embedders: now } = await embedders();
    const models = now.map(({ model }) => model).join(" ");
    if (store?.models === models) return await store.documents;
    // A model came or went: the store is opened anew, so that what is added gets its vectors.
    const before = store;
    const opened = (async () => {
      await (await before?.documents.catch(() => undefined))?.close();
      const { openDocuments } = await import("./documents/documents.ts");
      return await openDocuments({ path: options.path, scrubber: options.scrubber, embedders: now });
    })();
    store = { models, documents: opened };
    ready = undefined;
    try {
      return await opened;
    } catch (error) {
      if (store.documents === opened) store = undefined;
      throw error;
    }
  };

  const existing: DocumentsTier["existing"] = async () => {
    try {
      await Deno.stat(options.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    return await open();
  };

  return {
    open,
    existing,
    embedders,
    changed: () => void (ready = undefined),
    search: async (query, scope, signal) => {
      const documents = await existing();
      if (documents === undefined) return { items: [], notes: [] };
      const here = await embedders();
      const withVectors =
        await (ready ??= documents.status().then(({ models }) => new Set(models.map(({ model }) => model))));
      const asked = here.embedders.filter(({ model }) => withVectors.has(model));
      const notes = here.embedders.filter(({ model }) => !withVectors.has(model))
        .map(({ model }) =>
          `${model} was not asked: there are no vectors of it (physiclaw memory embed --model ${model})`
        );
      const found = await documents.search(query, scope, {
        embedders: asked,
        ...(signal === undefined ? {} : { signal }),
      });
      return { items: found.items, notes: [...here.notes, ...notes, ...found.notes] };
    },
    close: async () => {
      await (await store?.documents.catch(() => undefined))?.close();
      await Promise.all([...made.values()].map((embedder) => embedder.close()));
      store = undefined;
    },
  };
}
