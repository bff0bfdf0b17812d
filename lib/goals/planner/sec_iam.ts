/**
 * Goals that iam-inspect answers: identities of this host.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord } from "./text/tokens.ts";

const SECTIONS: readonly (readonly [string, RegExp, number])[] = [
  [
    "sudo",
    /\b(?:sudo|sudoers|sudoer|nopasswd|wheel|administrator rights|administrative rights|admin rights|admin privileges|admin(?:istrator)? access|root rights|root (?:access|privileges)|become root|act as root|run (?:\S+ ){0,3}?as root|privileged (?:accounts?|users?|access)|escalate|elevated|superusers?|super users?|admins|administrators|visudo|polkit)\b/,
    STRENGTH.clear,
  ],
  [
    "keys",
    /\b(?:authorized_keys|authorized keys?|(?:public|login|trusted|old|weak|rsa|dsa|ssh|allowed) keys?|ssh (?:keys?|access|logins?|public keys?)|(?:root )?log ?ins? (?:\S+ )?(?:over|by|via|through|with) ssh|permitrootlogin|passwordauthentication|sshd?_config|keys? (?:for|of|belonging to) (?:\S+ ){0,2}?(?:root|login|account|user)|ed25519|rsa|dsa)\b/,
    STRENGTH.clear,
  ],
  [
    "ageing",
    /\b(?:password (?:ageing|age|ages|expir\w*|polic\w*|rotation|change|validity|lifetime|max\w*|status|min\w*|set)|passwords? (?:\S+ ){0,5}?(?:expir\w*|old|older|stale|changed|change|never|aged?|ageing|without)|(?:expir\w*|stale|old|ageing|never expiring|outdated) passwords?|change (?:the|their|his|her|its) passwords?|never (?:expire\w*|has to change|have to change|had to change)|password never|inactive accounts?|account expir\w*|expired accounts?|chage|days since (?:the )?(?:last )?password|ageing)\b/,
    STRENGTH.clear,
  ],
  ["groups", /\b(?:groups?|members?|membership|member of|belongs? to|docker group)\b/, STRENGTH.hint],
  [
    "modes",
    /\b(?:(?:file |loose |lax |wrong |bad |open )?(?:modes|permissions|mode bits)|world readable|world writable|readable (?:by|for)|writable (?:by|for)|credential files?|readable by (?:others|everyone|everybody)|key files?|private keys?|(?:modes?|permissions?|owners?|rights) (?:of|on|for) ‹path›|(?:any(?:one|body)|others?|everyone|everybody|all users) (?:can|could|may) (?:read|write|access|change|modify)|can be (?:read|written|changed) by|too open|others can (?:read|write))\b/,
    STRENGTH.hint,
  ],
  [
    "accounts",
    /\b(?:accounts?|users?|logins?|uid|uids|login shells?|shells?|identities|identity|passwords?|service accounts|people|who (?:can|may|could|is able to) (?:log ?in|log on|sign in|log into)|log ?in|logon|employees|staff|humans?|persons?|locked|nologin|sudoers?|home directories|root)\b/,
    STRENGTH.hint,
  ],
];

const CLEAR =
  /\b(?:is|was|has|does|are|did) (?!it\b|this\b|that\b|there\b|port\b|the\b)\S+ (?:still |now |already |currently |been )?(?:locked|disabled|expired|deactivated|suspended|an? (?:admin\w*|sudoer|superuser)|have (?:a shell|sudo)|shell)\b|\b(?:(?:local|unix|linux|system|os|user|login|host|human|interactive|disabled|locked|dormant|orphaned|unused|stale|privileged|root|service|guest|shared|personal|default|active|enabled|empty|weak|which|what|all|list|any|how many|the|our|old|new) (?:\S+ ){0,2}?(?:accounts?|users?|logins?|identities|groups?)|accounts? (?:on|with|without|that|have|has|who|whose|of|in|can)|users? (?:on|with|without|that|have|who|whose|can|in the|of the)|uid ?(?:0|‹num›|zero)|password hash(?:es)?|hashes|login shells?|password ?less|passwordless|empty passwords?|without (?:a )?password|no password|passwords? (?:hash|age|ageing)|group (?:membership|members?)|members? of (?:the )?\S+ ?(?:group)?|in the \S+ group|wheel|who can (?:log ?in|become|use|run|read)|who may|who has|credential files?|key files|identity|identities|local groups?|log ?in (?:here|to this|on this)|ssh ?config)\b/;

const REMOTE_CLOUD =
  /\b(?:ldap|active directory|ad (?:users?|groups?|accounts?|domain|forest)|azure|entra|aws|amazon|gcp|google cloud|okta|keycloak|kerberos|freeipa|cloud (?:accounts?|users?|identit\w*|iam|roles?)|iam (?:users?|roles?|policy|policies) (?:in|of|on) (?:aws|the cloud|our cloud)|s3|domain (?:users?|admins?|controllers?|accounts?)|office 365|o365|github|gitlab|slack|jira|salesforce|saml|sso|oauth)\b/;

/** Asks for what a password is, or to find it out. */
const HASHES =
  /\b(?:crack|brute ?force|guess) (?:the |all |any |our |his |her |\S+ )?(?:passwords?|hash(?:es)?|logins?)\b|\b(?:show|give|print|dump|get|read|tell|reveal|display) (?:me |us )?(?:the |all |\S+ )?(?:password )?hash(?:es)? (?:of|for|in|from)\b|\b(?:give|show|tell|reveal|print|hand|send)(?: me| us)? (?:the )?(?:\S+ )?(?:root|admin\w*|sudo|user|account|login) passwords?$|\bhow (?:strong|weak|good|secure) (?:is|are) (?:\S+ ){1,3}?passwords?\b|\bwhat (?:are the )?passwords? (?:do|does|did|are|is) (?:\S+ )?(?:use|have|set|using|\S+ using)\b|\b(?:find out|learn|discover|figure out|obtain|get hold of|recover|uncover) (?:the |\S+ ){0,3}?passwords?$|\bjohn the ripper\b|\bhashcat\b/;

