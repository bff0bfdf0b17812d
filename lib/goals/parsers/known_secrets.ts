/**
 * Secrets that only a tool's own format gives away: what Terraform marks as sensitive, what an entry of Vault holds, a
 * password that bandit quotes, a container's environment. To be masked before an output is stored; general patterns
 * (keys, tokens) are the masker's task.
 *
 * @module
 */
import type { ParserName, Slots } from "../../catalog/types.ts";
import { elementsOf, findRange, type JsonRange, membersOf, readRange } from "./json_ranges.ts";
import { at, isJsonObject, listAt, textAt } from "./json_values.ts";
import { collectSecrets } from "./terraform_changes.ts";
import { mayShow } from "./vault.ts";

/** The two streams of one command. */
export interface Streams {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

const MASK = "(masked)";
/** Texts shorter than this are masked where they stand, but not looked for elsewhere: they would be found everywhere. */
const MIN_SEARCHED = 5;
const SECRET_NAME =
  /pass(w(or)?d|phrase)?|secret|token|credential|private|api_?key|access_?key|auth|dsn|conn(ection)?_?str/i;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** One character a byte, so that texts compare as their bytes do. */
const bytesAsText = new TextDecoder("latin1");

/** A bare number in JSON stays a number, so that the document stays JSON. */
const isNumber = (bytes: Uint8Array): boolean => /^[0-9.+-]+$/.test(decoder.decode(bytes.subarray(0, 64)));

/** The bytes with ranges replaced; ranges are sorted and do not overlap. */
function replaceRanges(bytes: Uint8Array, ranges: readonly JsonRange[], text: string): Uint8Array {
  if (ranges.length === 0) return bytes;
  const mask = encoder.encode(text);
  const zero = encoder.encode("0");
  const masks = ranges.map(({ start, end }) =>
    text === MASK && isNumber(bytes.subarray(start, end)) ? zero : mask
  );
  const change = ranges.reduce((sum, { start, end }, i) => sum + (masks[i]?.length ?? 0) - (end - start), 0);
  const out = new Uint8Array(bytes.length + change);
  let from = 0;
  let to = 0;
  for (const [i, { start, end }] of ranges.entries()) {
    out.set(bytes.subarray(from, start), to);
    to += start - from;
    out.set(masks[i] ?? mask, to);
    to += masks[i]?.length ?? 0;
    from = end;
  }
  out.set(bytes.subarray(from), to);
  return out;
}

/**
 * Replaces every occurrence of the values, also as JSON writes them. Linear in the text: candidates are found by their
 * first bytes.
 */
function replaceValues(bytes: Uint8Array, values: ReadonlySet<string>): Uint8Array {
  // Candidates by first bytes, then by length: a thousand values that begin alike cost one look-up a length.
  const byPrefix = new Map<number, Map<number, Set<string>>>();
  const begins = new Uint8Array(256);
  for (const value of values) {
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1)])) {
      const needle = encoder.encode(form);
      if (needle.length < MIN_SEARCHED) continue;
      begins[needle[0] ?? 0] = 1;
      const key = prefixOf(needle, 0);
      const lengths = byPrefix.get(key) ?? new Map<number, Set<string>>();
      byPrefix.set(key, lengths);
      const texts = lengths.get(needle.length) ?? new Set<string>();
      lengths.set(needle.length, texts);
      texts.add(bytesAsText.decode(needle));
    }
  }
  if (byPrefix.size === 0) return bytes;
  const longestFirst = new Map(
    [...byPrefix].map(([key, lengths]) => [key, [...lengths].sort(([a], [b]) => b - a)] as const),
  );
  const ranges: JsonRange[] = [];
  for (let i = 0; i + MIN_SEARCHED <= bytes.length; i++) {
    if (begins[bytes[i] ?? 0] === 0) continue;
    const lengths = longestFirst.get(prefixOf(bytes, i));
    const length = lengths?.find(([n, texts]) =>
      i + n <= bytes.length && texts.has(bytesAsText.decode(bytes.subarray(i, i + n)))
    )?.[0];
    if (length === undefined) continue;
    ranges.push({ start: i, end: i + length, complete: true });
    i += length - 1;
  }
  return replaceRanges(bytes, ranges, MASK);
}

const prefixOf = (bytes: Uint8Array, i: number): number =>
  (((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)) *
    256 +
  (bytes[i + 4] ?? 0);

const isJson = (bytes: Uint8Array): boolean => {
  const range = findRange(bytes, []);
  return range !== undefined && (bytes[range.start] === 0x7b || bytes[range.start] === 0x5b);
};

const withheld = (why: string): Uint8Array => encoder.encode(`(withheld: ${why})\n`);

function terraform(commands: readonly Streams[]): readonly Streams[] {
  const secrets = new Set<string>();
  const cut = new Set<number>();
  for (const [index, { stdout }] of commands.entries()) {
    if (!isJson(stdout)) continue;
    const plan = readRange(stdout);
    if (plan === undefined) cut.add(index);
    else for (const secret of collectSecrets(plan)) secrets.add(secret);
  }
  // Without the whole plan nobody can tell which of its values are sensitive.
  return commands.map(({ stdout, stderr }, index) => ({
    stdout: cut.has(index)
      ? withheld("the plan was cut before its sensitive values could be told")
      : replaceValues(stdout, secrets),
    stderr: replaceValues(stderr, secrets),
  }));
}

/** Ranges of all scalars inside a value. */
function scalarsIn(bytes: Uint8Array, range: JsonRange, into: JsonRange[]): void {
  const open: JsonRange[] = [range];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    const first = bytes[inner.start];
    if (first === 0x7b) open.push(...membersOf(bytes, inner).members.map((member) => member.range));
    else if (first === 0x5b) open.push(...elementsOf(bytes, inner).elements);
    else if (inner.end > inner.start && decoder.decode(bytes.subarray(inner.start, inner.end)) !== "null") {
      into.push(inner);
    }
  }
}

