/**
 * Reads sudoers(5): aliases, user specifications, Defaults and includes, with the line each stands on.
 *
 * @module
 */
import type { IamSource } from "./iam_types.ts";

export type AliasKind = "User_Alias" | "Runas_Alias" | "Host_Alias" | "Cmnd_Alias";

/** Commands of one specification that share who one becomes and how. */
export interface CommandSpec {
  /** Absent: not written, root. Empty: oneself. */
  readonly runas?: readonly string[];
  readonly runasGroups: readonly string[];
  readonly tags: readonly string[];
  /** As written, with `!` and arguments. */
  readonly command: string;
}

export interface UserSpec {
  readonly users: readonly string[];
  readonly hosts: readonly string[];
  readonly commands: readonly CommandSpec[];
  readonly source: IamSource;
}

/** What the files say, includes in place. */
export interface Sudoers {
  readonly specs: readonly UserSpec[];
  readonly aliases: Readonly<Record<AliasKind, ReadonlyMap<string, readonly string[]>>>;
  readonly defaults: readonly {
    readonly scope?: string;
    readonly text: string;
    readonly source: IamSource;
  }[];
  readonly unparsed: readonly { readonly text: string; readonly source: IamSource }[];
  /** Included paths that were not handed in. */
  readonly missing: readonly string[];
}

/** How the parser gets at files: text by path, names in a directory. */
export interface SudoersFiles {
  read(path: string): string | undefined;
  list(path: string): readonly string[];
}

const TAGS = /^(NO)?(?:EXEC|FOLLOW|LOG_INPUT|LOG_OUTPUT|MAIL|INTERCEPT|PASSWD|SETENV)\s*:/;
const OPTION =
  /^(?:ROLE|TYPE|PRIVS|LIMITPRIVS|NOTBEFORE|NOTAFTER|TIMEOUT|CWD|CHROOT|APPARMOR_PROFILE)\s*=\s*(?:"[^"]*"|[^\s,"]+)\s*/;
const MAX_DEPTH = 128;

/**
 * Parses a sudoers file and what it includes.
 *
 * @example
 * ```ts
 * import { parseSudoers } from "./iam_sudoers_parse.ts";
 * const files = { read: () => "alice ALL=(ALL) NOPASSWD: ALL\n", list: () => [] };
 * console.assert(parseSudoers("/etc/sudoers", files).specs[0]!.commands[0]!.tags[0] === "NOPASSWD");
 * ```
 */
export function parseSudoers(path: string, files: SudoersFiles): Sudoers {
  const aliases = {
    User_Alias: new Map<string, readonly string[]>(),
    Runas_Alias: new Map<string, readonly string[]>(),
    Host_Alias: new Map<string, readonly string[]>(),
    Cmnd_Alias: new Map<string, readonly string[]>(),
  };
  const specs: UserSpec[] = [];
  const defaults: { scope?: string; text: string; source: IamSource }[] = [];
  const unparsed: { text: string; source: IamSource }[] = [];
  const missing: string[] = [];
  let depth = 0;

  const file = (at: string) => {
    const text = files.read(at);
    if (text === undefined) return void missing.push(at);
    if (++depth > MAX_DEPTH) return void missing.push(at);
    for (const { line, source } of logicalLines(text, at)) {
      try {
        statement(line, source);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        unparsed.push({ text: line.slice(0, 200), source });
      }
    }
    depth--;
  };

  const statement = (line: string, source: IamSource) => {
    const include = /^[@#](include|includedir)\s+(?:"([^"]+)"|(\S(?:\\ |\S)*))\s*$/.exec(line);
    if (include !== null) {
      const target = absolute((include[2] ?? include[3] ?? "").replace(/\\ /g, " "), source.path);
      if (include[1] === "include") return file(target);
      // sudo skips names that hold a dot or end in a tilde: backups of editors and package managers.
      const names = files.list(target).filter((name) => !name.includes(".") && !name.endsWith("~"));
      if (names.length === 0 && target !== "/etc/sudoers.d") missing.push(target);
      for (const name of names) file(`${target}/${name}`);
      return;
    }
    const settings =
      /^Defaults(?:([@:!>])\s*((?:"[^"]*"|[^\s"])+(?:\s*,\s*(?:"[^"]*"|[^\s"])+)*))?(?:\s+([^]*))?$/.exec(
        line,
      );
    if (settings !== null) {
      const scope = settings[1] === undefined ? undefined : `${settings[1]}${settings[2]}`;
      for (const text of splitTop(settings[3] ?? "", ",")) {
        if (text !== "") defaults.push({ ...(scope === undefined ? {} : { scope }), text, source });
      }
      return;
    }
    const alias = /^(User|Runas|Host|Cmnd|Cmd)_Alias\s+([^]*)$/.exec(line);
    if (alias !== null) {
      const kind: AliasKind = alias[1] === "Cmd"
        ? "Cmnd_Alias"
        : `${alias[1] as "User" | "Runas" | "Host" | "Cmnd"}_Alias`; // The pattern names just these.
      for (const definition of splitTop(alias[2] ?? "", ":")) {
        const [, name, value] = /^([A-Z][A-Z0-9_]*)\s*=\s*([^]*)$/.exec(definition) ?? [];
        if (name === undefined || value === undefined) throw new SyntaxError("alias");
        aliases[kind].set(name, splitTop(value, ","));
      }
      return;
    }
    specs.push(...userSpecs(line, source));
  };

  file(path);
  return { specs, aliases, defaults, unparsed, missing };
}

function absolute(target: string, from: string): string {
  return target.startsWith("/") ? target : `${from.replace(/\/[^/]*$/, "")}/${target}`;
}

