import assert from "node:assert/strict";
import { defineCase, type EscapeCase } from "./define_case.ts";
import type { CaseReport } from "./report.ts";
import { runCases } from "./run_cases.ts";
import type { World } from "./world.ts";

/** Only what running needs: arrivals are scripted, two looks a case (after the control, after the attempt). */
function fakeWorld(arrivals: readonly (readonly string[])[] = [], lacking?: string): World {
  const looks = [...arrivals];
  const world: Pick<World, "arrivals" | "reset" | "lacks"> = {
    arrivals: () => Promise.resolve(looks.shift() ?? []),
    reset: () => Promise.resolve(),
    lacks: (needs) => needs.length > 0 ? lacking : undefined,
  };
  return world as World; // no case of this test asks for more
}

const one = (change: Partial<EscapeCase> = {}): EscapeCase =>
  defineCase({
    group: "/proc",
    name: "a case",
    needs: [],
    control: () => Promise.resolve("opened"),
    expectControl: "opened",
    attempt: () => Promise.resolve("refused"),
    expect: "refused",
    ...change,
  });

async function outcomeOf(
  change: Partial<EscapeCase>,
  world: World = fakeWorld(),
  signal?: AbortSignal,
): Promise<string> {
  const reports: CaseReport[] = [];
  await runCases(world, [one(change)], (report) => reports.push(report), signal);
  const [report] = reports;
  return `${report?.outcome}: ${report?.detail}`;
}

const say = (text: string) => () => Promise.resolve(text);

Deno.test("runCases: blocked is the exact answer, and nothing that arrived", async () => {
  assert.equal(await outcomeOf({}), "blocked: refused");
  assert.equal(await outcomeOf({ expect: /ref.*/ }), "blocked: refused");
  assert.equal(
    await outcomeOf({ trips: "tcp4" }, fakeWorld([["tcp4"], []])),
    "blocked: refused",
  );
});

Deno.test("runCases: whatever is not understood has escaped", async () => {
  assert.equal(
    await outcomeOf({ attempt: say("opened") }),
    'escaped: expected "refused", got "opened"',
  );
  assert.equal(
    await outcomeOf({ attempt: say("refused, or not") }),
    'escaped: expected "refused", got "refused, or not"',
  );
  assert.equal(
    await outcomeOf({ expect: /ref/ }),
    'escaped: expected "/ref/", got "refused"',
  );
  assert.equal(
    await outcomeOf({}, fakeWorld([[], ["udp"]])),
    'escaped: reached udp; it said "refused"',
  );
  assert.equal(
    await outcomeOf({ attempt: say("unavailable: no bwrap") }, fakeWorld([[], ["files"]])),
    'escaped: reached files; it said "unavailable: no bwrap"',
  );
  assert.equal(
    await outcomeOf({ attempt: () => Promise.reject(new Error("gone")) }),
    "escaped: the case itself failed: Error: gone",
  );
});

Deno.test("runCases: a tool that ran out of its time is tried once more, and no more", async () => {
  const late = "timed_out: It ran longer than 3 s";
  const answers = (...texts: string[]) => () => Promise.resolve(texts.shift() ?? "never asked");
  assert.equal(await outcomeOf({ attempt: answers(late, "refused") }), "blocked: refused");
  assert.equal(await outcomeOf({ attempt: answers(late), expect: late }), `blocked: ${late}`);
  assert.equal(
    await outcomeOf({ attempt: answers(late, late, "refused") }),
    `escaped: expected "refused", got "${late}"`,
  );
  assert.equal(
    await outcomeOf({ attempt: answers(`${late}, some alive`, "refused") }),
    `escaped: expected "refused", got "${late}, some alive"`,
  );
  assert.equal(
    await outcomeOf({ attempt: answers(late, "refused") }, fakeWorld([[], ["udp"]])),
    `escaped: reached udp; it said "${late}"`,
  );
});

Deno.test("runCases: what could not be tried is skipped, with the reason", async () => {
  assert.equal(await outcomeOf({ control: say("no") }), 'skipped: its control gave "no"');
  assert.equal(await outcomeOf({ trips: "tcp4" }), 'skipped: its control left no trace at "tcp4"');
  assert.equal(
    await outcomeOf({ needs: ["perl"] }, fakeWorld([], "it needs perl")),
    "skipped: it needs perl",
  );
  assert.equal(await outcomeOf({ skip: "not here" }), "skipped: not here");
  assert.equal(
    await outcomeOf({ attempt: say("unavailable: no bwrap") }),
    "skipped: its tool was not started: unavailable: no bwrap",
  );
  assert.equal(await outcomeOf({}, fakeWorld(), AbortSignal.abort("time is up")), "skipped: time is up");
});

Deno.test({
  name: "runCases: a control that needs root is not tried by others",
  ignore: Deno.uid() === 0,
  fn: async () => assert.equal(await outcomeOf({ root: true }), "skipped: its control needs root"),
});

Deno.test("defineCase refuses a case that could not tell an escape from a success", () => {
  assert.throws(() => one({ expect: "opened" }), TypeError);
  assert.throws(() => one({ name: "" }), TypeError);
  one({ expect: "opened", trips: "files" });
});
