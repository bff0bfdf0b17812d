/**
 * The words that typing errors are corrected towards: what goals about these tools are made of.
 *
 * @module
 */
import { KIND_NAMES } from "./kinds.ts";

const WORDS = `
tokens brackets percentiles quantiles confluence leak router routers loads exports journald jsonl ndjson containerd crond rsyslog httpd auditd
fatals commonest rollouts decoded outputs https http identifier identifiers filters noon medians variance gaps fewest bounds reply banners exposes
excepted vlan vlans exporter exporters quotes exported stats sudoer chage hash hashes hashed entra saml logons sast securely unsafely insecurely coded
smells scala spans wlan nvme durations documentations recompiles checks rebuilds mart marts profiles creds mounts migrations lint linter planner edits
drifts deletions removes vpc vpcs workspaces deletion auditors slowness byte responds ratios heap inode inodes uptimes scanner scanners planners popen
gist mailing appended slides jokes loaded loader unloads dumps mounts feeds feed seeds subnetwork firewall firewalls switches printer printers laptop
laptops hostname hostnames username usernames userid certs crypto cipher ciphers openssh openssl nginx apache tomcat samba postgres postgresql mysql
mariadb redis mongodb kafka rabbitmq elasticsearch etcd coredns calico cilium istio envoy linkerd kubelet karpenter fluentd grafana loki tempo jaeger
helm ansible jenkins gitlab github argo argocd lambda bucket buckets lease leases webhook taints toleration tolerations affinity sidecar sidecars
initcontainer daemonset logger logfile logfiles stacktraces traceback tracebacks segfault segfaults deadlock deadlocks panics panic timeouts timeout
retries retry retried throttle hiccup hiccups flapping flap flaps glitch glitches outage outages incident incidents postmortem
datasets dataset datafile datafiles dataframe csvs parquets snapshots lineage lakehouse warehouse staging marts upserts backfill backfills
cohort cohorts churn funnel aggregates aggregate cumulative variance stddev deviation quartile quartiles decile deciles outlier outliers
cardinality uniqueness integrity completeness freshness staleness timestamps timestamp datetime datetimes epoch granularity pivot pivots
whitespace casing trim regex wildcard wildcards glob globs semicolon delimiter delimiters header headers footer
pentest redteam honeypot bastion jumphost dmz nat vpn siem cvss cwe owasp xss csrf ssrf xxe deserialization deserialisation pickle pickles
cve cves exploits flaws drafts exceeded exceeding paged aggregator aggregators firewalld mongod mssql blob blobs firewalled flattened audited corrected pose paraphrase
tempfile yaml urllib requests paramiko subprocess shell eval assert asserts
skipping analyse analyze calculate compute enumerate tabulate itemise itemize rank rescan recheck reread relist urgent urgently starting ending whichever
whatever breakdown totalling totaling ranked ranking
recompile recompiled rebuild rerun restate restated replies reply
kubectl kubernetes terraform prometheus promql promtool journal journalctl systemd syslog nmap bandit vault duckdb sqlmesh dbt sudo sudoers
openbao parquet namespace namespaces cluster clusters context label labels labelled selector annotation annotations replica replicas
crash crashes crashing crashed crashloop crashloopbackoff looping loop loops oomkilled killed evicted eviction pending unschedulable scheduled
scheduling restart restarts restarting restarted rollout rollback roll scale drain cordon delete deletes deleted deleting remove removed
removing destroy destroyed destroying apply applied applying import imported patch patched edit edited create created creating update
updated updating upgrade upgraded install installed uninstall deploy deployed redeploy reboot rebooted terminate terminated terminating
execute exec insert truncate drop dropped alter rename overwrite append export upload download migrate migration snapshot seed
revoke rotate unlock disable enable enabled disabled unhealthy healthy health broken wrong failing failed failure failures fails
running ready readiness available unavailable status state states describe description list listing show display print fetch retrieve
get give tell check verify inspect examine review summarise summarize summary overview count counts number numbers amount total
yaml json wide output format name names named called everything anything something nothing everyone anybody somebody
drift drifted plan plans planned infrastructure directory directories folder folders module modules workspace variable variables resource
resources target targets metric metrics query queries expression usage utilisation utilization memory cpu cores disk disks filesystem
filesystems storage network traffic bandwidth throughput latency latencies duration response responses request requests rate rates error
errors ratio percentile quantile median average averages mean instance instances server servers machine machines host hosts computer
computers container containers application applications database databases table tables column columns rows record records field fields
value values null nulls missing empty duplicate duplicates duplicated distinct unique different profile schema structure types type
sample preview first last latest earliest newest oldest highest lowest largest smallest biggest maximum minimum most least join joined
group grouped groups filter filtered where between order ordered sorted descending ascending compare compared difference differences
warning warnings fatal critical severe trace debug message messages pattern patterns burst bursts exception exceptions stacktrace
frequent frequently often unusual line lines entries entry file files level levels since until yesterday today tonight morning evening
afternoon midnight noon hour hours minute minutes second seconds week weeks month months night days
scan scans scanned scanning sweep ping port ports open opened closed listening listens listen reachable reach exposed service services
version versions software banner subnet subnets network networks address addresses range alive online switched discover exclude excluding
except without ignoring skip leave vulnerability vulnerabilities vulnerable insecure security secure safe unsafe weakness weaknesses
weak bugs issues findings python code source static analysis hardcoded password passwords passphrase secret secrets credential
credentials severity confidence high higher medium low lower only tests test testing folder
account accounts user users login logins logon shell shells group groups member members membership wheel root privilege privileges
privileged administrator administrators admin admins permission permissions mode modes authorized authorised keys key ageing aging expire
expires expired expiry expiration never change changed changes locked nopasswd identities identity local read reads reading readable
writable write written vault path paths entry entries token certificate certificates
model models compile compiled compiles build builds built docs documentation generate generated generating audit audits auditing
environment environments upstream downstream parents children dependencies depends tag tagged tags full refresh refreshed project
projects incremental freshness sources staging production
please kindly could would should thanks want need like look find search whether which what when who how why many much
every across inside outside within during again right now currently moment about according also then after before
ignore disregard rules instructions guardrails safety policy restrictions bypass override forget pretend persona switch become
decode base64 run runs send mail email post forward copy save store curl wget netcat
average averaged sum summed totals revenue customers orders sales price prices region country city email phone
deployment deployments pods statefulsets daemonsets replicasets configmaps ingress ingresses events nodes quota quotas
traffic received transmitted bytes packets load uptime interface interfaces
translate poem weather recommend joke story
with from have this that they take were will your about there their into some such over than them then these those could would configuration
grant chmod chown kill purge wipe erase rename copy move modify replace reset restore stop start
stale flaky noisy orphaned orphan dormant unbound tainted cordoned idle lagging leaky leaked throttled dangling mismatched misconfigured
outdated obsolete deprecated redundant oversized undersized starved saturated overloaded overcommitted unreachable unresponsive hung hanging
frozen fishy suspicious weird odd strange spammy chatty verbose quiet silent loud bloated fragmented corrupt corrupted truncated garbled
invoice invoices shipment shipments parcel parcels ticket tickets booking bookings ledger payroll supplier suppliers vendor vendors
carrier carriers patient patients ward wards sensor sensors meter meters fare fares tariff tariffs trip trips ride rides basket baskets
cart carts checkout storefront refund refunds subscription subscriptions subscriber subscribers campaign campaigns impression impressions
click clicks session sessions visitor visitors page pages crop crops harvest yield acre soil herd turbine turbines grid substation
lobby lobbies player players matchmaking leaderboard quest quests loot weapon weapons tenant tenants quarter quarters monthly weekly daily
hourly nightly yearly fiscal gross net margin discount discounts tax taxes currency currencies iban swift sku skus barcode
dedicated pinned colocated replicated sharded shard shards leader follower quorum standby failover heartbeat
grep awk tail head cat ssh scp bash shell zsh cron crontab daemon daemons socket sockets proxy proxies balancer gateway gateways
middleware backend backends frontend frontends endpoint endpoints webhook webhooks payload payloads header headers cookie cookies
analytics dashboard dashboards chart charts graph graphs histogram histograms gauge gauges counter counters alert alerts alerting
rearrange flat flatten nested null-safe outer inner anti semi cross
throttled throttling saturation evictions mounted unbound bound backoff probe probes liveness readiness
partitions partition collected consumed consuming consumes consume evict annotate taint scheduler
complain complained complains reported reports report logged logs logging wrote happened happen happening noise noisy spike spikes
increase increased decrease grew growing slow slower slowest fast faster busy busiest idle
`;

