/**
 * Subjects that have a well-known metric, and their PromQL. `%L` stands for the label matchers of the goal, `%R` for
 * its range.
 *
 * @module
 */

export interface MetricSubject {
  readonly id: string;
  /** What it measures, for the answer's first line. */
  readonly says: string;
  /** Words that name it, over canonical text. */
  readonly words: RegExp;
  /** For hosts (node_exporter's metrics). */
  readonly host?: string;
  /** For containers and pods (cAdvisor's and kube-state-metrics' metrics). */
  readonly pod?: string;
  /** For a service's requests. */
  readonly service?: string;
  /** What ranks the rows of a top N. */
  readonly unit: string;
}

export const SUBJECTS: readonly MetricSubject[] = [
  {
    id: "latency",
    says: "request latency",
    words:
      /\b(?:latency|latencies|response times?|request duration|request durations|slow|slower|slowest|slowness|fast|how long do (?:\S+ ){0,3}?requests|p99|p95|p90|p50|percentile|quantile|round trip|time to first byte|ttfb|respond|responds|responding|how quickly|how quick)\b/,
    service: "histogram_quantile(%Q, sum by (le, job) (rate(http_request_duration_seconds_bucket{%L}[%R])))",
    unit: "seconds",
  },
  {
    id: "error-ratio",
    says: "share of failed requests",
    words:
      /\b(?:error rates?|error ratios?|errors? percentage|percentage of errors|failed requests?|failing requests?|rate of errors|rate of failures|failure rates?|failure ratios?|5xx\w*|500s|http errors?|server errors?|share of errors|errors per second|success rates?|availability of|ratio of errors|ratio of failed|fraction of (?:failed|errors)|(?:fraction|share|percentage|percent|ratio|proportion|part|how many) of (?:the |all |our )?(?:requests?|calls|responses)(?: \S+){0,6}? (?:fail\w*|error\w*|broken|go(?:es)? wrong|5xx)|requests? (?:\S+ ){0,4}?(?:fail|fails|failing|failed)|4xx)\b|\bhttp (?:status |code )?‹num›|‹num› (?:error|response)s? (?:rate|ratio|per|of|for)\b|‹num› rate\b/,
    service:
      'sum by (job) (rate(http_requests_total{%L,code=~"5.."}[%R])) / sum by (job) (rate(http_requests_total{%L}[%R]))',
    unit: "ratio",
  },
  {
    id: "restarts",
    says: "container restarts",
    words: /\b(?:restarts?|restarted|restart count|restart counts|restarting)\b/,
    pod: "sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{%L}[%R]))",
    unit: "restarts",
  },
  {
    id: "disk-io",
    says: "disk traffic",
    words:
      /\b(?:disk (?:io|i\/o|reads?|writes?|throughput|latency|ops)|iops|io wait|iowait|reads? and writes? (?:of|on) (?:the )?disks?)\b/,
    host:
      "sum by (instance, device) (rate(node_disk_read_bytes_total{%L}[%R]) + rate(node_disk_written_bytes_total{%L}[%R]))",
    unit: "bytes per second",
  },
  {
    id: "swap",
    says: "swap in use",
    words: /\bswap(?: space| usage| memory| used)?\b/,
    host: "node_memory_SwapTotal_bytes{%L} - node_memory_SwapFree_bytes{%L}",
    unit: "bytes",
  },
  {
    id: "load",
    says: "load",
    words:
      /\b(?:load averages?|system load|load1|load5|load15|(?:average |the )?load (?:of|on|per|for|is)|how loaded|1m load|5m load|highest load|server load|load)\b/,
    host: "node_load1{%L}",
    unit: "processes",
  },
  {
    id: "memory",
    says: "memory in use",
    words: /\b(?:memory|mem|rss|working set|heap|ram)\b/,
    host: "(1 - node_memory_MemAvailable_bytes{%L} / node_memory_MemTotal_bytes{%L}) * 100",
    pod: 'sum by (namespace, pod) (container_memory_working_set_bytes{%L,container!=""})',
    service: "process_resident_memory_bytes{%L}",
    unit: "percent",
  },
  {
    id: "cpu",
    says: "CPU in use",
    words: /\b(?:cpus?|processors?|cores|throttl\w*|compute usage|processor)\b/,
    host: '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{%L,mode="idle"}[%R])))',
    pod: 'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{%L,container!=""}[%R]))',
    service: "rate(process_cpu_seconds_total{%L}[%R])",
    unit: "percent",
  },
  {
    id: "disk",
    says: "disk space in use",
    words:
      /\b(?:disks?|how full|how empty|fill(?:s|ing)? up|running out of space|filesystems?|file systems?|storage (?:space|usage|used|left|free)|free space|space (?:left|free|used|on)|inodes?|mount ?points?|partitions?|disk space|disk usage|volumes? (?:usage|full|fill\w*)|root volume)\b/,
    host:
      '100 * (1 - node_filesystem_avail_bytes{%L,fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes{%L,fstype!~"tmpfs|overlay"})',
    pod: "100 * kubelet_volume_stats_used_bytes{%L} / kubelet_volume_stats_capacity_bytes{%L}",
    unit: "percent",
  },
  {
    id: "network",
    says: "network traffic",
    words:
      /\b(?:network (?:traffic|throughput|io|i\/o|usage|load|bandwidth|in|out|receive|transmit|packets|errors|drops|utilisation|activity|bytes|rates?)|traffic|bandwidth|throughput|bytes (?:in|out|sent|received|per second)|received bytes|sent bytes|transmitted|ingress traffic|egress traffic|packets?|nic|network interfaces?|mbit|gbit|network)\b/,
    host:
      'sum by (instance) (rate(node_network_receive_bytes_total{%L,device!="lo"}[%R]) + rate(node_network_transmit_bytes_total{%L,device!="lo"}[%R]))',
    pod:
      "sum by (namespace, pod) (rate(container_network_receive_bytes_total{%L}[%R]) + rate(container_network_transmit_bytes_total{%L}[%R]))",
    unit: "bytes per second",
  },
  {
    id: "request-rate",
    says: "requests per second",
    words:
      /\b(?:request rates?|rate of (?:\S+ ){0,3}?requests?|requests? (?:per|a|each|every) (?:second|minute)|requests|http requests?|rps|qps|queries per second|calls per second|hits per second|how many (?:http )?requests|request (?:count|volume|throughput)|hit rate|number of requests)\b/,
    service: "sum by (job) (rate(http_requests_total{%L}[%R]))",
    unit: "requests per second",
  },
  {
    id: "uptime",
    says: "uptime",
    words:
      /\b(?:uptimes?|last reboot|since (?:the )?(?:last )?(?:reboot|boot)|boot time|how long (?:has|have|is|was) (?:\S+ ){1,5}?(?:up|running))\b/,
    host: "time() - node_boot_time_seconds{%L}",
    service: "time() - process_start_time_seconds{%L}",
    unit: "seconds",
  },
  {
    id: "up",
    says: "up",
    words:
      /\b(?:up|targets? (?:are |is |were )?(?:down|up|missing|scraped|unreachable|health\w*|gone|lost)|(?:which|what|any|all|list|prometheus|scrape|monitoring|its|the) targets?|targets|scrape (?:targets|status|failures?)|(?:go|goes|went|going|been|was|were|are) (?:down|offline)|down|which (?:\S+ ){0,3}?(?:down|up|unreachable)|is (?:\S+ ){1,6}?(?:up|down|alive|reachable)|exporters?|scrap\w*)\b/,
    host: "up{%L}",
    unit: "up",
  },
];
