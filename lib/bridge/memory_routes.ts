/**
 * The routes of memory: search, facts, documents, forgetting, export.
 *
 * @module
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { can, type Credential } from "../auth/authenticator.ts";
import { normalisePersona } from "../catalog/catalog.ts";
import { type Persona, PERSONAS } from "../catalog/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import type { FactFilter, NewFact } from "../memory/interface.ts";
import type { Audience, Fact } from "../memory/types.ts";
import { readJson } from "./body.ts";
import { audienceOf, mayWrite, readable, sees } from "./memory_access.ts";
import { factBody, itemBody } from "./memory_json.ts";
import { vetPath, workStream } from "./memory_work.ts";
import {
  DocumentBody,
  EmbedBody,
  FactChangeBody,
  FactsBody,
  ForgetBody,
  IngestBody,
  MAX_DOCUMENT_BODY_BYTES,
  MAX_FACTS_BYTES,
  SearchBody,
} from "./memory_schemas.ts";
import { lineStream } from "./ndjson.ts";
import { problem } from "./problem.ts";
import { parseBody } from "./schemas.ts";
import type { BridgeEnv, BridgeOptions } from "./types.ts";

/** A query of 64 KiB whose every byte is written as a JSON escape, and the other fields. */
const MAX_SEARCH_BYTES = 6 * 65_536 + 16_384;
const MAX_SMALL_BYTES = 256 * 1024;

const answer = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });

/** The personas of a search: the one asked for, if the credential sees it. */
function searched(credential: Credential, requested: string | null | undefined): readonly Persona[] {
  const visible = readable(credential);
  if (requested === undefined || requested === null || requested.trim() === "") return visible;
  const persona = normalisePersona(requested);
  if (persona === undefined) {
    throw new PhysiclawError("usage", "Cannot use the persona: it is not known", {
      hint: `use one of: ${PERSONAS.join(", ")}`,
    });
  }
  if (!visible.includes(persona)) {
    throw new PhysiclawError("forbidden", "The credential does not see this persona's memory");
  }
  return [persona];
}

