/**
 * How a model is shown, to people and to programs.
 *
 * @module
 */
import type { ModelStatus } from "../lib/memory/models/store.ts";

/** A size for people. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A row of the list: id, kind, state, use, size, licence, what it is. */
export function rowOf(
  { id, model, state, problem, verified, isDefault, bytes }: ModelStatus,
): readonly string[] {
  const what = [
    ...(problem === undefined ? [] : [`${problem}: physiclaw models verify`]),
    ...(model?.warning === undefined ? [] : [model.warning]),
    ...(model === undefined ? [] : [model.source]),
  ];
  return [
    id,
    model?.kind ?? "",
    { absent: "not here", ready: `verified ${verified?.slice(0, 10) ?? ""}`, changed: "changed" }[state],
    isDefault ? "default" : "",
    bytes === undefined ? "" : megabytes(bytes),
    model?.licence ?? "",
    what.join("; "),
  ];
}

/** The same for programs. */
export const documentOf = (
  { id, model, state, problem, verified, isDefault, bytes }: ModelStatus,
): Readonly<Record<string, unknown>> => ({
  id,
  kind: model?.kind ?? null,
  state,
  ...(problem === undefined ? {} : { problem }),
  ...(verified === undefined ? {} : { verified }),
  default: isDefault,
  ...(bytes === undefined ? {} : { bytes }),
  ...(model?.kind === "embedder" ? { dimensions: model.dimensions } : {}),
  ...(model === undefined
    ? {}
    : { max_length: model.maxLength, licence: model.licence, source: model.source }),
  ...(model?.fixture === true ? { fixture: true } : {}),
});

const LACKS = {
  embedder:
    "No embedder is ready: documents are found by their words alone. Bring one: physiclaw models import PATH",
  reranker: "No reranker is ready: what is found isn't ranked again. Bring one: physiclaw models import PATH",
} as const;

/** What memory does without because a model is missing; none when nothing is. */
export const lacks = (models: readonly ModelStatus[]): readonly string[] =>
  (["embedder", "reranker"] as const).filter((kind) =>
    !models.some(({ model, state, isDefault }) => model?.kind === kind && state === "ready" && isDefault)
  ).map((kind) => LACKS[kind]);
