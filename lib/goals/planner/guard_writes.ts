/**
 * Whether a goal asks for a change. A question about changes ("was it deleted?") is none.
 *
 * @module
 */
import {
  ALWAYS_VERBS,
  COMPOUND_HEADS,
  NEEDS_OBJECT,
  NOUN_VERB_HEADS,
  NOUN_VERBS,
  WRITE_VERBS,
} from "./lexicon/write_verbs.ts";
import { WRITE_REQUESTS } from "./lexicon/write_requests.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord } from "./text/tokens.ts";

/** Words that may stand between a request's beginning and its verb. */
const SOFTENERS = new Set(
  ("please kindly just now quickly immediately simply maybe also then first finally directly already ahead go hey hi hello ok okay thanks " +
    "again better rather really even at once temporarily permanently safely manually someone somebody anybody team dear friend urgent " +
    "urgently asap force hard gracefully carefully either both next today tonight").split(" "),
);

/** "It should be closed" tells how things ought to be, where a question follows whether they are. */
const STATE =
  /^(?:should|must|ought to|has to|have to|needs? to|shall) (?:now |also |only |rather |really )?(?:have|run|use|get|keep|not)|\b(?:should|must|ought to|has to|have to|supposed to) (?:now |all |also )?be (?:closed|locked|disabled|enabled|blocked|gone|stopped|encrypted|turned off|switched off|removed|installed|applied|updated)$/;

/** Whether a question that only asks follows the statement. */
const asksAfter = (reading: Reading, clause: string): boolean => {
  const rest = reading.asked.slice(reading.asked.indexOf(clause) + clause.length);
  return /^ [.;:!?] .*(?:\?|\b(?:check|see|show|tell|verify|list|scan)\b)/.test(rest) &&
    !/\b(?:can|could|would|will) you\b|\bplease do\b|\b(?:do|make|get) (?:it|that|this)\b|\bif not\b/.test(
      rest,
    ) &&
    !/\bplease\b/.test(clause);
};

const QUESTION_OPENERS = new Set(
  ("what which who whom whose when where why how is are was were do does did has have had will would if whether any anything as because " +
    "since after before until unless while").split(" "),
);
const CONDITIONS = new Set("if when once as since because while unless before after until".split(" "));
const GRATEFUL =
  /\b(?:great|nice|good|lovely|fine|cool|awesome|appreciate|appreciated|helpful|glad|grateful|kind|love|thankful|happy|perfect|best|easier|better) (?:it )?if (?:you|someone|somebody|we)(?: (?:could|would|can|just|please|also))*$/;
const YOU_OR_WE = new Set("you u we i us me someone somebody anybody anyone".split(" "));
const MODALS = new Set("can could would will should shall may might must let".split(" "));
const WANT = new Set(
  "as want wants need needs like going have has try ought mind able wish wishes asked told ask order us me him her them you plan planning trying decided ready time intend hope free feel"
    .split(" "),
);
const DETERMINERS = new Set(
  "the a an this that these those it them all any every each its their our my his her one both some ‹num› ‹path› ‹quoted› ‹addr› ‹url›"
    .split(" "),
);

interface Word {
  readonly text: string;
  readonly offset: number;
}

const wordsOf = (text: string): Word[] => {
  const words: Word[] = [];
  const expression = /\S+/g;
  for (let hit = expression.exec(text); hit !== null; hit = expression.exec(text)) {
    words.push({ text: hit[0], offset: hit.index });
  }
  return words;
};

/** Words that point at a thing: to what a verb does with it they are all alike. */
const POINTING =
  /^(?:(?:all|both|one|any|each|some|most) (?:of )?)?(?:his|her|their|my|our|its|your|every|each|any|whichever|whatever|these|those|this|that|both|all|old|the|a|an) (?:other |old |whole |entire |damn |stupid |bad )?/;

const HARD_STOP = new Set([";", ".", "!", "?", ":", "-", "–", "—", "+", "&", "→", "->", "=>", "*", "•"]);

