/**
 * Verbs that ask for a change, and the shapes in which they are no request.
 *
 * @module
 */

/** Base forms. A request is decided by where the verb stands, see `guard_writes.ts`. */
export const WRITE_VERBS: ReadonlySet<string> = new Set(
  ("fill impute delete remove drop destroy kill terminate restart reboot redeploy rollback scale resize patch edit modify change update create add apply " +
    "install uninstall drain cordon uncordon taint untaint label annotate evict rotate revoke disable enable lock unlock reset rename move copy " +
    "write overwrite truncate purge clean clear wipe insert import migrate seed snapshot backup restore fix repair upgrade downgrade expose " +
    "exec attach mount unmount grant chmod chown block unblock ban quarantine isolate commit push publish promote invalidate unseal seal renew " +
    "append erase undo revert rollout replace set bump pause resume suspend abort trigger put alter upsert unset assign transfer configure " +
    "reconfigure deregister unregister onboard offboard provision deprovision spin bounce recycle flush vacuum recreate rebuild reinstall fork " +
    "encrypt convert backfill ingest transform anonymise anonymize deduplicate dedupe normalise save export upload store kickoff cancel " +
    "autoscale increase decrease raise lower double halve extend shrink detach rebalance failover switch swap merge tag untag impersonate " +
    "deactivate activate reactivate archive free schedule undeploy decommission retire relaunch respawn reschedule demote upscale downscale shutdown silence mute unmute acknowledge snooze dismiss silence mute unmute acknowledge snooze dismiss throttle reassign give take close open start stop turn shut bring delegate remediate heal correct regenerate reload redirect deploy roll " +
    "trim tighten loosen reconcile mark gzip unzip compress uncompress decompress force flip empty shell ssh split tarball sanitise sanitize redact obfuscate refactor harden whack " +
    "run rerun sort kick ship dump chuck toss trash bin tear yank boot offload unload stash park stick pour spit spool emit throw hand prune strip tidy push pipe " +
    "flip toggle ack send post mail notify print log file lift cut wind blow pull sweep reimage requeue replay repoint relabel obliterate axe ditch " +
    "scrap discard reissue refill upsize rescale leave page bcc forward pop evacuate mothball knock nudge retag rekey blacklist denylist allow deny permit hotfix " +
    "undelete firewall point route approve prevent blank black cross white null rub ink comment jettison burn bury cull decimate demolish dispose dissolve eject eradicate expel expunge exterminate extinguish raze scuttle shed shred sink slash " +
    "smash squash strike torch vaporize vaporise void wash weed winnow zero blast bomb butcher dust lose retire sack fire unlink unplug rid halt freeze " +
    "hibernate wake awaken revive resurrect ignite launch spawn power cycle adjust adapt amend tweak tune retune boost beef ramp crank dial cap rejig " +
    "reshuffle rework reword rewire reroute retarget retool relocate shift shuffle transplant hoist coerce recode cleanse polish straighten fold collapse " +
    "compact defrag defragment entrust elevate empower enrol enroll enlist admit appoint authorize authorise make let sign register onboard hook wire bind " +
    "deposit plant tuck stamp jot back mirror replicate clone preserve fax dispatch radio beam keel bleach nix finish despatch unwind dismantle detonate " +
    "scratch neutralise neutralize suppress quash cremate dethrone oust banish drown kneecap yeet grow enlarge expand thin slim widen narrow multiply " +
    "quadruple triple quiesce taint overhaul refurbish recompute reindex rehash reseed resync reformat pave " +
    "scrub rewrite unban whitelist allowlist expire eliminate nuke zap sync bake load pin hide mask forge spoof inject")
    .split(" "),
);