/** This host, in the ways that people say so. */
const HERE =
  /\b(?:this|the local|our own|that very|my) (?:\S+ )?(?:host|machine|server|system|computer|node|laptop|workstation|instance|unix|linux)\b|\bhere\b|\blocal(?:ly|host)?\b/;
const ELSEWHERE =
  /\b(?:on|of|at|for|to|in|from) (?:the |our |a |that |your |their |host |server |machine |all |other |every |each |these |those )*(?:other|another|remote|database|db|web|mail|build|file|backup|new|old|production|staging|test|jump|bastion|dns|proxy|monitoring|app|application|ci|print|domain|neighbou?r\w*|customer|second|next|all|every|each|prod|those|these|gateway|vpn|ftp|git|storage|log|ml|gpu|head) (?:\S+ )?(?:hosts?|machines?|servers?|systems?|computers?|nodes?|vms?|box|boxes|laptops?|instances?)\b|\b(?:all|every|each|both|other) (?:of )?(?:the |our )?(?:hosts|machines|servers|boxes|hosts?|machines?|nodes)\b/;

export function iamClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "iam-inspect",
    persona: "secops",
    strength,
    result,
  });
  const named = reading.has(
    /\biam-inspect\b|\biam inspect\b|^(?:(?:please|run|show|give me|the|an|full|a) )*iam (?:report|overview|audit|check|summary)\b/,
  );
  const sections = SECTIONS.filter(([, words]) => words.test(reading.asked));
  if (
    reading.has(/\bvault\b/) && !reading.has(HERE) && !named &&
    sections.every(([section]) => section === "accounts") && !/\buser(?:s| accounts?)\b/.test(reading.asked)
  ) return undefined;
  const hints = Math.max(0, ...sections.map(([, , strength]) => strength));
  const pastedSudo = reading.text.segments.some((segment) =>
    segment.pasted &&
    /\bNOPASSWD\b|ALL=\(|:x?:\d+:\d+:|authorized_keys|^ssh-(?:rsa|ed25519)|^[-d][rwx-]{9}|PasswordAuthentication|PermitRootLogin|uid=\d/i
      .test(segment.text)
  );
  const modes = reading.has(/\b(?:modes?|permissions?|owners?|readable|writable)\b/) &&
    reading.askedLiterals("path").some((token) =>
      /^\/(?:etc|root|home)\/|(?:^|\/)\.(?:ssh|gnupg|aws|kube)(?:\/|$)/.test(token.raw)
    );
  const clear = hints >= STRENGTH.clear || modes ||
    (sections.length > 0 && (reading.has(CLEAR) || reading.has(HERE))) ||
    (pastedSudo &&
      reading.has(/\b(?:host|machine|server|here|who|which|accounts?|users?|line|others?|else|other)\b/));
  if (
    !named && !reading.has(HERE) &&
    reading.askedLiterals("path").some((token) =>
      /\.(?:csv|tsv|parquet|jsonl?|ndjson|duckdb|db)(?:\.gz|\.zst)?$/i.test(token.raw)
    )
  ) {
    return undefined;
  }
  if (
    reading.has(
      /\b(?:give|show|print|dump|get|read|send|tell|hand) (?:me |us )?(?:\S+ ){0,4}?private keys?\b/,
    ) &&
    !reading.has(/\b(?:modes?|permissions?|readable|writable|owner|who|which|open|loose)\b/)
  ) {
    return claim(STRENGTH.clear, { kind: "refuse", reason: "Private keys are not shown" });
  }
  if (
    reading.has(REMOTE_CLOUD) &&
    (clear || sections.length > 0 || reading.has(/\b(?:iam|roles?|identit\w*|principals?|tenants?)\b/))
  ) {
    return claim(STRENGTH.clear, {
      kind: "refuse",
      reason: "iam-inspect looks at this host's own accounts only, not at a directory or a cloud",
    });
  }
  if (reading.has(HASHES)) {
    return claim(STRENGTH.clear, { kind: "refuse", reason: "Passwords and their hashes are not shown" });
  }
  if (
    reading.has(
      /\b(?:failed|failing|fails|failures?|last|recent|successful|latest|unsuccessful) (?:\S+ )?(?:logins?|log ?ins?|logons?|sign ?ins?|login attempts?|attempts)\b|\b(?:who|which users?|which accounts?) (?:has |have |was |were |is |are )?(?:currently )?(?:logged|signed) (?:in|on)\b|\blogged in (?:last|yesterday|today|right now|now|since)\b|\blogin (?:history|attempts)\b/,
    )
  ) {
    return claim(STRENGTH.clear, {
      kind: "refuse",
      reason:
        "iam-inspect knows accounts, not who logged in; login records are in logs, which persona sre reads",
    });
  }
  // A complaint is no question about rights: "our users can't log in since the release".
  if (
    !named && !reading.has(HERE) && sections.every(([section]) => section === "accounts") &&
    reading.has(
      /\b(?:can not|cannot|could not|unable to|not able to|fail(?:s|ed|ing)? to) (?:log|sign) ?(?:in|on)\b|\blocked down\b/,
    )
  ) return undefined;
  if (!named && !clear) {
    if (
      sections.length === 0 || !reading.has(/\b(?:who|whose|accounts?|users?|logins?|groups?|identit\w*)\b/)
    ) return undefined;
  }
  const away = reading.find(ELSEWHERE);
  const remote =
    reading.askedLiterals("addr").find((token) =>
      token.raw !== "localhost" && !/^127\.|^::1$/.test(token.raw)
    ) ?? reading.askedLiterals("host")[0];
  const hostname =
    reading.find(/\b(?:on|at|of) (?:the )?(?:host|machine|server|node|vm)? ?(\S+)$/)?.token(1) ??
      reading.find(/\b(?:on|at) (?:the )?(?:host |machine |server )?(\S+) ?(?:\?|,|;|$)/)?.token(1);
  const other = hostname !== undefined && hostname.literal === "name" && /\d|-/.test(hostname.raw) &&
      !isKnownWord(hostname.raw)
    ? hostname.raw
    : undefined;
  if (
    (clear || named) &&
    (!reading.has(HERE) && (away !== undefined || remote !== undefined || other !== undefined))
  ) {
    return claim(STRENGTH.clear, {
      kind: "refuse",
      reason: `iam-inspect looks at this host only, not at "${
        remote?.raw ?? other ?? away?.text ?? "another"
      }"`,
    });
  }
  if (
    reading.has(
      /\b(?:crack|hash(?:es)?|john the ripper|hashcat|guess (?:the |their )?passwords?|plain ?text passwords?|what is (?:the )?(?:\S+ )?password|(?:his|her|their|my|root|the) password\b(?! (?:age|expir|polic|never|status|rotation|change|set|last|older|of the file|files?)))/,
    ) && reading.has(/\b(?:crack|hash(?:es)?|guess|what is|show|print|give|tell|reveal|read)\b/) &&
    !reading.has(/\b(?:expire\w*|ageing|age|old|change\w*|never|without|locked|empty|last)\b/)
  ) {
    return claim(STRENGTH.clear, { kind: "refuse", reason: "Passwords and their hashes are not shown" });
  }
  const slots: Record<string, Slots[string]> = {};
  const all = sections.map(([section]) => section);
  // "the identity report": all of it, since nothing in it is named.
  const chosen = all.length === 1 && all[0] === "accounts" &&
      reading.has(/\b(?:identity|identities|iam)\b/) &&
      reading.has(/\b(?:report|review|audit|overview|inspection|inventory)\b/) &&
      !reading.has(/\b(?:accounts?|users?|logins?|shells?)\b/)
    ? []
    : all;
  // The whole report when nothing narrower is asked; "accounts" alone is what most questions say anyway.
  if (chosen.length > 0 && !named) slots.sections = wider(chosen);
  const groups = groupsOf(reading);
  if (groups.length > 0) slots.groups = groups;
  const accounts = accountsOf(reading);
  if (accounts.length > 0) slots.accounts = accounts;
  return claim(named ? STRENGTH.named : clear ? STRENGTH.clear : STRENGTH.hint, {
    kind: "steps",
    intent: "iam",
    about: {
      sections: chosen.join(", "),
      ...(questionOf(reading) === undefined ? {} : { question: questionOf(reading) ?? "" }),
    },
    steps: [{ tool: "iam-inspect", form: "report", slots, why: "reports this host's identities" }],
  });
}

