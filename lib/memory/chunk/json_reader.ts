/**
 * A reader of JSON that never holds a whole value: it tells scalars with their path, and where a record ends.
 *
 * @module
 */

/** What the reader tells. */
export interface JsonEvents {
  /** A scalar, or the next part of a long string (`continues`). The path holds the names of fields. */
  value(path: readonly string[], value: string, continues: boolean): void;
  /** A value of the top level, or of the array that is the top level, ended. */
  record(): void;
  /** A line, or a part of one, that is not JSON. */
  stray(text: string): void;
}

export interface JsonReader {
  push(text: string): void;
  end(): void;
}

/** Strings are told in parts of so many characters. */
const PART = 4096;
/** A document that nests deeper isn't read as JSON. */
const MAX_DEPTH = 512;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: " ", f: " " };
const SCALAR = /^(?:true|false|null|-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,5})?)$/;
const PLAIN = /[^"\\]*/y;
const WORD = /[^\s,:[\]{}"]*/y;

interface Level {
  readonly array: boolean;
  /** The name of the field that is being read. */
  name: string;
  /** In an object: its name comes next. */
  wantsName: boolean;
}

/**
 * A reader. After a mistake the rest of that line is {@link JsonEvents.stray}. With `lines` each line is read for itself,
 * so that a broken one leaves the next alone.
 */
export function createJsonReader(events: JsonEvents, options: { lines?: boolean } = {}): JsonReader {
  let stack: Level[] = [];
  /** What is being read: nothing, a string, a number or word, or the rest of a line that isn't JSON. */
  let mode: "between" | "string" | "word" | "stray" = "between";
  let held = "";
  let parts = 0;
  let escape = "";
  const path = (): string[] => stack.filter(({ name }) => name !== "").map(({ name }) => name);
  const top = (): Level | undefined => stack.at(-1);

  /** A scalar or a container ended. */
  const ended = (): void => {
    const depth = stack.length;
    if (depth === 0 || (depth === 1 && stack[0]?.array === true)) events.record();
  };
  const mistake = (text: string): void => {
    mode = "stray";
    parts = 0;
    escape = "";
    held = text;
  };
  const endString = (): void => {
    mode = "between";
    const level = top();
    if (level !== undefined && !level.array && level.wantsName) {
      level.name = held.slice(0, 200);
      level.wantsName = false;
    } else {
      events.value(path(), held, parts > 0);
      ended();
    }
    held = "";
    parts = 0;
  };
  const endWord = (): void => {
    const word = held;
    const level = top();
    if (!SCALAR.test(word) || (level !== undefined && !level.array && level.wantsName)) return mistake(word);
    mode = "between";
    held = "";
    if (word !== "null") events.value(path(), word, false);
    ended();
  };
  const readString = (text: string, at: number): number => {
    if (escape !== "") {
      if (escape[1] === "u" && !/[0-9a-fA-F]/.test(text[at] ?? "")) {
        // No such escape: what follows is text, and may be half of a character that is two units long.
        held += "\ufffd";
        escape = "";
        return at;
      }
      escape += text[at];
      const [, kind = ""] = escape;
      if (kind === "u" && escape.length < 6) return at + 1;
      held += kind === "u"
        ? String.fromCharCode(parseInt(escape.slice(2), 16) || 0xfffd)
        : ESCAPES[kind] ?? kind;
      escape = "";
      return at + 1;
    }
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0] ?? "";
    held += plain;
    at += plain.length;
    const naming = top()?.wantsName === true && top()?.array === false;
    while (held.length > PART) {
      if (!naming) events.value(path(), held.slice(0, PART), parts++ > 0);
      held = naming ? held.slice(0, 200) : held.slice(PART);
    }
    if (text[at] === '"') endString();
    else if (text[at] === "\\") escape = "\\";
    return at + 1;
  };
  const readBetween = (text: string, at: number): number => {
    const char = text[at] ?? "";
    const level = top();
    if (char === '"') mode = "string";
    else if (char === "{" || char === "[") {
      if (stack.length >= MAX_DEPTH || level?.wantsName === true) mistake(char);
      else stack.push({ array: char === "[", name: "", wantsName: char === "{" });
    } else if (char === "}" || char === "]") {
      if (level === undefined || level.array !== (char === "]")) mistake(char);
      else {
        stack.pop();
        ended();
      }
    } else if (char === ",") {
      if (level === undefined) mistake(char);
      else if (!level.array) {
        level.name = "";
        level.wantsName = true;
      }
    } else if (char === ":") {
      if (level === undefined || level.array) mistake(char);
    } else if (!/\s/.test(char)) {
      mode = "word";
      return at;
    }
    return at + 1;
  };
  /** The end of a line in `lines`: whatever is open stays unfinished. */
  const breakOff = (): void => {
    if (mode === "string") events.value(path(), held, parts > 0);
    else if (mode === "word") endWord();
    if (stack.length > 0) events.record();
    stack = [];
    if (mode !== "stray") {
      mode = "between";
      held = "";
    }
    parts = 0;
    escape = "";
  };
  const step = (text: string, at: number): number => {
    if (mode === "string") return readString(text, at);
    if (mode === "between") return readBetween(text, at);
    if (mode === "stray") {
      const end = text.indexOf("\n", at);
      const stop = end < 0 ? text.length : end;
      held += text.slice(at, stop);
      if (held.length > PART || end >= 0) {
        if (held !== "") events.stray(held);
        held = "";
      }
      if (end >= 0) mode = "between";
      return stop + 1;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0] ?? "";
    held += word;
    if (held.length > PART) mistake(held);
    else if (at + word.length < text.length) endWord();
    return at + word.length;
  };
  const read = (text: string): void => {
    let at = 0;
    while (at < text.length) at = step(text, at);
  };
  return {
    push(text) {
      if (options.lines !== true) return read(text);
      for (const line of text.split(/(?<=\n)/)) {
        read(line);
        if (line.endsWith("\n")) breakOff();
      }
    },
    end() {
      if (mode === "word") endWord();
      if (mode === "string") events.value(path(), held, parts > 0);
      else if (mode === "stray" && held !== "") events.stray(held);
      held = "";
    },
  };
}