const TICKET = /^[a-z]{2,10}_\d{1,7}$/;

/** The index of the first word of the clause that word `at` stands in. */
function clauseStart(words: readonly Word[], at: number): number {
  let index = at;
  while (index > 0 && at - index < 200 && !HARD_STOP.has(words[index - 1]?.text ?? "")) index -= 1;
  return index;
}

function isRequestAt(words: readonly Word[], at: number, rest: string): boolean {
  const verb = words[at]?.text ?? "";
  const needs = Object.hasOwn(NEEDS_OBJECT, verb) ? NEEDS_OBJECT[verb] : undefined;
  if (needs !== undefined && !needs.test(rest) && !needs.test(rest.replace(POINTING, "the "))) return false;
  if (NOUN_VERBS.has(verb) && !ALWAYS_VERBS.has(verb) && NOUN_VERB_HEADS.test(rest)) return false;
  if (
    COMPOUND_HEADS.test(rest) && !/^(?:route|reroute|archive|rotate|block|redirect)$/.test(verb) ||
    /^(?:nothing|no one|none)\b/.test(rest)
  ) return false;
  const start = clauseStart(words, at);
  let before = at - 1;
  // A ticket's number before a wish is no part of it: "sec_13 block 10.1.1.5".
  while (
    before >= start && (SOFTENERS.has(words[before]?.text ?? "") || TICKET.test(words[before]?.text ?? ""))
  ) {
    before -= 1;
  }
  const word = (index: number): string => index >= start ? words[index]?.text ?? "" : "";
  const previous = word(before);
  const first = word(start);
  // "do the needful and …" tells somebody to; "do the pods run" asks.
  const tells = first === "do" &&
    /^do (?:the needful|your|it|this|that|me|us|just|please|some)\b/.test(
      words.slice(start, start + 3).map((one) => one.text).join(" "),
    );
  const opener = QUESTION_OPENERS.has(first) && !tells ? first : "";
  const toYou =
    /^(?:can|could|would|will|shall|should|may|must) (?:you|we|i|u|someone|somebody|anybody|anyone)\b/;
  const head = words.slice(start, start + 3).map((one) => one.text).join(" ");
  const addressed = tells || toYou.test(head) || !QUESTION_OPENERS.has(first);
  // "why don't you restart it", "why not just delete it".
  if (/^why (?:do not|not)\b/.test(head) && before - start <= 3) return true;
  if (before < start) return true;
  if (["not", "never", "without", "cannot"].includes(previous)) return false;
  if (previous === ",") {
    // "if it looks bad, restart x", "don't ask, just …": what stands before the comma asks nothing.
    if (CONDITIONS.has(first) || (first === "do" && word(start + 1) === "not")) return true;
    if (opener !== "" && !addressed && !DETERMINERS.has(words[at + 1]?.text ?? "")) return false;
    return DETERMINERS.has(words[at + 1]?.text ?? "") || before - start < 3 || needs !== undefined ||
      /^\S+ (?:back|out|down|up)\b/.test(rest) ||
      (addressed && !/\bthat\b/.test(
        words.slice(Math.max(start, before - 6), before).map((one) => one.text).join(" "),
      ));
  }
  if (previous === "and" || previous === "then" || previous === "or" || previous === "but") {
    const next = words[at + 1]?.text ?? "";
    const since = words.slice(start, before).map((one) => one.text);
    const relative = since.some((one) => ["that", "which", "who", "whether"].includes(one));
    if (DETERMINERS.has(next)) {
      return addressed || ["them", "it", "those", "these"].includes(next) || previous === "then";
    }
    if (since.at(-1) !== undefined && WRITE_VERBS.has(since.at(-1) ?? "")) {
      if (isRequestAt(words, before - 1, "")) return true;
    }
    return addressed && !relative && next !== "" && !["?", ".", ","].includes(next);
  }
  if (previous === "to") {
    let back = before - 1;
    while (back >= start && SOFTENERS.has(word(back))) back -= 1;
    const asker = word(back);
    // "… is not what I would like to write.": the verb has its object before it.
    if (
      /^[.;?!,] |^$/.test(rest) &&
      words.slice(Math.max(start, at - 8), at).some((one) => /^(?:what|which|that|whatever)$/.test(one.text))
    ) return false;
    // "I don't want you to delete anything", "nobody is to restart it".
    if (
      /\b(?:not|never|nobody|without|no one) (?:\S+ ){0,4}to (?:\S+ )?$/.test(
        `${words.slice(start, at).map((one) => one.text).join(" ")} `,
      ) && !/^(?:why|would|could|can)$/.test(first)
    ) return false;
    if (
      [
        "how",
        "safe",
        "ok",
        "okay",
        "fine",
        "possible",
        "allowed",
        "advisable",
        "best",
        "better",
        "good",
        "great",
        "wise",
        "smart",
        "easiest",
        "easier",
        "simplest",
      ]
        .includes(asker)
    ) {
      return true;
    }
    if (!WANT.has(asker)) return false;
    if (
      asker === "want" || asker === "wants" || asker === "have" || asker === "has" || asker === "need" ||
      asker === "needs" || asker === "plan" ||
      asker === "try"
    ) {
      const subject = word(back - 1);
      if (["would", "will", "does", "did", "do"].includes(first) && !YOU_OR_WE.has(subject)) return false;
      if (opener !== "" && !YOU_OR_WE.has(subject)) return false;
      if (/^(?:nobody|never|not)$/.test(subject)) return false;
    }
    if (
      opener !== "" && ["who", "which", "whether", "what", "if", "does", "is", "has"].includes(first) &&
      asker !== "you"
    ) {
      return false;
    }
    return true;
  }
  // "…, and if it looks fine apply it": a condition before, an object behind.
  if (
    /^(?:it|them|that|those|these|everything)$/.test(words[at + 1]?.text ?? "") && !MODALS.has(previous) &&
    words.slice(Math.max(start, at - 8), at).some((one) =>
      /^(?:if|when|once|otherwise|else)$/.test(one.text)
    ) &&
    !/^(?:we|i|you|they|somebody|someone|it|he|she|who|terraform|sqlmesh|dbt|not)$/.test(previous)
  ) {
    return true;
  }
  const lead = words.slice(Math.max(start, at - 9), at).map((one) => one.text).join(" ");
  if (GRATEFUL.test(lead)) return true;
  // "could someone restart x (for me)": a wish, except where who could is the question.
  if (
    /^(?:someone|somebody)$/.test(previous) && /^(?:can|could|would|will)$/.test(first) &&
    before === start + 1 &&
    (/\b(?:for (?:me|us)|please)\b/.test(rest) ||
      !/\b(?:host|sudo|root|keys?|passwords?|accounts?)\b/.test(rest))
  ) return true;
  if (YOU_OR_WE.has(previous)) {
    const modal = word(before - 1);
    return MODALS.has(modal) && word(before - 2) !== "if";
  }
  if (previous === "us" || previous === "me") return ["let", "help", "have"].includes(word(before - 1));
  if (MODALS.has(previous)) {
    // "you must delete", "someone should restart"; "would restart" with another subject is a question.
    return ["you", "we", "i", "someone", "somebody"].includes(word(before - 1)) && opener === "";
  }
  return ["kubectl", "k", "tf", "terraform", "vault", "systemctl", "docker", "helm", "ansible"].includes(
    previous,
  ) &&
    before === start;
}

