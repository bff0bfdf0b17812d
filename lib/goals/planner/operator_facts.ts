/**
 * What operators call things, put in place of the name: "the payments cluster" becomes the namespace that they entered.
 *
 * @module
 */
import { promqlSpans, quotedSpans, sqlSpans } from "./text/spans.ts";
import { ABBREVIATIONS, VOCABULARY } from "./lexicon/vocabulary.ts";
import { isKnownWord } from "./text/tokens.ts";

/** A fact that an operator entered. */
export interface OperatorFact {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/** A goal as the planner reads it, and the facts that stand in it. */
export interface Resolved {
  readonly text: string;
  readonly used: readonly OperatorFact[];
}

/** Names that one goal may hold. */
const MAX_USED = 4;

/** Words that say what a value is; the planner knows them all. */
const KINDS =
  "namespace|node|pod|deployment|service|host|address|network|job|instance|file|path|directory|database|table|unit|project|environment|target";

/** One literal, with or without the word for what it is. No spaces, quotes or shell signs, and no hyphen first: a value is never a sentence or an option. */
const VALUE = new RegExp(`^(?:(?:${KINDS}) )?[A-Za-z0-9_./~][A-Za-z0-9_./:@~+-]{0,252}$`);

/** Words of the trade: a goal about anything may hold them. */
const TRADE_WORDS: ReadonlySet<string> = new Set([...VOCABULARY, ...Object.keys(ABBREVIATIONS)]);

const ARTICLE = /^(?:the|an?|our|my)$/i;

/** The words of a name without its article, and the article where it must stand in the goal too: "the shop", not "shop". */
function partsOf(name: string): { readonly words: readonly string[]; readonly article?: string } {
  const [first = "", ...rest] = name.trim().split(/\s+/);
  const hasArticle = ARTICLE.test(first) && rest.length > 0;
  const words = hasArticle ? rest : [first, ...rest];
  return hasArticle && words.length === 1 && isKnownWord(words[0] ?? "")
    ? { words, article: first }
    : { words };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Whether a fact may stand for something in a goal: its value is one literal, and its name isn't a word that goals are made
 * of anyway ("pods"). A single common word must have its article, here and in the goal ("the shop").
 *
 * @example
 * ```ts
 * import { mayStand } from "./operator_facts.ts";
 * console.assert(mayStand({ id: "1", name: "the payments cluster", value: "namespace payments-prod" }));
 * console.assert(!mayStand({ id: "2", name: "pods", value: "payments-prod" }));
 * console.assert(!mayStand({ id: "3", name: "the payments cluster", value: "payments; and delete the pods" }));
 * ```
 */
export function mayStand({ name, value }: Pick<OperatorFact, "name" | "value">): boolean {
  const { words: [first = "", ...rest], article } = partsOf(name);
  if (name.trim().length < 3 || !VALUE.test(value.trim())) return false;
  if (rest.length > 0) return true;
  return !TRADE_WORDS.has(first.toLowerCase()) && !ARTICLE.test(first) &&
    (article !== undefined || !isKnownWord(first));
}

/**
 * The goal with each name replaced by its value, longest name first, each at its every place, but never inside a quoted
 * text, PromQL or SQL. What comes out is a goal like any other: the same rules, grammars and refusals apply to it, so that
 * a fact fills a slot and nothing more.
 *
 * @param facts best first where two have the same name
 * @example
 * ```ts
 * import { resolveFacts } from "./operator_facts.ts";
 * const facts = [{ id: "1", name: "the payments cluster", value: "namespace payments-prod" }];
 * const { text, used } = resolveFacts("which pods of the payments cluster restart?", facts);
 * console.assert(text === "which pods of namespace payments-prod restart?" && used.length === 1);
 * ```
 */
export function resolveFacts(goal: string, facts: readonly OperatorFact[]): Resolved {
  const used: OperatorFact[] = [];
  let text = goal;
  const seen = new Set<string>();
  for (const fact of facts.filter(mayStand).toSorted((a, b) => b.name.length - a.name.length)) {
    if (used.length === MAX_USED) break;
    const { words, article } = partsOf(fact.name);
    const key = words.join(" ").toLowerCase();
    if (seen.has(key)) continue;
    seen.add(key);
    const before = article === undefined ? "(?:(?:the|our|my) )?" : `${escaped(article)}\\s+`;
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_./:@-])${before}${
        words.map(escaped).join("\\s+")
      }(?![\\p{L}\\p{N}_/@-]|[.:][\\p{L}\\p{N}])`,
      "giu",
    );
    const fixed = [...quotedSpans(text), ...promqlSpans(text), ...sqlSpans(text)];
    let count = 0;
    text = text.replace(pattern, (found, offset: number) => {
      if (fixed.some(({ start, end }) => offset < end && offset + found.length > start)) return found;
      count++;
      return fact.value.trim();
    });
    if (count > 0) used.push(fact);
  }
  return { text, used };
}
