/**
 * The promtool cases: the real Prometheus over blocks made from samples with fixed times.
 *
 * @module
 */
import { record, type ToRecord } from "./record.ts";
import type { Slots } from "../../lib/catalog/types.ts";

/** 2026-01-31 06:00 to 08:00 UTC, a sample a minute. */
const START = Date.parse("2026-01-31T06:00:00Z") / 1000;
const AT = "2026-01-31T07:59:00Z";

function samples(): string {
  const lines: string[] = [];
  const metric = (
    name: string,
    type: string,
    series: Readonly<Record<string, (minute: number) => number>>,
  ) => {
    lines.push(`# TYPE ${name} ${type}`);
    for (const [labels, value] of Object.entries(series)) {
      for (let minute = 0; minute <= 120; minute++) {
        lines.push(
          `${name}${type === "counter" ? "_total" : ""}{${labels}} ${value(minute)} ${START + minute * 60}`,
        );
      }
    }
  };
  metric("up", "gauge", {
    'instance="db-2:9100",job="node"': () => 1,
    'instance="web-07:9100",job="node"': (minute) => minute < 90 ? 1 : 0,
    'instance="web-08:9100",job="node"': () => 1,
  });
  metric("node_filesystem_avail_bytes", "gauge", {
    'instance="db-2:9100",mountpoint="/"': () => 12 * 1024 ** 3,
    'instance="db-2:9100",mountpoint="/data"': (minute) => 5e9 - 1e7 * minute,
  });
  metric("node_filesystem_size_bytes", "gauge", {
    'instance="db-2:9100",mountpoint="/"': () => 20 * 1024 ** 3,
    'instance="db-2:9100",mountpoint="/data"': () => 200e9,
  });
  metric("node_memory_MemTotal_bytes", "gauge", { 'instance="db-2:9100"': () => 64 * 1024 ** 3 });
  metric("node_memory_MemAvailable_bytes", "gauge", {
    'instance="db-2:9100"': (minute) => (20 - minute / 10) * 1024 ** 3,
  });
  metric("node_cpu_seconds", "counter", {
    'cpu="0",instance="db-2:9100",mode="idle"': (minute) => minute * 12,
    'cpu="1",instance="db-2:9100",mode="idle"': (minute) => minute * 48,
  });
  metric("http_requests", "counter", {
    'code="200",job="cart"': (minute) => minute * 600,
    'code="500",job="cart"': (minute) => minute * 33,
  });
  return `${lines.join("\n")}\n# EOF\n`;
}

const query = (goal: string, slots: Slots): ToRecord => ({
  goal,
  intent: "metric",
  about: { expression: String(slots.expression) },
  timeZone: "UTC",
  steps: [{
    id: "s1",
    tool: "prometheus-query",
    form: slots.start === undefined ? "instant" : "range",
    slots,
  }],
});

const DISKS =
  '100 * (1 - node_filesystem_avail_bytes{instance="db-2:9100"} / node_filesystem_size_bytes{instance="db-2:9100"})';
const RANGE = { start: "2026-01-31T07:00:00Z", end: "2026-01-31T08:00:00Z", step: "60s" };

const CASES: Readonly<Record<string, ToRecord>> = {
  up: query("query prometheus for up", { expression: "up", at: AT }),
  up_well: query('prom up{instance="db-2:9100"}', { expression: 'up{instance="db-2:9100"}', at: AT }),
  no_data: query("query prometheus for nothing_here", { expression: "nothing_here", at: AT }),
  condition_not_met: query("is anything over 99?", { expression: `${DISKS} > 99`, at: AT }),
  disks: query("how full are the disks of db-2:9100", { expression: DISKS, at: AT }),
  bytes: query("free space of db-2", { expression: 'node_filesystem_avail_bytes{mountpoint="/"}', at: AT }),
  memory: query("memory of db-2", {
    expression:
      '(1 - node_memory_MemAvailable_bytes{instance="db-2:9100"} / node_memory_MemTotal_bytes{instance="db-2:9100"}) * 100',
    at: AT,
  }),
  cpu: query("CPU of db-2", {
    expression:
      '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{instance="db-2:9100",mode="idle"}[5m])))',
    at: AT,
  }),
  scalar: query("how many targets", { expression: "scalar(count(up))", at: AT }),
  error_ratio: query("error ratio of cart", {
    expression: 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
    at: AT,
  }),
  request_rate: query("requests of cart by code", {
    expression: "sum by (code) (rate(http_requests_total[5m]))",
    at: AT,
  }),
  range_falling: query("free space over the last hour", {
    expression: 'node_filesystem_avail_bytes{mountpoint="/data"}',
    ...RANGE,
  }),
  range_up: query("up over the last hour", { expression: "up", ...RANGE }),
  wrong_expression: query("query rate((", { expression: "rate((", at: AT }),
};

/** Records all promtool cases. */
export async function run(): Promise<void> {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/samples`, samples());
  await Deno.writeTextFile(`${directory}/prometheus.yml`, "global: {}\n");
  const made = await new Deno.Command("promtool", {
    args: ["tsdb", "create-blocks-from", "openmetrics", `${directory}/samples`, `${directory}/data`],
  }).output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const server = new Deno.Command("prometheus", {
    args: [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=${url.slice(7)}`,
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ready = async () => {
    for (;;) {
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  await ready();
  const how = {
    cwd: directory,
    env: { HOME: directory },
    context: { program: "promtool", settings: { "prometheus.url": url } },
    replace: [[/127\.0\.0\.1:[0-9]+/g, "127.0.0.1:9090"]] as const,
    ending: "out",
  };
  for (const [name, one] of Object.entries(CASES)) await record(name, one, how);
  server.kill();
  await server.status;
  await record("unreachable", query("query prometheus for up", { expression: "up" }), how);
  await Deno.remove(directory, { recursive: true });
}
