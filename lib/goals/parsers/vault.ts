/**
 * Vault's entries: names, versions and metadata. Values only where the operator allows the path.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput } from "../types.ts";
import { findRange, type JsonPath, readRange } from "./json_ranges.ts";
import { at, isJsonObject, numberAt, objectAt, textAt } from "./json_values.ts";
import { cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { count, createTimeWords, durationWords, oneLine, some } from "./words.ts";

const MASK = "(masked)";

const textSlot = (input: ParserInput, name: string): string => {
  const value = input.step.slots[name];
  return typeof value === "string" ? value : value?.[0] ?? "";
};

/**
 * Whether the operator's patterns let values at a path be shown: `*` stands for one part of the path, a last `**` for all
 * that follows.
 *
 * @example
 * ```ts
 * import { mayShow } from "./vault.ts";
 * console.assert(mayShow("kv/app/db", ["kv/app/*"]) && !mayShow("kv/app/db/x", ["kv/app/*"]));
 * ```
 */
export function mayShow(path: string, patterns: readonly string[]): boolean {
  const parts = path.split("/");
  return patterns.some((pattern) => {
    const wanted = pattern.split("/");
    const open = wanted.at(-1) === "**";
    if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false;
    return wanted.every((part, i) => part === "*" || (open && i === wanted.length - 1) || part === parts[i]);
  });
}

function failure(input: ParserInput, path: string): Parsed {
  const run = input.commands[0];
  const said = lastWords(run?.stderr ?? new Uint8Array(), 400);
  const evidence = cite(input, 0, "stderr");
  const say = (reason: string, next: readonly string[] = []) =>
    notLooked(input, reason, { next, findings: [{ severity: "info", text: reason, evidence }] });
  if (/permission denied|Code: 403/i.test(said)) {
    return say(`Not allowed: Vault's token may not read ${path}`, [
      "Ask for a policy that lets the bridge's token read that path.",
    ]);
  }
  if (/No value found|Code: 404|no secret exists|not found/i.test(said)) {
    const version = textSlot(input, "version");
    return parsed({
      outcome: "ok",
      headline: `There is no entry at ${path}${version === "" ? "" : ` in version ${version}`}`,
      verdict: "no_such_thing",
      findings: [{ severity: "info", text: oneLine(said, 200), evidence }],
    });
  }
  const field = /Field "([^"]*)" not present/i.exec(said);
  if (field !== null) {
    return parsed({
      outcome: "ok",
      headline: `The entry at ${path} has no field ${field[1]}`,
      verdict: "no_such_thing",
      findings: [{ severity: "info", text: oneLine(said, 200), evidence }],
    });
  }
  if (/sealed/i.test(said)) {
    return say("Vault is sealed: nothing can be read until somebody unseals it", ["Unseal Vault."]);
  }
  if (/connection refused|dial tcp|no such host|timeout|x509|EOF/i.test(said)) {
    return say(`Vault could not be reached: ${said}`, [
      "Check that Vault runs and that the setting vault.address is right.",
    ]);
  }
  return say(`Vault could not read ${path}: ${said === "" ? `exit code ${run?.exitCode}` : said}`);
}

interface Entry {
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the fields stand. */
  readonly place: JsonPath;
  readonly metadata: unknown;
}

function entryIn(value: unknown): Entry {
  const data = objectAt(value, "data");
  // KV 2 wraps the fields once more and puts its metadata beside them; a deleted version has null there.
  const isVersioned = isJsonObject(data.metadata) && (isJsonObject(data.data) || data.data === null);
  return isVersioned
    ? { data: objectAt(data, "data"), place: ["data", "data"], metadata: data.metadata }
    : { data, place: ["data"], metadata: undefined };
}

