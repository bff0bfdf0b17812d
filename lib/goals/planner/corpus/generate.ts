/**
 * The generated corpus: every template with every value, in every voice, some with a typing error. Deterministic.
 *
 * @module
 */
import { type CorpusCase, readCase } from "./cases.ts";
import { TEMPLATES, VALUES, VOICES } from "./templates.ts";

/** A linear congruential generator (Numerical Recipes' constants): the same corpus on every host. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Words that a typing error is put into: long enough that a reader still knows them. */
const MISSPELLED =
  /^(?:namespace|terraform|prometheus|deployments|vulnerabilities|security|average|duplicate|summarise|columns|errors|latency|according|claims|ingresses|python|password|sqlmesh|compile|highest|largest|request)$/;

/** The goal with two neighbouring letters of one known word swapped; `undefined` when it has no such word. */
function withTypo(goal: string, random: () => number): string | undefined {
  const words = goal.split(" ");
  const at = words.map((word, index) => (MISSPELLED.test(word) ? index : -1)).filter((index) => index >= 0);
  const chosen = at[Math.floor(random() * at.length)];
  if (chosen === undefined) return undefined;
  const word = words[chosen] ?? "";
  const swap = 1 + Math.floor(random() * (word.length - 3));
  if (word[swap] === word[swap + 1]) return undefined;
  words[chosen] = word.slice(0, swap) + (word[swap + 1] ?? "") + (word[swap] ?? "") + word.slice(swap + 2);
  return words.join(" ");
}

const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? "";

/**
 * The cases of all templates. Values are walked in step, so that each stands at least once in each template.
 *
 * @example
 * ```ts
 * import { generateCases } from "./generate.ts";
 * console.assert(generateCases().length > 3000);
 * ```
 */
export function generateCases(): readonly CorpusCase[] {
  const random = createRandom(20_260_301);
  const cases: CorpusCase[] = [];
  for (const [number, template] of TEMPLATES.entries()) {
    const names = [...new Set([...template.matchAll(/\{([a-z]+)\}/g)].map((hit) => hit[1] ?? ""))].filter((
      name,
    ) => Object.hasOwn(VALUES, name));
    const rounds = Math.max(1, ...names.map((name) => VALUES[name]?.length ?? 1));
    for (let round = 0; round < rounds; round += 1) {
      let line = template;
      for (const [index, name] of names.entries()) {
        line = line.replaceAll(`{${name}}`, pick(VALUES[name] ?? [""], round + index * number));
      }
      const plain = readCase(line);
      for (const voice of VOICES) cases.push({ ...plain, goal: voice.replace("{goal}", plain.goal) });
      const typo = withTypo(plain.goal, random);
      if (typo !== undefined) cases.push({ ...plain, goal: typo });
    }
  }
  return cases;
}
