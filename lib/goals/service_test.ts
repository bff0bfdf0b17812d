import assert from "node:assert/strict";
import { createAuditLog } from "../audit/audit.ts";
import { BUILTIN_TOOLS, createCatalog } from "../catalog/catalog.ts";
import type { Runner, StepRequest, StepRun } from "../executor/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { createOutputStore } from "./outputs.ts";
import { createQueue } from "./queue.ts";
import { createGoalService } from "./service.ts";
import type { GoalService, GoalServiceOptions, Submission } from "./service_types.ts";
import { createGoalStore } from "./store.ts";
import type { GoalResult, Parsed, ParserInput, Proposal, ProposedStep } from "./types.ts";

const encoder = new TextEncoder();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const logStep = (id: string, fields: Partial<ProposedStep> = {}): ProposedStep => ({
  id,
  tool: "log-aggregator",
  form: "files",
  slots: { paths: `${id}.log` },
  needs: [],
  why: "look",
  ...fields,
});

const plan = (...steps: readonly ProposedStep[]): Proposal => ({
  outcome: "plan",
  ask: { intent: "log-errors", about: {} },
  steps,
});

const ran = (request: StepRequest, stdout: string, fields: Partial<StepRun> = {}): StepRun => ({
  outcome: "ok",
  commands: request.commands.map((argv) => ({
    argv,
    exitCode: 0,
    stdout: encoder.encode(stdout),
    stderr: new Uint8Array(),
  })),
  started: "2026-01-01T00:00:00.000Z",
  durationMs: 5,
  sandbox: "test",
  truncated: false,
  ...fields,
});

/** Facts are `name=value` lines of the output. */
function parse(input: ParserInput): Parsed {
  const facts: Record<string, string[]> = {};
  for (
    const [, name = "", value = ""] of text(input.commands[0]?.stdout ?? new Uint8Array()).matchAll(
      /^([a-z_]+)=(.*)$/gm,
    )
  ) {
    (facts[name] ??= []).push(value);
  }
  return { outcome: "ok", headline: "looked", verdict: "listing", findings: [], facts, blind: [], next: [] };
}

interface Setup {
  readonly service: GoalService;
  readonly requests: StepRequest[];
  readonly records: () => Promise<readonly { event: string; data?: Record<string, unknown> }[]>;
  readonly directory: string;
  readonly store: ReturnType<typeof createGoalStore>;
  readonly violations: () => number;
}

