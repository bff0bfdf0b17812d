/**
 * Who may read and write which part of memory.
 *
 * @module
 */
import { can, type Credential } from "../auth/authenticator.ts";
import { type Persona, PERSONAS } from "../catalog/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import type { Audience } from "../memory/types.ts";

/** The personas whose entries a credential sees, besides those for all. */
export function readable(credential: Credential): readonly Persona[] {
  if (credential.personas === "all" || can(credential, "physiclaw:read:*")) return PERSONAS;
  return credential.personas;
}

export const sees = (credential: Credential, audience: Audience): boolean =>
  audience === "all" || readable(credential).includes(audience);

/** Whether a credential (with the scope for writing) may write for this audience: only one for all personas writes for all. */
export const mayWrite = (credential: Credential, audience: Audience): boolean =>
  credential.personas === "all" || (audience !== "all" && credential.personas.includes(audience));

/**
 * Whom a new entry is for: the audience asked for, else the credential's only persona, else all. Throws `forbidden` for
 * one that the credential may not write for, `usage` where it must say which.
 */
export function audienceOf(credential: Credential, requested: Audience | undefined): Audience {
  const { personas } = credential;
  const audience = requested ??
    (personas === "all" ? "all" : personas.length === 1 ? personas[0] : undefined);
  if (audience === undefined) {
    throw new PhysiclawError("usage", "Cannot tell whom this is for", {
      hint: `name an audience: ${personas === "all" ? "" : personas.join(", ")}`,
    });
  }
  if (!mayWrite(credential, audience)) {
    throw new PhysiclawError("forbidden", "The credential may not write for this audience");
  }
  return audience;
}