/** `delete` as `deleting`. */
const gerund = (verb: string): string =>
  verb.endsWith("e") && !verb.endsWith("ee")
    ? `${verb.slice(0, -1)}ing`
    : /(?:^|[^aeiou])[aeiou][bdgklmnprt]$/.test(verb) && verb.length <= 5
    ? `${verb}${verb.at(-1) ?? ""}ing`
    : `${verb}ing`;

/** Verbs of change whose gerund is hardly anything else. */
const GERUNDS = new Map(
  ("delete remove drop destroy kill terminate restart reboot redeploy scale resize patch edit modify change update create add apply install uninstall " +
    "drain cordon evict rotate revoke disable enable lock unlock reset rename move overwrite truncate purge wipe insert import migrate restore fix repair " +
    "upgrade downgrade roll replace stop start evict bounce recycle flush rebuild rewrite erase undo revert clean clear rerun relabel label annotate taint")
    .split(" ").map((verb) => [gerund(verb), verb]),
);

/** "how about restarting web", "…, deleting the failed ones along the way". */
function gerundRequest(words: readonly Word[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (!GERUNDS.has(word.text)) continue;
    const before = words.slice(Math.max(0, at - 4), at).map((one) => one.text).join(" ");
    const after = words.slice(at + 1, at + 5).map((one) => one.text).join(" ");
    if (COMPOUND_HEADS.test(after) || /^(?:all|any|half) (?:the|of the) time\b/.test(after)) continue;
    const start = clauseStart(words, at);
    const asked = QUESTION_OPENERS.has(words[start]?.text ?? "");
    const suggested =
      /\b(?:how about|what about|why not|consider|try (?=the )|suggest|propose|recommend|advise|in favou?r of|start by|begin by|begin with|start with|mind|go about|get on with|go on|get|worth)(?: just| simply| maybe| first)*$/
        .test(before);
    const attached = /(?:,|while|and|by|then|also)(?: also| then| just)?$/.test(before) && !asked &&
      /^(?:the|all|any|every|them|it|those|these|whatever|whichever|each|anything|everything)\b/.test(
        after,
      ) &&
      !/\b(?:is|are|was|were|keeps?|kept|been|not|without|from|of)\b/.test(before);
    if (suggested || attached) return `${word.text} ${after}`.trim();
  }
  return undefined;
}

