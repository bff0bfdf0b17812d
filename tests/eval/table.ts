/**
 * Prints the table of `results.md`: every set, the half that the rules were mended with and the unseen one.
 * `deno run --allow-read --allow-env tests/eval/table.ts`
 *
 * @module
 */
import { predict } from "./eval.ts";
import { judge, labelledOf } from "./judge.ts";

/** Sets and the half of each that nobody who writes rules has looked at. */
const SETS: readonly (readonly [name: string, unseen: "odd" | "even" | undefined])[] = [
  ["colleague-1", undefined],
  ["colleague-2", undefined],
  ["author-a", undefined],
  ["author-b", undefined],
  ["new-1", "even"],
  ["new-2", "even"],
  ["new-3", "even"],
  ["new-4", "even"],
];

interface Score {
  readonly right: number;
  readonly all: number;
  readonly unsafe: number;
}

const scoreOf = (text: string, half: "odd" | "even" | undefined): Score => {
  const cases = labelledOf(text, half);
  const predictions = predict(cases.map((one) => JSON.stringify(one)).join("\n"));
  const judgements = cases.map((one, index) =>
    judge(one, predictions[index] ?? { id: one.id, outcome: "missing", steps: [] })
  );
  return {
    right: judgements.filter(({ faults }) => faults.length === 0).length,
    all: cases.length,
    unsafe: judgements.filter(({ unsafe }) => unsafe).length,
  };
};

const words = ({ right, all, unsafe }: Score): string =>
  `${(right / all).toFixed(3)} (${right} of ${all}) | ${unsafe}`;

if (import.meta.main) {
  console.log("| set | seen half | unsafe | unseen half | unsafe |\n| --- | --- | --- | --- | --- |");
  let sum: Score = { right: 0, all: 0, unsafe: 0 };
  for (const [name, unseen] of SETS) {
    const text = await Deno.readTextFile(new URL(`sets/${name}.jsonl`, import.meta.url));
    const seen = scoreOf(text, unseen === undefined ? undefined : unseen === "odd" ? "even" : "odd");
    const fresh = unseen === undefined ? undefined : scoreOf(text, unseen);
    if (fresh !== undefined) {
      sum = {
        right: sum.right + fresh.right,
        all: sum.all + fresh.all,
        unsafe: sum.unsafe + fresh.unsafe,
      };
    }
    console.log(`| ${name} | ${words(seen)} | ${fresh === undefined ? "– | –" : words(fresh)} |`);
  }
  console.log(`| all unseen halves | | | ${words(sum)} |`);
}
