/**
 * Text as lines, however long they are.
 *
 * @module
 */
import { cutAt } from "./cut.ts";
import { MAX_BLOCK } from "./types.ts";

/** A line, or a part of one that is over {@link MAX_BLOCK} characters. */
export interface Line {
  readonly text: string;
  /** It goes on where the line before was cut. */
  readonly continues: boolean;
}

export interface Lines {
  push(text: string): Line[];
  end(): Line[];
}

/** Splits at LF, CR LF and CR alone (old exports). */
export function createLines(): Lines {
  let rest = "";
  let continues = false;
  const give = (into: Line[], text: string): void => {
    while (text.length > MAX_BLOCK) {
      const end = cutAt(text, MAX_BLOCK);
      into.push({ text: text.slice(0, end), continues });
      continues = true;
      text = text.slice(end);
    }
    into.push({ text, continues });
    continues = false;
  };
  return {
    push(text) {
      // A CR at the end may be half of a CR LF.
      const all = rest + text;
      const held = all.endsWith("\r") ? 1 : 0;
      const parts = all.slice(0, all.length - held).split(/\r\n|\n|\r/);
      rest = (parts.pop() ?? "") + (held === 1 ? "\r" : "");
      const lines: Line[] = [];
      for (const part of parts) give(lines, part);
      while (rest.length > 2 * MAX_BLOCK) {
        const end = cutAt(rest, MAX_BLOCK);
        lines.push({ text: rest.slice(0, end), continues });
        continues = true;
        rest = rest.slice(end);
      }
      return lines;
    },
    end() {
      const lines: Line[] = [];
      const last = rest.replace(/\r$/, "");
      if (last !== "" || continues) give(lines, last);
      rest = "";
      return lines;
    },
  };
}
