/**
 * The routes of goals: send, look up, list, read outputs, approve, reject, cancel.
 *
 * @module
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { can, type Credential, personaFor } from "../auth/authenticator.ts";
import { normalisePersona } from "../catalog/catalog.ts";
import { type Persona, PERSONAS } from "../catalog/types.ts";
import type { GoalResult } from "../goals/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { readJson } from "./body.ts";
import { problem } from "./problem.ts";
import { DecisionBody, GoalBody, MAX_GOAL_BYTES, parseBody } from "./schemas.ts";
import { eventStream, lastEventId } from "./sse.ts";
import type { BridgeEnv, BridgeOptions } from "./types.ts";

/** A goal of 64 KiB whose every byte is written as a JSON escape, and the other fields. */
const MAX_BODY_BYTES = MAX_GOAL_BYTES * 6 + 16 * 1024;
const DEFAULT_WAIT_SECONDS = 30;
const MAX_WAIT_SECONDS = 300;
const PAGE = 50;

const encoder = new TextEncoder();

/** Seconds of `Prefer: wait=N` (RFC 7240). */
export function preferredWait(header: string | undefined): number {
  const match = /(?:^|[,;\s])wait\s*=\s*([0-9]{1,6})(?:$|[,;\s])/.exec(header ?? "");
  return match === null ? DEFAULT_WAIT_SECONDS : Math.min(Number(match[1]), MAX_WAIT_SECONDS);
}

const wantsEvents = (context: Context): boolean =>
  (context.req.header("accept") ?? "").includes("text/event-stream");

const answer = (result: GoalResult): Response =>
  new Response(JSON.stringify(result), {
    status: result.outcome === "running" ? 202 : 200,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(result.outcome === "running" ? { location: `/goal/${result.id}` } : {}),
    },
  });

function requestedPersona(text: string | null | undefined): Persona | undefined {
  if (text === undefined || text === null || text.trim() === "") return undefined;
  const persona = normalisePersona(text);
  if (persona === undefined) {
    throw new PhysiclawError("usage", "Cannot use the persona: it is not known", {
      hint: `use one of: ${PERSONAS.join(", ")}`,
    });
  }
  return persona;
}

const sees = (credential: Credential, persona: Persona): boolean =>
  can(credential, "physiclaw:read:*") || credential.personas === "all" ||
  credential.personas.includes(persona);

/** Bytes `start` to `end` (exclusive) of a `Range` header over `size` bytes; `undefined` for none, `null` when it cannot be met. */
export function byteRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined | null {
  if (header === undefined) return undefined;
  const match = /^bytes=([0-9]*)-([0-9]*)$/.exec(header.trim());
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "") {
    return to === "" || Number(to) === 0 ? null : { start: Math.max(0, size - Number(to)), end: size };
  }
  const start = Number(from);
  const end = to === "" ? size : Math.min(Number(to) + 1, size);
  return start >= size || start >= end ? null : { start, end };
}

