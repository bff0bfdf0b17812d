import assert from "node:assert/strict";
import type { Slots } from "../../catalog/types.ts";
import type { Parsed, ParserInput } from "../types.ts";
import { parseKubectl } from "./kubectl.ts";

const encode = (text: string) => new TextEncoder().encode(text);

interface Run {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

function look(slots: Slots, runs: readonly Run[], change: Partial<ParserInput> = {}): Parsed {
  let at = 0;
  const commands = runs.map(({ exitCode = 0, stdout = "", stderr = "" }) => {
    const run = {
      argv: [],
      exitCode,
      stdout: encode(stdout),
      stderr: encode(stderr),
      stdoutStart: at,
      stderrStart: at,
    };
    at += run.stdout.length + run.stderr.length;
    return run;
  });
  return parseKubectl({
    step: { id: "s1", tool: "kubectl get", form: runs.length > 1 ? "get-in-namespace" : "get", slots },
    ask: { intent: "pods-not-running", about: {} },
    commands,
    outcome: commands.every((run) => run.exitCode === 0) ? "ok" : "failed",
    truncated: false,
    timeZone: "UTC",
    allowValues: [],
    ...change,
  });
}

const list = (...items: unknown[]): string => JSON.stringify({ apiVersion: "v1", items, kind: "List" });
const NAMESPACE = JSON.stringify({ kind: "Namespace", metadata: { name: "web" } });
const PODS = { kinds: ["pods"], namespace: "web" };

const pod = (
  name: string,
  status: Record<string, unknown>,
  spec: Record<string, unknown> = {},
  metadata = {},
) => ({
  kind: "Pod",
  metadata: { name, namespace: "web", ...metadata },
  spec: { containers: [{ name: "app", image: "r/app:1" }], nodeName: "n1", ...spec },
  status,
});
const waiting = (reason: string, message = "") => ({
  phase: "Pending",
  containerStatuses: [{
    name: "app",
    image: "r/app:1",
    ready: false,
    restartCount: 0,
    state: { waiting: { reason, message } },
  }],
});
const running = {
  phase: "Running",
  containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: {} } }],
};

const pods = (...items: unknown[]): Parsed => look(PODS, [{ stdout: NAMESPACE }, { stdout: list(...items) }]);

Deno.test("parseKubectl tells image, configuration and scheduling trouble apart", () => {
  const answer = pods(
    pod("a", waiting("ImagePullBackOff", 'Back-off pulling image "r/app:1"')),
    pod("b", waiting("CreateContainerConfigError", 'secret "db" not found')),
    pod("c", {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes are available" }],
    }),
    pod("d", running),
  );
  assert.match(
    answer.headline,
    /^1 of 4 pods in web cannot pull an image: ImagePullBackOff, r\/app:1; 1 cannot start a container/,
  );
  assert.match(answer.headline, /secret "db" not found; 1 cannot be scheduled: 0\/3 nodes are available/);
  assert.deepEqual(answer.facts.image_pull_pods, ["a"]);
  assert.deepEqual(answer.facts.config_error_pods, ["b"]);
  assert.deepEqual(answer.facts.unscheduled_pods, ["c"]);
  assert.deepEqual(answer.facts.not_ready_pods, ["a", "b", "c"]);
  assert.equal(answer.findings.length, 3);
});

Deno.test("parseKubectl names the init container that holds a pod up", () => {
  const answer = pods(pod("a", {
    phase: "Pending",
    initContainerStatuses: [{
      name: "migrate",
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { reason: "Error", exitCode: 3 } },
    }],
    containerStatuses: [{
      name: "app",
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: "PodInitializing" } },
    }],
  }, { initContainers: [{ name: "migrate" }] }));
  assert.match(
    answer.findings[0]?.text ?? "",
    /init container migrate is waiting: CrashLoopBackOff, 4 restarts, last ended with Error, exit code 3/,
  );
  assert(!answer.findings[0]?.text.includes("PodInitializing"));
  assert.deepEqual(answer.facts.crash_looping_pods, ["a"]);
});

Deno.test("parseKubectl says of a running pod that it was OOMKilled before, and with which limit", () => {
  const answer = pods(pod("a", {
    phase: "Running",
    containerStatuses: [{
      name: "app",
      ready: true,
      restartCount: 2,
      state: { running: {} },
      lastState: { terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "2026-01-31T07:00:00Z" } },
    }],
  }, { containers: [{ name: "app", resources: { limits: { memory: "64Mi" } } }] }));
  assert.match(
    answer.headline,
    /1 of 1 pod in web was OOMKilled before and now runs again: OOMKilled, exit code 137, limit 64Mi/,
  );
  assert.deepEqual(answer.facts.oom_killed_pods, ["a"]);
  assert.deepEqual(answer.facts.not_ready_pods, []);
  assert.equal(answer.findings[0]?.severity, "medium");
});

