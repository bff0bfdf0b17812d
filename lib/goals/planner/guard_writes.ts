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
import type { Reading } from "./reading.ts";
import { isKnownWord } from "./text/tokens.ts";

/** Words that may stand between a request's beginning and its verb. */
const SOFTENERS = new Set(
  ("please kindly just now quickly immediately simply maybe also then first finally directly already ahead go hey hi hello ok okay thanks " +
    "again better rather really even at once temporarily permanently safely manually someone somebody anybody team dear friend urgent " +
    "urgently asap force hard gracefully carefully either both next today tonight").split(" "),
);

const PARTICIPLES =
  "deleted|removed|dropped|destroyed|killed|terminated|restarted|rebooted|redeployed|scaled(?: (?:up|down|out|in))?|resized|patched|edited|modified|changed|updated|created|added|applied|installed|uninstalled|drained|cordoned|evicted|rotated|revoked|disabled|enabled|locked|unlocked|reset|renamed|moved|overwritten|truncated|purged|cleaned(?: up)?|cleared|wiped|inserted|imported|migrated|restored|fixed|repaired|upgraded|granted|blocked|banned|quarantined|rolled back|reverted|undone|replaced|gone|set|shut down|turned (?:off|on)|switched (?:off|on)|taken down|closed|stopped|paused|given|promoted|bumped|written|saved|exported|uploaded|stored|brought (?:down|up|back|online|offline|to zero)|taken (?:down|out|offline|away|off)|put (?:back|down|out|offline|to sleep|into|in maintenance)|torn down|wound down|spun (?:up|down)|emptied|filled|hidden|kicked(?: out| off)?|knocked (?:out|down|over)|loaded|merged|muted|pinned|pulled|pushed|rebuilt|recreated|reloaded|relabell?ed|rerun|rolled (?:back|out|forward)|shrunk|signed off|silenced|split|swapped|synced|tagged|thrown (?:away|out)|trimmed|woken(?: up)?|upsized|downsized|lowered|raised|increased|decreased|doubled|halved|reduced|bounced|recycled|flushed|erased|rewritten|replaced|retired|decommissioned|disposed of|gotten rid of|freed(?: up)?|archived|compressed|rebooted|re-?run|expired|unmounted|mounted|attached|detached|exposed|opened up|made (?:public|private|writable|readable|executable)";

const NOUNS =
  "restart|reboot|rollback|rollout|redeploy|redeployment|deletion|failover|backup|migration|scale[ -]?(?:up|down|out|in)|resize|upgrade|cleanup|clean up|rotation|bounce|undo|rolling restart|deployment of|removal|hotfix|patch|apply";

const ACTION_NOUNS =
  "kick|restart|reboot|bounce|nudge|shove|cleanup|clean|wash|push|scrub|refresh|reset|fresh start|new start|trim|rest|bump|boost|flush|makeover|rework|polish|patch|update|upgrade|new (?:image|password|key|name|owner|label|token|version)|more (?:\\S+ )?(?:memory|cpu|room|space|replicas|time)";
const AMOUNT =
  "(?:at least |only |exactly )?(?:‹num›|two|three|four|five|six|seven|eight|nine|ten|more|fewer|less|another|double)";

