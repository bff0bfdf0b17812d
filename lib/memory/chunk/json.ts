/**
 * JSON, JSON Lines and streams of objects: each object of the top level, or of the top level's array, becomes lines
 * `path.to.field: value`. Reads as a stream, so that one object may be as long as it likes.
 *
 * @module
 */
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";
import { createJsonReader, type JsonEvents } from "./json_reader.ts";

/** Deeper fields are named by their innermost names. */
const MAX_NAMES = 6;

/** Splitter for .json, .jsonl and .ndjson. What isn't JSON is taken as lines of text. */
export function splitJson(options: { lines?: boolean } = {}): Splitter {
  let blocks: Block[] = [];
  let text = "";
  let fresh = true;
  let lastPath = "";

  const flush = (): void => {
    if (text.trim() !== "") {
      blocks.push({ text, context: "", glue: "\n", ...(fresh ? { fresh } : {}) });
      fresh = false;
    }
    text = "";
  };
  const events: JsonEvents = {
    value(path, value, continues) {
      if (text.length + value.length > MAX_BLOCK) flush();
      const name = path.slice(-MAX_NAMES).join(".");
      if (continues) text += value;
      else if (value === "") return;
      else if (name === lastPath && text !== "" && value.length < 80) text += `, ${value}`;
      else text += `${text === "" ? "" : "\n"}${name === "" ? "" : `${name}: `}${value}`;
      lastPath = name;
    },
    record() {
      flush();
      fresh = true;
      lastPath = "";
    },
    stray(line) {
      flush();
      blocks.push({ text: line, context: "", glue: "\n" });
    },
  };
  const reader = createJsonReader(events, options);
  const take = (): Block[] => {
    const given = blocks;
    blocks = [];
    return given;
  };
  return {
    push(piece) {
      reader.push(piece);
      return take();
    },
    end() {
      reader.end();
      flush();
      return take();
    },
  };
}
