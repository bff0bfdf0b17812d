import assert from "node:assert/strict";
import fc from "fast-check";
import { createScrubber } from "./scrub.ts";

const { scrub, maskBytes } = createScrubber();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const maskText = async (text: string) => decoder.decode((await maskBytes(encoder.encode(text))).bytes);

/** Put together here, so that no scanner takes this file for a leak. */
const made = (...parts: string[]) => parts.join("");
const S = "Zq7" + "wXr2Tn9LmKd4";
const AWS = made("AKIA", "QWERTYUIOP234567");
const JWT = made("eyJ", "hbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiIxMjMifQ.", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g");
const B64 = btoa(`operator:${S}`);
const LONG = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0";

/** `[text, what must be gone (default: S), what must stay]`. */
const PLANTED: readonly (readonly [string, string?, string?])[] = [
  [`password=${S}`, S, "password=[masked:password]"],
  [`PASSWORD = ${S}`],
  [`db.password=${S}`],
  [`DB_PASSWD='${S} with blanks'`, `${S} with blanks`],
  [`export PGPASSWORD="${S}"`, S, 'export PGPASSWORD="[masked:password]"'],
  [`password: ${S}`],
  [`spring.datasource.password: ${S}`],
  [`  adminPassword: "${S}"`],
  [`passphrase: correct horse 1battery staple`, "1battery", "passphrase: [masked:password]"],
  [`{"user":"bob","password":"${S}","n":1}`, S, '"user":"bob"'],
  [`{"clientSecret": "${S}\\"tail"}`, "tail"],
  [`{"password": 99887766}`, "99887766"],
  [`"{\\"password\\":\\"${S}\\",\\"x\\":1}"`],
  [`{"a":"{\\"b\\":\\"{\\\\\\"token\\\\\\":\\\\\\"${S}\\\\\\"}\\"}"}`],
  [`{'password': '${S}', 'x': 1}`],
  [`config["password"] = "${S}"`],
  [`password => '${S}'`],
  [`password := "${S}"`],
  [`2026-01-01 INFO login with password=${S} took 3ms`, S, "took 3ms"],
  [`level=error token=${S} msg="x"`],
  [`api_key=${S}`],
  [`apiKey: ${S}`],
  [`X-Api-Key: ${S}`],
  [`x-vault-token: ${S}`],
  [`GET /x?user=bob&access_token=${S}&page=2`, S, "&page=2"],
  [`https://h/x?sv=2&sig=${LONG}%3D`, LONG],
  [`Authorization: Bearer ${LONG}`, LONG, "Authorization: Bearer [masked:token]"],
  [`authorization: Basic ${B64}`, B64, "Basic [masked:password]"],
  [`{"headers":{"Authorization":"Bearer ${LONG}"}}`, LONG],
  [`curl -H 'Authorization: token ${LONG}' http://h`, LONG, "http://h"],
  [`Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us, Signature=${LONG}`, LONG],
  [`sent Bearer ${LONG} upstream`, LONG, "upstream"],
  [`Cookie: session=${S}; theme=dark`],
  [`Set-Cookie: JSESSIONID=${S}; Path=/`],
  [
    `postgres://app:${S}@db.internal:5432/orders`,
    S,
    "postgres://app:[masked:password]@db.internal:5432/orders",
  ],
  [`redis://:${S}@cache:6379`],
  [`amqp://u:p@ss${S}@mq/x`],
  [`mongodb+srv://u:${S}@h/x?retryWrites=true`],
  [`jdbc:mysql://h/db?user=x&password=${S}`],
  [`Server=h;User Id=sa;Password=${S};Encrypt=true`, S, ";Encrypt=true"],
  [`DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${LONG}==;EndpointSuffix=x`, LONG],
  [`https://${LONG}@github.com/o/r.git`, LONG],
  [`git clone https://oauth2:${S}@gitlab.example/x`],
  [`key ${AWS} in use`, AWS, "key [masked:aws-key] in use"],
  [`aws_secret_access_key = ${LONG}`, LONG],
  [`{"SecretAccessKey":"${LONG}","SessionToken":"${S}"}`, LONG],
  [`AIza${LONG.slice(0, 35)}`, LONG.slice(0, 35)],
  [JWT, JWT, "[masked:token]"],
  [`"id_token":"${JWT}"`, JWT.slice(-20)],
  [made("ghp", "_", LONG.slice(0, 36)), LONG.slice(0, 36)],
  [made("github", "_pat_", LONG.repeat(2)), LONG],
  [made("glpat", "-", LONG.slice(0, 20)), LONG.slice(0, 20)],
  [made("xox", "b-123456789012-", LONG.slice(0, 24)), LONG.slice(0, 24)],
  [made("https://hooks.slack", ".com/services/T0000/B0000/", LONG.slice(0, 24)), LONG.slice(0, 24)],
  [made("sk", "_live_", LONG.slice(0, 24)), LONG.slice(0, 24)],
  [made("sk", "-ant-api03-", LONG), LONG],
  [made("npm", "_", LONG.slice(0, 36)), LONG.slice(0, 36)],
  [made("pypi", "-AgEIcHlwaS5vcmc", LONG), LONG],
  [made("hvs", ".", LONG), LONG],
  [made("sha256", "~", LONG + "xyz"), LONG],
  [`//registry/:_authToken=${S}`],
  [
    `-----BEGIN RSA PRIVATE KEY-----\n${LONG}\n${LONG}\n-----END RSA PRIVATE KEY-----`,
    LONG,
    "-----BEGIN RSA PRIVATE KEY-----",
  ],
  [`-----BEGIN PRIVATE KEY-----\n${LONG}\n${LONG.slice(9)}`, LONG.slice(9)],
  [`-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${LONG}\n`, LONG],
  [
    `{"key":"-----BEGIN PRIVATE KEY-----\\n${LONG}\\n${LONG}\\n-----END PRIVATE KEY-----\\n","n":1}`,
    LONG,
    '"n":1',
  ],
  [`${LONG}\n${LONG}\n-----END OPENSSH PRIVATE KEY-----\n`, LONG],
  [btoa(`-----BEGIN RSA PRIVATE KEY-----\n${LONG}`), btoa(LONG).slice(8, 30)],
  [`    client-key-data: ${LONG}${LONG}==`, LONG],
  [`    token: ${LONG}`, LONG],
  [
    `root:$6$saltsalt$${LONG}${LONG}:19000:0:99999:7:::`,
    LONG,
    "root:[masked:password-hash]:19000:0:99999:7:::",
  ],
  [`$2b$12$${LONG}${LONG.slice(0, 13)}`, LONG],
  [`app:$apr1$abcdefgh$${LONG.slice(0, 22)}`, LONG.slice(0, 22)],
  [
    `{"apiVersion":"v1","data":{"password":"${
      btoa(S)
    }","user":"Ym9i"},"immutable":false,"kind":"Secret","metadata":{}}`,
    btoa(S),
  ],
  [`{"kind": "Secret",\n "metadata": {"name": "x"},\n "stringData": {\n  "a": "${S}"\n }}`],
  [
    `"last-applied":"{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"a\\":\\"${
      btoa(S)
    }\\"},\\"kind\\":\\"Secret\\"}"`,
    btoa(S),
  ],
  [`apiVersion: v1\ndata:\n  a: ${btoa(S)}\n  b: |\n    ${LONG}\nkind: Secret\n`, btoa(S)],
  [`kind: Secret\nmetadata:\n  name: x\nstringData:\n  a: >-\n    ${S} more\n  b: c\n`, `${S} more`],
  [`items:\n- apiVersion: v1\n  data:\n    a: ${btoa(S)}\n  kind: Secret\n`, btoa(S)],
  [`{"env":[{"name":"DB_PASSWORD","value":"${S} x"},{"name":"MODE","value":"fast"}]}`, S, '"value":"fast"'],
  [`{\n "name": "API_TOKEN",\n "value": "${S}"\n}`],
  [`- name: DB_PASSWORD\n  value: ${S}\n- name: MODE\n  value: fast\n`, S, "value: fast"],
  [`"Env": ["PATH=/bin","DB_PASSWORD=${S} with blanks"]`, "with blanks", '"PATH=/bin"'],
  [`<password>${S}</password>`],
  [`<property name="x" password="${S}"/>`],
  [`run --password ${S} --user bob`, S, "--user bob"],
  [`args: ["--token", "${S}"]`],
  [`curl -u bob:${S} http://h`, S, "http://h"],
  [`sshpass -p ${S} ssh h`],
  [`mysql -uroot -p${S} db`],
  [`ALTER ROLE app PASSWORD '${S}'`],
  [`CREATE USER x IDENTIFIED BY '${S}'`],
  [`the password for bob is ${S}.`],
  [`password: |\n  ${S}\n  ${LONG}\nnext: 1`, LONG, "next: 1"],
  [`{"auths":{"r":{"auth":"${B64}"}}}`, B64],
  [`userPassword:: ${B64}`, B64],
  [
    "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
    "0123456789abcdef",
    "@o1.ingest.sentry.io/42",
  ],
  [made("phc", "_", LONG.slice(0, 40)), LONG.slice(0, 40)],
  [`{"distinct_id":"${LONG}"}`, LONG],
  [`writeKey: "${LONG.slice(0, 32)}"`, LONG.slice(0, 32)],
  ["tracker UA-12345678-1 and G-AB12CD34EF", "12345678", "tracker [masked:telemetry-id] and"],
];

Deno.test("scrub and maskBytes take every planted secret out and leave the rest", async () => {
  for (const [text, secret = S, kept = ""] of PLANTED) {
    const scrubbed = scrub(text);
    assert.ok(!scrubbed.includes(secret), `left in: ${scrubbed}`);
    assert.match(scrubbed, /\[masked:[a-z-]+\]/);
    assert.ok(scrubbed.includes(kept), `${kept} not in: ${scrubbed}`);
    assert.equal(await maskText(text), scrubbed, "both ways agree");
    assert.equal(scrub(scrubbed), scrubbed, "idempotent");
  }
});

Deno.test("scrub finds the same secrets anywhere in a text, between other lines and in other letters", () => {
  for (const [text, secret = S] of PLANTED) {
    for (const around of ["", "x = 1\nfoo: bar\n", "ünï→𝕏 \n", "$ cat notes.txt\n\n"]) {
      const scrubbed = scrub(`${around}${text}\n${around}`);
      assert.ok(!scrubbed.includes(secret), scrubbed);
      assert.ok(scrubbed.startsWith(around), scrubbed);
    }
  }
});

const INNOCENT: readonly string[] = [
  "Which accounts have no password, or an expired password?",
  "list accounts without a password",
  "check for passwords: none should be empty",
  "password: required",
  "The password must be changed; the token is expired.",
  "Unexpected token: foo",
  "SyntaxError: Unexpected token < in JSON at position 0",
  "error: token: expired at 2026-01-01T10:00:00Z",
  "graph.png telemetry ph.D. ph. photograph telemetry.example",
  "commit 3f786850e387550fdab836ed7e6dc881de23001b by ada",
  "image: registry.local/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /etc/hosts",
  "uid: 550e8400-e29b-41d4-a716-446655440000",
  '{"resourceVersion":"123456789","uid":"550e8400-e29b-41d4-a716-446655440000","generation":4}',
  "checkout-7d9f8b6c5d-x2x4z   0/1   CrashLoopBackOff   12 (3m ago)   1h",
  "secretName: payments-tls",
  "imagePullSecrets:\n- name: regcred",
  "volumes:\n- name: s\n  secret:\n    secretName: db",
  '{"secretKeyRef":{"name":"db","key":"password"}}',
  "serviceAccountToken:\n  expirationSeconds: 3607",
  "existingSecret: payments-db",
  '{"token_type":"bearer","expires_in":3600,"token_endpoint":"/oauth/token"}',
  "PWD=/home/ada\nOLDPWD=/srv",
  "password = (sensitive value)",
  "password=${DB_PASSWORD}",
  'password: "{{ .Values.password }}"',
  "password=$DB_PASSWORD",
  "PASSWORD=",
  'password=""',
  '{"password":null,"token":false}',
  "token = os.environ['TOKEN']",
  "password = get_password(user)",
  "--- PASS: TestX (0.00s)\nPASS: 12 FAIL: 0",
  "max_tokens=4096 total tokens: 12",
  "next_page_token=abcdefgh",
  "public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ ada@host",
  "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
  '{"apiVersion":"v1","data":{"config.yaml":"a: b","mode":"fast"},"kind":"ConfigMap","metadata":{}}',
  "apiVersion: v1\ndata:\n  mode: fast\nkind: ConfigMap\n",
  "data:\n  a: b\nkind: ConfigMap\n---\nkind: Secret\nmetadata:\n  name: x\n",
  "drwxr-xr-x 2 root root 4096 Jan  1 10:00 .ssh",
  "10.0.0.1:8080 -> [fe80::1]:443 12:34:56.789",
  "http://h:8080/a?b=c&d=e#f mailto:ada@example.org git@github.com:o/r.git",
  "docker run -u 1000:1000 -p 8080:80 app",
  "basic auth is enabled; bearer tokens are rotated",
  "Why do the checkout pods restart in the payments namespace since 02:00?",
  'sum by (pod) (rate(http_requests_total{job="api",status=~"5.."}[5m])) > 0.5',
  "SELECT password_hash IS NULL AS missing FROM users WHERE token_count > 3",
  "cost is $5 and $6, $1 each",
  "AKIAVILLAGE is a place, ASIA a continent; eyJ is no token, ghp_ neither, sk-learn and sk_test too",
  "key: value\nprimary_key: id\nforeign_key=order_id keyboard=us",
  "auth: kubernetes\nauth=ldap authorization-mode=Node,RBAC\nAuthorization: required",
  "cookie: chocolate",
  "G-STRING UA-1 G-1234",
];

Deno.test("scrub and maskBytes leave ordinary text alone, byte for byte", async () => {
  for (const text of INNOCENT) {
    assert.equal(scrub(text), text);
    const bytes = encoder.encode(text);
    assert.equal((await maskBytes(bytes)).bytes, bytes);
  }
  const all = INNOCENT.join("\n");
  assert.equal(scrub(all), all);
});

const piece = fc.oneof(
  fc.constantFrom(
    ...'"|\'|\\|\\"|\n|\t| |{|}|[|]|,|:|=|:=|=>|&|;|<|>|//|://|@|-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----|password|token|secret|api_key|kind|Secret|data|name|value|DB_PASSWORD|Authorization|Bearer |Basic |cookie|auth|eyJ|ghp_|$6$|AKIA|--password|curl -u |[masked:token]|[masked:|masked|null|true|${X}|é|𝕏|\ud800|x1Y2z3'
      .split("|"),
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.stringMatching(/^[A-Za-z0-9+/_-]{8,40}$/),
);
/** No long runs beyond ASCII: what is bounded is bounded in characters there and in bytes here. */
const shortTexts = fc.array(
  fc.oneof(piece.map((text) => text.replaceAll(/[^\0-\x7f]/g, "")), fc.constantFrom("é", "𝕏 ")),
  {
    maxLength: 40,
  },
).map((pieces) => pieces.join(""));
const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

Deno.test("scrub is idempotent", () => {
  fc.assert(fc.property(texts, (text) => assert.equal(scrub(scrub(text)), scrub(text))), { numRuns: 5_000 });
});

Deno.test("maskBytes agrees with scrub on every text, and UTF-8 stays UTF-8", async () => {
  const strict = new TextDecoder("utf-8", { fatal: true });
  await fc.assert(
    fc.asyncProperty(shortTexts, texts, async (text, wild) => {
      assert.equal(strict.decode((await maskBytes(encoder.encode(text))).bytes), scrub(text));
      strict.decode((await maskBytes(encoder.encode(wild))).bytes);
    }),
    { numRuns: 1_000 },
  );
});

const key = fc.constantFrom(
  "password",
  "token",
  "name",
  "value",
  "key",
  "data",
  "kind",
  "env",
  "authorization",
  "x",
  "auth",
  "cookie",
);
const leaf = fc.oneof(
  texts,
  fc.constantFrom(
    "Secret",
    "DB_PASSWORD",
    "password=",
    "token: '",
    `"password":"`,
    "Bearer ",
    `--token "`,
    "\\",
    "a\\",
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
  ),
}));

