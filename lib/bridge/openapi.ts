/**
 * The OpenAPI document, made from the same schemas that validate.
 *
 * @module
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { describeMemory } from "./memory_openapi.ts";
import { DecisionBody, GoalBody, ListBody, ProblemBody, ResultBody } from "./schemas.ts";
import type { BridgeEnv } from "./types.ts";

const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const problemContent = { "application/problem+json": { schema: ProblemBody } };

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "The request is not well-formed, or names an unknown persona",
  401: "Credentials are missing",
  403: "The credentials are wrong, or may not do this",
  404: "There is no such goal, fact or path for this credential",
  409: "The plan or the goal is not what the request takes it for",
  413: "The body or the goal is too large",
  415: "The content type is not application/json",
  416: "The range is outside the output",
  421: "The Host header names another host",
  422: "A field is not valid",
  429: "The queue is full",
  503: "The bridge is not ready",
};

const problems = (...statuses: readonly number[]) =>
  Object.fromEntries(
    [401, 403, 421, ...statuses].map((
      status,
    ) => [status, { description: PROBLEMS[status] ?? "Error", content: problemContent }]),
  );

const id = z.object({ id: z.string() });

/** Registers every route's description. */
export function describeRoutes(app: OpenAPIHono<BridgeEnv>, version: string): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "key", {
    type: "apiKey",
    in: "header",
    name: "X-Physiclaw-Key",
  });
  registry.registerComponent("securitySchemes", "jwt", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  const security = [{ key: [] }, { jwt: [] }];
  registry.registerPath({
    method: "post",
    path: "/goal",
    summary: "Send a goal",
    security,
    request: { body: { content: json(GoalBody), required: true } },
    responses: {
      200: {
        description: "The goal has ended, or waits for an approval or an answer",
        content: json(ResultBody),
      },
      202: { description: "The goal still runs", content: json(ResultBody) },
      ...problems(400, 404, 409, 413, 415, 422, 429, 503),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/goals",
    summary: "Earlier goals, newest first",
    security,
    request: { query: z.object({ cursor: z.string().optional() }) },
    responses: { 200: { description: "A page of goals", content: json(ListBody) }, ...problems(400) },
  });
  registry.registerPath({
    method: "get",
    path: "/goal/{id}",
    summary: "One goal",
    security,
    request: { params: id },
    responses: {
      200: { description: "The result", content: json(ResultBody) },
      202: { description: "The goal still runs", content: json(ResultBody) },
      ...problems(404),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/goal/{id}/steps/{step}/output",
    summary: "The stored output of a step",
    security,
    request: { params: z.object({ id: z.string(), step: z.string() }) },
    responses: {
      200: {
        description: "The whole output",
        content: { "application/octet-stream": { schema: z.string() } },
      },
      206: { description: "A range of it", content: { "application/octet-stream": { schema: z.string() } } },
      ...problems(404, 416),
    },
  });
  for (const verb of ["approve", "reject"] as const) {
    registry.registerPath({
      method: "post",
      path: `/goal/{id}/${verb}`,
      summary: verb === "approve"
        ? "Approve the plan of that hash, and run it"
        : "Reject the plan of that hash",
      security,
      request: { params: id, body: { content: json(DecisionBody), required: true } },
      responses: {
        200: { description: "The result", content: json(ResultBody) },
        202: { description: "The goal still runs", content: json(ResultBody) },
        ...problems(400, 404, 409, 413, 415, 422, 429),
      },
    });
  }
  registry.registerPath({
    method: "post",
    path: "/goal/{id}/cancel",
    summary: "Stop a goal",
    security,
    request: { params: id },
    responses: { 200: { description: "The result", content: json(ResultBody) }, ...problems(404) },
  });
  registry.registerPath({
    method: "get",
    path: "/health",
    summary: "Whether the bridge is ready",
    responses: {
      200: {
        description: "Ready",
        content: json(z.object({ status: z.string(), service: z.string(), version: z.string() })),
      },
      503: { description: PROBLEMS[503] ?? "", content: problemContent },
    },
  });
  registry.registerPath({
    method: "get",
    path: "/metrics",
    summary: "Prometheus metrics",
    responses: {
      200: { description: "Text exposition format", content: { "text/plain": { schema: z.string() } } },
    },
  });
  describeMemory(registry, security, problems);
  app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "Physiclaw", version } });
}
