/**
 * Goals that vault-read answers.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, type StepDraft, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import type { Token } from "./text/tokens.ts";

const NAMED = /\b(?:vault|openbao|bao|hashicorp)\b/;
const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:\/[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}){1,15}\/?$/;
const MOUNT =
  /^(?:kv\d?|secrets?|pki\w*|database|transit|aws|ssh|cubbyhole|identity|auth|sys|totp|ldap|consul|nomad|rabbitmq|approle|kv-v2|secret-v2|creds|cert)\//;

const OTHER_VERB =
  /\b(?:vault|bao) (?:kv )?(?:put|patch|write|delete|destroy|undelete|list|ls|login|token|unseal|seal|operator|policy|secrets|auth|audit|status|lease|agent|server|ssh|unwrap|rollback|metadata|renew|revoke|rotate|enable|disable|print|plugin|namespace|debug|path-help|proxy|transit|transform|monitor|version|events|pki)\b/;
const LISTING =
  /\b(?:list|enumerate|browse|ls|tree|dump) (?:me )?(?:the )?(?:contents? of |paths? |folder |directory )?‹path›|\bwhat is (?:there )?(?:under|below) ‹path›|\b(?:list|enumerate|browse) (?:\S+ ){0,6}?(?:secrets|paths|entries|keys|mounts?|engines?|everything|all|policies|tokens|leases)\b|\b(?:which|what) (?:secrets|paths|entries|mounts|secret engines|engines|policies|auth methods) (?:are|exist|do|does|has|have|is)\b|\ball (?:the )?(?:secrets|paths|entries|keys) (?:under|in|below|of|at)\b|\b(?:everything|all|anything) (?:that is )?(?:under|below|beneath)\b|\b(?:is|are) (?:\S+ )?vault (?:sealed|unsealed|up|healthy|initiali[sz]ed)\b|\b(?:seal|unseal|health) status\b|\bvault (?:sealed|health|healthy)\b/;

export function vaultClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "vault-read",
    persona: "secops",
    strength,
    result,
  });
  const named = reading.has(NAMED);
  const asked = reading.askedLiterals("path", "quoted").filter((token) => PATH.test(token.raw));
  const all = asked.length > 0 ? asked : reading.literals("path").filter((token) => PATH.test(token.raw));
  const mounted = all.filter((token) =>
    MOUNT.test(token.raw) && !/\.(?:py|csv|tf|log|parquet|json|sql|ya?ml|duckdb)$/.test(token.raw)
  );
  const paths = named
    ? all.filter((token) => !/\.(?:py|csv|tf|log|parquet|duckdb)$/.test(token.raw))
    : mounted;
  const secret = reading.has(
    /\b(?:secrets?|password|token|credentials?|api key|passphrase|private key|certificate)\b/,
  );
  if (!named && mounted.length === 0) {
    if (
      reading.has(
        /\b(?:read|get|show|fetch|look up|give me|need|tell me|what is|print) (?:me )?(?:the |a |our |that )?(?:\S+ ){0,3}?(?:secrets?|credentials?)\b/,
      ) && !reading.has(/\b(?:namespace|kubernetes|kubectl|cluster|code|python|pods?|bandit)\b/)
    ) {
      return claim(STRENGTH.hint, { kind: "ask", question: ASK });
    }
    return undefined;
  }
  const strength = named ? STRENGTH.named : STRENGTH.clear;
  const other = reading.find(OTHER_VERB);
  if (
    other !== undefined &&
      !/^vault (?:secrets|policy|token|auth|lease|metadata|version|namespace|pki|ssh|transit|status|login|server|agent|audit|print|events)\b/
        .test(other.text) ||
    other !== undefined && paths.length === 0 &&
      /\b(?:status|token|policy|login|lease|auth|secrets|version|audit|list)\b/.test(other.text) && !secret
  ) {
    return claim(strength, {
      kind: "refuse",
      reason: `Of Vault only reading an entry is allowed, not "${other.text}"`,
    });
  }
  if (
    reading.has(
      /\bvault (?:tokens?|polic(?:y|ies)|auth|leases?|secrets|operator|audit|plugin|namespace) (?:create|lookup|list|read|write|revoke|renew|enable|disable|tune|capabilities|init|raft|register)\b|\bvault status\b/,
    )
  ) {
    return claim(strength, { kind: "refuse", reason: "Of Vault only reading an entry is allowed" });
  }
  if (
    reading.has(
      /\bwho (?:can|may|could|has|is able|is allowed)\b|\b(?:which|what) polic(?:y|ies)\b|\bwho read\b/,
    )
  ) {
    return claim(strength, {
      kind: "refuse",
      reason: "Of Vault only reading an entry is allowed, not its policies",
    });
  }
  const listing = reading.find(LISTING);
  if (
    listing !== undefined &&
      !reading.has(/\b(?:keys|fields|names) (?:of|in|at|does|inside|are in|are at|are stored)\b/) ||
    /\bkv\/\s*(?:$|\?)|\*\s*$/.test(reading.goal.trim()) && named
  ) {
    return claim(strength, {
      kind: "refuse",
      reason: `Of Vault only reading one entry is allowed, not listing: "${
        listing?.text ?? "a whole mount"
      }"`,
    });
  }
  if (paths.length === 0) return claim(strength, { kind: "ask", question: ASK });
  const fields = fieldOf(reading, paths);
  const version = reading.find(/\bversions? (?:no |number |nr |# ?|: ?)?(‹num›)/)?.token(1)?.raw ??
    /\b-?-?version[= ](\d{1,6})\b/.exec(reading.goal)?.[1] ??
    /(?:^|\s)v(\d{1,5})\b(?!\/)/.exec(reading.goal)?.[1] ??
    ordinalVersion(reading);
  // "versions 3 and 4", "version 3 against version 4": each is read.
  const more = reading.find(
    /\bversions? ‹num›(?: of ‹path›)? (?:and|or|,|with|to|against|vs|versus) (?:version )?(‹num›)(?! of (?:the )?(?:entries|keys))/,
  )?.token(1)?.raw;
  const wanted = more === undefined || version === undefined || more === version
    ? [version]
    : [version, more];
  const read = [...new Set(paths.map((token) => token.raw.replace(/\/$/, "")))].slice(0, 6);
  const steps: StepDraft[] = read.flatMap((path) => wanted.map((version) => ({ path, version }))).slice(0, 8)
    .map(
      ({ path, version }) => {
        const slots: Record<string, Slots[string]> = { path };
        if (fields !== undefined) slots.field = fields;
        if (version !== undefined && /^\d{1,6}$/.test(version) && Number(version) >= 1) {
          slots.version = version;
        }
        return { tool: "vault-read", form: formFor(path), slots, why: `reads the entry ${path}` };
      },
    );
  return claim(strength, {
    kind: "steps",
    intent: "vault-entry",
    about: { path: paths[0]?.raw ?? "" },
    steps,
  });
}

const ASK = "Which path in Vault (for instance kv/app/db)?";

/** KV entries are read by `kv get`; a path through `data/` and other engines by `read`. */
const formFor = (path: string): string =>
  /^[^/]+\/data\//.test(path) ||
    /^(?:pki\w*|database|transit|aws|identity|auth|sys|totp|ldap|ssh|consul|cubbyhole|approle)\//.test(path)
    ? "read"
    : "kv";