/** Words before a determiner that begin a clause and are no verbs that anybody knows: "frobnicate the pods". */
function unknownVerb(reading: Reading): string | undefined {
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (before !== undefined && !/^[.;!?:]$|^(?:please|then|just|kindly)$/.test(before.canon)) continue;
    if (token.literal !== undefined || !/^[a-z]{4,16}$/.test(token.canon) || isKnownWord(token.canon)) {
      continue;
    }
    if (WRITE_VERBS.has(token.canon)) continue;
    const after = tokens[index + 1]?.canon ?? "";
    if (/^(?:the|all|every|these|those|this|that|our|my|its|their|them|it)$/.test(after)) {
      return `${token.canon} ${after}`;
    }
  }
  return undefined;
}

/** Phrases before a wish that ask for nothing themselves; what stands behind them begins anew. */
const LEADS =
  /\b(?:while you are (?:at it|there|here|about it|on it)|on your way|in the meantime|meanwhile|in passing|once (?:you are )?(?:done|finished|ready)|when (?:you are )?(?:done|finished|ready)|at the same time|for good measure|as a next step|next up|if possible|if need be|if so|if yes|if not|in that case|otherwise|if (?:necessary|required|needed)|after that|afterwards|if (?:port |the port )?‹num› is (?:open|closed|up)|if (?:it|they|that|this|one|any|some|any of them|there) (?:is|are|looks?|seems?|fails?|works?|does|do|has|have)(?: (?:not|any|one|ok|okay|fine|bad|broken|down|up|wrong|good|open|closed|so|stuck|old|unused))*) (?=[a-z])/g;

