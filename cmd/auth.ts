/**
 * `physiclaw auth key|token`: makes credentials; nothing is stored.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { CommandDeps } from "./deps.ts";
import { PERSONA_FLAG } from "./flags.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

const DEFAULT_SCOPE = "physiclaw:goal";

interface KeyFlags {
  readonly persona?: string;
  readonly json: boolean;
}

interface TokenFlags {
  readonly persona?: string;
  readonly scope?: readonly string[];
  readonly ttl: number;
  readonly subject: string;
  readonly json: boolean;
}

/** Options of the command. */
export type AuthOptions =
  | { readonly action: "key"; readonly flags: KeyFlags }
  | { readonly action: "token"; readonly flags: TokenFlags };

const key = buildCommand<KeyFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "key", flags });
  },
  parameters: { flags: { persona: PERSONA_FLAG, ...JSON_FLAG }, aliases: { p: "persona" } },
  docs: {
    brief: "Make a random key",
    fullDescription:
      "Make a random key: for PHYSICLAW_API_KEYS with --persona (or * for all), else bare, as PHYSICLAW_JWT_SECRET wants it.",
  },
});

const token = buildCommand<TokenFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "token", flags });
  },
  parameters: {
    flags: {
      persona: PERSONA_FLAG,
      scope: {
        kind: "parsed",
        parse: String,
        brief: `physiclaw:goal, physiclaw:approve, … (default ${DEFAULT_SCOPE})`,
        placeholder: "S",
        variadic: ",",
        optional: true,
      },
      ttl: {
        kind: "parsed",
        parse: parseTtl,
        brief: "How long it is good: 90s, 15m, 8h; a day at most",
        default: "1h",
        placeholder: "TIME",
      },
      subject: {
        kind: "parsed",
        parse: String,
        brief: "Whose it is",
        default: "operator",
        placeholder: "NAME",
      },
      ...JSON_FLAG,
    },
    aliases: { p: "persona", s: "scope" },
  },
  docs: { brief: "Make a token, signed with PHYSICLAW_JWT_SECRET" },
});

function parseTtl(text: string): number {
  const match = /^([0-9]{1,6})(s|m|h)?$/.exec(text);
  if (match === null) throw new Error("it is not a time such as 15m");
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? "s") as "s" | "m" | "h"]; // the pattern has no other
}

const target = buildRouteMap({ routes: { key, token }, docs: { brief: "Make keys and tokens" } });

export const parse = createParser<AuthOptions>("auth", target);

async function personaOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const [{ normalisePersona }, { PERSONAS }] = await Promise.all([
    import("../lib/catalog/catalog.ts"),
    import("../lib/catalog/types.ts"),
  ]);
  const persona = normalisePersona(text);
  if (persona !== undefined) return persona;
  throw new PhysiclawError("usage", `Cannot use the persona "${text}"`, {
    hint: `use one of: ${PERSONAS.join(", ")}`,
  });
}

/** Prints the key or token alone, so that a script can take it; exit code 0. */
export async function run(options: AuthOptions, { output, env }: CommandDeps): Promise<number> {
  const { flags } = options;
  if (options.action === "key") {
    const { createKey } = await import("../lib/auth/api_keys.ts");
    const persona = flags.persona?.trim() === "*" ? "*" : await personaOf(flags.persona);
    const made = createKey();
    if (flags.json) output.json({ schema: 1, key: made, ...(persona === undefined ? {} : { persona }) });
    else output.result(persona === undefined ? made : `${persona}:${made}`);
    return 0;
  }
  const secret = env.PHYSICLAW_JWT_SECRET;
  if (secret === undefined) {
    throw new PhysiclawError("config", "Cannot make a token: PHYSICLAW_JWT_SECRET is not set", {
      hint: "set it to the value that the bridge has; make one with: physiclaw auth key",
    });
  }
  const { createToken } = await import("../lib/auth/jwt.ts");
  const persona = await personaOf(flags.persona);
  const { scope = [DEFAULT_SCOPE], ttl, subject } = options.flags;
  const now = new Date();
  const made = await createToken({
    secret,
    ...(persona === undefined ? {} : { persona }),
    scopes: scope,
    ttlSeconds: ttl,
    subject,
    now,
  });
  const expires = new Date(now.getTime() + ttl * 1000).toISOString();
  if (flags.json) {
    output.json({ schema: 1, token: made, expires, scope, ...(persona === undefined ? {} : { persona }) });
  } else output.result(made);
  return 0;
}

export default defineCommand({ target, parse, run });
