import { BUILTIN_TOOLS, createCatalog } from "../../catalog/catalog.ts";
import { generateCases } from "./corpus/generate.ts";
import { createPlanner } from "./planner.ts";

const planner = createPlanner({
  catalog: createCatalog(BUILTIN_TOOLS),
  now: () => new Date(0),
  timeZone: "UTC",
});
const cases = generateCases().filter((_one, index) => index % 3 === 0).slice(0, 1000);

Deno.bench("plan 1,000 goals", () => {
  for (const one of cases) planner.plan(one.goal, one.persona);
});

const hostile = "http://".repeat(8000);
Deno.bench("plan one goal of 56 kB of http://", () => {
  planner.plan(hostile, "sre");
});
