/**
 * Markdown: headings become the breadcrumb, code fences stay whole.
 *
 * @module
 */
import { createLines, type Line } from "./lines.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;

/** Joins the headings of a breadcrumb. */
export const BREADCRUMB = " > ";

/** The open headings: one a level, deeper ones end when an outer one begins. */
export function createBreadcrumb() {
  const levels: string[] = [];
  return {
    enter(level: number, title: string): void {
      levels.length = Math.min(levels.length, level - 1);
      while (levels.length < level - 1) levels.push("");
      levels.push(title.trim());
    },
    depth: (): number => levels.length,
    text: (): string => levels.filter((title) => title !== "").join(BREADCRUMB),
  };
}

/** Splitter for .md. */
export function splitMarkdown(): Splitter {
  const lines = createLines();
  const breadcrumb = createBreadcrumb();
  let paragraph = "";
  let fence: string | undefined;
  let headed = true;

  const flush = (whole: boolean): Block[] => {
    const text = paragraph;
    paragraph = "";
    if (text.trim() === "") return [];
    headed = true;
    return [{ text, context: breadcrumb.text(), glue: "\n\n", ...(whole ? { whole } : {}) }];
  };
  /** A heading with nothing below it is still worth finding; the breadcrumb of a deeper one holds it anyway. */
  const enter = (level: number, title: string): Block[] => {
    const before = headed || level > breadcrumb.depth()
      ? []
      : [{ text: breadcrumb.text(), context: "", glue: "\n\n" } as const];
    breadcrumb.enter(level, title);
    headed = false;
    return before;
  };
  const append = (text: string, continues: boolean): Block[] => {
    const done = paragraph.length + text.length > MAX_BLOCK ? flush(fence !== undefined) : [];
    paragraph += paragraph === "" || continues ? text : `\n${text}`;
    return done;
  };
  const take = ({ text, continues }: Line): Block[] => {
    const mark = continues ? undefined : FENCE.exec(text)?.[1];
    if (fence !== undefined) {
      const done = append(text, continues);
      if (mark === undefined || !mark.startsWith(fence) || text.trim() !== mark) return done;
      const block = flush(true);
      fence = undefined;
      return [...done, ...block];
    }
    if (mark !== undefined) {
      const before = flush(false);
      fence = mark;
      return [...before, ...append(text, continues)];
    }
    const heading = continues ? null : HEADING.exec(text);
    if (heading !== null) {
      return [...flush(false), ...enter(heading[1]?.length ?? 1, heading[2] ?? "")];
    }
    const underline = continues ? null : UNDERLINE.exec(text);
    if (underline !== null && paragraph !== "" && !paragraph.includes("\n")) {
      const title = paragraph;
      paragraph = "";
      return enter(underline[1]?.startsWith("=") === true ? 1 : 2, title);
    }
    if (text.trim() === "") return continues ? [] : flush(false);
    return append(text, continues);
  };
  return {
    push: (text) => lines.push(text).flatMap(take),
    end: () => [...lines.end().flatMap(take), ...flush(fence !== undefined), ...enter(1, "")],
  };
}