/**
 * Reads `vault kv get` and `vault read` with `-format=json`. No value of an entry leaves this parser unless
 * `input.allowValues` matches the path.
 *
 * @example
 * ```ts
 * import { parseVault } from "./vault.ts";
 * const stdout = new TextEncoder().encode('{"data": {"data": {"user": "app"}, "metadata": {"version": 3}}}');
 * const answer = parseVault({
 *   step: { id: "s1", tool: "vault-read", form: "kv", slots: { path: "kv/app/db" } },
 *   ask: { intent: "vault-entry", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "kv/app/db holds 1 field: user (version 3); values are masked");
 * ```
 */
export function parseVault(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const run = input.commands[0];
  if (ended !== undefined || run === undefined) return notLooked(input, ended ?? "vault printed nothing");
  const path = textSlot(input, "path");
  const shows = mayShow(path, input.allowValues);
  const whole = findRange(run.stdout, []);
  const value = whole === undefined ? undefined : readRange(run.stdout, whole);
  if (run.exitCode !== 0 && !isJsonObject(value)) return failure(input, path);
  if (value === undefined) return notLooked(input, `Vault's answer for ${path} was cut or is not JSON`);
  const time = createTimeWords(input.timeZone);
  const field = textSlot(input, "field");
  const next = shows ? [] : [`To see values, the operator adds ${path} to the setting vault.allow_values.`];
  const say = (inner: unknown) =>
    shows ? oneLine(typeof inner === "string" ? inner : JSON.stringify(inner) ?? "null", 200) : MASK;
  if (field !== "") {
    return parsed({
      headline: shows
        ? `Field ${field} of ${path} is ${say(value)}`
        : `${path} has a field ${field}; its value is masked`,
      verdict: "listing",
      findings: [{
        severity: "info",
        text: `field ${field} of ${path}: ${say(value)}`,
        evidence: cite(input, 0, "stdout", whole),
      }],
      facts: { fields: [field] },
      next,
    });
  }
  const { data, place, metadata } = entryIn(value);
  const names = Object.keys(data);
  const version = textAt(metadata, "version");
  const made = textAt(metadata, "created_time");
  const deleted = textAt(metadata, "deletion_time");
  const destroyed = at(metadata, "destroyed") === true;
  const lease = numberAt(value, "lease_duration") ?? 0;
  const about = [
    ...(version === "" ? [] : [`version ${version}`]),
    ...(made === "" ? [] : [`made at ${time(made)}`]),
    ...(lease > 0 ? [`lease of ${durationWords(lease)}`] : []),
  ].join(", ");
  const extra = about === "" ? "" : ` (${about})`;
  const custom = Object.entries(objectAt(metadata, "custom_metadata")).map(([key, text]) =>
    `${key} ${String(text)}`
  );
  if (names.length === 0 && (deleted !== "" || destroyed)) {
    const what = destroyed ? "was destroyed" : `was deleted at ${time(deleted)}`;
    return parsed({
      headline: `${path}: version ${version} ${what}; its fields are gone`,
      verdict: "no_data",
      findings: [{
        severity: "info",
        text: `version ${version} of ${path} ${what}`,
        evidence: cite(input, 0, "stdout", findRange(run.stdout, ["data", "metadata"])),
      }],
    });
  }
  const metadataRange = metadata === undefined ? undefined : findRange(run.stdout, ["data", "metadata"]);
  return parsed({
    headline: `${path} holds ${count(names.length, "field")}: ${some(names, 12)}${extra}; values are ${
      shows ? "shown, as the operator allows" : "masked"
    }`,
    verdict: "listing",
    findings: [
      ...names.map((name): Finding => ({
        severity: "info",
        text: `field ${name}: ${say(data[name])}`,
        evidence: cite(input, 0, "stdout", findRange(run.stdout, [...place, name])),
      })),
      ...(metadataRange === undefined ? [] : [{
        severity: "info" as const,
        text: `version ${version}, made at ${time(made)}${
          custom.length === 0 ? "" : `; ${custom.join(", ")}`
        }`,
        evidence: cite(input, 0, "stdout", metadataRange),
      }]),
    ],
    facts: { fields: names, ...(version === "" ? {} : { version: [version] }) },
    table: {
      columns: ["field", "value"],
      rows: names.map((name) => [name, say(data[name])]),
    },
    next,
  });
}
