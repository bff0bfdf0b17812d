/**
 * What `physiclaw memory` does, over a running bridge or over the state directory itself.
 *
 * @module
 */
import { factBody, itemBody } from "../lib/bridge/memory_json.ts";
import { PERSONAS } from "../lib/catalog/types.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { formatOf, importFacts } from "../lib/memory/import/import.ts";
import type { FactFilter, Memory, NewFact } from "../lib/memory/interface.ts";
import type { CommandDeps } from "./deps.ts";
import { usage } from "./flags.ts";
import { audienceOf, openMemory, personaOf, readFacts, record } from "./memory_common.ts";
import { embed, ingest } from "./memory_documents.ts";
import type { CommonFlags, MemoryOptions } from "./memory_options.ts";
import { factLines, retrievalLines, showStatus } from "./memory_view.ts";
import { settingsOf } from "./settings.ts";

async function add(memory: Memory, { flags, words }: MemoryOptions & { action: "add" }, deps: CommandDeps) {
  const { from, tag, expires, json } = flags;
  const audience = audienceOf(flags.persona);
  let facts: readonly NewFact[];
  if (from === undefined) {
    const [first, second] = words;
    if (first === undefined) {
      throw usage("Cannot add nothing", 'physiclaw memory add "NAME" "VALUE", or --from FILE');
    }
    const [name, value] = second === undefined ? ["", first] : [first, second];
    facts = [{
      name,
      value,
      ...(tag === undefined ? {} : { tags: tag }),
      origin: "operator",
      source: "command line",
      audience,
      ...(expires === undefined ? {} : { expires }),
    }];
  } else {
    if (words.length > 0) throw usage("Cannot add both a fact and a file", "leave one out");
    const format = flags.format ?? formatOf(from);
    if (format === undefined) {
      throw usage(`Cannot tell what ${from} is`, "name it: --format csv|json|jsonl|hosts");
    }
    const file = from === "-" ? "stdin" : from;
    const imported = await importFacts(await readFacts(from, deps), {
      format,
      file,
      audience,
      source: `file ${file}`,
    });
    if (imported.kind === "export") {
      await record(memory, "restore facts", { count: imported.lines.length });
      const restored = await memory.restore(imported.lines);
      if (json) deps.output.json({ schema: 1, restored, unchanged: imported.lines.length - restored });
      else {deps.output.result(
          `${restored} facts restored, ${imported.lines.length - restored} were there already`,
        );}
      return 0;
    }
    facts = imported.facts.map((fact) => ({
      ...fact,
      ...(tag === undefined ? {} : { tags: [...fact.tags ?? [], ...tag] }),
      ...(expires === undefined || fact.expires !== undefined ? {} : { expires }),
    }));
  }
  deps.output.status(`adding ${facts.length} facts`);
  await record(memory, "add facts", { count: facts.length });
  const added = await memory.add(facts);
  if (json) deps.output.json({ schema: 1, facts: added.map(factBody) });
  else if (added.length > 1) deps.output.result(`${added.length} facts added`);
  else {
    deps.output.result(...added.flatMap(factLines));
    const { mayStand } = await import("../lib/goals/planner/operator_facts.ts");
    if (added.some((fact) => fact.name !== "" && !mayStand(fact))) {
      deps.output.note(
        "it is found by searches, and stands for nothing in goals: for that the value has to be one name, address or path " +
          '("namespace payments", "10.0.0.5"), and the name more than a common word',
      );
    }
  }
  return 0;
}

async function search(
  memory: Memory,
  { flags, words }: MemoryOptions & { action: "search" },
  deps: CommandDeps,
) {
  const persona = personaOf(flags.persona);
  const found = await memory.search(words.join(" "), {
    personas: persona === undefined ? PERSONAS : [persona],
    ...(flags.origin === undefined ? {} : { origins: [flags.origin] }),
    l2Limit: Math.max(flags.limit, 10),
    l3Limit: Math.max(flags.limit, 15),
    rerankTop: flags.limit,
  });
  const shown = { ...found, items: found.items.slice(0, flags.limit) };
  if (flags.json) deps.output.json({ schema: 1, ...shown, items: shown.items.map(itemBody) });
  else deps.output.result(...retrievalLines(shown));
  return 0;
}

