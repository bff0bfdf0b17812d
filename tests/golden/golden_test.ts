import assert from "node:assert/strict";
import { answerCase, type GoldenCase } from "./cases.ts";
import { assertSnapshot } from "./snapshot.ts";

const HERE = new URL(".", import.meta.url).pathname;

const directories = (path: string): readonly string[] =>
  [...Deno.readDirSync(path)].filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();

for (const parser of directories(HERE)) {
  for (const name of directories(`${HERE}${parser}`)) {
    const directory = `${HERE}${parser}/${name}`;
    if (![...Deno.readDirSync(directory)].some((entry) => entry.name === "case.json")) continue;
    Deno.test(`renderAnswer answers the recorded ${parser} case ${name} as its golden file says`, async () => {
      const given: GoldenCase = JSON.parse(await Deno.readTextFile(`${directory}/case.json`));
      const { answer, parsed, outputs } = await answerCase(directory, given);
      for (const [id, one] of parsed) {
        for (const { evidence } of one.findings) {
          for (const { step, start, end } of evidence) {
            const bytes = outputs.get(step)?.length ?? 0;
            assert(
              step === id && start >= 0 && start < end && end <= bytes,
              `${step}:${start}-${end} of ${bytes}`,
            );
          }
        }
      }
      assert(!answer.includes("not-a-real"), "a secret of a fixture is in the answer");
      const facts = Object.fromEntries(
        [...parsed].map(([id, { outcome, verdict, facts }]) => [id, { outcome, verdict, facts }]),
      );
      await assertSnapshot(`${directory}/answer.txt`, `${answer}\n`);
      await assertSnapshot(`${directory}/facts.json`, `${JSON.stringify(facts, undefined, 2)}\n`);
    });
  }
}
