import { createKey, parseApiKeys } from "./api_keys.ts";
import { createAuthenticator } from "./authenticator.ts";
import { createToken } from "./jwt.ts";

const secret = createKey();
const keys = Array.from({ length: 10 }, createKey);
const now = () => new Date();
const options = {
  apiKeys: parseApiKeys(keys.map((key) => `sre:${key}`).join()),
  jwtSecret: secret,
  required: true,
  now,
};
const authenticator = createAuthenticator(options);
const byKey = new Headers({ "x-physiclaw-key": keys[4] ?? "" });
const token = await createToken({
  secret,
  persona: "sre",
  scopes: ["physiclaw:goal"],
  ttlSeconds: 3600,
  subject: "bench",
  now: now(),
});
const byToken = new Headers({ authorization: `Bearer ${token}` });

Deno.bench("authenticate, API key among 10", async () => {
  await authenticator.authenticate(byKey);
});
Deno.bench("authenticate, token seen before", async () => {
  await authenticator.authenticate(byToken);
});
Deno.bench("authenticate, token not seen before", async () => {
  await createAuthenticator(options).authenticate(byToken);
});
