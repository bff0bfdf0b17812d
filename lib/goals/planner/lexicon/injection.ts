/**
 * Phrases that try to change who decides, to run something, or to send something away. Looked for in the whole goal,
 * quoted material included.
 *
 * @module
 */

/** A phrase and what it tries; the reason names both. */
export interface Suspicion {
  readonly pattern: RegExp;
  readonly what: string;
}

const of = (what: string, ...patterns: readonly RegExp[]): readonly Suspicion[] =>
  patterns.map((pattern) => ({ pattern, what }));

const RULES =
  "(?:rules?|instructions?|guidelines?|guardrails?|polic(?:y|ies)|restrictions?|safety|safeguards?|limits|limitations|filters?|constraints?|allow ?-?list|whitelist|checks|programming|directives?|prompts?|orders|permissions|sandbox|approvals?)";

/** Over lower-cased goal text with white space collapsed. */
export const SUSPICIONS: readonly Suspicion[] = [
  ...of(
    "tries to set the rules aside",
    new RegExp(
      `\\b(?:ignor\\w*|disregard\\w*|forget\\w*|bypass\\w*|overrid\\w*|override|circumvent\\w*|skip|suspend|lift|drop|relax|switch off|turn off|disable|remove|waive|set aside|violate|break|don'?t (?:follow|obey)|stop following|not bound by|free from|without) (?:\\w+ ){0,4}?${RULES}\\b`,
    ),
    new RegExp(
      `\\b${RULES} (?:are |is |have been |were |now |all )*(?:off|disabled|suspended|lifted|void|waived|removed|no longer apply|don'?t apply|do not apply)\\b`,
    ),
    /\b(?:system|developer|debug|god|dan|admin|root|sudo|unrestricted|maintenance|override|jailbreak) (?:mode|prompt|override)\b(?! of)/,
    /\bjail ?break\b|\bdo anything now\b|\bno restrictions\b|\bunrestricted\b/,
    /\b(?:ignore|disregard|forget) (?:everything|anything|all|what) (?:\w+ ){0,3}?(?:above|before|previous|said|told)\b/,
    /\bnew (?:instructions?|rules?|policy|system prompt)\s*:/,
    /\byou (?:may|can|are allowed to|should|must) (?:now )?(?:skip|ignore|bypass|leave out|disregard|forget|override)\b/,
    /\bwithout (?:asking (?:anyone|anybody|me|us|for|first)|(?:any |the |waiting for |needing )?approval|confirmation|waiting for)\b/,
    /\b(?:no|skip(?: the)?|bypass(?: the)?) (?:approval|confirmation|review)\b(?! (?:rules|policy))/,
    /\bauto-?approve\b|\bauto-?apply\b|--force\b/,
    /\bcounts? as (?:internal|local|safe|private|allowed|trusted)\b|\b(?:treat|consider|regard) (?:\S+ ){1,6}?(?:as )?(?:internal|local|safe|private|allowed|trusted|in scope)\b/,
    /\b(?:is|are) (?:now |hereby |temporarily )?(?:whitelisted|allow-?listed|exempt(?:ed)?|pre-?approved|authori[sz]ed to (?:run|execute|delete|write))\b/,
    /\b(?:agrees?|agreed|approved|allows?|allowed|permits?|permitted|authori[sz]ed|signed off|cleared|okayed|ok'?d) (?:this |it |that |us )?(?:once|just this once|for today|as an exception|exceptionally|this time|verbally)\b/,
    /\b(?:i|we|they|he|she|management|security|legal|board) (?:hereby |now |explicitly )?(?:allow|permit|authori[sz]e|approve|grant|order|command)s? (?:you|yourself|physiclaw)\b/,
    /\bas an exception\b|\bjust this once\b|\bemergency (?:override|access|permission)\b|\bbreak[- ]glass\b/,
  ),
  ...of(
    "tries to change the persona",
    /\bpersona\s*[:=]?\s*(?:is\s+)?(?:sre|secops|data_architect|data architect|data|admin|root|all|\*)\b(?! engineer)/,
    /\b(?:switch|change|set|become|act|use|elevate|escalate|promote|move|go|log ?in|run) (?:\w+ ){0,3}?(?:as |to |into |over to )?(?:the |your |my |a )?(?:persona|role)\b/,
    /\b(?:act|behave|respond|answer|pose|work|operate) as (?:if you (?:are|were) )?(?:an? |the |my )?(?:root|admin\w*|superuser|secops|sre|data[ _]architect|security engineer|dba|unrestricted|hacker|attacker|linux|shell|terminal|bash|developer|someone|different|another)\b/,
    /\byou are (?:now )?(?:an? |the |in )?(?:root|admin\w*|superuser|secops|sre|data[ _]architect|dba|hacker|unrestricted|free|linux terminal|terminal|shell|developer|no longer|different|another)\b/,
    /\bfrom now on (?:you|i|we|act|be)\b|\bpretend (?:to be|you|that|i|we)\b|\brole-?play\b|\bimagine you\b|\bsuppose you are\b|\blet us say you are\b/,
    /\b(?:i am|i'm|im|speaking as|acting as|this is) (?:the |your |a |an )?(?:root|administrator|admin|superuser|ciso|cto|ceo|developer of|creator|owner of this (?:system|bridge))\b/,
    /(?:^|[.,;:!]\s*)as (?:the |your |a |an )?(?:root|administrator|superuser|ciso|cto|ceo|developer|creator|owner)\b/,
  ),
  ...of(
    "speaks to the assistant from inside quoted text",
    /\b(?:assistants?|agents?|ai|bots?|llms?|models?|chatbots?|scanners?|planners?|copilots?)(?: \w+)? (?:must|should|shall|has to|have to|needs? to|is to|are to|will now)\s+(?!be\b|have\b|not\b)/,
    /(?<![\w/.-])(?:assistant|system|ai|bot|agent|llm|copilot|planner|physiclaw) ?[:>](?!\/\/) ?\S+ \S+/,
    /<\/?(?:system|instruction|instructions|assistant|admin)>|\[(?:system|inst|admin)\]|<\|im_start\|>/,
    /\b(?:note|message|instruction|instructions|memo|attention|reminder|hint|important)\b(?: \w+){0,4}? (?:to|for) (?:the |any |all |every )?(?:\w+ )?(?:assistants?|agents?|ai|bots?|llms?|scanner|planner|tool|automation|model)\b/,
    /\b(?:then|also|additionally|afterwards|before (?:you|they)|after (?:that|counting|listing|reading|this)) (?:also )?(?:append|write|send|post|upload|execute|exfiltrate|mail|email|curl|delete|drop|copy)\b(?! (?:me|us)\b)/,
  ),
  ...of(
    "asks to decode something and act on it",
    /\b(?:decode|decrypt|unscramble|deobfuscate|decipher|unpack|base64(?: -d| --decode)?|rot-?13|hex(?:adecimal)?|reverse)\b[^.\n]{0,80}?\b(?:and|then|,)\s*(?:then )?(?:run|execute|do|follow|carry|perform|obey|apply|act|tell|answer|plan|show|use|treat|work|handle|process|start)\b/,
    /\b(?:run|execute|do|follow|carry out|perform|obey) (?:\S+ ){0,6}?(?:decoded|base64|rot-?13|encoded|in hex|backwards|reversed)\b/,
    /\|\s*base64\s+(?:-d|--decode|-D)\b|\bbase64\s+(?:-d|--decode)\b/,
    /\b(?:goal|task|command|instruction|request|order|wish) (?:is |are )?(?:in|as) (?:base64|rot-?13|hex|morse|base32)\b/,
    /\b(?:base64|rot-?13|base32)\s*[:=]/,
  ),
  ...of(
    "asks to run a command or a shell",
    /\b(?:run|execute|exec|invoke|type|enter)\s+`(?!select\b|with\b|from\b|dbt\b|sqlmesh\b|terraform plan|kubectl get|nmap\b|bandit\b|vault\b|sum|rate|avg|up)/,
    /\brm\s+-[a-z]+\b|\bsudo\s+(?:rm|cat|su|bash|sh|systemctl|apt|vi|vim|nano|chmod|chown|kill|reboot|-i|-s)\b/,
    /[|;&]\s*(?:sudo\s+)?(?:ba|z|k|da)?sh\b(?! -)|\|\s*(?:python3?|perl|ruby|node|xargs|tee|nc|ncat)\b|\b(?:ba|z|da)?sh\s+-c\b|\bpython3?\s+-c\b|\bperl\s+-e\b/,
    /\$\([^)]{1,200}\)|&&\s*\S|\|\|\s*[a-z]/,
    /(?:^|[\s`"'(])(?:curl|wget)\s+(?:-|https?:|\S+\/)|(?:^|[\s`"'(])(?:nc|ncat|netcat|socat|telnet|scp|rsync|sftp)\s+(?:-|\d|\S+@|\S+:)/,
    /\b(?:run|execute|invoke|launch|(?:eval)(?! (?:or|and|,)\b)|evaluate|spawn|call)\b (?:\S+ ){0,4}?(?:shell(?!\s*=\s*true)|bash|command line|shell command|shell script|script|scripts|binary|executable|payload|commands?|python code|curl|wget|whoami|reverse shell)\b(?! (?:for|history|logs?))/,
    /\b(?:open|start|get|give me|spawn|drop|pop|launch|need|want) (?:\S+ ){0,3}?(?:shell|bash|terminal|console|ssh session|reverse shell)\b(?! (?:access|accounts?|users?|and uid))/,
    /(?:^|\s)\.(?:shell|system|sh|read|output|once|import|open|load|save|dump|backup|log|excel)\b(?!\/)/,
    /\b(?:by|via|through|using|with) (?:a |an |kubectl )?exec\b/,
    /(?:\bkubectl|(?<![\w-])k)(?:\s+(?:-n|--namespace|--context)[= ]\S{1,64}|\s+--?[a-z]\S{0,64}){0,4}\s+(?:exec|cp|port-forward|proxy|attach|run|debug|apply|delete|edit|patch|scale|rollout|drain|cordon|create|replace|label|annotate|expose|set|auth|config|logs|top|certificate|taint)\b/,
    /\b(?:hop|jump|drop|step|dive|shell|remote|climb|telnet|sneak|hook) ?(?:in ?to|inside|onto|on to) (?:the |a |that |this |our )?(?:pod|node|container|server|host|machine|box|vm)\b|\bwhat (?:df|free|top|ps|uptime|ls|cat|env|du|netstat|ss|ip a|ifconfig|whoami|id)(?: -\S+)* (?:says?|shows?|prints?|returns?|gives?)\b/,
    /\b(?:use|using|try) (?:the |that |this |its |his |her )?(?:password|credentials?|token|key|login)s? (?:\S+ ){0,6}?(?:to|against) (?:log|get|sign|connect|access|ssh|enter|authenticate|\d)/,
    /\bexec (?:into|in|to)\b|\bssh (?:in)?to\b|\blog ?in ?to (?:the |a )?(?:pod|node|server|host|machine|container|box)\b|\bport-?forward\w*\b/,
    /\b(?:os\.system|subprocess\.(?:run|call|popen)|eval\(|exec\(|__import__)/,
  ),
];

/** Destinations outside, and verbs that send something there. Over the same text. */
export const SENDING: readonly RegExp[] = [
  /(?<![\w/.@-])(?:e-?mail|mail|send|post|upload|forward|publish|push|ship|share|transmit|exfiltrate|leak|submit|deliver|copy|put|beam|stream|sync|pipe|export|relay|transfer|hand|drop|save|store|write|message|notify|text|dm|page)(?:s|ing)?(?![\w/@.-])(?:[^.\n?]|\.(?=\S)){0,160}?(?:https?:\/\/|ftp:\/\/|s3:\/\/|gs:\/\/|(?<![\w/])[\w.+-]{1,64}@[\w-]{1,63}\.)/,
  /(?<![\w/.@-])(?:e-?mail|mail|send|post|upload|forward|publish|push|ship|share|transmit|exfiltrate|leak|submit|deliver|copy|put|beam|stream|pipe|export|relay|transfer|drop|report|message|notify)(?:s|ing)?(?![\w/@.-])(?:[^.\n?]|\.(?=\S)){0,160}?\b(?:to|via|through|by|into|in|on|with|over|using|as)\s(?:the |our |my |a |an |their |your )?(?:\w+ )?(?:slack|teams|discord|telegram|whatsapp|pastebin|gist|webhook|twitter|dropbox|google drive|gdrive|sharepoint|onedrive|s3|bucket|ftp|e-?mail|mail|sms|nc|netcat|curl|pagerduty|jira|confluence|vendor|customer|supplier|github|gitlab|wiki|boss|ceo|cto|manager|colleague|auditors?|consultants?|partners?|channel|chat room|mailing list|inbox)\b(?![-/._])/,
  /(?<![\w/.@-])(?:e-?mail|mail|upload|forward|fax|tweet|exfiltrate|leak|sms)\s+(?:this|that|it|them|the|a|an|all|every|him|her|me|us|everyone|our|my|your|results?|findings?|report|output|\S+@)\b(?! server| log| queue| relay| rate| file)/,
  /(?<![\w/.@-])(?:post|send|share|ship|push|publish|forward) (?:this|that|it|them|the (?:\w+ ){0,3}?(?:result|results|list|report|output|findings|summary|file|files|data|contents?|table)|everything|all of (?:it|them|this))\b(?:[^.\n]|\.(?=\S)){0,60}?\b(?:to|on|in|via|with) (?!me\b|us\b|here\b|json\b|yaml\b|this chat\b|the screen\b|plain\b|a table\b)\S+/,
  /(?<![\w/.@-])(?:send|post|push|ship|forward|upload|copy|transfer|pipe) (?:\S+ ){0,8}?to (?:\S+ ){0,3}?(?:\d{1,3}\.){3}\d{1,3}\b/,
];

/** Asks for a file to be written: a destination after a verb of keeping, or a redirection. */
export const KEEPING: readonly RegExp[] = [
  /(?<!\b(?:look|looking|dig|digging|peek|insight|deep|check|checking|go|see|drill|delve|glance|read|tap|written|wrote|writes|went|goes|loaded|logged|inserted|came|comes)(?: \w+)?) into (?:the |a |file )?[\w./~-]{1,200}\.(?:txt|csv|tsv|json|jsonl|log|md|html|pdf|xlsx|parquet|xml|yaml|yml|duckdb)\b/,
  /\.(?:csv|tsv|jsonl?|ndjson|parquet)\b,? as (?:an? )?(?:parquet|json|csv|tsv|excel|xlsx|pdf|html|markdown)(?: file)?\b/,
  /^\s*[\w./*-]{1,200}\.(?:csv|tsv|jsonl?|ndjson|parquet|duckdb)\s*(?:->|→|=>|into)\s*[\w./-]{1,200}\.(?:csv|tsv|jsonl?|ndjson|parquet|duckdb|xlsx)\s*(?:please|pls)?[.!]?\s*$/,
  /\b(?:saved|exported|dumped|redirected|appended|copied)\b (?:\S+ ){0,3}?(?:to|into|as|under) (?:the |a |file )?['"]?[\w~-]{0,64}[\/.][\w./-]+/,
  /(?<![\w/.@-])(?:save|write|store|export|dump|append|output|redirect|persist|put|copy|paste|print|pipe|send|log)(?:s|ing)?(?![\w/@.-])(?:[^.\n?;]|\.(?=\S)){0,80}? (?:to|in|into|as) (?:a|an|some|the same|another|the)? ?(?:new |text |csv |log |local |separate |json |markdown |html |pdf |temporary )*(?:file|files|disk|spreadsheet|new table|document|pdf|usb stick|clipboard)\b(?! (?:system|server))/,
  /(?<![\w/.@-])(?:save|write|store|export|dump|append|output|redirect|persist|record|put|place|copy|paste|print|print out|keep|drop|download|convert|pipe|tee|add)(?:s|ing)?(?![\w/@.-])(?:[^.\n?;]|\.(?=\S)){0,120}?\b(?:to|in|into|as|under|at|onto)\b (?:the |a |an |my |our |file |a file |new |called |named )*['"]?(?:~\/|\/|\.{1,2}\/|[\w-]+\/)?[\w./~-]*\.(?:csv|tsv|json|jsonl|ndjson|parquet|txt|md|log|html|pdf|xlsx?|yaml|yml|sql|tfplan|duckdb|db|xml|out|sh|py|bashrc|profile|zip|gz|tar|conf|cfg|ini|env)\b/,
  /(?<![\w/.@-])(?:save|write|store|append|redirect|persist|dump|export)(?:s|ing)?(?![\w/@.-])(?:[^.\n?;]|\.(?=\S)){0,120}?\b(?:to|in|into|under|at)\b (?:the |a |an |my |our |file |directory |folder )*(?:~\/|\/)[\w./~-]+/,
  /\b(?:save|write|store|persist|append|export|dump) (?:it|them|this|that|the (?:\w+ ){0,2}?(?:result|results|output|plan|report|list|findings|data|rows|answer))\b(?!'s)(?: \S+){0,3}? (?:to|in|into|as|on|next to|under|with)\b/,
  /(?:^|\s)>{1,2}\s?(?:\/|~|\.{1,2}\/|[\w-]+\.(?:txt|csv|json|log|sh|html|tfplan|parquet|md|xml)\b)/,
  /(?:^|\s)(?:-o[NXGSA]|-out|--out|--output-file|--output|-o)[= ]\s?(?!json\b|yaml\b|wide\b|name\b|jsonpath|custom-columns|go-template)[\w~./'"-]*[./]\w+/,
  /\b(?:give me|get me|send me|hand me|i (?:want|need|would like)|we need) (?:a|an|one) (?:new )?(?:csv|excel|xlsx|pdf|html|spreadsheet|parquet|word|powerpoint|text file|csv file|json file)(?: file| report| document| copy| version| export)?\b (?:of|from|with|for|out)\b/,
  /\b(?:as|to|into) (?:a|an|one) (?:new |small |nice |single |proper )?(?:(?:text|csv|tsv|excel|xlsx|pdf|json|html|parquet|markdown|word) (?:file|document|sheet|export)|file|spreadsheet|workbook|excel|xlsx|pdf|word document|text document)\b(?! (?:system|called|named)? ?\S+\.(?:csv|parquet|json))/,
  /\b(?:write|create|make|generate|produce|export|build|save) (?:me |us )?(?:a |an |the |some )?(?:new )?(?:\w+ ){0,2}?(?:csv|parquet|excel|xlsx|pdf|html|spreadsheet|text|markdown|json|backup|dump|word|powerpoint)(?: file| report| document| copy| version| export)?\b (?:of|from|with|for|out)\b/,
];
