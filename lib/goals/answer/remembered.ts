/**
 * What memory added to an answer, as lines of it.
 *
 * @module
 */
import { oneLine } from "../parsers/words.ts";
import type { OperatorFact } from "../planner/operator_facts.ts";
import type { Recalled } from "../types.ts";

/** Characters of a remembered text that an answer shows. */
const SHOWN = 400;

/** Which names were read by which facts. */
export const factLines = (facts: readonly OperatorFact[]): readonly string[] =>
  facts.length === 0 ? [] : [
    "Read by what the operator entered:",
    ...facts.map(({ id, name, value }) => `- "${oneLine(name, 120)}" is ${oneLine(value, 260)} (fact ${id})`),
  ];

/** What memory knows about the subject; said to be no evidence. */
export const recalledLines = (recalled: readonly Recalled[]): readonly string[] =>
  recalled.length === 0 ? [] : [
    "From memory (not evidence of this run):",
    ...recalled.map(({ source, text }) => {
      // A chunk begins with its heading, which stands at the end of its source as well.
      const heading = source.slice(source.indexOf(" > ") + 3);
      const said = source.includes(" > ") && text.startsWith(heading) ? text.slice(heading.length) : text;
      return `- ${oneLine(source, 240)}: ${oneLine(said.trim(), SHOWN)}`;
    }),
  ];