async function update(
  memory: Memory,
  { flags, id }: MemoryOptions & { action: "update" },
  deps: CommandDeps,
) {
  const { name, value, tag, expires, keep } = flags;
  if (keep && expires !== undefined) throw usage("Cannot use both --keep and --expires", "leave one out");
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(value === undefined ? {} : { value }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(keep ? { expires: null } : expires === undefined ? {} : { expires }),
  };
  if (Object.keys(change).length === 0) {
    throw usage("Cannot change nothing", "name what changes: --value TEXT");
  }
  await record(memory, "change a fact", { id });
  const fact = await memory.update(id, change);
  if (flags.json) deps.output.json({ schema: 1, fact: factBody(fact) });
  else deps.output.result(...factLines(fact));
  return 0;
}

async function forget(
  memory: Memory,
  { flags, ids }: MemoryOptions & { action: "forget" },
  deps: CommandDeps,
) {
  const { name, source, origin } = flags;
  const audience = personaOf(flags.persona);
  const filter: FactFilter = {
    ...(name === undefined ? {} : { name }),
    ...(source === undefined ? {} : { source }),
    ...(origin === undefined ? {} : { origin }),
    ...(audience === undefined ? {} : { audience }),
  };
  const fields = Object.keys(filter);
  if (ids.length === 0 && fields.length === 0) {
    throw usage("Cannot forget nothing in particular", "name ids, or --name, --source, --origin, --persona");
  }
  if (fields.length > 0 && !flags.yes) {
    if (!deps.input.interactive) throw usage("Cannot ask before forgetting", "add --yes");
    const answer = await deps.input.ask(`Forget all that matches ${fields.join(" and ")}? (yes/no)`);
    if (answer?.trim().toLowerCase() !== "yes") {
      throw new PhysiclawError("refused", "Forgot nothing: the answer was not yes");
    }
  }
  const done = { facts: 0, documents: 0 };
  const filters = ids.length === 0 ? [filter] : ids.map((id) => ({ ...filter, id }));
  await record(memory, "forget", { fields: fields.join(", "), ids: ids.join(", ").slice(0, 4096) });
  for (const one of filters) {
    const { facts, documents } = await memory.forget(one);
    done.facts += facts;
    done.documents += documents;
  }
  if (flags.json) deps.output.json({ schema: 1, ...done });
  else deps.output.result(`${done.facts} facts and ${done.documents} documents forgotten`);
  return 0;
}

async function exportAll(memory: Memory, { json }: CommonFlags, deps: CommandDeps): Promise<number> {
  const encoder = new TextEncoder();
  const lines: unknown[] = [];
  for await (const line of memory.export()) {
    if (json) lines.push(JSON.parse(line));
    else deps.output.bytes(encoder.encode(`${line}\n`));
  }
  if (json) deps.output.json({ schema: 1, facts: lines });
  return 0;
}

async function repair(
  flags: { readonly json: boolean; readonly config?: string },
  deps: CommandDeps,
): Promise<number> {
  const memory = await (await deps.services()).openMemory(await settingsOf(flags, deps));
  try {
    await memory.record("repair memory");
    const done = await memory.repair();
    if (flags.json) deps.output.json({ schema: 1, done });
    else deps.output.result(...done);
    return 0;
  } finally {
    await memory.close();
  }
}

/** Does one of the forms; exit code 0 when it was done. */
export async function run(options: MemoryOptions, deps: CommandDeps): Promise<number> {
  if (options.action === "repair") return await repair(options.flags, deps);
  const memory = await openMemory(options.flags, deps);
  try {
    switch (options.action) {
      case "add":
        return await add(memory, options, deps);
      case "ingest":
        return await ingest(memory, options, deps);
      case "search":
        return await search(memory, options, deps);
      case "update":
        return await update(memory, options, deps);
      case "history": {
        const versions = await memory.history(options.id);
        if (versions.length === 0) throw new PhysiclawError("not_found", "Cannot find the fact");
        if (options.flags.json) deps.output.json({ schema: 1, versions: versions.map(factBody) });
        else deps.output.result(...versions.flatMap(factLines));
        return 0;
      }
      case "forget":
        return await forget(memory, options, deps);
      case "embed":
        return await embed(memory, options.flags, deps);
      case "export":
        return await exportAll(memory, options.flags, deps);
      case "status": {
        const status = await memory.status();
        if (options.flags.json) deps.output.json({ schema: 1, ...status });
        else await showStatus(deps.output, status);
        return 0;
      }
    }
  } finally {
    await memory.close();
  }
}