const KIND_WORDS = [...KIND_NAMES.keys()].flatMap((name) => name.split(" "));

/** In order of preference: a word nearer to the front wins a tie. */
export const VOCABULARY: readonly string[] = [
  ...new Set([...WORDS.trim().split(/\s+/), ...KIND_WORDS]),
];

/** Short forms that people type, and what they stand for; looked up before anything is corrected. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  pls: "please",
  plz: "please",
  plss: "please",
  plssss: "please",
  pleeease: "please",
  ns: "namespace",
  nsp: "namespace",
  k8s: "kubernetes",
  k8: "kubernetes",
  kube: "kubernetes",
  tf: "terraform",
  prom: "prometheus",
  errs: "errors",
  err: "error",
  warns: "warnings",
  warn: "warning",
  mem: "memory",
  ram: "memory",
  cnt: "count",
  cnts: "counts",
  nr: "number",
  no: "no",
  num: "number",
  col: "column",
  cols: "columns",
  colum: "column",
  tbl: "table",
  db: "database",
  dbs: "databases",
  dup: "duplicate",
  dups: "duplicates",
  dupes: "duplicates",
  dupe: "duplicate",
  avg: "average",
  freq: "frequency",
  freqs: "frequencies",
  pct: "percentage",
  qtys: "quantities",
  env: "environment",
  envs: "environments",
  pw: "password",
  pws: "passwords",
  pwd: "password",
  passwd: "password",
  passwds: "passwords",
  grp: "group",
  grps: "groups",
  acct: "account",
  accts: "accounts",
  usr: "user",
  usrs: "users",
  vuln: "vulnerability",
  vulns: "vulnerabilities",
  sev: "severity",
  hi: "high",
  med: "medium",
  conf: "confidence",
  proj: "project",
  msg: "message",
  msgs: "messages",
  msd: "messages",
  dir: "directory",
  dirs: "directories",
  repo: "repository",
  gen: "generate",
  regen: "generate",
  chk: "check",
  frm: "from",
  ppl: "people",
  abt: "about",
  btw: "between",
  btwn: "between",
  w: "with",
  wo: "without",
  n: "and",
  r: "are",
  u: "you",
  ur: "your",
  teh: "the",
  hte: "the",
  adn: "and",
  nad: "and",
  jsut: "just",
  thsi: "this",
  taht: "that",
  waht: "what",
  whta: "what",
  hwo: "how",
  fro: "for",
  wiht: "with",
  cna: "can",
  cpus: "cpu",
  th: "the",
  ths: "this",
  thx: "thanks",
  info: "information",
  svr: "server",
  srv: "server",
  vm: "machine",
  box: "machine",
  boxes: "machines",
  curr: "current",
  yest: "yesterday",
  mins: "minutes",
  min: "min",
  hrs: "hours",
  hr: "hour",
  secs: "seconds",
  lst: "last",
  prev: "previous",
  rn: "now",
  atm: "now",
  asap: "now",
  rollback: "rollback",
  util: "utilisation",
  lat: "latency",
  pln: "plan",
  reqs: "requests",
  req: "request",
  rps: "rps",
  qps: "qps",
  p99: "p99",
  wat: "what",
  wut: "what",
  wot: "what",
  gimme: "give me",
  lemme: "let me",
  wanna: "want to",
  gonna: "going to",
  dunno: "do not know",
  whats: "what is",
  whos: "who is",
  wheres: "where is",
  hows: "how is",
  dont: "do not",
  doesnt: "does not",
  isnt: "is not",
  arent: "are not",
  wont: "will not",
  cant: "can not",
  im: "i am",
  id: "id",
  lets: "let us",
  prefs: "preferences",
  noone: "nobody",
  authorised: "authorized",
  authorised_keys: "authorized_keys",
  utilization: "utilisation",
  summarize: "summarise",
  summarized: "summarise",
  sum: "sum",
  aging: "ageing",
  colour: "colour",
  tmrw: "tomorrow",
  tonite: "tonight",
  crashloop: "crash looping",
  crashloops: "crash looping",
  crashlooping: "crash looping",
  crashloopbackoff: "crash looping",
  oomed: "oomkilled",
  oom: "oomkilled",
  ooms: "oomkilled",
  oomkills: "oomkilled",
  oomkill: "oomkilled",
  everythin: "everything",
  evrything: "everything",
  any1: "anyone",
  some1: "someone",
};

/** Parts of words written with a hyphen that are read as two words; other such tokens are names. */
export const SPLIT_AT_HYPHEN: ReadonlySet<string> = new Set(
  ("high medium low severity confidence crash crashing looping loop not ready running image pull out of memory open ports port passwords " +
    "password less never expiring expired set uid top null non row rows count hard coded hardcoded sign log login read only high-severity " +
    "common most re run check scan follow up cluster wide namespace kube cpu disk per second seconds minute minutes hour hours day days " +
    "last first error errors rate group wise by region country long short term world writable readable multi line lines status file files " +
    "level warn warning list duplicate duplicates roll back rollback over time state drift two three way real right now today on " +
    "higher lower middle old new empty weak unused loose owned full refresh dry apply auto approve side in-depth one off double distinct " +
    "based related look grouped sorted self signed pre post ups in depth").split(" "),
);
