/**
 * `physiclaw models list|import|verify|use|remove`: embedders and rerankers on this host.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Model } from "../lib/memory/models/description.ts";
import type { ImportedModel } from "../lib/memory/models/import.ts";
import type { ModelStore } from "../lib/memory/models/store.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { resolvePath } from "../lib/internal/paths.ts";
import type { CommandDeps } from "./deps.ts";
import { EXIT_FAILED } from "./exit_codes.ts";
import { documentOf, lacks, megabytes, rowOf } from "./models_view.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";
import { settingsOf } from "./settings.ts";

interface CommonFlags {
  readonly json: boolean;
  readonly config?: string;
}

interface ImportFlags extends CommonFlags {
  readonly as?: string;
  readonly onnx?: string;
}

interface UseFlags extends CommonFlags {
  readonly fixture: boolean;
}

/** Options of the command. */
export type ModelsOptions =
  | { readonly action: "list"; readonly flags: CommonFlags }
  | { readonly action: "import"; readonly flags: ImportFlags; readonly path: string }
  | { readonly action: "verify"; readonly flags: CommonFlags; readonly ids: readonly string[] }
  | { readonly action: "use"; readonly flags: UseFlags; readonly id: string }
  | { readonly action: "remove"; readonly flags: CommonFlags; readonly id: string };

const FLAGS = {
  ...JSON_FLAG,
  config: { kind: "parsed", parse: String, brief: "Settings file", placeholder: "FILE", optional: true },
} as const;

const MODEL_ID = { brief: "The model's id", parse: String, placeholder: "ID" } as const;

const list = buildCommand<CommonFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "list", flags });
  },
  parameters: { flags: FLAGS },
  docs: { brief: "List the models that are here, and those that could be" },
});

const bring = buildCommand<ImportFlags, [string], ParseContext>({
  func(flags, path) {
    this.accept({ action: "import", flags, path });
  },
  parameters: {
    flags: {
      ...FLAGS,
      as: {
        kind: "parsed",
        parse: String,
        brief:
          "Take what is there for this model (bge-reranker-base): its digests are recorded, not compared",
        placeholder: "ID",
        optional: true,
      },
      onnx: {
        kind: "parsed",
        parse: String,
        brief: "With --as, the .onnx file that is meant where there are several",
        placeholder: "NAME",
        optional: true,
      },
    },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "A directory or an archive: .zip, .jar, .whl, .tar, .tar.gz",
        parse: String,
        placeholder: "PATH",
      }],
    },
  },
  docs: {
    brief: "Bring models from a directory or an archive",
    fullDescription:
      "Bring models from a directory or an archive. Files are recognised by their SHA-256, whatever their names: a snapshot of a model hub, a jar and a wheel all do. Other models of the same kinds are described by a manifest.json beside them. Nothing is downloaded.",
  },
});

const verify = buildCommand<CommonFlags, readonly string[], ParseContext>({
  func(flags, ...ids) {
    this.accept({ action: "verify", flags, ids });
  },
  parameters: { flags: FLAGS, positional: { kind: "array", parameter: MODEL_ID } },
  docs: { brief: "Compare the files of models with their digests" },
});

const use = buildCommand<UseFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ action: "use", flags, id });
  },
  parameters: {
    flags: {
      ...FLAGS,
      fixture: {
        kind: "boolean",
        brief: "Even if it is a fixture of random weights, for tests",
        default: false,
        withNegated: false,
      },
    },
    positional: { kind: "tuple", parameters: [MODEL_ID] },
  },
  docs: { brief: "Choose the default embedder or reranker" },
});

const remove = buildCommand<CommonFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ action: "remove", flags, id });
  },
  parameters: { flags: FLAGS, positional: { kind: "tuple", parameters: [MODEL_ID] } },
  docs: { brief: "Delete a model from this host" },
});

const target = buildRouteMap({
  routes: { list, import: bring, verify, use, remove },
  docs: { brief: "Embedders and rerankers on this host" },
});

export const parse = createParser<ModelsOptions>("models", target);

async function runList(flags: CommonFlags, store: ModelStore, { output }: CommandDeps): Promise<number> {
  const models = await store.list();
  if (flags.json) {
    output.json({ schema: 1, directory: store.directory, models: models.map(documentOf) });
    return 0;
  }
  await output.table(["MODEL", "KIND", "STATE", "USE", "SIZE", "LICENCE", "WHAT"], models.map(rowOf));
  output.note(`Models lie in ${store.directory}.`, ...lacks(models));
  return 0;
}