/** Narrow questions whose answer the parser says first. */
const NARROW: readonly (readonly [string, RegExp])[] = [
  [
    "root-login",
    /\bpermitrootlogin\b|\broot (?:\S+ ){0,3}?(?:log ?ins?|log ?in) (?:\S+ ){0,3}?ssh\b|\bssh (?:\S+ ){0,4}?(?:as|for|of|by) root\b|\broot (?:may |can |could |is allowed to )?(?:log ?in|ssh)\b/,
  ],
  [
    "nopassword",
    /\b(?:without (?:a |any )?passwords?|no passwords?|empty passwords?|blank passwords?|passwordless accounts?|lack(?:s|ing)? (?:a )?passwords?)\b(?! (?:age|ageing|expir|polic))/,
  ],
  ["uid0", /\buids? ?(?:0|‹num›|zero)\b|\bsuper ?users?\b/],
];

const questionOf = (reading: Reading): string | undefined =>
  reading.has(/\bsudo\w*\b|\bnopasswd\b/)
    ? undefined
    : NARROW.find(([, words]) => words.test(reading.asked))?.[0];

/** Sudo rights come through groups, and a login needs an account: these are read along. */
function wider(sections: readonly string[]): string[] {
  const all = new Set(sections);
  if (all.has("sudo")) all.add("groups");
  if (all.has("ageing")) all.add("accounts");
  return ["accounts", "groups", "sudo", "keys", "ageing", "modes"].filter((section) => all.has(section));
}

