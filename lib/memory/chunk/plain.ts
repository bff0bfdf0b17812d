/**
 * Prose without marks: paragraphs are separated by blank lines.
 *
 * @module
 */
import { createLines, type Line } from "./lines.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

/** A first paragraph that is one line of at most so many characters is the title. */
const TITLE = 240;

/** Splitter for .txt, and for what has no known structure. */
export function splitPlain(): Splitter {
  const lines = createLines();
  let paragraph = "";
  let title: string | undefined;
  let alone = true;
  const flush = (): Block[] => {
    const text = paragraph.trimEnd();
    paragraph = "";
    if (text.trim() === "") return [];
    if (title === undefined) {
      title = text.length <= TITLE && !text.includes("\n") ? text.trim() : "";
      if (title !== "") return [];
    }
    alone = false;
    return [{ text, context: title, glue: "\n\n" }];
  };
  const take = ({ text, continues }: Line): Block[] => {
    if (text.trim() === "") return continues ? [] : flush();
    const done = paragraph.length + text.length > MAX_BLOCK ? flush() : [];
    paragraph += paragraph === "" || continues ? text : `\n${text}`;
    return done;
  };
  return {
    push: (text) => lines.push(text).flatMap(take),
    end() {
      const rest = [...lines.end().flatMap(take), ...flush()];
      // A title without a text is the text.
      return alone && title !== undefined ? [{ text: title, context: "", glue: "\n\n" }] : rest;
    },
  };
}