/** A place that something would be put at, behind what is put there: these verbs carry things away. */
const AWAY =
  /^(?:(?!and |then |show |list |tell |how |what |which |who |if |whether )\S+ ){0,12}?(?:into|onto|to|over to|off to|out to|at|as) (?:the |a |an |my |our |file |new |called |named )*(?:‹(?:path|url|email|addr|host)›|(?:text |log |local |separate )?files?\b|disk\b|slack\b|teams\b|ticket\b|wiki\b|auditors?\b|support\b|finance\b|vendor\b|prod\b|git\b|main\b|master\b|origin\b|the (?:repo|repository|remote)\b|tape\b|s3\b|stdout of\b|\S+ (?:channel|folder|directory|bucket|queue|topic|table|inbox|mailbox)\b)/;
/** Something that can be changed. */
const THING =
  /^(?:the |(?:of|with|away with) (?:the |all |it\b|them\b|\S+_\S+)|every|each |whatever |whichever |it\b|[a-z0-9]+_[a-z0-9_]+(?: |$)|them\b|‹(?:path|quoted)›|\S+ (?:pods?|nodes?|deployments?|namespaces?|accounts?|users?|alerts?|tables?|rows?|columns?|keys?|rules?|policy|limits?|access|traffic|flags?|switch)\b|(?:pod|node|deployment|namespace|account|user|alert|table|key|rule|feature|flag|job|cronjob|unit) \S+|\S+ of \S+|old |stale |unused |dangling |(?:pvcs?|pvs?|csrs?|svcs?|services?|pods?|nodes?|deployments?|quotas?|volumes?|claims?|ports?|accounts?|users?|keys?|groups?|tables?|rows?|columns?|files?|logs?|jobs?|cronjobs?|containers?|certificates?|configmaps?|ingress(?:es)?|replicas|traffic|memory|disk) (?!of\b|in\b|is\b|are\b|per\b|by\b|usage\b|count\b|rate\b|status\b)\S|‹(?:addr|path|host|name)›)/;

/**
 * Verbs with a harmless everyday use. They count only when what follows is an object that can be changed.
 */