const REQUESTS: readonly RegExp[] = [
  // Wished for, or regretted that it is not done: "it would help if web were restarted".
  new RegExp(
    `\\b(?:help|helpful|great|nice|good|best|better|lovely|appreciated?|happy|glad|grateful|love|like|cool|wonderful|ideal) (?:it )?if (?:\\S+ ){1,9}?(?:were|was|got|gets|is|are|could be|would be|can be|be) (?:${PARTICIPLES})\\b`,
  ),
  new RegExp(
    `\\b(?:can|could|may|might|would like to|want to|need to|wish to|let us) (?:we |i |you |us )?(?:please )?(?:have|get|see) (?:\\S+ ){1,7}?(?:${PARTICIPLES})\\b(?! by| in the last| since| yesterday| recently)`,
  ),
  new RegExp(`\\bif (?:you|we|someone) (?:${PARTICIPLES})\\b.{0,80}\\bplease do\\b`),
  new RegExp(`^(?:can|could|may) (?!you\\b|we\\b|i\\b)(?:\\S+ ){1,9}?be (?:${PARTICIPLES})\\b`),
  /\b(?:should|must|may|ought to) (?:get|receive|accept|take|have|see) no (?:more |new |further )?\S+/,
  /\b(?:prevent|keep|stop|block|ban|bar) (?:\S+ ){1,6}?from (?:\S+ing|ever)\b/,
  /\bneeds? (?:a |an |some )?(?:bigger|larger|higher|lower|smaller|new|newer|different|fresh|another|extra|additional|longer) \S+/,
  // Nouns of doing: "see to the eviction of all pods".
  new RegExp(
    `\\b(?:see to|take care of|arrange(?: for)?|handle|organi[sz]e|ask(?:ing)? for|order|approve|perform|initiate|begin with|start with|go for|due for) (?:the |a |an )?(?:\\S+ )?(?:eviction|deletion|removal|termination|destruction|${NOUNS})\\b`,
  ),
  // "I want node w9 out of the rotation", "namespace temp can go".
  /\b(?:want|need|would like|like to have|prefer) (?:\S+ ){1,6}?(?:out of (?!memory\b|disk\b|space\b|the (?:list|scan|report|result|picture))|gone\b|offline\b|online again\b|shut\b|back up\b|back online\b|up and running\b|taken\b)/,
  /^(?!(?:what|which|who|where|how|does|did|is|are)\b).*\b(?:can|may|should|must|has to|have to|needs? to) go\b(?! (?:to|down|up|wrong|over|through|on|live|back|into|from|for|by|well|bad)\b)/,
  /^(?!.*\b(?:how|which|what|why|who|list|show|are|is|does|do|has|have|had|should|with|pods|expects?|wanted)\b).*(?:: |= |to )(?:‹num›|two|three|four|five|six|ten) (?:replicas?|copies|instances)\b/,
  /\boff with (?:it|them|the|his|her|its|their)\b/,
  // Light verbs: "give them a kick", "have the pod get a restart".
  new RegExp(
    `\\bgive (?:\\S+ ){1,7}?(?:(?:a|an|another|one more) (?:good |quick |proper |gentle |hard |little |swift )?(?:${ACTION_NOUNS})|more (?:\\S+ )?(?:memory|cpu|room|space|replicas|copies))\\b`,
  ),
  // How a thing is wished to be: "web ought to run image 1.4", "for web to have 6 replicas".
  new RegExp(
    `\\b(?:should|must|ought to|needs? to|has to|have to|shall|(?:want|love|like|need|prefer|wish)(?: for)? (?:\\S+ ){1,5}?to) (?:now |also |only |rather |really )?(?:(?:have|run|use|get|keep) (?:with |on )?${AMOUNT} (?:\\S+ )?(?:replicas?|copies|copy|pods?|instances?|nodes?|cores?|cpus?|memory|gi|workers?)|(?:run|use|get|be on|move to|switch to|go to) (?:the )?(?:new |latest |other )?(?:image|version|tag|node|namespace) \\S+)`,
  ),
  new RegExp(`\\b(?:can|could|may) (?:i|we) (?:please )?(?:have|get) ${AMOUNT}(?= )`),
  /\b(?:go ahead|proceed|carry on|continue|move forward|go on) with (?:it|that|this|them|the (?:\S+ )?(?:plan|changes?|apply|rollout|deletion|migration|upgrade|run))\b/,
  /\b(?:make it (?:so|happen)|pull the trigger|let it rip|ship it|get it (?:done|deployed|applied|merged))\b/,
  /(?<!can |could |may |able to |to |allowed to |who |whoever |might |not |users? |accounts? |directly |root )\blog ?in as (?:root|admin\w*|the |an? |another |user |‹)/,
  /\b(?:should|must|ought|may) not be (?:in|a member of|part of|on) (?:\S+ ){1,4}?(?:any ?more|any longer)\b/,
  new RegExp(
    `(?<!nothing |nobody |not |never )\\b(?:should|must|needs? to|has to|have to|ought to|had better) (?:now |all |also |please )?(?:be|get) (?:${PARTICIPLES})\\b`,
  ),
  new RegExp(
    `\\b(?:want|wants|need|needs|please have|would like|like to have|like to see) (?:(?!that |which |who |were |was |are |to |how |list |if |whether |what )\\S+ ){1,9}(?:${PARTICIPLES})(?: |$)(?!by|in the|on|from|since|yesterday|recently|last|today|more|within)`,
  ),
  new RegExp(
    `\\b(?:get|have) (?:the |this |that |these |those |it |them |all |my |our |every |\\S+ ){1,4}(?:${PARTICIPLES})(?: |$)(?!by|in the|on|from|since|yesterday|recently|last|today|more|within)`,
  ),
  new RegExp(
    `\\b(?:do|perform|make|run|rerun|start|launch|trigger|force|initiate|needs?|wants?|request|requesting|schedule|execute|carry out|kick off|go for) (?!not |never )(?:a |an |the |another |me a |us a )?(?:\\S+ ){0,2}?(?:${NOUNS})\\b`,
  ),
  new RegExp(
    `\\b(?:make sure|ensure|see to it|take care) (?:that )?(?:\\S+ ){1,8}?(?:gets?|is|are|be|being) (?:${PARTICIPLES})\\b`,
  ),
  /^(?:please |can you |could you |would you |kindly )*let (?!me\b|us\b|dbt\b|sqlmesh\b|terraform\b|bandit\b|nmap\b)\S+ (?:use|have|run|become|access|log|sudo|read|write|in)\b/,
  /\b(?:get rid of|shut (?:it |them |this |that |\S+ )?down|make (?:it|them|this|that) (?:writable|executable|public|admin))\b/,
  /\bmind (?:deleting|removing|restarting|dropping|scaling|rolling|killing|applying|changing|updating|adding|creating|editing|patching|moving|copying|writing|resetting|locking|rotating|fixing|installing|deploying|saving|sending|granting|giving)\b/,
  /\bby (?:giving|adding|scaling|increasing|raising|restarting|deleting|removing) (?:\S+ ){0,4}?(?:copies|replicas|memory|cpu|instances|pods|nodes|resources)\b/,
  /\b(?:needs?|wants?|give it|give them|requires?) (?:\d+ |some |a few |‹num› |two |three |five )?(?:more|fewer|additional|extra) (?:copies|replicas|instances|memory|cpu|cores|nodes|workers|pods)\b/,
  /^(?:please )?(?:no more|down with|away with) \S+/,
  /\bchown\b|\bchmod\b|\buseradd\b|\buserdel\b|\busermod\b|\bvisudo\b|\bgpasswd\b|\biptables\b|\bufw\b|\bsystemctl (?:restart|stop|start|enable|disable|reload|mask)\b|\bservice \S+ (?:restart|stop|start)\b|\bhelm (?:upgrade|install|rollback|uninstall)\b|\bgit (?:push|commit|reset|revert|clone)\b|\bapt(?:-get)? (?:install|remove|update|upgrade)\b|\bpip install\b|\bkillall\b|\bpkill\b|\bkill -9\b|\bmkfs\b|\bdd if\b/,
];

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
    for (const pattern of REQUESTS) {
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
