/**
 * `deno task bench embed`: what embedding and reranking cost over the bare session with ready-made token ids. Both take turns
 * in one run; the ratio is the median of those of the rounds, since the machine's speed changes between them. Needs the models
 * of the tests.
 *
 * @module
 */
import { createInference } from "../../lib/memory/embed/inference.ts";
import { createTextTokenizer } from "../../lib/memory/embed/tokenizer.ts";
import type { LocatedModel } from "../../lib/memory/models/description.ts";
import { InferenceSession, Tensor } from "../../lib/memory/native/onnxruntime.ts";
import { MODELS_MISSING, testModel, tokenizerJson } from "../../lib/memory/testing/models.ts";

const ROUNDS = 15;
const WORDS = "why do the checkout pods restart after memory limits were lowered on worker nodes yesterday"
  .split(" ");

/** Texts of so many tokens: all of these words are one token, or two. */
const texts = (count: number, words: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, text) =>
      Array.from({ length: words }, (_, at) => WORDS[(at * 7 + text * 3) % WORDS.length]).join(" "),
  );

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Turns {
  /** Milliseconds, medians. */
  readonly bare: number;
  readonly ours: number;
  /** Median of the rounds' ratios. */
  readonly ratio: number;
}

async function inTurns(bare: () => Promise<unknown>, ours: () => Promise<unknown>): Promise<Turns> {
  await bare();
  await ours();
  const rounds: { readonly bare: number; readonly ours: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ bare: await timed(bare), ours: await timed(ours) });
  }
  return {
    bare: median(rounds.map(({ bare }) => bare)),
    ours: median(rounds.map(({ ours }) => ours)),
    ratio: median(rounds.map(({ bare, ours }) => ours / bare)),
  };
}

const int64 = (ids: readonly number[]) =>
  new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]);

interface Sequence {
  readonly ids: readonly number[];
  readonly second: number;
}

/** The session alone, over sequences that are made before. */
async function bareSession(located: LocatedModel, threads: number, sequences: readonly Sequence[]) {
  const session = await InferenceSession.create(await Deno.readFile(located.paths.model), {
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = sequences.map(({ ids, second }) => {
    const all = {
      input_ids: int64(ids),
      attention_mask: int64(ids.map(() => 1)),
      token_type_ids: int64(ids.map((_, at) => at < second ? 0 : 1)),
    };
    return Object.fromEntries(located.model.inputs.map((name) => [name, all[name]]));
  });
  return {
    run: async () => {
      for (const feed of feeds) await session.run(feed);
    },
    close: () => session.release(),
  };
}

async function tokenizerOf(located: LocatedModel) {
  const { tokenizerFamily: { clsTokenId, sepTokenId }, maxLength } = located.model;
  return createTextTokenizer({ json: await tokenizerJson(located), clsTokenId, sepTokenId, maxLength });
}

function report(what: string, tokens: number, { bare, ours, ratio }: Turns, count: number): void {
  const perSecond = (ms: number) => (count / ms * 1000).toFixed(0).padStart(5);
  console.log(
    `${what.padEnd(44)} ${String(tokens).padStart(4)} tokens  bare ${perSecond(bare)}/s  ours ${
      perSecond(ours)
    }/s  ` +
      `ratio ${ratio.toFixed(3)}`,
  );
}

async function embedding(id: string, words: number, count: number, threads: number): Promise<void> {
  const located = testModel("embedder", id);
  const tokenizer = await tokenizerOf(located);
  const all = texts(count, words);
  const sequences = all.map((text) => tokenizer.single(text)).map((ids) => ({ ids, second: ids.length }));
  const bare = await bareSession(located, threads, sequences);
  const inference = createInference({ threads });
  const embedder = inference.embedder(located);
  const turns = await inTurns(bare.run, () => embedder.embed(all, "passage"));
  report(`${id}, ${threads} thread(s)`, sequences[0]?.ids.length ?? 0, turns, count);
  await bare.close();
  await inference.close();
}

async function reranking(id: string, words: number, count: number): Promise<void> {
  const located = testModel("reranker", id);
  const tokenizer = await tokenizerOf(located);
  const query = WORDS.slice(0, 6).join(" ");
  const all = texts(count, words);
  const doubled = located.model.pairTemplate.startsWith("<s>");
  const sequences = all.map((text) => tokenizer.pair(query, text, doubled));
  const bare = await bareSession(located, 1, sequences);
  const inference = createInference({ threads: 1 });
  const reranker = inference.reranker(located);
  const turns = await inTurns(bare.run, () => reranker.score(query, all));
  report(`${id}, 1 thread`, sequences[0]?.ids.length ?? 0, turns, count);
  await bare.close();
  await inference.close();
}

if (MODELS_MISSING) throw new Error("Cannot measure without models: set PHYSICLAW_TEST_MODELS");
for (const id of ["all-minilm-l6-v2", "bge-small-en-v1.5"]) {
  for (const threads of [1, 2]) {
    await embedding(id, 30, 40, threads);
    await embedding(id, 250, 8, threads);
  }
}
for (const id of ["fixture-bert-cross-encoder", "fixture-xlmr-cross-encoder"]) {
  await reranking(id, 30, 300);
  await reranking(id, 250, 100);
}