/** Adds the routes below `/memory`. */
export function memoryRoutes(app: OpenAPIHono<BridgeEnv>, options: BridgeOptions): void {
  const { memory } = options;

  /** The credential, if it may write; else the answer to it. */
  const writer = async (context: Context<BridgeEnv>, route: string): Promise<Credential | Response> => {
    const credential = context.get("credential");
    if (can(credential, "physiclaw:memory:write")) return credential;
    await options.denied({
      status: 403,
      reason: "the credential lacks the scope physiclaw:memory:write",
      route,
    });
    return problem(403, { detail: "The credential may not write to memory" });
  };
  /** A handler for those who may write. */
  const writing = (
    route: string,
    handle: (context: Context<BridgeEnv>, credential: Credential) => Promise<Response>,
  ) =>
  async (context: Context<BridgeEnv>): Promise<Response> => {
    const credential = await writer(context, route);
    return credential instanceof Response ? credential : await handle(context, credential);
  };
  /** Every version of a fact that the credential may see; another's is as if it were not there. */
  const versions = async (credential: Credential, id: string): Promise<readonly [Fact, ...Fact[]]> => {
    const [first, ...rest] = /^[0-9a-f-]{36}$/.test(id) ? await memory.history(id) : [];
    if (first === undefined || !sees(credential, first.audience)) {
      throw new PhysiclawError("not_found", "Cannot find the fact");
    }
    return [first, ...rest];
  };
  /** The same, for those who may write it too. */
  const writable = async (credential: Credential, id: string): Promise<Fact> => {
    const all = await versions(credential, id);
    if (!mayWrite(credential, all[0].audience)) {
      throw new PhysiclawError("forbidden", "The credential may not write for this audience");
    }
    return all.at(-1) ?? all[0];
  };
  const record = (
    credential: Credential,
    change: string,
    more: Readonly<Record<string, string | number>> = {},
  ) => options.memoryChange({ by: credential.id, change, ...more });

  app.get("/memory/status", async (context) => context.json(await memory.status()));

  app.post("/memory/search", async (context) => {
    const body = parseBody(SearchBody, await readJson(context.req.raw, MAX_SEARCH_BYTES));
    const { items, notes, seconds } = await memory.search(body.query, {
      personas: searched(context.get("credential"), body.persona),
      ...(body.origins === undefined ? {} : { origins: body.origins }),
      ...(body.since === undefined ? {} : { since: Date.parse(body.since) }),
      ...(body.until === undefined ? {} : { until: Date.parse(body.until) }),
      ...(body.l2_limit === undefined ? {} : { l2Limit: body.l2_limit }),
      ...(body.l3_limit === undefined ? {} : { l3Limit: body.l3_limit }),
      ...(body.rerank_top === undefined ? {} : { rerankTop: body.rerank_top }),
    });
    return answer({ items: items.map(itemBody), notes, seconds });
  });

  app.post(
    "/memory/facts",
    writing("/memory/facts", async (context, credential) => {
      const body = parseBody(FactsBody, await readJson(context.req.raw, MAX_FACTS_BYTES));
      if ("export" in body) {
        // An export says itself whom each fact is for and who entered it.
        if (credential.personas !== "all") {
          throw new PhysiclawError(
            "forbidden",
            "The credential may not restore an export: it is not for all personas",
          );
        }
        await record(credential, "restore facts", { count: body.export.length });
        return answer({ restored: await memory.restore(body.export) }, 201);
      }
      const facts = body.facts.map((fact): NewFact => ({
        name: fact.name ?? "",
        value: fact.value,
        ...(fact.tags === undefined ? {} : { tags: fact.tags }),
        origin: "operator",
        source: fact.source === undefined ? credential.id : `${fact.source} (${credential.id})`,
        audience: audienceOf(credential, fact.audience),
        ...(fact.expires === undefined ? {} : { expires: Date.parse(fact.expires) }),
      }));
      await record(credential, "add facts", { count: facts.length });
      const added = await memory.add(facts, { signal: context.req.raw.signal });
      return answer({ facts: added.map(factBody) }, 201);
    }),
  );

  app.get("/memory/facts/:id", async (context) => {
    const all = await versions(context.get("credential"), context.req.param("id"));
    return answer(factBody(all.at(-1) ?? all[0]));
  });
  app.get("/memory/facts/:id/history", async (context) => {
    const all = await versions(context.get("credential"), context.req.param("id"));
    return answer({ versions: all.map(factBody) });
  });
  app.patch(
    "/memory/facts/:id",
    writing("/memory/facts/:id", async (context, credential) => {
      const { id } = await writable(credential, context.req.param("id") ?? "");
      const { expires, name, value, tags } = parseBody(
        FactChangeBody,
        await readJson(context.req.raw, MAX_SMALL_BYTES),
      );
      await record(credential, "change a fact", { id });
      const changed = await memory.update(id, {
        ...(name === undefined ? {} : { name }),
        ...(value === undefined ? {} : { value }),
        ...(tags === undefined ? {} : { tags }),
        ...(expires === undefined ? {} : { expires: expires === null ? null : Date.parse(expires) }),
      });
      return answer(factBody(changed));
    }),
  );
  app.delete(
    "/memory/facts/:id",
    writing("/memory/facts/:id", async (context, credential) => {
      const { id } = await writable(credential, context.req.param("id") ?? "");
      await record(credential, "forget", { id });
      return answer(await memory.forget({ id }));
    }),
  );

  app.post(
    "/memory/forget",
    writing("/memory/forget", async (context, credential) => {
      const filter = parseBody(ForgetBody, await readJson(context.req.raw, MAX_SMALL_BYTES));
      // Whoever speaks for some personas forgets what is for these, and nothing that is for all.
      const audiences: readonly (Audience | undefined)[] = credential.personas === "all"
        ? [filter.audience]
        : filter.audience === undefined
        ? credential.personas
        : [audienceOf(credential, filter.audience)];
      await record(credential, "forget", {
        fields: Object.keys(filter).join(", "),
        ...(filter.id === undefined ? {} : { id: filter.id }),
      });
      const done = { facts: 0, documents: 0 };
      for (const audience of audiences) {
        const { audience: _, ...rest } = filter;
        const { facts, documents } = await memory.forget(
          (audience === undefined ? rest : { ...rest, audience }) as FactFilter, // zod's fields may be undefined
        );
        done.facts += facts;
        done.documents += documents;
      }
      return answer(done);
    }),
  );

  app.post(
    "/memory/documents",
    writing("/memory/documents", async (context, credential) => {
      const { name, text, audience: requested } = parseBody(
        DocumentBody,
        await readJson(context.req.raw, MAX_DOCUMENT_BODY_BYTES),
      );
      const audience = audienceOf(credential, requested);
      await record(credential, "ingest a document", { audience });
      return answer(
        await memory.ingestText({ name, text }, {
          audience,
          source: `${name} (${credential.id})`,
          signal: context.req.raw.signal,
        }),
        201,
      );
    }),
  );
  app.post(
    "/memory/ingest",
    writing("/memory/ingest", async (context, credential) => {
      const body = parseBody(IngestBody, await readJson(context.req.raw, MAX_SMALL_BYTES));
      const audience = audienceOf(credential, body.audience);
      const path = await vetPath(body.path, options.ingestRoots);
      await record(credential, "ingest a path", { audience });
      return workStream((running) => memory.ingest([path], { audience, ...running }), options.failed);
    }),
  );

  app.post(
    "/memory/embed",
    writing("/memory/embed", async (context, credential) => {
      const { model } = parseBody(EmbedBody, await readJson(context.req.raw, MAX_SMALL_BYTES));
      if (credential.personas !== "all") {
        throw new PhysiclawError("forbidden", "The credential may not embed: it is not for all personas");
      }
      await record(credential, "embed", { model });
      return workStream<{ readonly done: number; readonly total: number }, number>(
        ({ signal, onProgress }) =>
          memory.embed(model, { signal, onProgress: (done, total) => onProgress({ done, total }) }),
        options.failed,
      );
    }),
  );

  app.get("/memory/export", (context) => {
    const credential = context.get("credential");
    if (readable(credential).length < PERSONAS.length) {
      return problem(403, { detail: "The credential may not export memory: it does not see all personas" });
    }
    return lineStream(memory.export(), {
      stop: () => {},
      onError: () => JSON.stringify({ error: "An error ended the export: it is not whole" }),
    });
  });
}