Deno.test("parseKubectl knows evicted, unready and completed pods", () => {
  const answer = pods(
    pod("evicted", { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." }),
    pod("unready", {
      phase: "Running",
      containerStatuses: [{ name: "app", ready: false, restartCount: 0, state: { running: {} } }],
    }),
    pod("done", { phase: "Succeeded" }),
  );
  assert.match(answer.findings[0]?.text ?? "", /failed: Evicted, The node was low on resource: memory/);
  assert.deepEqual(answer.facts.not_ready_pods, ["evicted", "unready"]);
  assert.equal(answer.table?.rows.find(([name]) => name === "done")?.[2], "Completed");
});

Deno.test("parseKubectl tells a missing namespace from an empty one, and both from one that it may not see", () => {
  const missing = look(PODS, [{}, { stdout: list() }]);
  assert.equal(missing.headline, "There is no namespace web");
  assert.equal(missing.verdict, "no_such_thing");
  assert.deepEqual(missing.facts.missing_namespace, ["web"]);
  const empty = look(PODS, [{ stdout: NAMESPACE }, { stdout: list() }]);
  assert.equal(empty.headline, "There are no pods in web");
  assert.equal(empty.verdict, "no_data");
  const forbidden =
    'Error from server (Forbidden): namespaces "web" is forbidden: User "ops" cannot get resource "namespaces"\n';
  const unknown = look(PODS, [{ exitCode: 1, stderr: forbidden }, { stdout: list() }]);
  assert.equal(unknown.verdict, "no_data");
  assert.match(unknown.blind.join(), /whether namespace web exists: not allowed/);
  const denied = look(PODS, [
    { exitCode: 1, stderr: forbidden },
    {
      exitCode: 1,
      stderr: 'Error from server (Forbidden): pods is forbidden: User "ops" cannot list resource "pods"\n',
    },
  ]);
  assert.equal(denied.verdict, "not_looked");
  assert.equal(denied.outcome, "failed");
  assert.match(denied.headline, /^Could not look at pods in web: not allowed: pods is forbidden/);
});

Deno.test("parseKubectl keeps what it may see when one kind of several is forbidden", () => {
  const answer = look({ kinds: ["pods", "persistentvolumeclaims"], namespace: "web" }, [
    { stdout: NAMESPACE },
    {
      exitCode: 1,
      stdout: list(pod("a", running)),
      stderr:
        'Error from server (Forbidden): persistentvolumeclaims is forbidden: User "ops" cannot list resource\n',
    },
  ]);
  assert.match(answer.headline, /1 pod in web, running and ready/);
  assert.notEqual(answer.verdict, "nothing_wrong");
  assert.equal(answer.outcome, "failed");
  assert.match(answer.blind.join(), /persistentvolumeclaims is forbidden/);
});

Deno.test("parseKubectl names the object that was asked for and is not there", () => {
  const answer = look({ kinds: ["pods"], namespace: "web", names: ["a", "b"] }, [
    { stdout: NAMESPACE },
    { stdout: JSON.stringify(pod("a", running)) },
  ]);
  assert.match(answer.headline, /there is no object named b/);
});

Deno.test("parseKubectl cites the bytes of the pod that a finding is about", () => {
  const text = list(pod("well", running), pod("bad", waiting("ErrImagePull", "denied")));
  const answer = look({ kinds: ["pods"], all: "true" }, [{ stdout: text }]);
  const [evidence] = answer.findings[0]?.evidence ?? [];
  const cited = text.slice(evidence?.start, evidence?.end);
  assert(cited.includes("ErrImagePull") && !cited.includes("well"), cited);
});

Deno.test("parseKubectl reads the older API versions of ingresses and events", () => {
  const ingress = {
    kind: "Ingress",
    metadata: { name: "shop", namespace: "web" },
    spec: {
      rules: [{
        host: "h",
        http: { paths: [{ path: "/", backend: { serviceName: "gone", servicePort: 80 } }] },
      }],
    },
  };
  const answer = look({ kinds: ["ingresses", "services", "endpoints"], namespace: "web" }, [
    { stdout: NAMESPACE },
    { stdout: list(ingress) },
  ]);
  assert.match(answer.findings[0]?.text ?? "", /sends h\/ to service gone:80, which does not exist/);
  const events = look({ kinds: ["events"], namespace: "web" }, [{ stdout: NAMESPACE }, {
    stdout: list({
      kind: "Event",
      metadata: { name: "e" },
      type: "Warning",
      reason: "FailedMount",
      note: 'MountVolume.SetUp failed: secret "tls" not found',
      regarding: { kind: "Pod", name: "a" },
      series: { count: 7, lastObservedTime: "2026-01-31T07:00:00.000000Z" },
    }),
  }]);
  assert.match(
    events.headline,
    /1 warning in web, seen 7 times \(FailedMount 7×\); the newest at 2026-01-31 07:00:00 UTC/,
  );
  assert.deepEqual(events.facts.missing_secrets, ["tls"]);
});

Deno.test("parseKubectl judges certificates and leases by the time of the look", () => {
  const certificate = {
    kind: "Certificate",
    metadata: { name: "edge", namespace: "web" },
    spec: { secretName: "edge-tls" },
    status: { notAfter: "2026-01-30T00:00:00Z", conditions: [{ type: "Ready", status: "True" }] },
  };
  const slots = { kinds: ["certificates"], namespace: "web" };
  const runs = [{ stdout: NAMESPACE }, { stdout: list(certificate) }];
  assert.match(look(slots, runs, { started: "2026-01-31T00:00:00Z" }).headline, /expired: edge/);
  assert.match(look(slots, runs, { started: "2025-12-01T00:00:00Z" }).headline, /all ready/);
  // Without a clock nothing is said about it.
  assert.match(look(slots, runs).headline, /all ready/);
});
