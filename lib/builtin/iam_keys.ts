/**
 * authorized_keys(5) and sshd_config(5), as far as they say who gets in.
 *
 * @module
 */
import type { IamKey, SshdReport } from "./iam_types.ts";

const TYPES =
  /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$|-cert-v0[01]@openssh\.com$/;

/** RSA keys below are factored or soon will be: NIST SP 800-131A disallows them. */
const MIN_RSA = 2048;

/**
 * The keys of one file. Lines that are none come back by number only: they may hold anything.
 *
 * @example
 * ```ts
 * import { parseAuthorizedKeys } from "./iam_keys.ts";
 * const { keys } = await parseAuthorizedKeys("# none yet\n", "root", "/root/.ssh/authorized_keys");
 * console.assert(keys.length === 0);
 * ```
 */
export async function parseAuthorizedKeys(
  text: string,
  account: string,
  path: string,
): Promise<{ keys: IamKey[]; bad: number[] }> {
  const keys: IamKey[] = [], bad: number[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [first, afterFirst] = takeWord(line);
    const hasOptions = !TYPES.test(first);
    const [type, afterType] = hasOptions ? takeWord(afterFirst) : [first, afterFirst];
    const [blob, comment] = takeWord(afterType);
    if (!TYPES.test(type) || blob === "") {
      bad.push(index + 1);
      continue;
    }
    const options = hasOptions ? splitOptions(first) : [];
    const bytes = decodeBase64(blob);
    const bits = bytes === undefined ? undefined : bitsOf(bytes);
    const weak = weakness(type, bits);
    keys.push({
      account,
      type,
      ...(bits === undefined ? {} : { bits }),
      ...(bytes === undefined ? {} : { fingerprint: await fingerprint(bytes) }),
      comment: comment.trim().slice(0, 200),
      options,
      cert_authority: options.some((option) => option.toLowerCase() === "cert-authority"),
      ...(weak === undefined ? {} : { weak }),
      source: { path, line: index + 1 },
    });
  }
  return { keys, bad };
}

/** Up to white space outside of double quotes. */
function takeWord(text: string): [string, string] {
  let quoted = false;
  let i = 0;
  for (; i < text.length; i++) {
    const c = text[i];
    if (c === "\\" && text[i + 1] === '"') i++;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === " " || c === "\t")) break;
  }
  return [text.slice(0, i), text.slice(i).trimStart()];
}

