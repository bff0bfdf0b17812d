// deno-lint-ignore-file no-control-regex -- finding control characters is the purpose
import assert from "node:assert/strict";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { eventStream, fakeWorld, goalResult, problem, stepResult } from "./fake_deps_test.ts";
import { type GoalOptions, parse, run } from "./goal.ts";

const optionsOf = async (...args: string[]): Promise<GoalOptions> => {
  const parsed = await parse(args);
  assert.ok(parsed.kind === "options", "printed help");
  return parsed.options;
};

const usage = (...args: string[]) =>
  assert.rejects(parse(args), (error) => error instanceof PhysiclawError && error.kind === "usage");

Deno.test("parse joins the words of a goal and types its flags", async () => {
  const options = await optionsOf(
    "why",
    "do",
    "pods",
    "restart?",
    "-p",
    "SRE",
    "--timeout",
    "2.5",
    "--fail-on=high",
    "--json",
  );
  assert.ok(options.action === "submit");
  assert.deepEqual(options.words, ["why", "do", "pods", "restart?"]);
  assert.equal(options.flags.persona, "SRE");
  assert.equal(options.flags.timeout, 2.5);
  assert.equal(options.flags.failOn, "high");
  assert.equal(options.flags.json, true);
  assert.equal(options.flags.mode, "run");
  assert.equal(options.flags.ask, true);
});

Deno.test("parse takes the first word for a subcommand only when it is one, and not after --", async () => {
  assert.equal((await optionsOf("list")).action, "list");
  assert.equal((await optionsOf("show", "0190-a")).action, "show");
  assert.equal((await optionsOf("cancel", "0190-a", "--json")).action, "cancel");
  assert.deepEqual(await optionsOf("output", "0190-a", "s1"), {
    action: "output",
    flags: emptyBridge,
    id: "0190-a",
    step: "s1",
  });
  for (const args of [["list the pods"], ["--", "list", "the", "pods"], ["lists"]]) {
    const options = await optionsOf(...args);
    assert.equal(options.action, "submit");
  }
  const escaped = await optionsOf("--", "list", "--json");
  assert.ok(escaped.action === "submit");
  assert.deepEqual(escaped.words, ["list", "--json"]);
});

const emptyBridge = {
  key: undefined,
  jwt: undefined,
  bridgeUrl: undefined,
  socket: undefined,
  config: undefined,
};

Deno.test("parse refuses unknown flags, values and counts; a goal that looks like a subcommand gets a hint", async () => {
  await usage("x", "--jsn");
  await usage("x", "--timeout", "soon");
  await usage("x", "--timeout", "-1");
  await usage("x", "--mode", "yolo");
  await usage("x", "--fail-on", "scary");
  await usage("show");
  await usage("show", "../../x");
  await usage("output", "0190-a", "../s1");
  await usage("list", "--limit", "0");
  await assert.rejects(parse(["list", "the", "pods"]), {
    hint: "if this is a goal: physiclaw goal -- list the pods",
  });
});

Deno.test("parse gives help as text and runs nothing", async () => {
  for (const args of [["--help"], ["-h"], ["list", "--help"]]) {
    const parsed = await parse(args);
    assert.ok(parsed.kind === "help" && parsed.text.includes("physiclaw goal"));
  }
});

Deno.test("run sends the goal, shows the answer on stdout and nothing of it on stderr", async () => {
  const world = fakeWorld({
    env: { PHYSICLAW_API_KEY: "k", PHYSICLAW_PERSONA: "secops" },
    bridge: () =>
      eventStream([
        ["goal", { id: "0190-goal" }],
        ["plan", { hash: "h", steps: [{}] }],
        ["step_started", { step: "s1", tool: "kubectl get" }],
        ["step_ended", stepResult("ok")],
        ["result", goalResult({ steps: [stepResult("ok")] })],
      ]),
  });
  assert.equal(await run(await optionsOf("are", "the", "pods", "well?"), world.deps), 0);
  assert.match(
    world.stdout(),
    /^All is well\.\n\n {2}ok +s1 kubectl get {2}0\.1 s\n\ngoal 0190-goal {2}sre {2}audit 7/,
  );
  assert.doesNotMatch(world.stderr(), /All is well/);
  const [request] = world.requests;
  assert.equal(request?.url, "http://127.0.0.1:8000/goal");
  assert.equal(request.headers.get("x-physiclaw-key"), "k");
  assert.match(request.headers.get("accept") ?? "", /text\/event-stream/);
  assert.deepEqual(await request.json(), {
    goal: "are the pods well?",
    mode: "run",
    persona: "secops",
    cwd: "/srv/app",
  });
});