Deno.test("a quote that ends the string around a name opens no value", () => {
  for (const text of ['{"a":["secret\\"=",null]}', '{"a":"{\\"b\\":[\\"secret\\\\\\"=\\",null]}"}']) {
    JSON.parse(text);
    assert.equal(scrub(text), text);
  }
});

Deno.test("a long list under a secret's name stays one", () => {
  const text = JSON.stringify({ password: Array.from({ length: 200 }, (_, index) => index) });
  assert.equal(scrub(text), text);
});

Deno.test("JSON stays JSON with the same keys and shape, compact, indented, or within a string of JSON", async () => {
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]))
      : null;
  await fc.assert(
    fc.asyncProperty(tree, fc.constantFrom(undefined, 2), async (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.deepEqual(shape(JSON.parse(scrub(text))), shape(value), text);
      const lines = `${JSON.stringify(value)}\n${JSON.stringify({ nested: JSON.stringify(value) })}\n`;
      for (const line of (await maskText(lines)).trimEnd().split("\n")) JSON.parse(line);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("a secret under a secret's name is gone from JSON whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.constantFrom("password", "clientSecret", "api_key"),
      (noise, name) => {
        const secret = `${S}${noise}`;
        const scrubbed = scrub(JSON.stringify({ a: 1, [name]: secret, z: [2] }));
        assert.deepEqual(Object.keys(JSON.parse(scrubbed)), ["a", name, "z"]);
        assert.ok(!scrubbed.includes(S));
        assert.match(JSON.parse(scrubbed)[name], /^\[masked:[a-z-]+\]$/);
      },
    ),
  );
});