/** Lines with continuations joined and comments taken off. `#` begins a comment unless a digit (a uid) or an include follows. */
function logicalLines(text: string, path: string): { line: string; source: IamSource }[] {
  const out: { line: string; source: IamSource }[] = [];
  const raw = text.split("\n");
  for (let i = 0; i < raw.length; i++) {
    const first = i + 1;
    let joined = (raw[i] ?? "").replace(/\r$/, "");
    while (/(?<!\\)(?:\\\\)*\\$/.test(joined) && i + 1 < raw.length) {
      joined = `${joined.slice(0, -1)} ${(raw[++i] ?? "").replace(/\r$/, "").trimStart()}`;
    }
    const line = withoutComment(joined).trim();
    if (line !== "") out.push({ line, source: { path, line: first } });
  }
  return out;
}

function withoutComment(line: string): string {
  if (/^\s*#include(?:dir)?\s/.test(line)) return line;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === "\\") i++;
    else if (c === '"') quoted = !quoted;
    // `#1000` and `%#27` are ids where a word begins; anything else behind a hash is a comment.
    else if (
      c === "#" && !quoted && !(/\d/.test(line[i + 1] ?? "") && /^$|[\s,%!(:]/.test(line[i - 1] ?? ""))
    ) {
      return line.slice(0, i);
    }
  }
  return line;
}

/** Splits at a separator outside of quotes and brackets and not behind a backslash; parts are trimmed. */
function splitTop(text: string, separator: string): string[] {
  const out: string[] = [];
  let part = "", quoted = false, nested = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "\\") {
      part += c + (text[++i] ?? "");
      continue;
    }
    if (c === '"') quoted = !quoted;
    if (!quoted && c === "(") nested++;
    if (!quoted && c === ")") nested--;
    if (c === separator && !quoted && nested <= 0) {
      out.push(part.trim());
      part = "";
    } else part += c;
  }
  out.push(part.trim());
  return out;
}

/** `users hosts = commands : hosts = commands`. */
function userSpecs(line: string, source: IamSource): UserSpec[] {
  const equals = indexTop(line, "=");
  if (equals < 0) throw new SyntaxError("no =");
  const { list: users, rest } = takeList(line.slice(0, equals));
  const { list: hosts, rest: left } = takeList(rest);
  if (users.length === 0 || hosts.length === 0 || left.trim() !== "") {
    throw new SyntaxError("users and hosts");
  }
  const out: UserSpec[] = [];
  let current = hosts;
  let text = line.slice(equals + 1);
  for (;;) {
    const { commands, next } = commandSpecs(text);
    out.push({ users, hosts: current, commands, source });
    if (next === undefined) return out;
    const at = indexTop(next, "=");
    if (at < 0) throw new SyntaxError("hosts");
    current = splitTop(next.slice(0, at), ",");
    text = next.slice(at + 1);
  }
}

function indexTop(text: string, wanted: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === wanted && !quoted) return i;
  }
  return -1;
}

/** A list of words parted by commas; it ends at white space that no comma precedes or follows. */
function takeList(text: string): { list: string[]; rest: string } {
  const list: string[] = [];
  let rest = text.trimStart();
  for (;;) {
    const word = /^(?:!\s*)*(?:"[^"]*"|(?:\\.|[^\s,"\\])+)+/.exec(rest);
    if (word === null) return { list, rest };
    list.push(word[0].replace(/!\s+/g, "!").replace(/"/g, ""));
    rest = rest.slice(word[0].length).trimStart();
    if (!rest.startsWith(",")) return { list, rest };
    rest = rest.slice(1).trimStart();
  }
}

/** Commands up to the end or to a colon that begins another host list. */
function commandSpecs(text: string): { commands: CommandSpec[]; next?: string } {
  const commands: CommandSpec[] = [];
  let rest = text.trimStart();
  let runas: readonly string[] | undefined;
  let runasGroups: readonly string[] = [];
  const tags = new Set<string>();
  for (;;) {
    const who = /^\(([^()]*)\)\s*/.exec(rest);
    if (who !== null) {
      const [users = "", groups = ""] = splitTop(who[1] ?? "", ":");
      runas = users === "" ? [] : splitTop(users, ",");
      runasGroups = groups === "" ? [] : splitTop(groups, ",");
      rest = rest.slice(who[0].length);
    }
    for (;;) {
      const option = OPTION.exec(rest);
      const tag = option === null ? TAGS.exec(rest) : null;
      if (option !== null) rest = rest.slice(option[0].length);
      else if (tag !== null) {
        const name = tag[0].replace(/\s*:$/, "");
        // A tag undoes its opposite.
        tags.delete(name.startsWith("NO") ? name.slice(2) : `NO${name}`);
        tags.add(name);
        rest = rest.slice(tag[0].length).trimStart();
      } else break;
    }
    const command = /^(?:!\s*)*(?:\^(?:\\.|[^\\$])*\$|(?:\\.|"[^"]*"|sha(?:224|256|384|512):|[^,:=\\"])+)/
      .exec(rest);
    if (command === null || command[0].trim() === "") throw new SyntaxError("command");
    commands.push({
      ...(runas === undefined ? {} : { runas }),
      runasGroups,
      tags: [...tags],
      command: command[0].trim().replace(/^(!+)\s+/, "$1").replace(/\\([,:=\\])/g, "$1"),
    });
    rest = rest.slice(command[0].length).trimStart();
    if (rest === "") return { commands };
    if (rest.startsWith(":")) return { commands, next: rest.slice(1) };
    if (!rest.startsWith(",")) throw new SyntaxError("after a command");
    rest = rest.slice(1).trimStart();
  }
}
