import { createScrubber } from "./scrub.ts";

const { scrub, maskBytes } = createScrubber();
const encoder = new TextEncoder();
const log =
  "2026-11-23T22:54:00.123Z INFO done in 12ms path=/api/v1/x status=200 pod=checkout-7d9f8b6c5d-x2x4z\n";
const goal = "Why do the checkout pods restart in the payments namespace since this morning?";

Deno.bench("scrub, a goal of 78 characters", () => void scrub(goal));
Deno.bench("scrub, a goal with a password", () => void scrub(`${goal} password=hunter2`));

/** What made other scrubbers quadratic; each pair of lines must show the time double with the size. */
const HOSTILE: Readonly<Record<string, string>> = {
  "a log": log,
  "a log with secrets": `${log.trimEnd()} password=hunter2\n`,
  "JSON": '{"name":"x","value":"y","n":12},',
  "http://": "http://",
  "quotes": `"'`,
  "one run of base64": "QUJDREVG",
  "a=": "a=",
  "password=": "password=",
  'password="': 'password="',
  "password=$": "password=$",
  "ghp_": "ghp_",
  "eyJ": "eyJ",
  "auth=": "auth=",
  "authorization=": "authorization=",
  "cookie:": "cookie:",
  '"data":{': '"data":{',
  "data: in YAML": "data:\n",
  "BEGIN without END": "-----BEGIN RSA PRIVATE KEY-----\n",
  "escaped quotes": `\\"password\\":`,
  "colons": ":",
  "line breaks": "\n",
};
for (const [name, unit] of Object.entries(HOSTILE)) {
  for (const mebibytes of [8, 16]) {
    const size = mebibytes << 20;
    const bytes = encoder.encode(unit.repeat(Math.ceil(size / unit.length)).slice(0, size));
    Deno.bench(`maskBytes, ${mebibytes} MiB of ${name}`, { group: name, n: 1, warmup: 0 }, async () => {
      await maskBytes(bytes);
    });
  }
}