const SAID: Readonly<Record<ImportedModel["action"], string>> = {
  imported: "imported",
  present: "was here already",
  repaired: "was damaged, and is whole again",
};

const HOW: Readonly<Record<ImportedModel["recognised"], string>> = {
  contents: "recognised by contents",
  manifest: "as its manifest describes it",
  name: "taken for it, its digests recorded",
};

async function runImport(
  { flags, path }: Extract<ModelsOptions, { action: "import" }>,
  store: ModelStore,
  deps: CommandDeps,
): Promise<number> {
  const { output } = deps;
  const { as, onnx } = flags;
  let copied = 0;
  using interrupt = deps.onInterrupt();
  const imported = await store.import({
    path: resolvePath(deps.cwd() ?? "/", path),
    ...(as === undefined ? {} : { as }),
    ...(onnx === undefined ? {} : { onnx }),
    tryOut: async (located) => await (await deps.services()).tryOutModel(located),
    progress: (bytes) => output.status(`copied ${megabytes(copied += bytes)}`),
    signal: interrupt.signal,
  }).catch((error) => {
    if (!interrupt.signal.aborted) throw error;
    throw new PhysiclawError("interrupted", "The import was stopped; nothing of it stays", { cause: error });
  });
  const chosen = new Set((await store.list()).filter(({ isDefault }) => isDefault).map(({ id }) => id));
  const next = [
    ...new Set(
      imported.flatMap(({ model }) => model.fixture === true ? [] : nextSteps(model, chosen.has(model.id))),
    ),
  ];
  if (flags.json) {
    output.json({
      schema: 1,
      directory: store.directory,
      models: imported.map(({ model, action, recognised, directory, files, names }) => ({
        id: model.id,
        kind: model.kind,
        action,
        recognised,
        directory,
        default: chosen.has(model.id),
        files: {
          model: { from: names.model, ...files.model },
          tokenizer: { from: names.tokenizer, ...files.tokenizer },
        },
      })),
      next,
    });
    return 0;
  }
  for (const { model, action, recognised, directory, names } of imported) {
    output.result(
      [{ text: model.id, style: "bold" }, ` (${model.kind}) ${SAID[action]}: ${directory}`],
      `  ${HOW[recognised]}: ${names.model}, ${names.tokenizer}`,
    );
    if (model.warning !== undefined) output.note([{ text: "warning: ", style: "yellow" }, model.warning]);
  }
  if (next.length > 0) output.note("Next:", ...next.map((step) => `  ${step}`));
  return 0;
}

const nextSteps = ({ id, kind }: Model, isDefault: boolean): readonly string[] => [
  ...(isDefault ? [] : [`physiclaw models use ${id}`]),
  kind === "embedder" ? "physiclaw memory ingest PATH" : 'physiclaw memory search "…"',
];

/** Does what was asked; exit code 4 when a model that was verified is damaged. */
export async function run(options: ModelsOptions, deps: CommandDeps): Promise<number> {
  const { flags } = options;
  const [settings, { createModelStore }] = await Promise.all([
    settingsOf(flags, deps),
    import("../lib/memory/models/store.ts"),
  ]);
  const store = createModelStore({ directory: settings.models.dir, uid: deps.uid(), now: () => new Date() });
  const { output } = deps;
  switch (options.action) {
    case "list":
      return await runList(flags, store, deps);
    case "import":
      return await runImport(options, store, deps);
    case "verify": {
      const results = await store.verify(options.ids.length === 0 ? undefined : options.ids);
      if (flags.json) {
        output.json({
          schema: 1,
          models: results.map(({ id, problem }) => ({ id, problem: problem ?? null })),
        });
      } else if (results.length === 0) {
        output.note("No model is here. Bring one: physiclaw models import PATH");
      } else output.result(...results.map(({ id, problem }) => `${id}: ${problem ?? "as it was imported"}`));
      return results.some(({ problem }) => problem !== undefined) ? EXIT_FAILED : 0;
    }
    case "use": {
      const { kind } = await store.use(options.id, { fixture: options.flags.fixture });
      if (flags.json) output.json({ schema: 1, id: options.id, kind });
      else output.result(`${options.id} is the default ${kind} from now on`);
      if (kind === "embedder") {
        output.note("Documents that it hasn't embedded are not found by it: physiclaw memory status");
      }
      return 0;
    }
    case "remove":
      await store.remove(options.id);
      if (flags.json) output.json({ schema: 1, id: options.id });
      else output.result(`${options.id} is deleted`);
      output.note(...lacks(await store.list()));
      return 0;
  }
}

export default defineCommand({ target, parse, run });
