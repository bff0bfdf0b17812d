/**
 * Goals that no tool answers, told apart from goals that only say too little.
 *
 * @module
 */
import type { Persona } from "../../catalog/types.ts";
import type { Reading } from "./reading.ts";

/** Wishes for text, advice, and things of the world. */
const ELSEWHERE: readonly RegExp[] = [
  /\b(?:poem|poems|haiku|limerick|sonnet|story|joke|jokes|song|lyrics|essay|novel|rap|riddle|slogan|tagline|cover letter|blog post|tweet|speech|presentation|slides|slide deck|press release|invitation|birthday card|logo|picture|drawing|image of|cartoon|meme)\b/,
  /\b(?:translate|translation|proofread|rephrase|paraphrase|spell ?check|pronounce)\b/,
  /\b(?:weather|forecast for tomorrow|rain|recipe|recipes|cook|restaurant|lunch|dinner|pizza|coffee|football|soccer|movie|movies|horoscope|lottery|bitcoin|crypto price|stock price|share price|exchange rate|flight|flights|hotel|vacation|holiday|birthday|president|prime minister|capital of|tallest|distance between|who invented|who wrote|world cup|olympics)\b/,
  /\b(?:recommend|recommendation|recommendations|advise|advice|suggest|suggestion|opinion|pros and cons|should (?:we|i) (?:buy|use|choose|migrate|switch|adopt|pick|hire|invest|move to|learn)|which (?:\S+ ){0,4}?should (?:we|i)|best (?:practice|practices|way to|tool|tools|book|cloud|language|crm|vendor)|what do you think|better than|worth (?:it|buying|learning))\b/,
  /\b(?:how (?:do|can|would|should|could) (?:i|we|one|you) |how to |teach me|explain (?:to me )?(?:what|how|why|the (?:concept|difference|idea))|what is the difference between|difference between (?:a |an )?\S+ and (?:a |an )?\S+ in (?:general|theory)|tutorial|walk me through|step by step guide|what does \S+ (?:mean|stand for)|definition of|history of|who (?:made|created|founded|maintains)|tell me about (?:yourself|the history)|what are you|who are you|how are you|what can you do)\b/,
  /\b(?:write|draft|compose|generate|create|make|give me|produce|prepare|design|sketch) (?:me |us )?(?:a |an |the |some |my |our )?(?!(?:\S+ ){0,3}(?:analysis|scan|check|audit|review|overview|list|profile|count|query|summary|inventory|comparison|scan)\b)(?:\S+ ){0,4}?(?:script|scripts|program|function|code|regex|regular expression|dockerfile|manifest|helm chart|playbook|pipeline|email|mail|letter|runbook|documentation page|test plan|policy|post ?mortem|proposal|report for (?:the|my) (?:boss|board|management)|dashboard|diagram|chart|graph image|ticket|job description|poem|config|configuration)\b/,
  /\b(?:book|order|buy|purchase|hire|schedule|remind|invite|call|phone|ring|meeting|appointment|calendar|timer|alarm clock|set up a (?:call|meeting))\b (?:me |us |a |an |the |him |her |them |everyone |some )/,
  /\b(?:salary|raise|vacation days|sick leave|sick note|payslip|fire (?:him|her|them)|performance review)\b/,
  /\b(?:docker (?:ps|run|build|images|logs|compose|exec|pull)|podman|git (?:log|blame|diff|status|show|checkout)|jenkins|ansible|puppet|chef|jira|confluence|github|gitlab|grafana dashboard|splunk|datadog|new relic|elasticsearch|kibana|snowflake|bigquery|redshift|databricks|airflow|tableau|power ?bi|looker|excel|spreadsheet|mongodb|wireshark|tcpdump|burp|metasploit|openssl|helm (?:list|ls|status|get|template)|aws (?:s3|ec2|iam)|az |gcloud|whois|traceroute|dig |nslookup|phishing|pentest report|social engineering)\b/,
  /^(?:so )?what (?:is|are|was|exactly is) (?:a |an |the )?(?:kubernetes|terraform|prometheus|promql|dbt|duckdb|sqlmesh|nmap|bandit|vault|sql|pods?|a pod|namespaces?|helm|docker|parquet|deployments?|statefulsets?|python|yaml|json|sudo|linux|systemd|bpf|zero trust|a star schema|normali[sz]ation|devops|sre|physiclaw)(?: used for| good for| for| exactly| anyway)? ?[?.]?$/,
  /\b(?:who is|who are|whos) (?:on call|on duty|oncall|on-call)\b|\b(?:page|call|wake) (?:the |our )?(?:on-call|oncall|on call|engineer|manager|boss|team)\b|\bdashboards? (?:in|of|on|from) grafana\b|\bgrafana\b.{0,40}\bdashboards?\b/,
  /\b(?:query|connect to|log into|read from|select from|dump|ask) (?:\S+ ){0,3}?(?:postgres\w*|mysql|mariadb|oracle|mssql|sql server|mongodb|clickhouse|redis|cassandra)\b/,
  /\bexplain (?:\S+ ){1,3}?to (?:my|a|an|our|the|me like)\b/,
  /\b(?:s3 buckets?|buckets? (?:in|on|of) (?:s3|aws|gcs)|npm|yarn|maven|gradle|cves?|docker images?|container images?|dockerfile|semgrep|sonarqube|trivy|snyk|gitleaks|grype|nessus|openvas|qualys|zap proxy|wazuh|crowdstrike|antivirus|malware|virus)\b/,
  /^(?:(?:please|can you|could you|would you|kindly|pls) )*(?:generate|create|make|draft|compose|invent|design|sketch|draw|paint|imagine|give me) (?:me |us )?(?:a|an|some) (?:\S+ ){0,3}?(?:passwords?|passphrase|keys?|token|name|names|plan for|idea|ideas|list of (?:ideas|names|tools|books)|example|template|sample (?:code|data)|picture|speech)\b/,
  /\b(?:solve|calculate|compute|what is|how much is) (?:‹num›|\d+) ?(?:\+|-|\*|x|times|plus|minus|divided)/,
  /\b(?:notify|alert|page|warn|ping) (?:me|us|the team|someone|everybody|oncall|on-call) (?:when|if|once|as soon|whenever|every)\b|\b(?:every|each) (?:‹num›|\S+) (?:minutes?|hours?|days?|morning|night|monday) (?:check|run|scan|list|show|query)\b|\b(?:watch|monitor|keep an eye|keep watching|continuously|follow (?:the )?log|tail -f|stream)\b(?! the| over| what)/,
];

