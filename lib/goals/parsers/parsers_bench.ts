/**
 * Parsers over outputs near the cap of 16 MiB: the time a MiB must not grow with the size.
 *
 * @module
 */
import type { ParserName } from "../../catalog/types.ts";
import { maskKnownSecrets } from "./known_secrets.ts";
import { parseOutput } from "./parsers.ts";

const MIB = 1024 ** 2;

const pod = (i: number) =>
  JSON.stringify({
    kind: "Pod",
    metadata: { name: `pod-${i}`, namespace: `ns-${i % 50}`, creationTimestamp: "2026-01-31T07:00:00Z" },
    spec: {
      nodeName: `node-${i % 100}`,
      containers: [{ name: "app", image: "r/app:1", env: [{ name: "TOKEN", value: `token-${i}` }] }],
    },
    status: {
      phase: "Running",
      containerStatuses: [{
        name: "app",
        ready: i % 3 > 0,
        restartCount: i % 5,
        state: { waiting: { reason: "CrashLoopBackOff" } },
      }],
    },
  });
const event = (i: number) =>
  JSON.stringify({
    kind: "Event",
    metadata: { name: `e-${i}` },
    type: "Warning",
    reason: `Reason${i % 300}`,
    message: `message ${i}`,
    involvedObject: { kind: "Pod", name: `pod-${i}` },
    lastTimestamp: "2026-01-31T07:00:00Z",
  });
const series = (i: number) =>
  JSON.stringify({ metric: { instance: `host-${i}` }, values: [[1769846340, "1"], [1769846400, `${i}.5`]] });
const port = (i: number) =>
  `<port protocol="tcp" portid="${i % 65536}"><state state="open" reason="syn-ack"/></port>`;
const issue = (i: number) =>
  JSON.stringify({
    test_id: `B${100 + i % 500}`,
    issue_severity: "HIGH",
    issue_text: "text",
    filename: `f${i}.py`,
    line_number: i,
  });

/** About `size` bytes of items between two ends. */
function filled(
  size: number,
  item: (i: number) => string,
  open: string,
  between: string,
  close: string,
): Uint8Array {
  const parts: string[] = [];
  for (let i = 0, length = 0; length < size; i++) {
    const one = item(i);
    parts.push(one);
    length += one.length + between.length;
  }
  return new TextEncoder().encode(open + parts.join(between) + close);
}

const CASES: readonly (readonly [string, ParserName, (size: number) => Uint8Array])[] = [
  ["kubectl pods", "kubectl", (size) => filled(size, pod, '{"kind":"List","items":[', ",", "]}")],
  ["kubectl events", "kubectl", (size) => filled(size, event, '{"kind":"List","items":[', ",", "]}")],
  ["promtool range", "promtool", (size) => filled(size, series, "[", ",", "]")],
  ["nmap", "nmap", (size) => filled(size, port, "<nmaprun><host><ports>", "\n", "</ports></host></nmaprun>")],
  ["bandit", "bandit", (size) => filled(size, issue, '{"errors":[],"results":[', ",", "]}")],
];

const parse = (parser: ParserName, stdout: Uint8Array) =>
  parseOutput(parser, {
    step: {
      id: "s1",
      tool: "t",
      form: "get",
      slots: { kinds: ["pods"], all: "true", expression: "x", targets: ["10.0.0.1"], paths: ["a"] },
    },
    ask: { intent: "list", about: {} },
    commands: [{
      argv: [],
      exitCode: 0,
      stdout,
      stderr: new Uint8Array(),
      stdoutStart: 0,
      stderrStart: stdout.length,
    }],
    outcome: "ok",
    truncated: false,
    timeZone: "UTC",
    allowValues: [],
  });

for (const [name, parser, make] of CASES) {
  for (const mib of [4, 16]) {
    const bytes = make(mib * MIB);
    Deno.bench({ name: `parseOutput ${name}, ${mib} MiB`, group: name, n: 3, warmup: 1 }, async () => {
      await parse(parser, bytes);
    });
  }
}

for (const mib of [4, 16]) {
  const stdout = filled(mib * MIB, pod, '{"kind":"List","items":[', ",", "]}");
  Deno.bench({ name: `maskKnownSecrets of pods, ${mib} MiB`, group: "mask", n: 3, warmup: 1 }, () => {
    maskKnownSecrets("kubectl", [{ stdout, stderr: new Uint8Array() }], {}, []);
  });
}
