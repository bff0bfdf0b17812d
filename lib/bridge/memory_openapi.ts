/**
 * The OpenAPI description of memory's routes.
 *
 * @module
 */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  DocumentBody,
  EmbedBody,
  FactBody,
  FactChangeBody,
  FactsBody,
  ForgetBody,
  ForgottenBody,
  IngestBody,
  ReportBody,
  RetrievalBody,
  SearchBody,
  StatusBody,
} from "./memory_schemas.ts";
import type { BridgeEnv } from "./types.ts";

const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const lines = { "application/x-ndjson": { schema: z.string() } };
const id = z.object({ id: z.string() });

/** Registers the descriptions; `problems` makes the error answers of these statuses. */
export function describeMemory<Problems extends object>(
  registry: OpenAPIHono<BridgeEnv>["openAPIRegistry"],
  security: Record<string, string[]>[],
  problems: (...statuses: readonly number[]) => Problems,
): void {
  const body = <T extends z.ZodType>(schema: T) => ({ body: { content: json(schema), required: true } });
  const ok = <T extends z.ZodType>(description: string, schema: T) => ({
    description,
    content: json(schema),
  });
  registry.registerPath({
    method: "get",
    path: "/memory/status",
    summary: "The memory's tiers",
    security,
    responses: { 200: ok("By tier", StatusBody), ...problems() },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/search",
    summary: "What memory knows about a text",
    security,
    request: body(SearchBody),
    responses: {
      200: ok("Best first, each with its rank in every list", RetrievalBody),
      ...problems(400, 413, 415, 422, 503),
    },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/facts",
    summary: "Add facts, or restore an export; all of them or none",
    security,
    request: body(FactsBody),
    responses: {
      201: ok(
        "The new facts, or how many were restored",
        z.union([
          z.object({ facts: z.array(FactBody) }),
          z.object({ restored: z.int() }),
        ]),
      ),
      ...problems(400, 413, 415, 422, 503),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/memory/facts/{id}",
    summary: "One fact",
    security,
    request: { params: id },
    responses: { 200: ok("Its newest version", FactBody), ...problems(404, 503) },
  });
  registry.registerPath({
    method: "patch",
    path: "/memory/facts/{id}",
    summary: "Change a fact; the version before stays in its history",
    security,
    request: { params: id, ...body(FactChangeBody) },
    responses: { 200: ok("The new version", FactBody), ...problems(400, 404, 413, 415, 422, 503) },
  });
  registry.registerPath({
    method: "delete",
    path: "/memory/facts/{id}",
    summary: "Forget a fact with its history",
    security,
    request: { params: id },
    responses: { 200: ok("How many were forgotten", ForgottenBody), ...problems(404, 503) },
  });
  registry.registerPath({
    method: "get",
    path: "/memory/facts/{id}/history",
    summary: "Every version of a fact, oldest first",
    security,
    request: { params: id },
    responses: { 200: ok("The versions", z.object({ versions: z.array(FactBody) })), ...problems(404, 503) },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/forget",
    summary: "Forget what matches every field",
    security,
    request: body(ForgetBody),
    responses: { 200: ok("How many were forgotten", ForgottenBody), ...problems(400, 413, 415, 422, 503) },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/documents",
    summary: "Ingest a text that the client sends",
    security,
    request: body(DocumentBody),
    responses: { 201: ok("What was done", ReportBody), ...problems(400, 413, 415, 422, 503) },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/ingest",
    summary: "Ingest a file or directory of this host, under a configured root",
    security,
    request: body(IngestBody),
    responses: {
      200: { description: "Lines of JSON: progress, then the report or an error", content: lines },
      ...problems(400, 404, 413, 415, 422, 503),
    },
  });
  registry.registerPath({
    method: "post",
    path: "/memory/embed",
    summary: "Make the vectors that a model lacks of what is stored",
    security,
    request: body(EmbedBody),
    responses: {
      200: { description: "Lines of JSON: progress, then how many were made or an error", content: lines },
      ...problems(400, 404, 413, 415, 422, 503),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/memory/export",
    summary: "All facts with their history",
    security,
    responses: { 200: { description: "A fact a line, as JSON", content: lines }, ...problems(503) },
  });
}
