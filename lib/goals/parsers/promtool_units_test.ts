import assert from "node:assert/strict";
import { unitOf, valueWords } from "./promtool_units.ts";

Deno.test("unitOf tells the unit from names, functions and divisions", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["up", ""],
    ["count(up == 0)", ""],
    ['sum(rate(node_cpu_seconds_total{mode!="idle"}[5m]))', "CPU cores"],
    ['100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100', "%"],
    ["1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "ratio"],
    ["node_memory_MemTotal_bytes / 1024", ""],
    ["rate(node_network_receive_bytes_total[5m])", "bytes per second"],
    ["sum(rate(http_requests_total[5m]))", "per second"],
    ["increase(kube_pod_container_status_restarts_total[6h])", ""],
    ["histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket[5m])) by (le))", "seconds"],
    [
      "rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])",
      "seconds",
    ],
    ["process_start_time_seconds", "timestamp"],
    ["time() - process_start_time_seconds", "seconds"],
    ['sum(x_bytes{path="/100 * 2"})', "bytes"],
  ];
  for (const [expression, unit] of cases) assert.equal(unitOf(expression), unit, expression);
});

Deno.test("valueWords rounds what binary fractions spoilt, and nothing else", () => {
  const say = (text: string, unit: Parameters<typeof valueWords>[1]) => valueWords(text, unit, String);
  assert.equal(say("39.99999999999999", "%"), "40 %");
  assert.equal(say("9007199254740991", ""), "9007199254740991");
  assert.equal(say("1610612736", "bytes"), "1.5 GiB (1610612736 bytes)");
  assert.equal(say("0.05", "ratio"), "0.05 (5 %)");
  assert.equal(say("0.25", "seconds"), "0.25 s (250 ms)");
  assert.equal(say("7200", "seconds"), "7200 s (2 h)");
  assert.match(say("NaN", "%"), /not a number/);
  assert.match(say("+Inf", ""), /Inf/);
});
