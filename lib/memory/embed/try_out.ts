/**
 * Whether a model does what its description says.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";
import type { EmbedderModel, LocatedModel, RerankerModel } from "../models/description.ts";
import { createInference, type Inference } from "./inference.ts";

const TEXTS = [
  "The pod was killed because it used more memory than its limit.",
  "Bread is baked in an oven.",
];

const isEmbedder = (located: LocatedModel): located is LocatedModel<EmbedderModel> =>
  located.model.kind === "embedder";
const isReranker = (located: LocatedModel): located is LocatedModel<RerankerModel> =>
  located.model.kind === "reranker";

/** Values for two texts that have nothing in common. */
async function valuesOf(
  located: LocatedModel,
  inference: Inference,
): Promise<readonly (readonly number[])[]> {
  if (isEmbedder(located)) {
    const embedder = inference.embedder(located);
    try {
      return (await embedder.embed(TEXTS, "passage")).map((vector) => [...vector]);
    } finally {
      await embedder.close();
    }
  }
  if (!isReranker(located)) return [];
  const reranker = inference.reranker(located);
  try {
    return (await reranker.score("why did the pod restart?", TEXTS)).map((score) => [score]);
  } finally {
    await reranker.close();
  }
}

/**
 * Loads a model in a thread of its own, runs two texts and looks at what comes out: numbers, and not the same ones for both.
 * Throws PhysiclawError of kind `config` for a model that fails; says nothing about how good it is.
 *
 * @example
 * ```ts ignore
 * await tryOutModel(located);
 * ```
 */
export async function tryOutModel(located: LocatedModel): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new PhysiclawError("config", `Cannot use the model ${located.model.id}: ${why}`, {
      hint: "it is another model than its description says",
      cause,
    });
  const inference = createInference({ threads: 1 });
  try {
    const [first = [], second = []] = await valuesOf(located, inference);
    const good = first.length > 0 && [...first, ...second].every(Number.isFinite) &&
      first.some((value, at) => value !== second[at]);
    if (!good) throw refuse("it gives no usable values");
  } catch (error) {
    if (error instanceof PhysiclawError) throw error;
    throw refuse(messageOf(error), error);
  } finally {
    await inference.close();
  }
}