export const NEEDS_OBJECT: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    "ship dump chuck toss stash park stick pour spit spool emit throw hand push pipe pop send post mail notify print log leave offload unload forward page bcc"
      .split(" ").map((verb) => [verb, AWAY]),
  ),
  ...Object.fromEntries(
    "trash bin prune strip flip toggle ack ditch scrap discard axe lift reissue replay requeue nudge permit deny allow"
      .split(" ")
      .map((verb) => [verb, THING]),
  ),
  // Figures of speech: what they stand before decides.
  ...Object.fromEntries(
    ("jettison burn bury cull decimate demolish dispose dissolve eject eradicate expel expunge exterminate extinguish raze scuttle shed shred sink " +
      "slash smash squash strike torch vaporize vaporise void wash weed winnow zero blast bomb butcher dust lose retire sack fire unlink unplug halt " +
      "freeze hibernate wake awaken revive resurrect ignite launch spawn adjust adapt amend tweak tune retune boost crank dial cap rejig reshuffle " +
      "rework reword rewire reroute retarget retool relocate shift shuffle transplant hoist coerce recode cleanse polish straighten fold collapse compact " +
      "defrag defragment entrust elevate empower enrol enroll enlist admit appoint authorize authorise bind deposit plant tuck stamp mirror replicate " +
      "clone preserve fax dispatch despatch radio bleach nix unwind dismantle detonate scratch neutralise neutralize suppress quash oust banish drown " +
      "yeet grow enlarge expand thin slim widen narrow multiply quadruple triple overhaul refurbish recompute reindex rehash reseed resync reformat")
      .split(" ").map((verb) => [verb, THING]),
  ),
  rid: /^(?:the |us |me |our |my )/,
  power: /^(?:\S+ ){0,6}?(?:off|on|down|up|cycle)\b/,
  cycle: /^(?:the |all |it\b|them\b|through the |[a-z0-9]+_\S+)(?!time)/,
  beef: /^(?:\S+ ){0,6}?up\b/,
  ramp: /^(?:\S+ ){0,6}?(?:up|down)\b/,
  keel: /^over\b/,
  finish: /^(?:\S+ ){0,5}?off\b/,
  pave: /^over\b/,
  back: /^(?:\S+ ){0,4}?up\b(?!s)/,
  hook: /^(?:\S+ ){0,5}?up\b/,
  sign: /^(?:\S+ ){0,4}?(?:up|off|out)\b(?! ?s)/,
  jot: /^(?:\S+ ){0,4}?down\b/,
  wire: /^(?:\S+ ){0,6}?(?:up|to|into)\b/,
  register: /^(?:a |an |the |new |this |that |user |host |‹)/,
  beam: /^(?:\S+ ){0,6}?(?:up|to|over)\b/,
  // "make bob an administrator", "make it writable"; "make sure", "make a plan" are none.
  make:
    /^(?!sure\b|ready\b|certain\b|me\b|us\b|sense\b|of\b|a \b|an \b|do\b|use of\b|out\b|clear\b|(?:the|this|that|my|our|any|some) (?:\S+ ){0,3}?(?:lists?|plan|analysis|scan|checks?|report|audit|count|query|overview|profile|comparison|summary|run|build|docs|documentation|inspection|review)\b)(?:it|them|this|that|these|those|the \S+|all \S+|every \S+|[a-z0-9]+_\S+|\S+ \S+) (?!(?:quick|short|fast|snappy|simple|brief|readable|pretty|nice|clear|easy|work|sense|available to me|a table|a list)\b)(?:\S+ ){0,8}\S/,
  let:
    /^(?!me\b|us\b|dbt\b|sqlmesh\b|terraform\b|bandit\b|nmap\b|it be\b|know\b)(?:\S+ ){1,5}?(?:into|in|have|use|become|sudo|log|through|pass|access|write|expire|go|die|rest)\b/,
  forward: /^(?:the |my )?ports?\b|^\S+ (?:to|on) (?:me|us|\S+@)/,
  ...Object.fromEntries(
    "blank black cross white null rub ink comment".split(" ").map((verb) => [verb, /^out\b/]),
  ),
  point: /^(?:\S+ ){1,6}?(?:at|to|towards) \S/,
  route: /^(?!tables?\b|of\b)(?:\S+ ){1,5}?(?:away|to|through|via|around|over)\b/,
  approve: /^(?:the |all |it\b|this |that |csrs?\b|certificatesigningrequests?\b|\S+ (?:requests?|plan|csr))/,
  prevent: /^(?:\S+ ){1,6}?from\b/,
  firewall: /^(?:off\b|‹|the |it\b)/,
  throw: /^(?:\S+ ){0,8}?(?:out|away|overboard|off)\b/,
  toss: /^(?:\S+ ){0,8}?(?:out|away|overboard|off)\b|^(?:the |it\b|them\b)/,
  chuck: /^(?:\S+ ){0,8}?(?:out|away|overboard|off)\b|^(?:the |it\b|them\b)/,
  weed: /^(?:\S+ ){0,6}?out\b/,
  sweep: /^(?:\S+ ){0,6}?(?:away|clean|under)\b/,
  mail: /^(?:me|us|him|her|them|it|the|this|that|everyone|\S+ (?:the|to))\b/,
  hand: /^(?:\S+ ){1,7}?(?:to|over)\b/,
  kick: /^(?!off\b)(?:\S+ ){0,6}?(?:out|off|over|away)\b|^(?:the |it\b|them\b)/,
  mark: /^(?:\S+ ){1,8}?as (?!json|yaml|wide)\S+/,
  empty: /^(?:the |it\b|them\b|‹|out\b|node\b|table\b)(?!values|columns?|cells|rows)/,
  force: /^(?!(?:index|field)\b)\S+/,
  split: /^(?:\S+ ){0,6}?(?:into|in) (?:two|three|‹num›|several|chunks|parts|files|smaller|separate)\b/,
  sort: /^(?:\S+ ){0,4}?in ?place\b/,
  shell: /^(?:in|into|to|onto)\b/,
  ssh: /^(?:in|into|to|onto)\b/,
  run: /^(?:the |that |this )?(?:job|cronjob|migration)s? (?!logs?\b|metrics?\b)\S+/,
  rerun: /^(?:the |that |this )?(?:job|cronjob|migration)s? (?!logs?\b|metrics?\b)\S+/,
  boot: /^(?:\S+ ){0,6}?(?:out|off)\b/,
  yank: /^(?:the |it\b|them\b|‹|\S+ (?:from|out|off)\b)/,
  tear: /^(?:\S+ ){0,8}?(?:down|out|off)\b/,
  pull:
    /^(?:\S+ ){0,8}?(?:down|out of (?:service|rotation|the (?:cluster|rotation|pool|load balancer|group))|offline|the plug)\b|^the plug\b/,
  wind: /^(?:\S+ ){0,8}?(?:down|up)\b/,
  blow: /^(?:\S+ ){0,8}?(?:away|up)\b/,
  knock: /^(?:\S+ ){0,8}?(?:out|off|over|down)\b/,
  tidy: /^(?:up\b|the |it\b|them\b|\S+ up\b)/,
  cut: /^(?:\S+ ){0,3}?(?:over|off|traffic|access|release|down)\b/,
  file: /^(?:a|an|the|another) (?:\S+ )?(?:ticket|bug|issue|incident|report|request|complaint|jira)\b/,
  change:
    /^(?!(?:requests?|tickets?|windows?|freeze|management|advisory|board|control|sets?|data|logs?|history|order|number|is|was|over|between|feed|stream|capture|‹num›)\b)/,
  give:
    /^(?!me\b|us\b)(?:\S+ ){1,4}?(?:sudo|root|admin|wheel|docker|superuser)\b(?! (?:users?|accounts?|members?|list))|^(?:\S+ ){0,6}?(?:(?:sudo|admin|root|wheel) (?:rights?|access|privileges?)|(?:access|permissions?|rights|privileges?) (?:to|on|for)|(?:more|additional|extra|further|another|less|fewer) (?:\S+ ){0,1}?(?:copies|copy|replicas?|memory|cpu|cores|instances?|pods|resources|nodes|space|disk))\b/,
  take:
    /^(?:it|them|him|her|this|that) (?:out|off|away|down)\b(?! of (?:the )?(?:scan|scope|report|picture|list|result))|^(?!a look\b|the (?:average|sum|mean|median|count|total|number|rows))(?:\S+ ){0,8}?(?:down\b|offline\b|out of ‹path›|out for good\b|out of (?:the )?(?:service|rotation|cluster|group|pool|list|sudo|wheel|load balancer|file|table|vault|sudoers|\S+ group)|a (?:dbt )?snapshot\b|a (?:backup|dump)\b|away\b)/,
  start:
    /^(?:up )?(?:the |a |an |another |new |my |our |up )*(?:\S+ ){0,2}?(?:service|container|pod|pods|deployment|server|instance|instances|unit|daemon|node|nodes|machine|agent|worker|workers|process|cluster|nginx|postgres|vm|cronjob|replica|replicas|database|shell|session)\b/,
  stop:
    /^(?:the |a |an |all |my |our |this |these |that )*(?:\S+ ){0,3}?(?:service|services|container|containers|pod|pods|deployment|deployments|server|servers|instance|instances|unit|daemon|node|nodes|machine|agent|worker|workers|process|processes|cluster|nginx|postgres|vm|cronjob|job|jobs|database|it|them)\b/,
  open:
    /^(?:up )?(?:a|an|the|me a|another) (?:\S+ ){0,3}?(?:shell|session|console|terminal|firewall|ticket|tunnel|connection|file|pull request|pr|issue|incident)\b|^(?:the )?ports? (?:\S+ ){1,4}?(?:in|on|for|to) (?:the |our )?(?:firewall|internet|world|security group)/,
  close:
    /^(?:the |all |every |this |that |these |those |down )*(?:open |unused |unneeded )*(?:ports?|ticket|incident|firewall|issue|alert|connection|connections|session|sessions|account|accounts)\b/,
  turn: /^(?:\S+ ){0,8}?(?:off|on|down|up|into)\b/,
  switch: /^(?:(?:the|a|our) )?(?:\S+ ){0,4}?(?:off|on|over|traffic|to (?:the|a|persona))\b/,
  shut: /^(?:\S+ ){0,8}?(?:down|off)\b|^(?:the |it\b|them\b|‹|ports?\b|accounts?\b|all )/,
  bring:
    /^(?!up\b)(?:\S+ ){0,8}?(?:up|down|back|online|offline|to (?:zero|nought|its knees|life|a halt|‹num›))\b(?! the| a )/,
  spin: /^(?:up|down)\b/,
  roll:
    /^(?:\S+ ){0,4}?(?:back|out|forward|over)\b|^(?:the )?(?:pods?|deployments?|nodes?|statefulsets?|daemonsets?|services?)\b|^(?:the )?\S+ (?:deployment|release|version)\b/,
  set: /^(?!of\b|up to\b)\S+/,
  put:
    /^(?!something\b|anything\b|it (?:this|that|another) way\b|together\b|simply\b|differently\b)(?:\S+ ){0,8}?(?:in|into|on|to|under|back|at)\b/,
  load: /^(?:the |up )*(?:\S+ ){0,4}?(?:into|in|extension|module|scripts?|data)\b/,
  lower:
    /^(?:the |our |its |their )*(?:\S+ ){0,4}?(?:replicas?|limits?|requests?|threshold|memory|cpu|priority|quota|count|timeout)\b/,
  raise:
    /^(?:the |our |its |their |a )*(?:\S+ ){0,4}?(?:replicas?|limits?|requests?|threshold|memory|cpu|priority|quota|count|timeout|ticket|privileges?)\b/,
  increase:
    /^(?:the |our |its |their )*(?:\S+ ){0,4}?(?:replicas?|limits?|requests?|threshold|memory|cpu|priority|quota|count|timeout|size|number|storage|disk)\b/,
  decrease:
    /^(?:the |our |its |their )*(?:\S+ ){0,4}?(?:replicas?|limits?|requests?|threshold|memory|cpu|priority|quota|count|timeout|size|number|storage|disk)\b/,
  double:
    /^(?:the |our |its )*(?:\S+ ){0,3}?(?:replicas?|limits?|memory|cpu|quota|size|number|nodes|pods|instances)\b/,
  create:
    /^(?!(?:me )?(?:a|an|the)? ?(?:\S+ )?(?:list|listing|report|summary|overview|breakdown|ranking|histogram|dbt documentation|documentation|docs|plan|terraform plan|sqlmesh plan)\b)/,
  add: /^(?!up\b|together\b|the (?:values|amounts|numbers)\b|all (?:the )?(?:values|amounts|numbers)\b)/,
  update: /^(?!me\b|us\b|on\b|status\b|:)/,
  write: /^(?!(?:safe|secure|good|clean|to (?:the )?(?:log|journal)|most|more)\b)/,
  tag: /^(?:the |all |it |them |this |these )/,
  label: /^(?:the |all |it |them |this |these |node|pod|namespace|deployment)/,
  sync: /^(?:the |all |it |our |argo|application|app\b)/,
  hide: /^(?:the |all |it |them )/,
  mask: /^(?:the |all |it |them |column)/,
  merge:
    /^‹path› (?:into|to)\b|^(?:\S+ ){1,6}?into (?:the )?‹path›|^(?:the |this |that |my )*(?:pull|pr|branch|merge|request|commit)\b/,
  export: /^(?!(?:files?|jobs?|errors?)\b)/,
  store: /^(?:\S+ ){0,6}?(?:in|into|to|as|at|next|under|on|it|them)\b/,
  trigger: /^(?!(?:words?|reason)\b)\S+/,
  extend: /^(?:the |our |its )/,
  commit: /^(?:the |these |this |it|them|all|my|our)/,
  expire: /^(?:the |all |it |them |user|account)/,
  expose: /^(?:the |a |it |them |deployment|service|port|pod)/,
  isolate: /^\S+/,
  regenerate: /^(?!(?:the |our |all |my )*(?:dbt )?(?:docs|documentation)\b)/,
  generate: /^$/,
  correct: /^(?:the |this |that |these |those |it|them|all )/,
  fix: /^(?!(?:versions?)\b|:|,)\S+/,
  clean: /^(?:up|out|the|all|old|\S+ (?:up|out)|‹)/,
  clear: /^(?!(?:text|overview|picture|signs?)\b)\S+/,
  pin: /^(?:the |it |them )/,
  swap: /^(?!(?:usage|space|memory|used|in|out|io)\b)\S+/,
  silence: /^(?:the |all |this |that |it|them|alert|alerts|\S+ (?:alert|for|until))/,
  mute: /^(?:b\d{3}\b|the all |this |that |it|them|alert|alerts|\S+ (?:alert|for|until))/,
  dismiss: /^(?:the |all |this |that |it|them|alert|alerts)/,
  free: /^(?:up|some|the)\b/,
  schedule:
    /^(?:a |an |the |it\b|this |that |dbt|sqlmesh|terraform|bandit|nmap|\S+ (?:run|scan|every|at|for)\b)/,
  activate: /^(?:the |a |this |that |it|all |account|user|\S+ (?:again|for))/,
  archive: /^(?:the |all |old |this |that |it|them|logs?\b|files?\b|‹)/,
  fill: /^(?:the |all |in |up |missing |nulls?|empty |gaps|every |\S+ (?:with|by) )/,
  pause: /^(?:the |all |it|them|deployment|rollout|cronjob)/,
  deploy: /^$|^(?:the |a |an |this |that |it|them|new|version|our |my |v\d|to |latest|from )/,
  scale: /^\S+/,
  block: /^(?:the |all |this |that |it|them|any|‹|traffic|access|user|ip|port)/,
  lock: /^(?:the |all |this |that |it|them|out|down|user|account|\S+ out|‹)/,
  attach: /^(?:to |the |a |it|them)/,
  mount: /^(?:the |a |it|‹)/,
};

