/**
 * Settings and tables: sections of .ini, .conf and .toml, top-level keys of YAML, rows of CSV.
 *
 * @module
 */
import { createLines, type Line } from "./lines.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

/** Splitter for .ini, .conf, .toml, .service and the like: `[section]` is the breadcrumb, groups end at blank lines. */
export function splitSections(): Splitter {
  let section = "";
  return splitGroups(({ text, continues }) => {
    const header = continues ? null : /^\s*\[{1,2}([^\]\n]{1,200})\]{1,2}\s*(?:[#;].*)?$/.exec(text);
    if (header !== null) section = `[${header[1]}]`;
    return { context: section, starts: header !== null, skip: header !== null };
  });
}

/** Splitter for YAML: each top-level key is a group, `---` begins a new document. */
export function splitYaml(): Splitter {
  return splitGroups(({ text, continues }) => {
    const document = !continues && /^---(\s|$)/.test(text);
    const key = !continues && /^[^\s#}\]-]/.test(text);
    return { context: "", starts: document || key, skip: document, fresh: document };
  });
}

interface Group {
  readonly context: string;
  /** The line begins a group. */
  readonly starts: boolean;
  /** The line itself isn't wanted: the context says it. */
  readonly skip?: boolean;
  readonly fresh?: boolean;
}

function splitGroups(look: (line: Line) => Group): Splitter {
  const lines = createLines();
  let text = "";
  let context = "";
  let fresh = false;
  const flush = (): Block[] => {
    const block = { text: text.trimEnd(), context, glue: "\n" as const, ...(fresh ? { fresh } : {}) };
    text = "";
    if (block.text.trim() === "") return [];
    fresh = false;
    return [block];
  };
  const take = (line: Line): Block[] => {
    const group = look(line);
    const full = text.length + line.text.length > MAX_BLOCK;
    const done = group.starts || full || group.context !== context ? flush() : [];
    context = group.context;
    fresh ||= group.fresh === true;
    if (group.skip !== true) text += text === "" || line.continues ? line.text : `\n${line.text}`;
    return done;
  };
  return {
    push: (piece) => lines.push(piece).flatMap(take),
    end: () => [...lines.end().flatMap(take), ...flush()],
  };
}

/** Splitter for .csv and .tsv: the first row stands above each chunk of rows. */
export function splitRows(): Splitter {
  const lines = createLines();
  let header: string | undefined;
  let rows = 0;
  let row = "";
  let quotes = 0;
  const give = (): Block[] => {
    const text = row.trim();
    row = "";
    quotes = 0;
    if (text === "") return [];
    if (header === undefined) {
      header = text.replaceAll("\n", " ");
      return [];
    }
    rows++;
    return [{ text, context: header, glue: "\n" }];
  };
  const take = ({ text, continues }: Line): Block[] => {
    row += row === "" || continues ? text : `\n${text}`;
    quotes += text.split('"').length - 1;
    // A quoted field may hold line ends; one that never ends must not swallow the file.
    return quotes % 2 === 0 || row.length > MAX_BLOCK ? give() : [];
  };
  return {
    push: (piece) => lines.push(piece).flatMap(take),
    end() {
      const rest = [...lines.end().flatMap(take), ...give()];
      // A table of one line has no rows: the line itself is all there is.
      return rows > 0 || header === undefined ? rest : [{ text: header, context: "", glue: "\n" }];
    },
  };
}
