/**
 * HTML: the text that a reader sees, with the headings as breadcrumb.
 *
 * @module
 */
import { Parser } from "htmlparser2";
import { createBreadcrumb } from "./markdown.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

const HIDDEN = new Set(["script", "style", "template", "noscript", "svg", "iframe", "object", "math"]);
/** Elements that stand on lines of their own. */
const BLOCKS = new Set(
  ("address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure footer form " +
    "header hr li main nav ol option p pre section summary table tbody tfoot thead tr ul").split(" "),
);
const PARAGRAPHS = new Set(["p", "pre", "table", "ul", "ol", "dl", "blockquote", "section", "article", "hr"]);

/** Splitter for .html, .htm and .xhtml. */
export function splitHtml(): Splitter {
  const blocks: Block[] = [];
  const breadcrumb = createBreadcrumb();
  let text = "";
  let hidden = 0;
  let pre = 0;
  /** The heading, or the title, that is being read. */
  let heading: { readonly level: number; title: string } | undefined;
  let headed = true;

  const flush = (whole = false): void => {
    const shown = whole ? text.trimEnd() : text.replace(/\s*\n\s*/g, "\n").trim();
    text = "";
    if (shown.trim() === "") return;
    headed = true;
    blocks.push({ text: shown, context: breadcrumb.text(), glue: "\n\n", ...(whole ? { whole } : {}) });
  };
  const enter = (level: number, title: string): void => {
    flush();
    if (!headed && level <= breadcrumb.depth()) {
      blocks.push({ text: breadcrumb.text(), context: "", glue: "\n\n" });
    }
    breadcrumb.enter(level, title.replace(/\s+/g, " "));
    headed = false;
  };
  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hidden++;
      else if (name === "title") heading = { level: 1, title: "" };
      else if (/^h[1-6]$/.test(name)) heading = { level: Number(name[1]), title: "" };
      else if (name === "br") text += "\n";
      else if (name === "td" || name === "th") text += text.endsWith("\n") || text === "" ? "" : "\t";
      else if (name === "pre") {
        flush();
        pre++;
      } else if (BLOCKS.has(name) && pre === 0) text += "\n";
    },
    ontext(data) {
      if (hidden > 0) return;
      if (heading !== undefined) {
        if (heading.title.length < 1000) heading.title += data;
        return;
      }
      text += pre > 0 ? data : data.replace(/\s+/g, " ");
      if (text.length > MAX_BLOCK) flush(pre > 0);
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      else if (name === "title" || /^h[1-6]$/.test(name)) {
        if (heading !== undefined && heading.title.trim() !== "") enter(heading.level, heading.title);
        heading = undefined;
      } else if (name === "pre") {
        pre = Math.max(0, pre - 1);
        flush(true);
      } else if (pre === 0 && PARAGRAPHS.has(name)) flush();
      else if (pre === 0 && BLOCKS.has(name)) text += "\n";
    },
  }, { decodeEntities: true });
  return {
    push(piece) {
      parser.write(piece);
      return blocks.splice(0);
    },
    end() {
      parser.end();
      if (heading !== undefined) enter(heading.level, heading.title);
      enter(1, "");
      return blocks.splice(0);
    },
  };
}