/** Options as written; the value of `environment="NAME=value"` is left out, it may be a secret. */
function splitOptions(text: string): string[] {
  const out = text.match(/(?:"(?:\\"|[^"])*"|[^,"])+/g) ?? [];
  return out.map((option) => option.replace(/^(environment="[^="]{1,100}=)[^]*$/i, '$1…"'));
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}

async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `SHA256:${btoa(String.fromCharCode(...digest)).replace(/=+$/, "")}`;
}

/** Size of a key from its blob (RFC 4253, section 6.6): strings and big integers with a length of four bytes each. */
function bitsOf(blob: Uint8Array): number | undefined {
  const fields: Uint8Array[] = [];
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  for (let at = 0; at + 4 <= blob.length && fields.length < 4;) {
    const length = view.getUint32(at);
    if (at + 4 + length > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const type = fields[0] === undefined ? "" : String.fromCharCode(...fields[0].subarray(0, 64));
  // A certificate has a nonce before the key's own numbers.
  const first = type.includes("-cert-") ? 2 : 1;
  if (type.startsWith("ssh-rsa")) return bigBits(fields[first + 1]);
  if (type.startsWith("ssh-dss")) return bigBits(fields[first]);
  if (type.includes("ed25519")) return 256;
  const curve = /nistp(256|384|521)/.exec(type);
  return curve === null ? undefined : Number(curve[1]);
}

function bigBits(number: Uint8Array | undefined): number | undefined {
  if (number === undefined) return undefined;
  let i = 0;
  while (i < number.length && number[i] === 0) i++;
  const top = number[i];
  return top === undefined ? undefined : (number.length - i) * 8 - Math.clz32(top) + 24;
}

function weakness(type: string, bits: number | undefined): string | undefined {
  if (type.startsWith("ssh-dss")) return "DSA";
  if (type.startsWith("ssh-rsa") && bits !== undefined && bits < MIN_RSA) return `RSA of ${bits} bits`;
  return undefined;
}

/** Keywords whose values matter for who gets in. */
const KEYWORDS = new Set(
  ("permitrootlogin passwordauthentication permitemptypasswords pubkeyauthentication kbdinteractiveauthentication " +
    "challengeresponseauthentication usepam authorizedkeysfile authorizedkeyscommand trustedusercakeys allowusers allowgroups denyusers " +
    "denygroups authenticationmethods x11forwarding strictmodes protocol ciphers macs kexalgorithms hostbasedauthentication " +
    "ignorerhosts permituserenvironment maxauthtries pubkeyacceptedalgorithms port listenaddress gssapiauthentication")
    .split(" "),
);

/**
 * The settings of sshd that matter. The first value of a keyword counts, as in sshd, so what an unread `Include` holds
 * may come before it; what `files` holds of included files is read in their place.
 *
 * @example
 * ```ts
 * import { parseSshdConfig } from "./iam_keys.ts";
 * const report = parseSshdConfig("PermitRootLogin no\n", "/etc/ssh/sshd_config");
 * console.assert(report.settings[0]!.value === "no");
 * ```
 */
export function parseSshdConfig(
  text: string,
  path: string,
  files: SshdFiles = { read: () => undefined, list: () => [] },
): SshdReport {
  const report = { settings: new Map(), matched: [], unread: [] } satisfies SshdReading;
  readSshd(text, path, files, report, 0);
  return {
    settings: [...report.settings.values()],
    matched: report.matched,
    includes_unread: report.unread,
  };
}

/** Where included files come from. */
interface SshdFiles {
  read(path: string): string | undefined;
  list(directory: string): readonly string[];
}

interface SshdReading {
  readonly settings: Map<string, SshdReport["settings"][number]>;
  readonly matched: SshdReport["matched"][number][];
  readonly unread: string[];
}

/** As sshd itself. */
const MAX_INCLUDES = 16;

/** Files that an `Include` pattern names; a relative one is below /etc/ssh. */
function includedBy(pattern: string, files: SshdFiles): readonly string[] {
  const full = pattern.startsWith("/") ? pattern : `/etc/ssh/${pattern}`;
  const cut = full.lastIndexOf("/");
  const [directory, last] = [full.slice(0, cut), full.slice(cut + 1)];
  if (!/[*?[]/.test(last)) return files.read(full) === undefined ? [] : [full];
  const parts = last.split("*").map((part) => part.replace(/[.+^${}()|\\]/g, "\\$&").replaceAll("?", "."));
  const fits = new RegExp(`^${parts.join(".*")}$`);
  return files.list(directory).filter((name) => fits.test(name) && !name.startsWith(".")).map((name) =>
    `${directory}/${name}`
  );
}

function readSshd(text: string, path: string, files: SshdFiles, report: SshdReading, depth: number): void {
  const { settings, matched } = report;
  let match: string | undefined;
  text.split("\n").forEach((raw, index) => {
    const line = raw.replace(/\s#.*$/, "").trim();
    const [, keyword, written] = /^([A-Za-z0-9]+)(?:\s*=\s*|\s+)(\S[^]*)$/.exec(line) ?? [];
    if (keyword === undefined || written === undefined || line.startsWith("#")) return;
    const key = keyword.toLowerCase(), value = written.replace(/^"([^"]*)"$/, "$1");
    const source = { path, line: index + 1 };
    if (key === "match") match = value.toLowerCase() === "all" ? undefined : value;
    else if (key === "include") {
      for (const pattern of value.split(/\s+/)) {
        const found = depth < MAX_INCLUDES && match === undefined ? includedBy(pattern, files) : [];
        // A directory without files in it includes nothing; what could not be seen is said.
        if (found.length === 0) report.unread.push(pattern);
        for (const one of found) readSshd(files.read(one) ?? "", one, files, report, depth + 1);
      }
    } else if (!KEYWORDS.has(key)) return;
    else if (match !== undefined) matched.push({ match, key, value, source });
    else if (!settings.has(key)) settings.set(key, { key, value, source });
  });
}
