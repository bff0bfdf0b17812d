/**
 * The sections of iam-inspect's report as tables.
 *
 * @module
 */
import type { Parsed } from "../types.ts";
import { at, listAt, textAt } from "./json_values.ts";
import { some } from "./words.ts";

type Table = NonNullable<Parsed["table"]>;

const place = (one: unknown): string => {
  const line = textAt(one, "source", "line");
  return `${textAt(one, "source", "path")}${line === "" || line === "0" ? "" : `:${line}`}`;
};
const yes = (value: unknown): string => (value === true ? "yes" : "");
const texts = (value: unknown, ...path: string[]): string => some(listAt(value, ...path).map(String), 6);

const TABLES: Readonly<Record<string, (report: unknown) => Table>> = {
  accounts: (report) => ({
    columns: ["account", "uid", "shell", "login", "password", "groups", "keys", "sudo"],
    rows: [...listAt(report, "accounts")].sort((a, b) =>
      Number(at(b, "login") === true) - Number(at(a, "login") === true)
    )
      .map((one) => [
        textAt(one, "name"),
        textAt(one, "uid"),
        textAt(one, "shell"),
        yes(at(one, "login")),
        textAt(one, "password"),
        texts(one, "groups"),
        textAt(one, "keys"),
        yes(at(one, "sudo")),
      ]),
  }),
  groups: (report) => ({
    columns: ["group", "gid", "members", "primary group of", "gives", "where"],
    rows: [...listAt(report, "groups")].sort((a, b) =>
      Number(textAt(b, "power") !== "") - Number(textAt(a, "power") !== "")
    )
      .map((one) => [
        textAt(one, "name"),
        textAt(one, "gid"),
        texts(one, "members"),
        texts(one, "primary"),
        textAt(one, "power"),
        place(one),
      ]),
  }),
  // Without sudoers: the groups that its usual rules name.
  admins: (report) => ({
    columns: ["group", "gid", "members", "primary group of"],
    rows: listAt(report, "groups").filter((one) => ["sudo", "wheel", "admin"].includes(textAt(one, "name")))
      .map((one) => [textAt(one, "name"), textAt(one, "gid"), texts(one, "members"), texts(one, "primary")]),
  }),
  sudo: (report) => ({
    columns: ["who", "accounts", "as", "commands", "without password", "root by", "where"],
    rows: listAt(report, "sudo", "rules").map((one) => [
      texts(one, "who"),
      at(one, "everyone") === true ? "every account" : texts(one, "accounts"),
      texts(one, "runas"),
      texts(one, "commands"),
      yes(at(one, "nopasswd")),
      textAt(one, "root"),
      place(one),
    ]),
  }),
  keys: (report) => ({
    columns: ["account", "type", "bits", "fingerprint", "comment", "options", "weak", "where"],
    rows: listAt(report, "keys", "keys").map((one) => [
      textAt(one, "account"),
      textAt(one, "type"),
      textAt(one, "bits"),
      textAt(one, "fingerprint"),
      textAt(one, "comment"),
      texts(one, "options"),
      textAt(one, "weak"),
      place(one),
    ]),
  }),
  ageing: (report) => ({
    columns: ["account", "password", "last change", "max days", "expires", "state"],
    rows: listAt(report, "ageing").map((one) => [
      textAt(one, "account"),
      textAt(one, "password"),
      textAt(one, "last_change"),
      textAt(one, "max_days"),
      at(one, "never_expires") === true ? "never" : textAt(one, "password_expires"),
      [
        at(one, "password_expired") === true ? "password expired" : "",
        at(one, "must_change") === true ? "must be changed" : "",
        at(one, "account_expired") === true ? "account expired" : "",
      ].filter((text) => text !== "").join(", "),
    ]),
  }),
  modes: (report) => ({
    columns: ["path", "mode", "owner", "group", "problems"],
    rows: [...listAt(report, "modes")].sort((a, b) =>
      listAt(b, "problems").length - listAt(a, "problems").length
    ).map((one) => [
      textAt(one, "path"),
      textAt(one, "mode"),
      textAt(one, "owner"),
      textAt(one, "group"),
      texts(one, "problems"),
    ]),
  }),
};

/** The table of a section, or `undefined` when the report has no such section or nothing in it. */
export function iamTable(report: unknown, section: string): Table | undefined {
  const table = Object.hasOwn(TABLES, section) ? TABLES[section]?.(report) : undefined;
  return table === undefined || table.rows.length === 0 ? undefined : table;
}
