/**
 * The bridge's routes over the goal service. It knows HTTP and who may do what; it knows no tool.
 *
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { goalRoutes } from "./goal_routes.ts";
import { checkHost, requireCredential } from "./guard.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { memoryRoutes } from "./memory_routes.ts";
import { describeRoutes } from "./openapi.ts";
import { problem, problemOf } from "./problem.ts";
import type { BridgeEnv, BridgeOptions } from "./types.ts";

/** Methods by path pattern, for the 405 that the router itself would answer with a 404. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^\/goal\/?$/, "POST"],
  [/^\/goals\/?$/, "GET, HEAD"],
  [/^\/goal\/[^/]+\/?$/, "GET, HEAD"],
  [/^\/goal\/[^/]+\/steps\/[^/]+\/output\/?$/, "GET, HEAD"],
  [/^\/goal\/[^/]+\/(approve|reject|cancel)\/?$/, "POST"],
  [/^\/memory\/(search|facts|forget|documents|ingest|embed)\/?$/, "POST"],
  [/^\/memory\/facts\/[^/]+\/?$/, "GET, HEAD, PATCH, DELETE"],
  [/^\/memory\/facts\/[^/]+\/history\/?$/, "GET, HEAD"],
  [/^\/(health|metrics|memory\/status|memory\/export|openapi\.json)\/?$/, "GET, HEAD"],
];

/** Paths that answer without a credential. */
const OPEN = new Set(["/health", "/metrics"]);

const withoutSlash = (
  path: string,
): string => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);

/** The route's pattern as a metric label: from a known set only. */
function routeOf(path: string): string {
  const known = METHODS.find(([pattern]) => pattern.test(path));
  return known === undefined
    ? "other"
    : withoutSlash(path).replace(/^\/goal\/[^/]+/, "/goal/:id").replace(/\/steps\/[^/]+\//, "/steps/:step/")
      .replace(/^\/memory\/facts\/[^/]+/, "/memory/facts/:id");
}

/**
 * The bridge as a fetch handler.
 *
 * Every answer but `/health` and `/metrics` needs a credential; every error is a problem document.
 */
export function createApp(
  options: BridgeOptions,
  now: () => number = () => performance.now(),
): OpenAPIHono<BridgeEnv> {
  const app = new OpenAPIHono<BridgeEnv>({ strict: false });
  const credential = requireCredential(options, now);
  const allowed = (path: string): string | undefined => METHODS.find(([pattern]) => pattern.test(path))?.[1];

  app.use(async (context, next) => {
    await next();
    options.metrics.httpRequest(routeOf(context.req.path), context.res.status);
  });
  app.use(checkHost(options));
  app.use(async (context, next) => {
    const path = context.req.path;
    const methods = allowed(path);
    if (methods === undefined) return problem(404, { detail: "There is nothing at this path" });
    if (!methods.split(", ").includes(context.req.method)) {
      return problem(405, { detail: "This method is not for this path", headers: { allow: methods } });
    }
    return OPEN.has(withoutSlash(path)) ? await next() : await credential(context, next);
  });

  app.get("/health", async (context) => {
    const reason = options.notReady();
    if (reason !== undefined) return problem(503, { detail: reason });
    const open = { status: "ok", service: "physiclaw", version: options.version };
    const presented = context.req.header("x-physiclaw-key") ?? context.req.header("authorization");
    if (presented === undefined) return context.json(open);
    const result = await options.authenticate({ get: (name) => context.req.header(name) });
    if (!result.ok) return context.json(open);
    return context.json({ ...open, layers: options.layers(), memory: await options.memory.status() });
  });
  app.get("/metrics", async () => {
    const { contentType, body } = await options.metrics.render();
    return new Response(body, { headers: { "content-type": contentType } });
  });
  goalRoutes(app, options);
  memoryRoutes(app, options);
  describeRoutes(app, options.version);

  app.notFound(() => problem(404, { detail: "There is nothing at this path" }));
  app.onError((error) => {
    if (!(error instanceof PhysiclawError) || error.kind === "internal") options.failed(error);
    return problemOf(error);
  });
  return app;
}
