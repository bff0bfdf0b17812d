/**
 * Who is asking, and what they may do.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";

/** Every scope there is. `physiclaw:*` holds all of them. */
export const SCOPES = [
  "physiclaw:*",
  "physiclaw:goal",
  "physiclaw:approve",
  "physiclaw:read:*",
  "physiclaw:memory:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/** A credential that was checked. */
export interface Credential {
  /**
   * Stable over restarts and without secrets: `key:` and a short hash, `jwt:` and the subject, `operator`, or `none`.
   * Tokens without a subject share `jwt:anonymous`, so that none of them approves what another one asked for.
   */
  readonly id: string;
  /** Empty: may act for none. */
  readonly personas: readonly Persona[] | "all";
  readonly scopes: readonly Scope[];
  readonly kind: "api_key" | "jwt" | "operator" | "none";
}

/** Whether the credential holds the scope. */
export function can(credential: Credential, scope: Scope): boolean {
  return credential.scopes.includes(scope) || credential.scopes.includes("physiclaw:*");
}

/**
 * The persona that a request acts for, or `undefined` when the credential may not. Without a requested one: the
 * configured one (`fallback`) where the credential may speak for it, else the credential's only one.
 *
 * @example
 * ```ts
 * import { personaFor } from "./credential.ts";
 * const credential = { id: "key:1", personas: ["secops"], scopes: ["physiclaw:goal"], kind: "api_key" } as const;
 * console.assert(personaFor(credential, undefined, "sre") === "secops");
 * console.assert(personaFor(credential, "sre", "sre") === undefined);
 * ```
 */
export function personaFor(
  credential: Credential,
  requested: Persona | undefined,
  fallback: Persona,
): Persona | undefined {
  const { personas } = credential;
  if (personas === "all") return requested ?? fallback;
  if (requested !== undefined) return personas.includes(requested) ? requested : undefined;
  if (personas.includes(fallback)) return fallback;
  return personas.length === 1 ? personas[0] : undefined;
}