/** Nouns that make the word before them a name of a thing: `restart count`, `rollback history`. */
export const COMPOUND_HEADS =
  /^(?:counts?|counters?|logs?|history|rate|rates|polic(?:y|ies)|times?|windows?|numbers?|reasons?|loop|loops|looping|list|frequency|throughput|latency|speed|bytes|io|iops|latencies|stats|statistics|ratio|duration|traffic|happened|is|was|are|were|has|had|did|of|per|by|failures?|failed|attempts?|permissions?|rights|requests? per|rbac|webhooks?)\b/;

/** Verbs that are nouns too, and what they then stand before: `backup jobs`, `import errors`. */
export const NOUN_VERBS: ReadonlySet<string> = new Set(
  "backup restore import export snapshot migrate patch scale update audit sync load deploy build release cleanup upgrade set tag label mount access merge fix store create write alter delete update insert copy transfer log exec drain restart"
    .split(" "),
);
export const NOUN_VERB_HEADS =
  /^(?:jobs?|cronjobs?|events?|errors?|status|statuses|scripts?|service unit|unit|timer|messages?|metrics?|operations?|statements?|calls?|queries|queue|queues|date|dates|access|pods|controllers?|latency|sets?|field|times|volume|throughput)\b(?! (?:older|that|which|in namespace \S+ (?:now|please)))/;

/** Of these a following noun is what is to be changed, whatever the noun. */
export const ALWAYS_VERBS: ReadonlySet<string> = new Set(
  "delete restart drain set create exec label tag".split(" "),
);
