/**
 * Goals that `terraform plan` answers.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import { extensionOf } from "./text/classify.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

const NAMED = /\b(?:terraform|terragrunt|opentofu|tofu)\b/;
const CLEAR =
  /‹path› (?:\S+ ){0,3}?(?:equals?|match(?:es)?|corresponds?|in sync|up to date|the same as|differs?|diverge[sd]?|agrees?)\b(?: \S+){0,5}? (?:deployed|live|reality|applied|cloud|real world|real infrastructure|actual infrastructure|provisioned|really there|out there)\b|\b(?:would|if|were|does|will) (?:\S+ ){0,4}?(?:applying|applied|apply) (?:the |our )?‹path›|\b(?:by hand|manual(?:ly)? (?:changes?|edits?|changed|edited)) (?:\S+ ){0,4}?(?:since|after) (?:\S+ ){0,3}?appl\w*|\b(?:since|after) (?:the |our |my )?last apply\b|\bplan (?:of |for )?(?:a |the )?(?:destroy|destruction|teardown)\b|\b(?:infrastructure (?:as )?code|infra code|infra-as-code|iac|hcl|tfstate|tfvars|drift|drifted|drifts|drifting)\b|\b(?:infrastructure|infra|cloud setup|cloud resources?) (?:\S+ ){0,6}?(?:change|changes|changed|differ\w*|match\w*|drift\w*|code|applied|diverge\w*|sync|plan)\b|\bwhat would change if (?:we|i|someone|somebody) appl/;

/** Subcommands that are not `plan`. */
const OTHER_VERB =
  /\b(?:terraform|tofu|terragrunt) (?:apply|destroy|import|init|validate|fmt|format|refresh|taint|untaint|console|force-unlock|login|logout|test|upgrade|push|state (?:list|show|mv|rm|pull|push|replace-provider)|workspace (?:list|select|new|show|delete)|output -|providers (?:lock|mirror|schema)|graph)\b/;