/** Adds the routes below `/goal`. */
export function goalRoutes(app: OpenAPIHono<BridgeEnv>, options: BridgeOptions): void {
  const { goals } = options;

  /** A goal that the credential may see; another persona's is as if it were not there. */
  const visible = (credential: Credential, id: string) => {
    const goal = goals.get(id);
    if (goal === undefined || !sees(credential, goal.result.persona)) {
      throw new PhysiclawError("not_found", "Cannot find the goal");
    }
    return goal;
  };

  const events = (context: Context<BridgeEnv>, id: string): Response => {
    const stop = new AbortController();
    context.req.raw.signal.addEventListener("abort", () => stop.abort(), { once: true });
    return eventStream(
      goals.events(id, lastEventId(context.req.header("last-event-id")), stop.signal),
      () => stop.abort(),
    );
  };

  app.post("/goal", async (context) => {
    const credential = context.get("credential");
    try {
      if (!can(credential, "physiclaw:goal")) {
        await options.denied({
          status: 403,
          reason: "the credential lacks the scope physiclaw:goal",
          route: "/goal",
        });
        return problem(403, { detail: "The credential may not send goals" });
      }
      const body = parseBody(GoalBody, await readJson(context.req.raw, MAX_BODY_BYTES));
      if (encoder.encode(body.goal).byteLength > MAX_GOAL_BYTES) {
        throw new PhysiclawError(
          "too_large",
          `Cannot take the goal: it is longer than ${MAX_GOAL_BYTES} bytes`,
        );
      }
      const persona = personaFor(credential, requestedPersona(body.persona), options.defaultPersona);
      if (persona === undefined) {
        await options.denied({
          status: 403,
          reason: "the credential is not for this persona",
          route: "/goal",
        });
        return problem(403, { detail: "The credential is not for this persona" });
      }
      const key = context.req.header("idempotency-key");
      if (key !== undefined && (key.length === 0 || key.length > 255)) {
        throw new PhysiclawError(
          "usage",
          "Cannot use the Idempotency-Key: it has none or more than 255 characters",
        );
      }
      const result = await goals.submit({
        goal: body.goal,
        persona,
        mode: body.mode ?? "run",
        ...(body.cwd === undefined ? {} : { cwd: body.cwd }),
        ...(body.answers === undefined ? {} : { answers: body.answers }),
        requester: credential.id,
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
      if (wantsEvents(context)) return events(context, result.id);
      if (result.outcome !== "running") return answer(result);
      const wait = preferredWait(context.req.header("prefer"));
      return answer(await goals.wait(result.id, wait * 1000, context.req.raw.signal));
    } catch (error) {
      if (
        error instanceof PhysiclawError && ["usage", "too_large", "unsupported_type"].includes(error.kind)
      ) {
        await options.rejected({
          status: error.kind === "usage" ? 400 : 413,
          reason: error.message,
          by: credential.id,
        });
      }
      throw error;
    }
  });

  app.get("/goals", (context) => {
    const credential = context.get("credential");
    const cursor = context.req.query("cursor");
    if (cursor !== undefined && !/^[0-9a-f-]{36}$/.test(cursor)) {
      throw new PhysiclawError("usage", "Cannot use the cursor: it is not one that this list gave", {
        hint: "leave it out",
      });
    }
    const page = goals.list({
      personas: PERSONAS.filter((persona) => sees(credential, persona)),
      ...(cursor === undefined ? {} : { before: cursor }),
      limit: PAGE,
    });
    return context.json({ goals: page, next: page.length === PAGE ? page.at(-1)?.id ?? null : null });
  });

  app.get("/goal/:id", async (context) => {
    const { result } = visible(context.get("credential"), context.req.param("id"));
    if (wantsEvents(context)) return events(context, result.id);
    const prefer = context.req.header("prefer");
    if (result.outcome !== "running" || prefer === undefined) return answer(result);
    return answer(await goals.wait(result.id, preferredWait(prefer) * 1000, context.req.raw.signal));
  });

  app.get("/goal/:id/steps/:step/output", async (context) => {
    const { result } = visible(context.get("credential"), context.req.param("id"));
    const output = goals.output(result.id, context.req.param("step"));
    if (output === undefined) throw new PhysiclawError("not_found", "Cannot find the step's output");
    const range = byteRange(context.req.header("range"), output.bytes);
    if (range === null) {
      return problem(416, {
        detail: "Cannot give this range",
        headers: { "content-range": `bytes */${output.bytes}` },
      });
    }
    const bytes = await goals.readOutput(output.sha256, range?.start, range?.end);
    return new Response(bytes, {
      status: range === undefined ? 200 : 206,
      headers: {
        // A tool's bytes are never a page: no sniffing, no rendering.
        "content-type": "application/octet-stream",
        "content-disposition": "attachment",
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        etag: `"${output.sha256}"`,
        ...(range === undefined
          ? {}
          : { "content-range": `bytes ${range.start}-${range.end - 1}/${output.bytes}` }),
      },
    });
  });

  const decision = (verb: "approve" | "reject") => async (context: Context<BridgeEnv>): Promise<Response> => {
    const credential = context.get("credential");
    const { result } = visible(credential, context.req.param("id") ?? "");
    if (!can(credential, "physiclaw:approve")) {
      await options.denied({
        status: 403,
        reason: "the credential lacks the scope physiclaw:approve",
        route: `/goal/:id/${verb}`,
        persona: result.persona,
      });
      return problem(403, { detail: "The credential may not decide on plans", headers: {} });
    }
    const body = parseBody(DecisionBody, await readJson(context.req.raw, 4096));
    const decided = await goals[verb]({ id: result.id, plan: body.plan, approver: credential.id });
    if (verb === "reject") return answer(decided);
    if (wantsEvents(context)) return events(context, result.id);
    return answer(
      await goals.wait(result.id, preferredWait(context.req.header("prefer")) * 1000, context.req.raw.signal),
    );
  };
  app.post("/goal/:id/approve", decision("approve"));
  app.post("/goal/:id/reject", decision("reject"));

  app.post("/goal/:id/cancel", async (context) => {
    const credential = context.get("credential");
    const { result } = visible(credential, context.req.param("id"));
    if (!can(credential, "physiclaw:goal")) {
      return problem(403, { detail: "The credential may not cancel goals" });
    }
    return answer(await goals.cancel(result.id));
  });
}
