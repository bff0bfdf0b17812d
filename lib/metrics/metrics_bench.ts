import { createMetrics } from "./metrics.ts";

const metrics = await createMetrics();
Deno.bench("goals", () => metrics.goals("sre"));
Deno.bench("httpRequest", () => metrics.httpRequest("/goal", 200));
Deno.bench("toolCall", () => metrics.toolCall("secops", "nmap", "ok"));
Deno.bench("goalSeconds", () => metrics.goalSeconds("done", 0.01));
Deno.bench("render", async () => {
  await metrics.render();
});
