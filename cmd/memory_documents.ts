/**
 * What `physiclaw memory` does with documents: ingest them, and make their vectors.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";
import { sumReports } from "../lib/memory/ingest_report.ts";
import type { IngestReport, Memory } from "../lib/memory/interface.ts";
import type { Audience } from "../lib/memory/types.ts";
import type { CommandDeps } from "./deps.ts";
import { audienceOf, readFacts, record } from "./memory_common.ts";
import type { EmbedFlags, MemoryOptions } from "./memory_options.ts";
import { reportLines } from "./memory_view.ts";
import { createProgress } from "./progress.ts";

/** Reads files and directories into memory, with progress on a terminal. */
export async function ingest(
  memory: Memory,
  { flags, paths }: MemoryOptions & { action: "ingest" },
  deps: CommandDeps,
) {
  const audience = audienceOf(flags.persona);
  using interrupt = deps.onInterrupt();
  const { signal } = interrupt;
  const absolute = paths.map((path) => path.startsWith("/") ? path : `${deps.cwd() ?? ""}/${path}`);
  const show = createProgress(deps.output, () => performance.now());
  await record(memory, "ingest", { audience });
  let report: IngestReport;
  try {
    report = flags.send
      ? await sendTexts(memory, absolute, { audience, signal }, deps)
      : await memory.ingest(absolute, {
        audience,
        signal,
        onProgress: ({ bytes, totalBytes, path, files, totalFiles }) => {
          const count = totalFiles === undefined ? `${files} files` : `${files}/${totalFiles} files`;
          void show({ done: bytes, total: totalBytes, label: `${count} ${path ?? ""}` });
        },
      });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new PhysiclawError("interrupted", "Stopped reading documents", {
      hint: "what was read stays; the same command goes on from there",
      cause: error,
    });
  }
  if (flags.json) deps.output.json({ schema: 1, ...report });
  else deps.output.result(...reportLines(report));
  return 0;
}

/** Reads files here and sends what they say. */
async function sendTexts(
  memory: Memory,
  paths: readonly string[],
  options: { readonly audience: Audience; readonly signal: AbortSignal },
  deps: CommandDeps,
): Promise<IngestReport> {
  const reports: IngestReport[] = [];
  for (const path of paths) {
    deps.output.status(`sending ${path}`);
    const text = await readFacts(path, deps);
    const name = path.slice(path.lastIndexOf("/") + 1);
    reports.push(await memory.ingestText({ name, text }, { ...options, source: path }));
  }
  return sumReports(reports);
}

/** Makes the vectors that a model lacks. */
export async function embed(memory: Memory, flags: EmbedFlags, deps: CommandDeps): Promise<number> {
  const model = flags.model ?? (await memory.status()).embedder ?? undefined;
  if (model === undefined) {
    throw new PhysiclawError("not_found", "Cannot embed: there is no embedder on this host", {
      hint: "physiclaw models import PATH brings one",
    });
  }
  using interrupt = deps.onInterrupt();
  const show = createProgress(deps.output, () => performance.now(), (count) => `${Math.round(count)} chunks`);
  await record(memory, "embed", { model });
  const made = await memory.embed(model, {
    signal: interrupt.signal,
    onProgress: (done, total) => void show({ done, total }),
  });
  if (flags.json) deps.output.json({ schema: 1, model, made });
  else deps.output.result(`${made} vectors of ${model} made`);
  return 0;
}