function groupsOf(reading: Reading): string[] {
  const found = reading.find(/\b(?:the|of|in|to) (?:local )?groups? (?:called |named )?(\S+)/)?.token(1) ??
    reading.find(/\b(?:in|of|to) the (\S+) group\b/)?.token(1) ??
    reading.find(/\b(wheel|sudo|docker|adm|root|admin) group\b/)?.token(1);
  if (
    found === undefined ||
    (isKnownWord(found.canon) &&
      !/^(?:wheel|sudo|docker|adm|root|admin|backup|staff|users|disk|shadow|operators?)$/.test(found.canon))
  ) return [];
  return /^[A-Za-z_][\w.-]{0,31}$/.test(found.raw) ? [found.raw] : [];
}

function accountsOf(reading: Reading): string[] {
  const names: string[] = [];
  for (const hit of reading.every(/\b(?:accounts?|users?|login) (?:called |named )?(\S+)/)) {
    const token = hit.token(1);
    if (
      token === undefined || isKnownWord(token.canon) ||
      token.raw.length < 3 && token.literal === undefined || !/^[a-z_][a-z0-9_.-]{0,31}$/.test(token.raw)
    ) {
      continue;
    }
    names.push(token.raw);
  }
  return [...new Set(names)].slice(0, 16);
}