const ORDINALS: Readonly<Record<string, string>> = {
  first: "1",
  second: "2",
  third: "3",
  fourth: "4",
  fifth: "5",
  sixth: "6",
  seventh: "7",
  eighth: "8",
  ninth: "9",
  tenth: "10",
};
function ordinalVersion(reading: Reading): string | undefined {
  const word = reading.find(
    /\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) version\b/,
  )?.groups[1];
  if (word !== undefined) return ORDINALS[word];
  return /\b(\d{1,4})(?:st|nd|rd|th) version\b/.exec(reading.goal)?.[1] ??
    reading.find(/\bversion (one|two|three|four|five|six|seven|eight|nine|ten)\b/)?.groups[1]
      ?.replace(
        /^.*$/,
        (name) =>
          String(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].indexOf(name) + 1,
          ),
      );
}

const FIELD = /^[A-Za-z0-9_][\w.-]{0,127}$/;
const NO_FIELD = new Set(
  "field fields of in at from the a an and is are please for with version path named called only s it its this that names name value values key keys to by on there here itself stored under what which"
    .split(" "),
);

function fieldOf(reading: Reading, paths: readonly Token[]): string | undefined {
  const flagged = /(?:^|\s)-{1,2}field[= ]([A-Za-z0-9_][\w.-]{0,127})/.exec(reading.goal)?.[1];
  if (flagged !== undefined) return flagged;
  const patterns: readonly RegExp[] = [
    /\bfields? (?:called |named |: ?|= ?|is )?(?:the )?(\S+)/,
    /\b(?:the|only|just|its|get|read|fetch|show|need|print|give me|value of) (?:the )?(\S+) field\b/,
    /\bkey (?:called |named |: ?|= ?)?(?:the )?(\S+) (?:of|in|at|from|inside|under)\b/,
    /\b(?:only|just) (?:the )?(?:value of |key |value )?(?:the )?(\S+) (?:of|in|at|from|inside|under|stored) (?:the )?(?:\S+ ){0,3}?‹path›/,
    /‹path› (?:, )?(?:only|just) (?:the )?(?:field |key )?(\S+)/,
    /\bthe (\S+) key (?:of|in|at|from)\b/,
    /\b(?:only|just|nothing but) (?:the )?(?:value of )?(?:the )?(\S+) (?:key|field|value|attribute|entry)\b/,
    /‹path› (?:, |: |and )*(?:field|key|attribute) (\S+)/,
  ];
  for (const [index, pattern] of patterns.entries()) {
    for (const hit of reading.every(pattern)) {
      const token = hit.token(1);
      if (
        token === undefined ||
        (NO_FIELD.has(token.canon) && !(index === 0 && /^(?:key|keys|value|name)$/.test(token.canon))) ||
        !FIELD.test(token.raw)
      ) continue;
      if (paths.some((path) => path.start === token.start)) continue;
      // A misspelt everyday word is the word; any other name stands as the goal has it.
      const corrected = token.literal === undefined && token.raw.length >= 5 && /^[a-z]+$/.test(token.canon);
      return corrected && token.canon !== token.raw.toLowerCase() ? token.canon : token.raw;
    }
  }
  return undefined;
}