/** What somebody else wants, or what was said before: told, not asked for. */
const REPORTED =
  /^(?!i |we |you |please |can |could |would )(?:\S+ ){1,6}?(?:wants?|wanted|asked|asks|told|tells|plans?|planned|intends?|ordered|expects?) (?:(?:me|us|him|her|them|everyone|everybody) )?to (?:\S+ )?$|\b(?:i|we) (?:was|were|am|are) (?:told|asked|ordered|supposed|expected) to (?:\S+ )?$|\b(?:we|they|he|she) (?:will|are going to|plan to|intend to) (?:soon |then |later )?$|^do (?:we|i) (?:have|need) to $|^(?:what|which) (?:\S+ ){0,3}?(?:would|should|could) (?:you|i|we) $|\b(?:i|we) (?:have to|must|need to) $/;
/** Work at a desk, which no tool does and nobody asks of one: "I have to write a report". */
const DESK =
  /^(?:\S+ ){0,3}?(?:reports?|numbers|figures|forms?|slides?|presentation|summary|statement|talk|memo|paper)\b/;
/** A wish that only asks, behind the statement. */
const ASKS =
  /(?:^|[.;:?!,] )(?:but |so |and |first |then |now )*(?:please |just |only |i need |i want to know |show me )*(?:which|what|how|is|are|does|do|did|has|have|was|who|where|when|why|show|list|tell|check|count|give|compile|test|profile|summari[sz]e|average|errors|error|only list|only show|all)\b/;

/** True when the change at word `at` is spoken of before a question, and is none of the wish. */
function isReported(words: readonly Word[], at: number, rest: string): boolean {
  const start = clauseStart(words, at);
  const lead = `${words.slice(start, at).map((one) => one.text).join(" ")} `;
  if (!REPORTED.test(lead)) return false;
  if (/\b(?:i|we) (?:have to|must|need to) $/.test(lead) && !/^do /.test(lead) && !DESK.test(rest)) {
    return false;
  }
  const border = /[.;:?!,] /.exec(rest);
  const behind = border === null ? "" : rest.slice(border.index);
  return ASKS.test(behind) &&
    !/\b(?:please do|go ahead|do it|do so|do that|see to it|can you do|make it)\b/.test(behind);
}

/** The phrase that asks for a change, as the goal's canonical text has it; `undefined` when none does. */
export function writeRequest(reading: Reading): string | undefined {
  const asked = reading.asked.replace(LEADS, "; ");
  const words = wordsOf(asked);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined || !WRITE_VERBS.has(word.text)) continue;
    // dbt and sqlmesh rebuild models as their allowed, approved work.
    if (
      /^(?:rebuild|recreate|refresh|load|regenerate)$/.test(word.text) && reading.has(/\b(?:dbt|sqlmesh)\b/)
    ) continue;
    const after = word.offset + word.text.length + 1;
    if (isRequestAt(words, at, asked.slice(after, after + 240))) {
      if (isReported(words, at, asked.slice(after))) continue;
      return words.slice(at, at + 6).map((one) => one.text).join(" ");
    }
  }
  for (const clause of reading.asked.split(/ [;.!?:] /)) {
    const bare = clause.slice(0, 4000);
    if (
      /^(?:if|what|which|who|when|where|why|how|would|did|does|was|were|has|have|is|are|had)\b/.test(bare) &&
      !/\b(?:can|could|would) you\b/.test(bare)
    ) {
      continue;
    }
    for (const pattern of WRITE_REQUESTS) {
      const hit = pattern.exec(bare);
      if (
        hit !== null && (STATE.test(hit[0]) || /^(?:wants|wanted)\b/.test(hit[0])) &&
        asksAfter(reading, clause)
      ) continue;
      // Building models anew is dbt's and sqlmesh's allowed, approved work.
      if (
        hit !== null &&
        /\b(?:rebuilt|recreated|reloaded|rerun|re-run|refreshed|run|built)$/.test(hit[0].trim()) &&
        reading.has(/\b(?:dbt|sqlmesh)\b/)
      ) continue;
      if (hit !== null) return hit[0].trim();
    }
  }
  return gerundRequest(words) ?? unknownVerb(reading);
}