/** Commands of a shell that none of sre's tools is. */
const COMMANDS =
  /^(?:(?:please|run|do|execute|can you|could you|a|an|the) )*(?:systemctl|df|du|ping|traceroute|tracepath|mtr|ps aux|ps|netstat|ss|lsof|strace|tcpdump|ifconfig|ip addr|ip route|vmstat|iostat|iotop|htop|crictl|nslookup|host -t|telnet) (?!of\b|the\b|is\b|on\b|in\b)\S/;

/** Words that show that somebody asks about the persona's field, though not which thing. */
const FIELD: Readonly<Record<Persona, RegExp>> = {
  sre:
    /\b(?:cluster|kubernetes|pods?|service|services|servers?|system|systems|logs?|metrics?|terraform|prometheus|infrastructure|deployment|node|nodes|production|prod|outage|incident|latency|errors?|disk|memory|cpu|alert|alerts|page|paged|uptime|healthy|health|down|slow|shop|site|website|app|application|api|platform|environment|namespaces?|release|rollout|dashboard|slo|sla|customers|users|backend|frontend|gateway|database|queue|job|jobs|everything|things|stack|status|machine|host|network|traffic|load|backup|monitoring|firing|crash\w*|broken|failing|timeouts?|trouble|problem|problems|instance|instances|trend|unit|units|target|targets|pager|infra|replicas)\b/,
  secops:
    /\b(?:security|secure|network|ports?|hosts?|servers?|machine|machines|code|vulnerab\w*|secret|secrets|passwords?|credentials?|vault|accounts?|users?|keys?|access|scan|audit|attack\w*|attacker|attackers|hack\w*|breach|breached|compromised|exposed|firewall|python|repository|findings|risk|risky|safe|unsafe|permissions|token|tokens|certificate|open|dmz|host|compliance|leak\w*|exploit\w*|consultants|intern|printer|wifi|router)\b/,
  data_architect:
    /\b(?:data|rows?|tables?|columns?|numbers?|report|reports|figures|dataset|file|files|csv|parquet|sql|query|models?|tests?|dbt|sqlmesh|duckdb|warehouse|customers?|orders?|sales|revenue|average|total|median|sum|count|nulls?|duplicates?|schema|database|pipeline|metrics?|kpi|kpis|dashboard|basket|product|products|price|prices|stores?|region|regions|employees|invoices?|payments?|shipments?|bookings?|change|changes|changed|dev|prod|loads?|loaded|loading|pipelines|subscribers|users|profit|margin|export|exports|import|field|fields|values?|users|most|least|quality|fresh|freshness|stale|correct|plan|audit|environment|project|documentation|docs|tag|trips|orders|refresh|rerun|rebuild|incremental|group|join|source|sources)\b/,
};

