/**
 * JSON, JSON Lines and streams of objects: each object of the top level, or of the top level's array, becomes lines
 * `path.to.field: value`. Reads as a stream, so that one object may be as long as it likes.
 *
 * @module
 */
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";
import { createJsonReader, type JsonEvents } from "./json_reader.ts";

/** Fields of an object that say what it is about. */
const TITLES = new Set(["title", "subject", "summary", "headline"]);
const MAX_TITLE = 240;

/** Deeper fields are named by their innermost names. */
const MAX_NAMES = 6;

/** Splitter for .json, .jsonl and .ndjson. What isn't JSON is taken as lines of text. */
export function splitJson(options: { lines?: boolean } = {}): Splitter {
  const blocks: Block[] = [];
  let text = "";
  let fresh = true;
  let lastPath = "";
  let title = "";

  const flush = (): void => {
    if (text.trim() !== "") {
      blocks.push({ text, context: title, glue: "\n", ...(fresh ? { fresh } : {}) });
      fresh = false;
    }
    text = "";
  };
  const events: JsonEvents = {
    value(path, value, continues) {
      if (text.length + value.length > MAX_BLOCK) flush();
      const name = path.slice(-MAX_NAMES).join(".");
      const isTitle = path.length === 1 && TITLES.has(name.toLowerCase()) && value.length <= MAX_TITLE;
      if (isTitle && title === "" && !value.includes("\n")) title = value;
      else if (continues) text += value;
      else if (value === "") return;
      else if (name === lastPath && text !== "" && value.length < 80) text += `, ${value}`;
      else text += `${text === "" ? "" : "\n"}${name === "" ? "" : `${name}: `}${value}`;
      lastPath = name;
    },
    record() {
      // A title alone is all there is of the object.
      if (text === "" && fresh) [text, title] = [title, ""];
      flush();
      fresh = true;
      lastPath = "";
      title = "";
    },
    stray(line) {
      flush();
      blocks.push({ text: line, context: "", glue: "\n" });
    },
  };
  const reader = createJsonReader(events, options);
  return {
    push(piece) {
      reader.push(piece);
      return blocks.splice(0);
    },
    end() {
      reader.end();
      flush();
      return blocks.splice(0);
    },
  };
}
