/**
 * Checks the credentials of a request, before anything else of it is read.
 *
 * @module
 */
import { hash, timingSafeEqual } from "node:crypto";
import { PhysiclawError } from "../internal/errors.ts";
import type { ApiKey } from "./api_keys.ts";
import type { Credential } from "./credential.ts";
import { secretKey, type VerifiedToken, verifyToken } from "./jwt.ts";

export { can, type Credential, personaFor } from "./credential.ts";

/** 401: no credential where one is needed; 403: one that is not valid. `reason` is for the audit and holds no secret. */
export type AuthResult =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly status: 401 | 403; readonly reason: string };

/** Where headers are read from; a header that is not there is `null` or `undefined`. */
export interface HeaderSource {
  get(name: string): string | null | undefined;
}

export interface Authenticator {
  /** Never rejects for what a request holds. */
  authenticate(headers: HeaderSource): Promise<AuthResult>;
}

export interface AuthenticatorOptions {
  readonly apiKeys: readonly ApiKey[];
  /** Absent: every token is refused. */
  readonly jwtSecret?: string;
  readonly operatorKey?: string;
  /** False only by the operator's explicit word: then a request without a credential may do everything. */
  readonly required: boolean;
  readonly now: () => Date;
}

/** Verified tokens that are remembered: a signature check costs 100 µs, a look-up 2. */
const CACHED_TOKENS = 256;

const EVERYTHING = { personas: "all", scopes: ["physiclaw:*"] } as const;

const digest = (text: string): Uint8Array => hash("sha256", text, "buffer");

/**
 * An authenticator over the configured credentials. A persona's key may send that persona's goals; a key of all personas
 * (`*`), like the operator's, holds every scope. Everything that is presented must be valid; of a valid token and a valid
 * key together the token speaks. Throws {@link PhysiclawError} of kind `config` for a JWT secret under 32 bytes, and when a
 * credential is required but none is configured.
 *
 * @example
 * ```ts
 * import { createAuthenticator } from "./authenticator.ts";
 * const authenticator = createAuthenticator({
 *   apiKeys: [{ key: "example", personas: ["sre"] }], required: true, now: () => new Date(),
 * });
 * const result = await authenticator.authenticate(new Headers({ "x-physiclaw-key": "example" }));
 * console.assert(result.ok && result.credential.kind === "api_key");
 * ```
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { apiKeys, jwtSecret, operatorKey, required, now } = options;
  const key = jwtSecret === undefined ? undefined : secretKey(jwtSecret);
  const known: { readonly digest: Uint8Array; readonly credential: Credential }[] = apiKeys.map((entry) => ({
    digest: digest(entry.key),
    credential: {
      // Told apart from the digest that keys are compared by, so that no log holds a part of that one.
      id: `key:${hash("sha256", `id of an API key\0${entry.key}`, "hex").slice(0, 12)}`,
      personas: entry.personas,
      scopes: entry.personas === "all" ? EVERYTHING.scopes : ["physiclaw:goal"],
      kind: "api_key",
    },
  }));
  if (operatorKey !== undefined) {
    known.push({
      digest: digest(operatorKey),
      credential: { id: "operator", ...EVERYTHING, kind: "operator" },
    });
  }
  if (required && known.length === 0 && key === undefined) {
    throw new PhysiclawError("config", "Cannot require credentials where none is configured", {
      hint: "set PHYSICLAW_API_KEYS or PHYSICLAW_JWT_SECRET, or let `physiclaw serve` write operator.key",
    });
  }

  const checkKey = (presented: string): AuthResult => {
    const sought = digest(presented);
    let found: Credential | undefined;
    // All of them, found or not: the time must not tell which one matched.
    for (const candidate of known) {
      if (timingSafeEqual(sought, candidate.digest)) found = candidate.credential;
    }
    return found === undefined ? refusal(403, "the API key is not known") : { ok: true, credential: found };
  };

  const tokens = new Map<string, VerifiedToken>();
  const checkToken = async (authorization: string): Promise<AuthResult> => {
    const [, token] = /^bearer +([^\s]+) *$/i.exec(authorization) ?? [];
    if (token === undefined) return refusal(403, "the Authorization header is not Bearer and one token");
    if (key === undefined) return refusal(403, "a token was presented, but no JWT secret is configured");
    const at = now();
    const name = hash("sha256", token, "hex");
    let verified = tokens.get(name);
    if (verified === undefined) {
      const result = await verifyToken(token, key, at);
      if ("reason" in result) return refusal(403, result.reason);
      if (tokens.size >= CACHED_TOKENS) tokens.delete(tokens.keys().next().value ?? "");
      tokens.set(name, verified = result);
    } else if (at.getTime() / 1000 >= verified.exp || Math.floor(at.getTime() / 1000) < verified.nbf) {
      tokens.delete(name);
      return refusal(403, "the token has expired");
    }
    return { ok: true, credential: verified.credential };
  };

  return {
    async authenticate(headers) {
      const apiKey = headers.get("x-physiclaw-key") ?? undefined;
      const authorization = headers.get("authorization") ?? undefined;
      if (apiKey === undefined && authorization === undefined) {
        if (required) return refusal(401, "no credential was presented");
        return { ok: true, credential: { id: "none", ...EVERYTHING, kind: "none" } };
      }
      const byKey = apiKey === undefined ? undefined : checkKey(apiKey);
      const byToken = authorization === undefined ? undefined : await checkToken(authorization);
      if (byKey?.ok === false) return byKey;
      return byToken ?? byKey ?? refusal(401, "no credential was presented");
    },
  };
}

function refusal(status: 401 | 403, reason: string): AuthResult {
  return { ok: false, status, reason };
}
