/**
 * The Cranfield collection and its scores. It is no part of the repository: `PHYSICLAW_TEST_RETRIEVAL`, else
 * `shared/eval/retrieval` beside the checkout.
 *
 * @module
 */
import { ROOT } from "../../paths.ts";

/** A document or a question. */
export interface Entry {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

export interface Collection {
  readonly corpus: readonly Entry[];
  readonly queries: readonly Entry[];
  /** Grades by query and document. */
  readonly grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By query: the paper whose author asked it, which is left out of every list. */
  readonly sources: ReadonlyMap<string, string>;
}

const DIRECTORY = `${
  Deno.env.get("PHYSICLAW_TEST_RETRIEVAL") ?? `${ROOT}../shared/eval/retrieval`
}/cranfield`;

/** Whether the collection is there. */
export const CRANFIELD_MISSING: boolean = await Deno.stat(DIRECTORY).then(() => false, () => true);

const lines = async (name: string): Promise<string[]> =>
  (await Deno.readTextFile(`${DIRECTORY}/${name}`)).trimEnd().split("\n");

export async function readCranfield(): Promise<Collection> {
  const entries = async (name: string) => (await lines(name)).map((line): Entry => JSON.parse(line));
  const rows = async (name: string) => (await lines(name)).slice(1).map((line) => line.split("\t"));
  const grades = new Map<string, Map<string, number>>();
  for (const [query = "", document = "", grade = "0"] of await rows("qrels.tsv")) {
    const of = grades.get(query) ?? new Map<string, number>();
    grades.set(query, of.set(document, Number(grade)));
  }
  const sources = new Map(
    (await rows("source-documents.tsv")).map(([query = "", document = ""]) => [query, document]),
  );
  return { corpus: await entries("corpus.jsonl"), queries: await entries("queries.jsonl"), grades, sources };
}

/** nDCG@10 with linear gain and recall@100 over grades from 1 on, as the collection's README takes them. */
export interface Score {
  readonly ndcg10: number;
  readonly recall100: number;
}

/** The mean score of ranked lists of document ids, one a query. */
export function score(
  { queries, grades, sources }: Collection,
  ranked: ReadonlyMap<string, readonly string[]>,
): Score {
  let [ndcg10, recall100] = [0, 0];
  for (const { _id } of queries) {
    const grade = grades.get(_id) ?? new Map<string, number>();
    const source = sources.get(_id);
    const list = (ranked.get(_id) ?? []).filter((document) => document !== source);
    const relevant = [...grade].filter(([document, value]) => document !== source && value >= 1).map((
      [, value],
    ) => value);
    const gain = (values: readonly number[]): number =>
      values.slice(0, 10).reduce((sum, value, index) => sum + value / Math.log2(index + 2), 0);
    const best = gain(relevant.sort((a, b) => b - a));
    if (best > 0) ndcg10 += gain(list.map((document) => grade.get(document) ?? 0)) / best;
    const found = list.slice(0, 100).filter((document) => (grade.get(document) ?? 0) >= 1).length;
    if (relevant.length > 0) recall100 += found / relevant.length;
  }
  return { ndcg10: ndcg10 / queries.length, recall100: recall100 / queries.length };
}
