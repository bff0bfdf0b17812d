/**
 * Phrases that ask for a change in other ways than by a verb in the imperative.
 *
 * @module
 */

const PARTICIPLES =
  "deleted|removed|dropped|destroyed|killed|terminated|restarted|rebooted|redeployed|scaled(?: (?:up|down|out|in))?|resized|patched|edited|modified|changed|updated|created|added|applied|installed|uninstalled|drained|cordoned|evicted|rotated|revoked|disabled|enabled|locked|unlocked|reset|renamed|moved|overwritten|truncated|purged|cleaned(?: up)?|cleared|wiped|inserted|imported|migrated|restored|fixed|repaired|upgraded|granted|blocked|banned|quarantined|rolled back|reverted|undone|replaced|gone|set|shut down|turned (?:off|on)|switched (?:off|on)|taken down|closed|stopped|paused|given|promoted|bumped|written|saved|exported|uploaded|stored|brought (?:down|up|back|online|offline|to zero)|taken (?:down|out|offline|away|off)|put (?:back|down|out|offline|to sleep|into|in maintenance)|torn down|wound down|spun (?:up|down)|emptied|filled|hidden|kicked(?: out| off)?|knocked (?:out|down|over)|loaded|merged|muted|pinned|pulled|pushed|rebuilt|recreated|reloaded|relabell?ed|rerun|rolled (?:back|out|forward)|shrunk|signed off|silenced|split|swapped|synced|tagged|thrown (?:away|out)|trimmed|woken(?: up)?|upsized|downsized|lowered|raised|increased|decreased|doubled|halved|reduced|bounced|recycled|flushed|erased|rewritten|replaced|retired|decommissioned|disposed of|gotten rid of|freed(?: up)?|archived|compressed|rebooted|re-?run|expired|unmounted|mounted|attached|detached|exposed|opened up|made (?:public|private|writable|readable|executable)";

const NOUNS =
  "restart|reboot|rollback|rollout|redeploy|redeployment|deletion|failover|backup|migration|scale[ -]?(?:up|down|out|in)|resize|upgrade|cleanup|clean up|rotation|bounce|undo|rolling restart|deployment of|removal|hotfix|patch|apply";

const ACTION_NOUNS =
  "kick|restart|reboot|bounce|nudge|shove|cleanup|clean|wash|push|scrub|refresh|reset|fresh start|new start|trim|rest|bump|boost|flush|makeover|rework|polish|patch|update|upgrade|new (?:image|password|key|name|owner|label|token|version)|more (?:\\S+ )?(?:memory|cpu|room|space|replicas|time)";
const AMOUNT =
  "(?:at least |only |exactly )?(?:‹num›|two|three|four|five|six|seven|eight|nine|ten|more|fewer|less|another|double)";

/** What asks for a change without a verb at its head: wishes, nouns of doing, how things ought to be. In the words of a reading. */
export const WRITE_REQUESTS: readonly RegExp[] = [
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
