/**
 * The lab: goals against real servers and tools, and the facts that answers must hold. One bridge serves all.
 *
 * @module
 */
import assert from "node:assert/strict";
import { installedTools } from "../setup/installed.ts";
import { hasPrometheus } from "../fixtures/servers/prometheus.ts";
import { DATA_CASES } from "./cases_data.ts";
import { SECOPS_CASES } from "./cases_secops.ts";
import { SRE_CASES } from "./cases_sre.ts";
import { type Answered, faultsOf, goalOf, type LabCase } from "./define_case.ts";
import { type Lab, startLab } from "./world.ts";

const CASES: readonly LabCase[] = [...SRE_CASES, ...SECOPS_CASES, ...DATA_CASES];

/** Goals at once: as many as the bridge runs by default. */
const SIDE_BY_SIDE = 4;
/** Of the goals that could be asked. */
const WANTED = 0.95;

const states = await installedTools();
const here = new Set([
  ...Object.entries(states).filter(([, state]) => "program" in state).map(([name]) => name),
  ...(await hasPrometheus() ? ["prometheus"] : []),
]);
const missing = [...new Set(CASES.flatMap(({ needs }) => needs))].filter((name) => !here.has(name));

async function ask(lab: Lab, one: LabCase): Promise<Answered> {
  const response = await lab.bridge.request("/goal", {
    method: "POST",
    headers: { prefer: "wait=60" },
    body: JSON.stringify({ goal: goalOf(one, lab), persona: one.persona }),
  });
  const text = await response.text();
  const { outcome = "", answer = "", reason = "", question = "" } = JSON.parse(text);
  return { outcome, answer: answer === "" ? `${reason}${question}` : answer, text };
}

for (const name of missing) {
  Deno.test({
    name: `lab: ${CASES.filter(({ needs }) => needs.includes(name)).length} goals about ${name}`,
    ignore: true,
    fn: () => {},
  });
}

Deno.test("lab: answers hold the facts of the world, and show no secret", async () => {
  const lab = await startLab();
  const waiting = CASES.filter(({ needs }) => needs.every((name) => here.has(name)));
  const total = waiting.length;
  const misses: string[] = [];
  try {
    const queue = [...waiting];
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const got = await ask(lab, one);
        const faults = faultsOf(one, got, lab);
        if (faults.length === 0) continue;
        misses.push(
          `${one.persona}: ${goalOf(one, lab)}\n  ${faults.join("\n  ")}\n  > ${got.answer.split("\n")[0]}`,
        );
      }
    }));
  } finally {
    await lab.close();
  }
  const right = total - misses.length;
  console.log([`lab: ${right} of ${total} goals answered right`, ...misses].join("\n"));
  assert.ok(!misses.some((miss) => miss.includes("  holds /")), "an answer shows what it must not");
  assert.ok(right / total >= WANTED, `${right} of ${total} goals answered right:\n${misses.join("\n")}`);
});