async function withService(
  proposal: Proposal | ((goal: string) => Proposal),
  runStep: (request: StepRequest, signal: AbortSignal | undefined) => Promise<StepRun>,
  test: (setup: Setup) => Promise<void>,
  fields: Partial<GoalServiceOptions> = {},
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const audit = await createAuditLog({ path: `${directory}/audit.jsonl`, now: () => new Date() });
  const store = createGoalStore(`${directory}/goals.sqlite3`);
  const requests: StepRequest[] = [];
  let violations = 0;
  const runner: Runner = {
    run: (request, options) => {
      requests.push(request);
      return runStep(request, options?.signal);
    },
    tools: () =>
      Promise.resolve([{ tool: "log-aggregator", usable: true, program: "log-aggregator", digest: "d" }]),
    selfCheck: () => Promise.resolve({ held: true, detail: "" }),
    close: () => Promise.resolve(),
  };
  let ids = 0;
  const service = createGoalService({
    catalog: createCatalog(BUILTIN_TOOLS),
    planner: { plan: (goal) => typeof proposal === "function" ? proposal(goal) : proposal },
    runner,
    audit,
    metrics: {
      goals: () => {},
      toolCall: () => {},
      securityViolation: () => void violations++,
      goalSeconds: () => {},
      stepSeconds: () => {},
    },
    masker: {
      scrub: (goal) => goal.replaceAll("hunter2", "[masked]"),
      maskBytes: (bytes) =>
        Promise.resolve({ bytes: encoder.encode(text(bytes).replaceAll("hunter2", "[masked]")), masked: 0 }),
    },
    store,
    outputs: await createOutputStore(`${directory}/outputs`),
    memory: { facts: () => [], recall: () => Promise.resolve([]), remember: () => undefined },
    queue: createQueue({ concurrency: 1, limit: 1 }),
    parse: (_parser, input) => Promise.resolve(parse(input)),
    now: () => new Date(),
    newId: () => `01920000-0000-7000-8000-${String(++ids).padStart(12, "0")}`,
    settings: {},
    workspace: { cwd: directory, roots: [] },
    scratchDir: `${directory}/scratch`,
    timeZone: "UTC",
    allowValues: [],
    sandbox: "bwrap",
    egress: () => ({ lock: "not built" }),
    allowSelfApproval: false,
    ...fields,
  });
  const records = async () =>
    (await Deno.readTextFile(`${directory}/audit.jsonl`)).trim().split("\n").map((line) => JSON.parse(line));
  try {
    await test({ service, requests, records, directory, store, violations: () => violations });
  } finally {
    await service.close(0);
    await store.close();
    await audit.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const submission = (fields: Partial<Submission> = {}): Submission => ({
  goal: "what went wrong in a.log?",
  persona: "sre",
  mode: "run",
  requester: "key:1",
  ...fields,
});

const kind = (expected: string) => (error: unknown): boolean =>
  error instanceof PhysiclawError && error.kind === expected;

Deno.test("submit runs a plan, masks and stores its output, and answers", () =>
  withService(
    plan(logStep("s1")),
    (request) => Promise.resolve(ran(request, "password hunter2")),
    async ({ service, records }) => {
      const started = await service.submit(submission({ goal: "look for hunter2" }));
      assert.equal(started.outcome, "running");
      const ended = await service.wait(started.id, 10_000);
      assert.equal(ended.outcome, "done");
      assert.equal(ended.goal, "look for [masked]");
      const [step] = ended.steps;
      assert.deepEqual([step?.outcome, step?.exit_code, step?.output.bytes], [
        "ok",
        0,
        "password [masked]".length,
      ]);
      const stored = service.output(ended.id, "s1");
      assert.equal(text(await service.readOutput(stored?.sha256 ?? "")), "password [masked]");
      const events = (await records()).map(({ event, data }) =>
        [event, data?.["phase"]].filter(Boolean).join(" ")
      );
      assert.deepEqual(events, ["goal", "plan", "tool_call start", "tool_call end"]);
      assert.ok(!JSON.stringify(await records()).includes("hunter2"));
    },
  ));

Deno.test("submit has recorded goal and tool call durably before the tool starts", () =>
  withService(plan(logStep("s1")), async (request) => {
    const log = await Deno.readTextFile(`${request.cwd}/audit.jsonl`);
    return ran(request, log.trim().split("\n").map((line) => `seen=${JSON.parse(line).event}`).join("\n"));
  }, async ({ service }) => {
    const { id } = await service.submit(submission());
    await service.wait(id, 10_000);
    const output = text(await service.readOutput(service.output(id, "s1")?.sha256 ?? ""));
    assert.equal(output, "seen=goal\nseen=plan\nseen=tool_call");
  }));

Deno.test("mode plan and mode accept run nothing", () =>
  withService(plan(logStep("s1")), () => Promise.reject(new Error("ran")), async ({ service, requests }) => {
    const planned = await service.submit(submission({ mode: "plan" }));
    assert.equal(planned.outcome, "planned");
    assert.equal(planned.plan?.steps.length, 1);
    const accepted = await service.submit(submission({ mode: "accept" }));
    assert.deepEqual([accepted.outcome, accepted.plan], ["accepted", undefined]);
    assert.deepEqual(accepted.allowed_tools.slice(0, 2), ["kubectl get", "kubectl-get"]);
    assert.equal(requests.length, 0);
  }));

Deno.test("a follow-up runs when its fact is there, filled from it through the slot's grammar", () => {
  const followUp = logStep("s2", {
    slots: { paths: "b.log" },
    when: { step: "s1", fact: "unit", is: "present" },
    fills: [{ slot: "match", step: "s1", fact: "unit", max: 1 }],
    needs: ["s1"],
  });
  return withService(
    (goal) => plan(logStep("s1", { slots: { paths: goal } }), followUp),
    (request) =>
      Promise.resolve(
        ran(
          request,
          request.slots["paths"] === "yes.log"
            ? "unit=nginx"
            : request.slots["paths"] === "evil.log"
            ? "unit=a\u0007b"
            : "",
        ),
      ),
    async ({ service, requests, violations }) => {
      const yes = await service.wait((await service.submit(submission({ goal: "yes.log" }))).id, 10_000);
      assert.deepEqual(yes.steps.map((step) => step.outcome), ["ok", "ok"]);
      assert.ok(requests[1]?.commands[0]?.includes("--match=nginx"));
      const no = await service.wait((await service.submit(submission({ goal: "no.log" }))).id, 10_000);
      assert.deepEqual(no.steps.map((step) => step.outcome), ["ok", "skipped"]);
      assert.equal(requests.length, 3);
      const evil = await service.wait((await service.submit(submission({ goal: "evil.log" }))).id, 10_000);
      assert.deepEqual(
        evil.steps.map((step) => step.outcome),
        ["ok", "refused"],
        "output is held to the same grammar as goals",
      );
      assert.equal(requests.length, 4, "what was refused never reached the runner");
      assert.equal(violations(), 1);
    },
  );
});

Deno.test("a proposal outside the persona's whitelist is refused, counted and recorded, and nothing runs", () =>
  withService(
    plan({ ...logStep("s1"), tool: "nmap", form: "scan", slots: { targets: "127.0.0.1" } }),
    () => Promise.reject(new Error("ran")),
    async ({ service, records, violations }) => {
      const result = await service.submit(submission());
      assert.equal(result.outcome, "refused");
      assert.equal(violations(), 1);
      assert.ok((await records()).some((record) => record.event === "security_violation"));
    },
  ));

Deno.test("what the runner refuses is a violation; what it cannot start is unavailable", () =>
  withService(
    plan(logStep("s1"), logStep("s2")),
    (request) =>
      Promise.resolve(
        ran(request, "", {
          outcome: request.stepId === "s1" ? "refused" : "unavailable",
          reason: "because",
          commands: [],
        }),
      ),
    async ({ service, records, violations }) => {
      const result = await service.wait((await service.submit(submission())).id, 10_000);
      assert.equal(result.outcome, "failed");
      assert.deepEqual(result.steps.map((step) => [step.outcome, step.reason]), [["refused", "because"], [
        "unavailable",
        "because",
      ]]);
      assert.equal(violations(), 1);
      assert.equal((await records()).filter((record) => record.event === "security_violation").length, 1);
    },
  ));

Deno.test("cancel aborts what runs and what waits, and both end as cancelled", () => {
  const started = Promise.withResolvers<void>();
  return withService(plan(logStep("s1")), async (request, signal) => {
    started.resolve();
    await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    return ran(request, "", { outcome: "killed", reason: "cancelled" });
  }, async ({ service }) => {
    const first = await service.submit(submission());
    const second = await service.submit(submission());
    await assert.rejects(service.submit(submission()), kind("busy"));
    await started.promise;
    const [a, b] = await Promise.all([service.cancel(first.id), service.cancel(second.id)]);
    assert.deepEqual([a.outcome, b.outcome], ["cancelled", "cancelled"]);
    assert.equal(a.steps[0]?.outcome, "killed");
    assert.equal((await service.cancel(first.id)).outcome, "cancelled", "again is the same");
  });
});

const write: ProposedStep = { id: "s1", tool: "dbt run", form: "run", slots: {}, needs: [], why: "build" };

async function makeProject(directory: string): Promise<string> {
  const workspace = `${directory}/workspace`;
  await Deno.mkdir(workspace);
  await Deno.writeTextFile(`${workspace}/model.sql`, "select 1");
  return workspace;
}

const withProject = (
  test: (setup: Setup, workspace: string) => Promise<void>,
  runs?: (request: StepRequest) => Promise<void>,
) =>
  Deno.makeTempDir().then(async (directory) => {
    const cwd = await makeProject(directory);
    try {
      await withService(plan(write), async (request) => {
        await runs?.(request);
        return ran(request, "");
      }, (setup) =>
        test(setup, cwd), { workspace: { cwd, roots: [] } });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });

const data = { persona: "data_architect" } as const;

Deno.test("a plan that writes waits, for somebody else, with its own hash", () =>
  withProject(async ({ service, requests, records }) => {
    const waiting = await service.submit(submission(data));
    assert.equal(waiting.outcome, "awaiting_approval");
    const hash = waiting.plan?.hash ?? "";
    assert.equal(requests.length, 0);
    const decision = { id: waiting.id, plan: hash, approver: "key:2" };
    await assert.rejects(service.approve({ ...decision, plan: "0".repeat(64) }), kind("conflict"));
    await assert.rejects(service.approve({ ...decision, approver: "key:1" }), kind("forbidden"));
    const both = await Promise.allSettled([service.approve(decision), service.approve(decision)]);
    assert.deepEqual(both.map((one) => one.status).sort(), ["fulfilled", "rejected"]);
    assert.equal((await service.wait(waiting.id, 10_000)).outcome, "done");
    assert.equal(requests.length, 1);
    await assert.rejects(service.approve(decision), kind("conflict"));
    assert.equal((await records()).filter((record) => record.event === "approval").length, 1);
  }));

Deno.test("an approved write works on a copy and takes the original's place", () =>
  withProject(async ({ service }, workspace) => {
    const waiting = await service.submit(submission(data));
    await service.approve({ id: waiting.id, plan: waiting.plan?.hash ?? "", approver: "key:2" });
    await service.wait(waiting.id, 10_000);
    assert.equal(await Deno.readTextFile(`${workspace}/made`), "rows");
  }, async (request) => {
    assert.equal(request.writable, true);
    await assert.rejects(Deno.stat(`${request.cwd}/made`));
    await Deno.writeTextFile(`${request.cwd}/made`, "rows");
  }));

Deno.test("an approval is void when the input changed since the plan was made", () =>
  withProject(async ({ service, requests }, workspace) => {
    const waiting = await service.submit(submission(data));
    await Deno.writeTextFile(`${workspace}/model.sql`, "drop table x");
    const decision = { id: waiting.id, plan: waiting.plan?.hash ?? "", approver: "key:2" };
    await assert.rejects(service.approve(decision), /its input, a program or a setting changed/);
    assert.equal(requests.length, 0);
  }));

Deno.test("a rejected plan ends, and cannot be approved any more", () =>
  withProject(async ({ service }) => {
    const waiting = await service.submit(submission(data));
    const decision = { id: waiting.id, plan: waiting.plan?.hash ?? "", approver: "key:2" };
    assert.equal((await service.reject(decision)).outcome, "cancelled");
    await assert.rejects(service.approve(decision), kind("conflict"));
  }));

Deno.test("clarify asks once, and its answer joins the goal", () =>
  withService(
    (goal) => goal.includes("b.log") ? plan(logStep("s1")) : { outcome: "clarify", question: "Which file?" },
    (request) => Promise.resolve(ran(request, "")),
    async ({ service }) => {
      const asked = await service.submit(submission());
      assert.deepEqual([asked.outcome, asked.question], ["clarify", "Which file?"]);
      const answered = await service.submit(submission({ goal: "b.log", answers: asked.id }));
      assert.equal(answered.goal, "what went wrong in a.log?\nb.log");
      assert.equal(answered.outcome, "running");
      await service.wait(answered.id, 10_000);
      await assert.rejects(service.submit(submission({ answers: answered.id })), kind("conflict"));
      await assert.rejects(
        service.submit(submission({ answers: asked.id, persona: "secops" })),
        kind("not_found"),
      );
    },
  ));

Deno.test("an Idempotency-Key gives the first goal again, and refuses another body", () =>
  withService(
    plan(logStep("s1")),
    (request) => Promise.resolve(ran(request, "")),
    async ({ service, requests }) => {
      const first = await service.submit(submission({ idempotencyKey: "k" }));
      await service.wait(first.id, 10_000);
      const again = await service.submit(submission({ idempotencyKey: "k" }));
      assert.deepEqual([again.id, again.outcome], [first.id, "done"]);
      assert.equal(requests.length, 1);
      await assert.rejects(
        service.submit(submission({ idempotencyKey: "k", goal: "other" })),
        kind("conflict"),
      );
      assert.notEqual(
        (await service.submit(submission({ idempotencyKey: "k", requester: "key:2" }))).id,
        first.id,
      );
    },
  ));

Deno.test("events tell a goal's life in order, to early and late listeners", () =>
  withService(plan(logStep("s1")), (request) => Promise.resolve(ran(request, "")), async ({ service }) => {
    const { id } = await service.submit(submission());
    const names = (await Array.fromAsync(service.events(id, 0))).map((event) => event.event);
    assert.deepEqual(names, ["goal", "plan", "step_started", "step_ended", "result"]);
    const late = await Array.fromAsync(service.events(id, 3));
    assert.deepEqual(late.map((event) => event.event), ["result"]);
  }));

Deno.test("recover marks what a dead process left running", () =>
  withService(
    plan(logStep("s1")),
    (request) => Promise.resolve(ran(request, "")),
    async ({ service, store }) => {
      const { id } = await service.submit(submission());
      const ended = await service.wait(id, 10_000);
      await store.put({ result: { ...ended, outcome: "running" }, requester: "key:1" });
      assert.equal(await service.recover(), 1);
      const found = service.get(id);
      assert.equal(found?.result.outcome, "failed");
      assert.match(found?.result.answer ?? "", /the bridge stopped while the goal ran/);
    },
  ));

Deno.test("a client's cwd counts only under a root of the workspace", () =>
  withService(
    plan(logStep("s1")),
    (request) => Promise.resolve(ran(request, "")),
    async ({ service, directory, requests }) => {
      await Deno.mkdir(`${directory}/inner`);
      const { id } = await service.submit(submission({ cwd: `${directory}/inner` }));
      await service.wait(id, 10_000);
      assert.equal(requests[0]?.cwd, `${directory}/inner`);
      await Deno.symlink("/etc", `${directory}/out`);
      const outside = [
        "/etc",
        `${directory}/out`,
        `${directory}/../..`,
        `${directory}/missing`,
        `${directory}/audit.jsonl`,
      ];
      for (const cwd of outside) {
        const result = await service.submit(submission({ cwd, mode: "plan" }));
        assert.equal(result.evidence.cwd, directory, `${cwd} is not honoured, and the evidence says so`);
      }
      await assert.rejects(service.submit(submission({ cwd: "inner" })), kind("usage"));
    },
  ));

const OPERATOR_FACT = { id: "f1", name: "the shop's log", value: "file a.log" };

Deno.test("a fact of the operator stands for its name before the planner reads, and is shown and audited", () => {
  const read: string[] = [];
  return withService(
    (goal) => {
      read.push(goal);
      return plan(logStep("s1"));
    },
    (request) => Promise.resolve(ran(request, "")),
    async ({ service, records }) => {
      const planned = await service.submit(submission({ goal: "errors in the shop's log", mode: "plan" }));
      assert.deepEqual(read, ["errors in file a.log"]);
      assert.equal(planned.goal, "errors in the shop's log");
      assert.deepEqual(planned.plan?.facts, [OPERATOR_FACT]);
      assert.match(planned.answer, /"the shop's log" is file a\.log \(fact f1\)/);
      assert.deepEqual((await records()).find(({ event }) => event === "plan")?.data?.["facts"], ["f1"]);
      const ended = await service.wait(
        (await service.submit(submission({ goal: "errors in the shop's log" }))).id,
        10_000,
      );
      assert.match(ended.answer, /Read by what the operator entered:\n- "the shop's log" is file a\.log/);
    },
    {
      memory: {
        facts: (_, persona) => persona === "sre" ? [OPERATOR_FACT] : [],
        recall: () => Promise.resolve([]),
        remember: () => undefined,
      },
    },
  );
});

Deno.test("an answer shows what memory knows about goal and finding, apart from its evidence, and the goal is remembered", () => {
  const asked: string[] = [];
  const remembered: GoalResult[] = [];
  return withService(
    plan(logStep("s1")),
    (request) => Promise.resolve(ran(request, "")),
    async ({ service }) => {
      const { id } = await service.submit(submission({ goal: "what is wrong with a.log?" }));
      const ended = await service.wait(id, 10_000);
      assert.equal(asked.length, 1);
      const headline = ended.answer.split("\n", 1)[0] ?? "";
      assert.equal(asked[0], `what is wrong with a.log?\n${headline}`);
      assert.match(ended.answer, /From memory \(not evidence of this run\):\n- runbook\.md: Rotate the log/);
      assert.deepEqual(ended.memory?.map(({ id }) => id), ["m1"]);
      assert.deepEqual(remembered.map((result) => result.id), [id]);
      await service.submit(submission({ mode: "plan" }));
      assert.deepEqual([asked.length, remembered.length], [1, 1]);
    },
    {
      memory: {
        facts: () => [],
        recall: (text) => {
          asked.push(text);
          return Promise.resolve([
            { id: "m1", tier: "l3", origin: "document", source: "runbook.md", text: "Rotate the log." },
          ]);
        },
        remember: (result) => void remembered.push(result),
      },
    },
  );
});