const VAGUE =
  /\b(?:healthy|health|ok|okay|fine|broken|wrong|trouble|problems?|issues?|status|state|doing|working|up|down|check|look|happen\w*|going on|what is up|help|fix|slow|safe|right|correct|good|bad|stuck|failing|failed|weird|strange|odd|unusual|alarm|urgent|emergency|worried|worry|concerned|normal|panic|it|that|this|again|same|something|someone|somebody|about|yesterday|changed|deleted|moved|different)\b/;

/** Wishes that stay impossible although the goal names something that a tool could read. */
const NEVER =
  /\b(?:poem|poems|haiku|limerick|joke|jokes|song|translate|translation|(?:bar|pie|line|gantt) charts?|heat ?maps?|scatter ?plots?|visuali[sz]e|visuali[sz]ation|(?:make|draw|create|render|paint) (?:me )?(?:a |an |the )?(?:chart|plot|graph|diagram|picture)|train (?:a|an|the|me) |fit a |predict (?:the |next |which |who )|forecast (?:the |next )|power ?point|slide deck|spreadsheet|phishing)\b/;

/** Pictures and forecasts, asked for by the verb. */
const NEVER_OF_DATA =
  /^(?:(?:please|pls|can you|could you|would you|kindly|now|then) )*(?:plot|chart|graph|draw|sketch|visuali[sz]e|forecast|predict|extrapolate|cluster|classify|fit|train)\b|\b(?:forecasts?|predictions?) (?:of|for) (?:the )?(?:next|coming|future)\b/;

export const isNeverPossible = (reading: Reading): boolean =>
  NEVER.test(reading.asked) || reading.persona === "data_architect" && NEVER_OF_DATA.test(reading.asked);

const SHORT_WISH =
  /\b(?:investigate|debug|troubleshoot|compile|build|test|audit|plan|list|show|get|give|query|search|find|count|compare|yaml|json|describe|check|help|look|run|scan|rescan|retry|redo|recheck|read|status|again|more|print|display)\b/;

/** Products whose names are also accounts, namespaces and units: they count only where nothing else was understood. */
const PRODUCTS =
  /\b(?:jenkins|ansible|puppet|chef|jira|confluence|github|gitlab|splunk|datadog|airflow|mongodb|elasticsearch|kibana|tableau|looker|excel|order|call|phone|book|helm|podman)\b/;

/** `sure`: the persona's own rules understood the goal well enough that a product's name in it decides nothing. */
export function isOutOfScope(reading: Reading, sure = false): boolean {
  if (sure && PRODUCTS.test(reading.asked)) return false;
  // What a namespace, a file or a model is called says nothing about the wish: "lottery-draw".
  const words = reading.asked.replace(
    /(?<=^| )(?!on-call|oncall|follow-up)[a-z0-9]+(?:[-_.][a-z0-9]+)+(?= |$)/g,
    "‹name›",
  );
  if (reading.persona !== "secops" && COMMANDS.test(reading.asked)) return true;
  return ELSEWHERE.some((pattern) => pattern.test(words));
}

/** True when the goal reads like a question of the persona's field that names too little. */
export function isVague(reading: Reading): boolean {
  // Another persona's words are the trade's too, but for what nobody else is to be told.
  const spoken = FIELD[reading.persona].test(reading.asked) ||
    Object.values(FIELD).some((words) => words.test(reading.asked)) &&
      !/\b(?:passwords?|secrets?|credentials?|tokens?)\b/.test(reading.asked);
  return spoken ||
    /\b(?:what|the (?:thing|one|stuff|list|numbers)) (?:that )?we (?:talked|spoke|discussed|agreed|said|looked)\b|\b(?:the )?(?:usual|same as (?:always|before|last time)|like last time|as before|you know which)\b/
      .test(reading.asked) ||
    /\b(?:top|first|last) ‹num›/.test(reading.asked) ||
    (VAGUE.test(reading.asked) && reading.asked.split(" ").length <= 14) ||
    (reading.askedLiterals("name", "path", "addr").length > 0 && reading.asked.split(" ").length <= 4) ||
    (SHORT_WISH.test(reading.asked) && reading.asked.split(" ").length <= 5);
}

export const QUESTIONS: Readonly<Record<Persona, string>> = {
  sre:
    "What should be looked at: Kubernetes objects (which kind, which namespace), a metric, a log file or unit, or a Terraform directory?",
  secops:
    "What should be looked at: a host or network (which address), Python code (which path), this host's accounts, or an entry of Vault (which path)?",
  data_architect: "Which file, or database and table, or which dbt or sqlmesh command is it about?",
};
