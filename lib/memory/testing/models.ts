/**
 * The models that tests need real ones of: two embedders and two rerankers of random weights, with values of a reference
 * implementation. They are no part of the repository.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type LocatedModel, type Model, parseManifest } from "../models/description.ts";

/** Where they lie: `PHYSICLAW_TEST_MODELS`, else `shared/models` beside the checkout. */
const DIRECTORY = Deno.env.get("PHYSICLAW_TEST_MODELS") ??
  fileURLToPath(new URL("../../../../shared/models", import.meta.url));

const manifest: string | undefined = await Deno.readTextFile(`${DIRECTORY}/manifest.json`).catch(() =>
  undefined
);

/** For `ignore` of tests that need them. */
export const MODELS_MISSING: boolean = manifest === undefined;

/** The directory; its files are read-only. */
export const MODELS_DIR: string = DIRECTORY;

interface Place {
  readonly path: string;
}

/** A model of the manifest. */
export function testModel<K extends Model["kind"]>(
  kind: K,
  id: string,
): LocatedModel<Extract<Model, { kind: K }>> {
  const value = JSON.parse(manifest ?? "{}");
  const found = parseManifest(value).find(({ model }) => model.id === id);
  const listed: { files: { model: Place; tokenizer: Place } } | undefined = value.models.find((
    entry: { id: string },
  ) => entry.id === id);
  if (found === undefined || listed === undefined || found.model.kind !== kind) {
    throw new Error(`No ${kind} ${id}`);
  }
  return {
    // Its kind was compared.
    model: found.model as Extract<Model, { kind: K }>,
    files: found.files,
    paths: {
      model: `${DIRECTORY}/${listed.files.model.path}`,
      tokenizer: `${DIRECTORY}/${listed.files.tokenizer.path}`,
    },
  };
}

/** What the reference says of one text or pair. */
export interface Reference {
  readonly text: string;
  readonly query: string;
  readonly passage: string;
  readonly ids: readonly number[];
  readonly type_ids?: readonly number[];
  readonly vector: readonly number[];
  readonly logit: number;
  readonly score: number;
}

/** The lines of a reference file; each has the fields of its kind. */
export async function reference(name: string): Promise<readonly Reference[]> {
  const text = await Deno.readTextFile(`${DIRECTORY}/reference/${name}.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The parsed tokenizer.json of a model. */
export const tokenizerJson = async ({ paths }: LocatedModel): Promise<unknown> =>
  JSON.parse(await Deno.readTextFile(paths.tokenizer));
