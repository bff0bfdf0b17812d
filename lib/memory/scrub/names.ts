/**
 * Which names stand before a secret: `password`, `DB_PASSWORD`, `clientSecret`, `x-api-key`, `client-key-data`.
 *
 * @module
 */

/** What a mask says was there. */
export type Label =
  | "password"
  | "password-hash"
  | "secret"
  | "secret-data"
  | "token"
  | "api-key"
  | "key"
  | "private-key"
  | "aws-key"
  | "credential"
  | "cookie"
  | "session"
  | "signature"
  | "telemetry-id"
  | "email"
  | "phone"
  | "card";

/** How sure a name alone makes us: `sure`, or only together with what stands around it. */
export interface NameKind {
  readonly label: Label;
  readonly rule: "sure" | "pass" | "pwd" | "auth" | "authorization" | "cookie" | "query";
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const PASSWORDS = set(
  "password passwd passphrase passcode pwd passwort psk requirepass storepass keypass pgpassword",
);
/** Words after the deciding one that change nothing: `password_old`, `token_value`. */
const AFTER = set(
  "value plain plaintext old new current text string raw b64 base64 encoded hash data default override",
);
/** `next_page_token` and its like are positions or symbols, not secrets. */
const NO_TOKENS = set(
  "next page continue continuation cursor resume sync cancel cancellation stop bos eos pad unk sep delimiter",
);
/** `existingSecret: NAME` names a Kubernetes object. */
const NO_SECRETS = set("existing pull image tls ref kubernetes k8s");
const KEYS: Readonly<Record<string, Label>> = {
  ...Object.fromEntries(
    ["api", "subscription", "app", "application", "integration"].map((word) => [word, "api-key"]),
  ),
  ...Object.fromEntries(["private", "priv", "client", "tls", "ssl"].map((word) => [word, "private-key"])),
  ...Object.fromEntries(
    ["write", "ingest", "ingestion", "telemetry", "analytics"].map((word) => [word, "telemetry-id"]),
  ),
  ...Object.fromEntries(
    "access secret encryption enc signing sign master auth account shared storage license licence hmac jwt aes session cipher unseal recovery deploy webhook root"
      .split(" ").map((word) => [word, "key"]),
  ),
};
/** Run together: `apikey`, `dbpassword`, `identitytoken`. */
const ENDINGS: readonly (readonly [string, Label])[] = [
  ["password", "password"],
  ["passwd", "password"],
  ["passphrase", "password"],
  ["apikey", "api-key"],
  ["secretkey", "key"],
  ["accesskey", "key"],
  ["accountkey", "key"],
  ["privatekey", "private-key"],
  ["writekey", "telemetry-id"],
  ["token", "token"],
  ["secret", "secret"],
];
const WHOLE: Readonly<Record<string, NameKind>> = {
  authorization: { label: "credential", rule: "authorization" },
  "proxy authorization": { label: "credential", rule: "authorization" },
  cookie: { label: "cookie", rule: "cookie" },
  "set cookie": { label: "cookie", rule: "cookie" },
  auth: { label: "password", rule: "auth" },
  pass: { label: "password", rule: "pass" },
  pwd: { label: "password", rule: "pwd" },
  oldpwd: { label: "password", rule: "pwd" },
  sig: { label: "signature", rule: "query" },
  signature: { label: "signature", rule: "query" },
  "x amz signature": { label: "signature", rule: "query" },
  "secret key base": { label: "key", rule: "sure" },
  dockerconfigjson: { label: "secret-data", rule: "sure" },
  dockercfg: { label: "secret-data", rule: "sure" },
  jsessionid: { label: "session", rule: "sure" },
  phpsessid: { label: "session", rule: "sure" },
  sessionid: { label: "session", rule: "sure" },
  "connect sid": { label: "session", rule: "sure" },
  "distinct id": { label: "telemetry-id", rule: "sure" },
  "anonymous id": { label: "telemetry-id", rule: "sure" },
  "telemetry id": { label: "telemetry-id", rule: "sure" },
  "analytics id": { label: "telemetry-id", rule: "sure" },
  "tracking id": { label: "telemetry-id", rule: "sure" },
};

/**
 * What a name promises, or `undefined` for an ordinary one. The last words decide: `token_ttl` is no secret, `ttl_token`
 * is.
 */
export function kindOfName(name: string): NameKind | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_.-]+/)
    .map((word) => word.replace(/\d+$/, ""))
    .filter((word) => word !== "");
  const joined = words.join(" ");
  if (Object.hasOwn(WHOLE, joined)) return WHOLE[joined];
  while (words.length > 1 && AFTER.has(words.at(-1) ?? "")) words.pop();
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  const sure = (label: Label): NameKind => ({ label, rule: "sure" });
  if (PASSWORDS.has(last) || (last === "pass" && before !== "")) return sure("password");
  if (last === "secret") return NO_SECRETS.has(before) ? undefined : sure("secret");
  if (last === "token") return NO_TOKENS.has(before) ? undefined : sure("token");
  if (last === "key" && Object.hasOwn(KEYS, before)) return sure(KEYS[before] ?? "key");
  if (last === "credential" || last === "credentials" || last === "creds") return sure("credential");
  const ending = ENDINGS.find(([text]) => last.endsWith(text));
  return ending === undefined ? undefined : sure(ending[1]);
}

/** Names seen, so that a file of a million lines with the same names asks once. */
const MAX_CACHED = 4096;

/** {@link kindOfName} with a memory of its own. */
export function createNameKinds(): (name: string) => NameKind | undefined {
  const seen = new Map<string, NameKind | undefined>();
  return (name) => {
    const kind = seen.get(name);
    if (kind !== undefined || seen.has(name)) return kind;
    if (seen.size >= MAX_CACHED) seen.clear();
    const fresh = kindOfName(name);
    seen.set(name, fresh);
    return fresh;
  };
}
