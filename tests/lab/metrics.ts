/**
 * The lab's metrics: two hours of samples by rule, so that every rate and ratio is known.
 *
 * `web-1:9100` has 75 % of its CPU busy, 80 % of its memory in use and its disk 92 % full; `db-1:9100` is quiet. The job
 * `checkout-api` answers 10 requests a second, 1 of them with 500, and one in twenty takes over a second. The target of
 * `payments-api` is down.
 *
 * @module
 */

/** Seconds between samples. */
const STEP = 5;
const PAST = 7200;

type Value = (seconds: number) => number;
const constant = (value: number): Value => () => value;
const counter = (perSecond: number): Value => (seconds) => Math.round(perSecond * seconds * 1000) / 1000;

const GIB = 1024 ** 3;

function host(instance: string, busy: number, used: number, full: number): [string, string, Value][] {
  const labels = `job="node",instance="${instance}"`;
  const disk = `${labels},device="/dev/sda1",fstype="ext4",mountpoint="/"`;
  const cpu: [string, string, Value][] = ["0", "1"].flatMap((core): [string, string, Value][] => [
    ["node_cpu_seconds_total", `${labels},cpu="${core}",mode="idle"`, counter(1 - busy)],
    ["node_cpu_seconds_total", `${labels},cpu="${core}",mode="user"`, counter(busy)],
  ]);
  return [
    ...cpu,
    ["node_memory_MemTotal_bytes", labels, constant(16 * GIB)],
    ["node_memory_MemAvailable_bytes", labels, constant(16 * GIB * (1 - used))],
    ["node_filesystem_size_bytes", disk, constant(100e9)],
    ["node_filesystem_avail_bytes", disk, constant(100e9 * (1 - full))],
    ["node_network_receive_bytes_total", `${labels},device="eth0"`, counter(1_250_000)],
    ["node_network_transmit_bytes_total", `${labels},device="eth0"`, counter(500_000)],
    ["node_load1", labels, constant(busy * 2)],
  ];
}

const API = 'job="checkout-api",instance="10.42.1.17:8080"';

const SERIES: readonly (readonly [string, string, Value])[] = [
  ["up", 'job="node",instance="web-1:9100"', constant(1)],
  ["up", 'job="node",instance="db-1:9100"', constant(1)],
  ["up", `${API}`, constant(1)],
  ["up", 'job="payments-api",instance="10.42.1.19:8080"', constant(0)],
  ...host("web-1:9100", 0.75, 0.8, 0.92),
  ...host("db-1:9100", 0.1, 0.4, 0.35),
  ["http_requests_total", `${API},code="200",method="GET"`, counter(9)],
  ["http_requests_total", `${API},code="500",method="GET"`, counter(1)],
  ["http_request_duration_seconds_bucket", `${API},le="0.1"`, counter(8)],
  ["http_request_duration_seconds_bucket", `${API},le="0.5"`, counter(9)],
  ["http_request_duration_seconds_bucket", `${API},le="1"`, counter(9.5)],
  ["http_request_duration_seconds_bucket", `${API},le="2.5"`, counter(10)],
  ["http_request_duration_seconds_bucket", `${API},le="+Inf"`, counter(10)],
  [
    "kube_pod_container_status_restarts_total",
    'namespace="checkout",pod="checkout-api-7d9f6c5b8d-4xkqz",container="checkout-api"',
    counter(4 / 3600),
  ],
  [
    "kube_pod_container_status_restarts_total",
    'namespace="orders",pod="orders-api-5d8c7f9b6-aaaaa",container="orders-api"',
    constant(0),
  ],
];

const NAMES = [...new Set(SERIES.map(([name]) => name))];

/** What {@link startMetrics} returns. */
export interface Metrics {
  /** Two hours of samples up to the start, in the OpenMetrics text format. */
  readonly history: string;
  /** `HOST:PORT` where the series go on. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the series from now on; their past is `history`. */
export function startMetrics(now: Date): Metrics {
  const end = Math.floor(now.getTime() / 1000) - 1;
  const begin = end - PAST;
  const lines: string[] = [];
  for (const name of NAMES) {
    // A bucket stands alone here, so its family has no type that a histogram's would have.
    const type = name.endsWith("_total") ? "counter" : "unknown";
    lines.push(`# TYPE ${name.replace(/_total$/, "")} ${type}`);
    for (const [, labels, value] of SERIES.filter(([one]) => one === name)) {
      for (let at = begin; at <= end; at += STEP) lines.push(`${name}{${labels}} ${value(at - begin)} ${at}`);
    }
  }
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    const at = Date.now() / 1000 - begin;
    return new Response(SERIES.map(([name, labels, value]) => `${name}{${labels}} ${value(at)}\n`).join(""), {
      headers: { "content-type": "text/plain; version=0.0.4" },
    });
  });
  return {
    history: [...lines, "# EOF", ""].join("\n"),
    address: `127.0.0.1:${server.addr.port}`,
    close: () => server.shutdown(),
  };
}