Deno.test("maskBytes masks around bytes that are not UTF-8 and lets those through", async () => {
  const bytes = new Uint8Array([0xff, 0xfe, ...encoder.encode(` password=${S}\n`), 0x80, 0xc3]);
  const result = await maskBytes(bytes);
  assert.equal(result.masked, 1);
  assert.deepEqual([...result.bytes], [
    0xff,
    0xfe,
    ...encoder.encode(" password=[masked:password]\n"),
    0x80,
    0xc3,
  ]);
});

Deno.test("maskBytes lets others run while it works, and finds the secret at the end of 4 MiB", async () => {
  const line =
    "2026-11-23T22:54:00.123Z INFO request done path=/api/v1/x status=200 pod=checkout-7d9f8b6c5d-x2x4z\n";
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const { bytes, masked } = await maskBytes(encoder.encode(`${line.repeat(42_000)}token=${S}`));
  clearInterval(timer);
  assert.equal(masked, 1);
  assert.ok(decoder.decode(bytes.subarray(-40)).endsWith("token=[masked:token]"));
  assert.ok(turns >= 3, `${turns} turns`);
});

Deno.test("maskBytes masks what only the second set knows, and no comment in the text switches it off", async () => {
  const token = made("dapi", "0123456789abcdef0123456789abcdef");
  const text = `# secretlint-disable\nuse ${token} here\n`;
  assert.equal(scrub(text), text, "the first set does not know it");
  assert.equal(await maskText(text), "# secretlint-disable\nuse [masked:secret] here\n");
});

Deno.test("personal data is masked only when asked for", () => {
  const text = "mail ada@example.org or +44 20 7946 0958, card 4111 1111 1111 1111, order 4111111111111112";
  assert.equal(scrub(text), text);
  assert.equal(
    createScrubber({ personal: true }).scrub(text),
    "mail [masked:email] or [masked:phone], card [masked:card], order 4111111111111112",
  );
});

Deno.test("many secrets and long lines keep their count", async () => {
  const { masked } = await maskBytes(encoder.encode(`password=${S} `.repeat(20_000)));
  assert.equal(masked, 20_000);
});
