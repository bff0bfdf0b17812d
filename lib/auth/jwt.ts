/**
 * JSON Web Tokens: HS256 and nothing else.
 *
 * @module
 */
import { normalisePersona } from "../catalog/catalog.ts";
import type { Persona } from "../catalog/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { type Credential, type Scope, SCOPES } from "./credential.ts";

/** A token lives a day at most, whoever made it. */
export const MAX_TTL_SECONDS = 24 * 60 * 60;
/** RFC 7518, 3.2: a key of at least the hash's size. */
const MIN_SECRET_BYTES = 32;
/** Longer than any token of ours; parsing more for a stranger is work for nothing. */
const MAX_TOKEN_LENGTH = 8192;
/** What `aud` must name, when a token has one (RFC 7519, 4.1.3). */
const AUDIENCE = "physiclaw";

/** The secret as a key. Throws {@link PhysiclawError} of kind `config` when it has fewer than 32 bytes. */
export function secretKey(secret: string): Uint8Array {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new PhysiclawError("config", `Cannot use a JWT secret of ${bytes.length} bytes`, {
      hint: `PHYSICLAW_JWT_SECRET needs at least ${MIN_SECRET_BYTES}; make one with \`physiclaw auth key\``,
    });
  }
  return bytes;
}

/** A valid token's credential, and when it stops (and begins) being one, in seconds since 1970. */
export interface VerifiedToken {
  readonly credential: Credential;
  readonly exp: number;
  readonly nbf: number;
}

/**
 * Verifies a token at a time. Never throws: what is wrong comes back as `reason`, which holds nothing of the token.
 *
 * @example
 * ```ts
 * import { createToken, secretKey, verifyToken } from "./jwt.ts";
 * const secret = "an example of a secret of 32 bytes or more";
 * const token = await createToken({
 *   secret, persona: "sre", scopes: ["physiclaw:goal"], ttlSeconds: 60, subject: "ada", now: new Date(),
 * });
 * const verified = await verifyToken(token, secretKey(secret), new Date());
 * console.assert("credential" in verified && verified.credential.id === "jwt:ada");
 * ```
 */
export async function verifyToken(
  token: string,
  key: Uint8Array,
  now: Date,
): Promise<VerifiedToken | { readonly reason: string }> {
  if (token.length > MAX_TOKEN_LENGTH) return { reason: "the token is too long" };
  const { errors, jwtVerify } = await import("jose");
  let claims: Record<string, unknown>;
  try {
    const options = { algorithms: ["HS256"], requiredClaims: ["exp"], currentDate: now };
    claims = (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { reason: "the token has expired" };
    if (error instanceof errors.JOSEAlgNotAllowed) return { reason: "the token's algorithm is not HS256" };
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return { reason: "the token's signature is wrong" };
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      // The claim's name comes from this program's options or from the standard's list, never from the token.
      return {
        reason: `the token's claim ${error.claim} is ${
          error.reason === "missing" ? "missing" : "not acceptable"
        }`,
      };
    }
    return { reason: "the token is malformed" };
  }
  return readClaims(claims, now);
}

function readClaims(claims: Record<string, unknown>, now: Date): VerifiedToken | { readonly reason: string } {
  const { exp, nbf = 0, aud, sub } = claims;
  if (typeof exp !== "number" || typeof nbf !== "number") return { reason: "the token has no valid times" };
  if (exp > now.getTime() / 1000 + MAX_TTL_SECONDS) return { reason: "the token lives longer than 24 h" };
  if (aud !== undefined && aud !== AUDIENCE && !(Array.isArray(aud) && aud.includes(AUDIENCE))) {
    return { reason: "the token is for another audience" };
  }
  if (sub !== undefined && typeof sub !== "string") return { reason: "the token's claim sub is not a text" };
  const scopes = readScopes(claims["scope"]);
  if (scopes.length === 0) return { reason: "the token has no scope for this service" };

  const named = new Set<Persona>();
  for (const name of ["persona", "role"]) {
    const value = claims[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") return { reason: `the token's claim ${name} is not a text` };
    if (value.trim() === "") continue;
    const persona = normalisePersona(value);
    if (persona === undefined) return { reason: `the token's claim ${name} names an unknown persona` };
    named.add(persona);
  }
  if (named.size > 1) return { reason: "the token's claims persona and role differ" };
  const personas = named.size === 0 && scopes.includes("physiclaw:*") ? "all" : [...named];
  const id = sub === undefined || sub === "" ? "jwt:anonymous" : `jwt:${sub}`;
  return { credential: { id, personas, scopes, kind: "jwt" }, exp, nbf };
}

/** The scopes that this program knows; a text of several, or a list. */
function readScopes(claim: unknown): readonly Scope[] {
  const held: readonly unknown[] = typeof claim === "string"
    ? claim.split(" ")
    : Array.isArray(claim)
    ? claim
    : [];
  return SCOPES.filter((scope) => held.includes(scope));
}

/** What a new token says. */
export interface TokenOptions {
  readonly secret: string;
  /** Absent: needs `physiclaw:*` or `physiclaw:read:*`, or the token would be good for nothing. */
  readonly persona?: Persona;
  readonly scopes: readonly string[];
  /** 1 to 86,400. */
  readonly ttlSeconds: number;
  /** Whose it is; approvals tell requester and approver apart by it. */
  readonly subject: string;
  readonly now: Date;
}

/**
 * Makes a token. Throws {@link PhysiclawError}: `config` for a short secret, `usage` for anything else that the verifier
 * would refuse or that would be of no use.
 */
export async function createToken(options: TokenOptions): Promise<string> {
  const { persona, ttlSeconds, subject } = options;
  const key = secretKey(options.secret);
  const refuse = (what: string, hint: string): never => {
    throw new PhysiclawError("usage", `Cannot make a token ${what}`, { hint });
  };
  const unknown = options.scopes.find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown !== undefined) refuse(`with the scope "${unknown}"`, `use some of: ${SCOPES.join(", ")}`);
  if (options.scopes.length === 0) refuse("without a scope", `use some of: ${SCOPES.join(", ")}`);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    refuse(`that lives ${ttlSeconds} s`, `use 1 to ${MAX_TTL_SECONDS} seconds`);
  }
  if (subject.trim() === "" || subject.length > 256) {
    refuse("without a subject", "name whose it is, in 1 to 256 characters");
  }
  if (
    persona === undefined &&
    !options.scopes.some((scope) => scope === "physiclaw:*" || scope === "physiclaw:read:*")
  ) {
    refuse("without a persona", "name a persona, or give the scope physiclaw:*");
  }
  const { SignJWT } = await import("jose");
  const issued = Math.floor(options.now.getTime() / 1000);
  return await new SignJWT({ ...(persona === undefined ? {} : { persona }), scope: options.scopes.join(" ") })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(subject)
    .setIssuedAt(issued)
    .setExpirationTime(issued + ttlSeconds)
    .sign(key);
}