/** Directories that a goal names; a bare word counts behind a preposition and when it is no everyday word. */
function directoryOf(reading: Reading): string | undefined {
  const flagged = /(?:^|\s)-chdir[= ]["']?([\w./-]{1,300})/.exec(reading.goal)?.[1];
  if (flagged !== undefined) return flagged;
  const paths = reading.literals("path").filter((token) =>
    !token.raw.endsWith(".tfvars") && !token.raw.endsWith(".tfvars.json") && extensionOf(token.raw) !== "log"
  );
  const asked = paths.filter((token) => !token.pasted);
  const directory = (asked.length > 0 ? asked : paths).find((token) => !/\.tf$/.test(token.raw));
  if (directory !== undefined) return directory.raw;
  const file = (asked.length > 0 ? asked : paths).find((token) => /\/[^/]+\.tf$/.test(token.raw));
  if (file !== undefined) return file.raw.slice(0, file.raw.lastIndexOf("/"));
  const hit = reading.find(
    /\b(?:in|under|for|of|inside|dir|directory|folder|at|against|from|on) (?:the |our |my )?(?:directory |folder |dir |module |stack |root )?(?:called |named )?(\S+)/,
  );
  for (
    const one of hit === undefined ? [] : reading.every(
      /\b(?:in|under|for|of|inside|dir|directory|folder|at|against|on) (?:the |our |my )?(?:directory |folder |dir |module |stack |root )?(?:called |named )?(\S+)/,
    )
  ) {
    const token = one.token(1);
    if (token !== undefined && bareDirectory(token, /\b(?:directory|folder|dir)\b/.test(one.text))) {
      return token.raw;
    }
  }
  // "terraform plan in terraform": the tool has been named already, so the second one is a place.
  const last = reading.find(/\b(?:in|under|inside|within|below) (?:the |our |my )?(\S+) ?(?:$|[,;?!])/)
    ?.token(1);
  const seen = last === undefined ? 0 : reading.asked.split(" ").filter((word) => word === last.canon).length;
  if (
    last !== undefined && last.literal === undefined && /^[A-Za-z0-9_][\w.-]*$/.test(last.raw) &&
    !NO_DIRECTORY.has(last.canon) && !last.canon.includes(" ") && (!NAMED.test(last.canon) || seen > 1)
  ) return last.raw;
  const after = reading.find(/\b(?:plan|drift) (\S+)$/)?.token(1) ??
    reading.find(/\bplan (\S+) (?:please|thanks|now)$/)?.token(1);
  if (after !== undefined && bareDirectory(after, false)) return after.raw;
  return undefined;
}

/** The directory, and those that stand in one list with it: "infra/a and infra/b". */
function directoriesOf(reading: Reading, first: string | undefined): (string | undefined)[] {
  const found = [first];
  for (
    const hit of reading.every(
      /(‹path›)(?: (?:and|,|&|plus|or))+ (?:the |then |also |for |in )*(‹path›)(?: (?:and|,|&|plus) (‹path›))?/,
    )
  ) {
    const raws = [hit.token(1), hit.token(2), hit.groups[3] === undefined ? undefined : hit.token(3)]
      .map((token) => token?.raw).filter((raw) => raw !== undefined);
    if (!raws.includes(first ?? "") || raws.some((raw) => /\.(?:tf|tfvars|json|log|csv)$/.test(raw))) {
      continue;
    }
    found.push(...raws.filter((raw) => !found.includes(raw)));
  }
  return found.slice(0, 4);
}

/** What is asked of the plan: what it would take away, what was changed by hand, or all of it. */
const questionOf = (reading: Reading): string =>
  reading.has(
      /\b(?:deleted?|deletes|deletions?|deleting|destroy(?:s|ed|ing)?|destruction|removed?|removes|removal|lost|lose|gone|torn down|replaced?)\b/,
    )
    ? "deletions"
    : reading.has(
        /\bdrift\w*\b|\bby hand\b|\bmanual\w*\b|\b(?:still )?match(?:es|ed)?\b|\bin sync\b|\breality\b|\bout of band\b|\bdiverge\w*\b|\bdeployed\b/,
      )
    ? "drift"
    : "plan";

/** Words behind "in" that are no directories. */
const NO_DIRECTORY = new Set(
  ("general advance detail details total aws azure gcp cloud here there it that place order sync line use question mind case fact short full " +
    "tofu code git github plan plans trouble state them those this these all one kubernetes the a an our my your its production-like " +
    "reality practice theory today now time future next week month plain english words table json text depth two three")
    .split(" "),
);

function bareDirectory(token: Token, said: boolean): boolean {
  if (!/^[A-Za-z0-9_][\w.-]*$/.test(token.raw) || token.literal === "num") return false;
  if (said) return !/^(?:the|a|our|with|and|or|for|of|in|is|are|that|which)$/.test(token.canon);
  if (token.literal === "name" || token.literal === "quoted") return !/^(?:aws|gcp)_/.test(token.raw);
  return /^(?:prod|production|staging|stage|dev|qa|uat|dr|test|sandbox|live|infra|network|networking|dns|vpc|iam|eks|shared|core|edge|platform)$/
    .test(token.canon) || !isKnownWord(token.canon);
}

export function terraformClaim(reading: Reading): Claim | undefined {
  const named = reading.has(NAMED) ||
    /\.tf(?:vars)?\b|^\s*Plan: \d{1,6} to (?:add|import)|\b\d{1,6} to add, \d{1,6} to change, \d{1,6} to destroy|^Terraform (?:will|used)/m
      .test(reading.goal) ||
    reading.literals("path").some((token) => !token.pasted && /\.(?:tf|tfvars)$/.test(token.raw));
  const planned = reading.has(/\bplan(?:s|ned)?\b/) &&
    !reading.has(/\b(?:sqlmesh|query plan|plan to|plan for (?:the )?(?:week|day|sprint))\b/) &&
    (reading.text.tokens.some((token) => !token.pasted && /^(?:module|data)\.[\w-]+/.test(token.raw)) ||
      reading.askedLiterals("path").some((token) =>
        /(?:^|\/)(?:terraform|tf|infra|infrastructure|envs?|environments|stacks?|live|modules)(?:\/|$)/.test(
          token.raw,
        )
      ));
  if (!named && !planned && !reading.has(CLEAR)) return undefined;
  if (!named && reading.has(/\b(?:data|schema|model|concept|clock|time|sqlmesh|dbt) drift\b/)) {
    return undefined;
  }
  const claim = (result: Claim["result"]): Claim => ({
    tool: "terraform plan",
    persona: "sre",
    strength: named ? STRENGTH.named : STRENGTH.clear,
    result,
  });
  const bare = reading.find(
    /\b(?:validate|validation of|format|fmt|reformat|lint|initiali[sz]e|init|refresh|graph) (?:the |our |my |all )?(?:terraform|tf|tofu|hcl)\b/,
  );
  if (bare !== undefined) {
    return claim({ kind: "refuse", reason: `Of Terraform only "plan" is allowed, not "${bare.text}"` });
  }
  const other = reading.find(OTHER_VERB);
  if (
    other !== undefined &&
    !reading.has(
      /\b(?:would|if|did|does|was|will|after|before|since|when|without|not|never) (?:\S+ ){0,4}?terraform (?:apply|destroy|import|refresh)\b/,
    )
  ) {
    return claim({ kind: "refuse", reason: `Of Terraform only "plan" is allowed, not "${other.text}"` });
  }
  if (
    reading.has(/\b(?:terraform|tofu) (?:state|outputs?|providers?|version|workspaces?|show|get)\b/) &&
    !reading.has(/\bplan\b|\bdrift|\bmatch|\bchange|\bdiffer|\bcode\b|\bin sync\b|\bdiverge|\bup to date\b/)
  ) {
    return claim({ kind: "refuse", reason: 'Of Terraform only "plan" is allowed' });
  }
  const slots: Record<string, Slots[string]> = {};
  const directory = directoryOf(reading);
  if (directory !== undefined) slots.directory = directory;
  const variableFiles = reading.literals("path").map((token) => token.raw).filter((raw) =>
    /\.tfvars(?:\.json)?$/.test(raw)
  );
  const flaggedFiles = [...reading.goal.matchAll(/-var-file[= ]["']?([^\s"',;]{1,200})/g)].map((hit) =>
    hit[1] ?? ""
  );
  const files = [...new Set([...flaggedFiles, ...variableFiles])].filter((file) => file !== "");
  if (files.length > 0) slots.variable_files = files.slice(0, 8);
  const variables = [
    ...[...reading.goal.matchAll(/-var[= ]["']?([A-Za-z_][\w-]{0,63}=[^\s"';,]{1,200})/g)].map((hit) =>
      hit[1] ?? ""
    ),
    ...reading.askedLiterals("selector").map((token) => token.raw).filter((raw) =>
      /^[A-Za-z_][\w-]*=[^=]/.test(raw)
    ),
    ...reading.every(/\b(?:variables?|var) (\S+) (?:=|set to|is|to|as|equal to) (\S+)/).map((hit) =>
      `${hit.token(1)?.raw ?? ""}=${hit.token(2)?.raw ?? ""}`
    ),
  ].filter((text) => /^[A-Za-z_][\w-]{0,63}=./.test(text));
  if (variables.length > 0) slots.variables = [...new Set(variables)].slice(0, 16);
  const targets = [
    ...[...reading.goal.matchAll(/-target[= ]["']?([A-Za-z_][\w.[\]"-]{1,255})/g)].map((hit) => hit[1] ?? ""),
    ...reading.text.tokens.filter((token) =>
      !token.pasted &&
      (/^(?:module|data)\.[\w-]+/.test(token.raw) ||
        /^(?:aws|azurerm|google|kubernetes|helm|null|random|local|terraform|vsphere|openstack|cloudflare|digitalocean|hcloud|proxmox|libvirt|docker|github|gitlab|datadog|postgresql|mysql|vault|consul|nomad|tls|dns|time)_\w+\.[\w-]+/
          .test(token.raw))
    ).map((token) => token.raw),
  ];
  if (targets.length > 0) slots.targets = [...new Set(targets)].slice(0, 16);
  if (
    /(?:^|\s)-destroy(?:\s|$)/.test(reading.goal) ||
    reading.has(
      /\b(?:destroy plan|plan (?:of |for )?(?:a |the )?(?:destroy|destruction|teardown|tear down)|(?:if|were) (?:\S+ ){0,4}?(?:destroyed|tore down|torn down|destroy) (?:it|everything|all|the whole))\b/,
    )
  ) {
    slots.destroy = "true";
  }
  if (
    /(?:^|\s)-refresh=false\b/.test(reading.goal) ||
    reading.has(
      /\b(?:without|no|not|skip|skipping) (?:a |the |any )?(?:state )?refresh(?:ing)?\b|\bdo not refresh\b/,
    )
  ) slots.refresh = "false";
  else if (/(?:^|\s)-refresh-only\b/.test(reading.goal) || reading.has(/\brefresh[ -]only\b/)) {
    slots.refresh_only = "true";
  }
  const replaced = [...reading.goal.matchAll(/-replace[= ]["']?([A-Za-z_][\w.[\]"-]{1,255})/g)].map((hit) =>
    hit[1] ?? ""
  );
  if (replaced.length > 0) {
    slots.replace = [...new Set(replaced)].slice(0, 8);
    const rest = targets.filter((target) => !replaced.includes(target));
    if (rest.length > 0) slots.targets = [...new Set(rest)].slice(0, 16);
    else delete slots.targets;
  }
  return claim({
    kind: "steps",
    intent: "drift",
    about: { ...(directory === undefined ? {} : { directory }), question: questionOf(reading) },
    steps: directoriesOf(reading, directory).map((one) => ({
      tool: "terraform plan",
      form: "plan",
      slots: one === undefined ? slots : { ...slots, directory: one },
      why: one === undefined
        ? "shows what Terraform would change in the working directory"
        : `shows what Terraform would change in ${one}`,
    })),
  });
}