function vault(
  commands: readonly Streams[],
  slots: Slots,
  allowValues: readonly string[],
): readonly Streams[] {
  const path = typeof slots.path === "string" ? slots.path : slots.path?.[0] ?? "";
  if (mayShow(path, allowValues)) return commands;
  return commands.map(({ stdout, stderr }) => {
    if (stdout.length === 0) return { stdout, stderr };
    const value = readRange(stdout);
    if (!isJsonObject(value)) {
      // One field alone, or an answer that was cut.
      return {
        stdout: typeof value === "string"
          ? encoder.encode(`${JSON.stringify(MASK)}\n`)
          : withheld("the answer is no whole entry"),
        stderr,
      };
    }
    const versioned = isJsonObject(at(value, "data", "metadata"));
    const data = findRange(stdout, versioned ? ["data", "data"] : ["data"]);
    const ranges: JsonRange[] = [];
    if (data !== undefined) scalarsIn(stdout, data, ranges);
    const auth = findRange(stdout, ["auth"]);
    if (auth !== undefined) scalarsIn(stdout, auth, ranges);
    return {
      stdout: replaceRanges(stdout, ranges.sort((a, b) => a.start - b.start), JSON.stringify(MASK)),
      stderr,
    };
  });
}

function bandit(commands: readonly Streams[]): readonly Streams[] {
  const secrets = new Set<string>();
  for (const { stdout } of commands) {
    const results = findRange(stdout, ["results"]);
    if (results === undefined) continue;
    for (const element of elementsOf(stdout, results).elements) {
      const value = readRange(stdout, element);
      if (!/^B10[567]$/.test(textAt(value, "test_id"))) continue;
      const quoted = /: (['"])(.*)\1$/s.exec(textAt(value, "issue_text"))?.[2];
      if (quoted !== undefined && quoted !== "") secrets.add(quoted);
    }
  }
  return commands.map(({ stdout, stderr }) => ({
    stdout: replaceValues(stdout, secrets),
    stderr: replaceValues(stderr, secrets),
  }));
}

/** Values of environment variables with secret names, in pods and in templates of pods, and the data of secrets. */
function kubernetesSecrets(object: unknown, into: Set<string>): void {
  if (textAt(object, "kind") === "Secret") {
    for (const member of ["data", "stringData"]) {
      const data = at(object, member);
      if (!isJsonObject(data)) continue;
      for (const value of Object.values(data)) if (typeof value === "string") into.add(value);
    }
  }
  const specs = [
    at(object, "spec"),
    at(object, "spec", "template", "spec"),
    at(object, "spec", "jobTemplate", "spec", "template", "spec"),
  ];
  for (const spec of specs) {
    for (const list of ["containers", "initContainers", "ephemeralContainers"]) {
      for (const container of listAt(spec, list)) {
        for (const variable of listAt(container, "env")) {
          const value = at(variable, "value");
          if (typeof value === "string" && SECRET_NAME.test(textAt(variable, "name"))) into.add(value);
        }
      }
    }
  }
}

function kubectl(commands: readonly Streams[]): readonly Streams[] {
  const secrets = new Set<string>();
  const kept = commands.map(({ stdout, stderr }) => {
    if (!isJson(stdout)) return { stdout, stderr };
    const items = findRange(stdout, ["items"]);
    if (items === undefined) {
      const value = readRange(stdout);
      kubernetesSecrets(value, secrets);
      return { stdout: value === undefined ? withheld("the object was cut") : stdout, stderr };
    }
    const { elements, complete } = elementsOf(stdout, items);
    for (const element of elements) kubernetesSecrets(readRange(stdout, element), secrets);
    // An object that was cut may hold what cannot be told any more.
    return {
      stdout: complete ? stdout : stdout.subarray(0, elements.at(-1)?.end ?? items.start + 1),
      stderr,
    };
  });
  return kept.map(({ stdout, stderr }) => ({ stdout: replaceValues(stdout, secrets), stderr }));
}

/**
 * The streams of a step's commands without the secrets that its tool's format gives away. What is cut so that this
 * cannot be told is withheld. Linear in the size of the streams.
 *
 * @example
 * ```ts
 * import { maskKnownSecrets } from "./known_secrets.ts";
 * const stdout = new TextEncoder().encode('{"data": {"data": {"user": "app"}, "metadata": {"version": 1}}}');
 * const [masked] = maskKnownSecrets("vault", [{ stdout, stderr: new Uint8Array() }], { path: "kv/app" }, []);
 * console.assert(!new TextDecoder().decode(masked?.stdout).includes('"app"'));
 * ```
 */
export function maskKnownSecrets(
  parser: ParserName,
  commands: readonly Streams[],
  slots: Slots,
  allowValues: readonly string[],
): readonly Streams[] {
  switch (parser) {
    case "terraform":
      return terraform(commands);
    case "vault":
      return vault(commands, slots, allowValues);
    case "bandit":
      return bandit(commands);
    case "kubectl":
      return kubectl(commands);
    default:
      return commands;
  }
}