Deno.test("run prints one exact JSON document with --json, and nothing on stderr", async () => {
  const result = goalResult({ answer: "a\u001b[31mb\u202e" });
  const world = fakeWorld({ bridge: () => eventStream([["goal", { id: "0190-goal" }], ["result", result]]) });
  assert.equal(await run(await optionsOf("x", "--json"), world.deps), 0);
  assert.deepEqual(JSON.parse(world.stdout()), result);
  assert.equal(world.stderr(), "");
});

Deno.test("run lets nothing that a tool wrote act on the terminal", async () => {
  const foreign = "\u001b]0;owned\u0007\u009b2J\u202e";
  const step = { ...stepResult("failed"), tool: foreign, reason: foreign };
  const result = goalResult({ answer: foreign, steps: [step], question: foreign });
  for (const outcome of ["done", "clarify", "refused"] as const) {
    const world = fakeWorld({
      terminal: true,
      color: true,
      bridge: () =>
        eventStream([["goal", { id: foreign }], ["step_started", { step: foreign, tool: foreign }], [
          "result",
          { ...result, outcome, reason: foreign },
        ]]),
    });
    await run(await optionsOf("x"), world.deps);
    const all = world.stdout() + world.stderr();
    // Only this program's own colours and line clearing are left.
    assert.doesNotMatch(
      all.replace(/\u001b\[[0-9]{1,2}m|\r\u001b\[K/g, ""),
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
    );
  }
});

Deno.test("run maps every outcome to its exit code", async () => {
  const codes = [
    ["accepted", 0],
    ["planned", 0],
    ["refused", 1],
    ["failed", 4],
    ["awaiting_approval", 5],
    ["clarify", 6],
    ["cancelled", 7],
  ] as const;
  for (const [outcome, code] of codes) {
    const world = fakeWorld({ bridge: () => Response.json(goalResult({ outcome })) });
    assert.equal(await run(await optionsOf("x"), world.deps), code, outcome);
  }
  for (
    const outcome of ["failed", "timed_out", "killed", "output_capped", "unavailable", "refused"] as const
  ) {
    const world = fakeWorld({
      bridge: () => Response.json(goalResult({ steps: [stepResult("ok"), stepResult(outcome)] })),
    });
    assert.equal(await run(await optionsOf("x"), world.deps), 4, outcome);
  }
});

Deno.test("run exits with 4 for a finding that is as severe as --fail-on says", async () => {
  const findings = [{ severity: "high" as const, text: "x", evidence: [] }];
  const bridge = () => Response.json(goalResult({ findings }));
  for (const [failOn, code] of [["critical", 0], ["high", 4], ["info", 4]] as const) {
    assert.equal(await run(await optionsOf("x", "--fail-on", failOn), fakeWorld({ bridge }).deps), code);
  }
  assert.equal(await run(await optionsOf("x"), fakeWorld({ bridge }).deps), 0);
});

Deno.test("run says how to start a bridge when none listens", async () => {
  await assert.rejects(run(await optionsOf("x"), fakeWorld().deps), (error) => {
    assert.ok(error instanceof PhysiclawError);
    assert.equal(error.kind, "unreachable");
    assert.match(error.describe(), /127\.0\.0\.1:8000: connection refused .*physiclaw serve/);
    return true;
  });
});

Deno.test("run turns problem answers into errors of their kind", async () => {
  const cases = [
    [400, "usage"],
    [401, "unauthenticated"],
    [403, "forbidden"],
    [404, "not_found"],
    [409, "conflict"],
    [413, "too_large"],
    [415, "unsupported_type"],
    [422, "usage"],
    [429, "busy"],
    [500, "internal"],
    [503, "not_ready"],
    [302, "internal"],
  ] as const;
  for (const [status, kind] of cases) {
    const bridge = () => problem(status, { detail: "No", errors: [{ field: "goal", message: "is empty" }] });
    await assert.rejects(run(await optionsOf("x"), fakeWorld({ bridge }).deps), { kind, message: "No" });
  }
  const html = () => new Response("<html>", { status: 200 });
  await assert.rejects(run(await optionsOf("x"), fakeWorld({ bridge: html }).deps), { kind: "not_ready" });
});

Deno.test("run takes up a broken stream after the last event, and a 202 as well", async () => {
  const streams = [
    () => eventStream([["goal", { id: "0190-goal" }], ["step_started", { step: "s1", tool: "nmap" }]]),
    () => eventStream([["result", goalResult()]], 3),
  ];
  const world = fakeWorld({ bridge: () => streams.shift()?.() ?? new Response(null, { status: 500 }) });
  assert.equal(await run(await optionsOf("x"), world.deps), 0);
  assert.equal(world.requests[1]?.url, "http://127.0.0.1:8000/goal/0190-goal");
  assert.equal(world.requests[1]?.method, "GET");
  assert.equal(world.requests[1]?.headers.get("last-event-id"), "2");

  const answers = [
    () => Response.json(goalResult({ outcome: "running" }), { status: 202 }),
    () => eventStream([["result", goalResult()]]),
  ];
  const accepted = fakeWorld({ bridge: () => answers.shift()?.() ?? new Response(null, { status: 500 }) });
  assert.equal(await run(await optionsOf("x"), accepted.deps), 0);
  assert.equal(accepted.requests.length, 2);
});

/** A bridge that names the goal and then says nothing until the client goes. */
const silent = (): Response =>
  new Response(
    new ReadableStream({
      start: (controller) =>
        controller.enqueue(new TextEncoder().encode('event: goal\ndata: {"id":"0190-goal"}\n\n')),
    }),
    { headers: { "content-type": "text/event-stream" } },
  );

/** The same over a request whose abort ends the stream, as fetch does. */
const abortable = (request: Request): Response => {
  const body = silent().body;
  const through = new TransformStream();
  body?.pipeTo(through.writable, { signal: request.signal }).catch(() => {});
  return new Response(through.readable, { headers: { "content-type": "text/event-stream" } });
};

Deno.test("run leaves a goal that still runs at --timeout with 7, and names it", async () => {
  const world = fakeWorld({ bridge: abortable });
  assert.equal(await run(await optionsOf("x", "--timeout", "0.01", "--json"), world.deps), 7);
  assert.deepEqual(JSON.parse(world.stdout()), { schema: 1, id: "0190-goal", outcome: "running" });
  assert.match(world.stderr(), /physiclaw goal cancel 0190-goal/);
});

Deno.test("run waits for the goal's name even with --timeout 0", async () => {
  const named = Promise.withResolvers<void>();
  const world = fakeWorld({
    bridge: async (request) => {
      // Long after the time-out of 0 has passed.
      setTimeout(named.resolve, 20);
      await named.promise;
      return abortable(request);
    },
  });
  assert.equal(await run(await optionsOf("x", "--timeout", "0"), world.deps), 7);
  assert.match(world.stderr(), /physiclaw goal show 0190-goal/);
});

Deno.test("run leaves a goal at Ctrl-C with 130, and it goes on", async () => {
  const world = fakeWorld({
    bridge: (request) => {
      queueMicrotask(() => world.interrupt.abort());
      return abortable(request);
    },
  });
  const ended = run(await optionsOf("x"), world.deps);
  const code = await ended.catch((error) => error.kind);
  // Before the bridge has named the goal there is nothing to point at.
  assert.ok(code === 130 || code === "interrupted", String(code));
});

Deno.test("run asks a question in place on a terminal and sends the answer with the goal's id", async () => {
  const answers = [goalResult({ outcome: "clarify", question: "Which namespace?" }), goalResult()];
  const bridge = () => Response.json(answers.shift());
  const world = fakeWorld({ terminal: true, answers: ["payments"], bridge });
  assert.equal(await run(await optionsOf("list the pods"), world.deps), 0);
  assert.match(world.stderr(), /Which namespace\?/);
  assert.deepEqual(await world.requests[1]?.json(), {
    goal: "payments",
    mode: "run",
    cwd: "/srv/app",
    answers: "0190-goal",
  });
});

Deno.test("run does not ask without a terminal, with --json, with --no-ask, or when nothing is answered", async () => {
  const bridge = () => Response.json(goalResult({ outcome: "clarify", question: "Which namespace?" }));
  const worlds = [
    [fakeWorld({ bridge, answers: ["x"] }), []],
    [fakeWorld({ bridge, answers: ["x"], terminal: true }), ["--json"]],
    [fakeWorld({ bridge, answers: ["x"], terminal: true }), ["--no-ask"]],
    [fakeWorld({ bridge, answers: [""], terminal: true }), []],
    [fakeWorld({ bridge, terminal: true }), []],
  ] as const;
  for (const [world, flags] of worlds) {
    assert.equal(await run(await optionsOf("x", ...flags), world.deps), 6);
    assert.equal(world.requests.length, 1);
  }
});

Deno.test("run reads the goal from stdin or a file, and from one place only", async () => {
  const bridge = () => Response.json(goalResult());
  for (const args of [["-f", "-"], ["-"]]) {
    const world = fakeWorld({ bridge, stdin: "from stdin\n" });
    await run(await optionsOf(...args), world.deps);
    assert.equal((await world.requests[0]?.json()).goal, "from stdin\n");
  }
  const world = fakeWorld({ bridge, files: { "goal.txt": { text: "from a file" } } });
  await run(await optionsOf("-f", "goal.txt"), world.deps);
  assert.equal((await world.requests[0]?.json()).goal, "from a file");
  for (
    const [args, kind] of [[["-f", "none"], "usage"], [["-f", "x", "y"], "usage"], [[" "], "usage"], [
      [],
      "usage",
    ], [["ä".repeat(33_000)], "too_large"]] as const
  ) {
    await assert.rejects(run(await optionsOf(...args), fakeWorld({ bridge }).deps), { kind });
  }
});

Deno.test("run says when the directory that was named is not honoured", async () => {
  const bridge = () =>
    Response.json(goalResult({ evidence: { audit_sequence: 1, cwd: "/work", egress: {} } }));
  const world = fakeWorld({ bridge });
  await run(await optionsOf("x", "--cwd", "/elsewhere"), world.deps);
  assert.match(world.stderr(), /worked in \/work: \/elsewhere is not under/);
});

Deno.test("run lists goals over pages, up to the limit", async () => {
  const pages = [
    {
      goals: [{ id: "c", goal: "x\ny", outcome: "done", persona: "sre", created: "t" }, { id: "b" }],
      next: "b",
    },
    { goals: [{ id: "a" }], next: null },
  ];
  const world = fakeWorld({ bridge: () => Response.json(pages.shift()) });
  assert.equal(await run(await optionsOf("list"), world.deps), 0);
  assert.deepEqual(world.stdout().split("\n").map((line) => line.split("\t")[0]), ["ID", "c", "b", "a", ""]);
  assert.match(world.stdout(), /x\\ny/);
  assert.equal(world.requests[1]?.url, "http://127.0.0.1:8000/goals?cursor=b");
});

Deno.test("run writes a stored output byte for byte when stdout is no terminal, printable when it is", async () => {
  const bridge = () => new Response("a\u001b[31mb\n");
  const exact = fakeWorld({ bridge });
  await run(await optionsOf("output", "0190-a", "s1"), exact.deps);
  assert.equal(exact.stdout(), "a\u001b[31mb\n");
  assert.equal(exact.requests[0]?.url, "http://127.0.0.1:8000/goal/0190-a/steps/s1/output");
  const shown = fakeWorld({ bridge, terminal: true });
  await run(await optionsOf("output", "0190-a", "s1"), shown.deps);
  assert.equal(shown.stdout(), "a\\u001b[31mb\n");
});

Deno.test("run cancels a goal with 0", async () => {
  const world = fakeWorld({ bridge: () => Response.json(goalResult({ outcome: "cancelled" })) });
  assert.equal(await run(await optionsOf("cancel", "0190-a"), world.deps), 0);
  assert.equal(world.requests[0]?.method, "POST");
  assert.equal(world.requests[0]?.url, "http://127.0.0.1:8000/goal/0190-a/cancel");
});
