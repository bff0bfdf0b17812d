/**
 * Prose without marks: paragraphs are separated by blank lines.
 *
 * @module
 */
import { createLines, type Line } from "./lines.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

/** Splitter for .txt, and for what has no known structure. */
export function splitPlain(): Splitter {
  const lines = createLines();
  let paragraph = "";
  const flush = (): Block[] => {
    const text = paragraph;
    paragraph = "";
    return text.trim() === "" ? [] : [{ text, context: "", glue: "\n\n" }];
  };
  const take = ({ text, continues }: Line): Block[] => {
    if (text.trim() === "") return continues ? [] : flush();
    const done = paragraph.length + text.length > MAX_BLOCK ? flush() : [];
    paragraph += paragraph === "" || continues ? text : `\n${text}`;
    return done;
  };
  return {
    push: (text) => lines.push(text).flatMap(take),
    end: () => [...lines.end().flatMap(take), ...flush()],
  };
}
