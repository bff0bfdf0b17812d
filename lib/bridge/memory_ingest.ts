/**
 * Ingesting a path of this host for a client: under a configured root, with progress as it goes, ended when the client
 * goes.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { isUnder } from "../internal/paths.ts";
import type { IngestProgress, IngestReport, Memory } from "../memory/interface.ts";
import type { Audience } from "../memory/types.ts";
import { lineStream } from "./ndjson.ts";
import { problemOf } from "./problem.ts";

/** Progress is told this often, at most. */
const PROGRESS_MS = 200;

/** The real path, if it lies under a root. Throws `forbidden`, or `not_found` for what is not there. */
export async function vetPath(path: string, roots: readonly string[]): Promise<string> {
  const outside = () =>
    new PhysiclawError("forbidden", "Cannot ingest the path: it is under no root that the bridge may read", {
      hint: "see workspace.roots in the settings, or send the text itself to /memory/documents",
    });
  // Whether something outside exists is nobody's business.
  if (!roots.some((root) => isUnder(path, root))) throw outside();
  let real: string;
  try {
    real = await Deno.realPath(path);
  } catch (cause) {
    throw new PhysiclawError("not_found", "Cannot ingest the path: it is not there, or cannot be read", {
      cause,
    });
  }
  if (!roots.some((root) => isUnder(real, root))) throw outside();
  return real;
}

/** One line a message: `{"progress": …}` now and then, at last `{"report": …}` or `{"error": problem}`. */
export function ingestStream(memory: Memory, path: string, audience: Audience): Response {
  const stop = new AbortController();
  return lineStream(ingestLines(memory, path, audience, stop.signal), {
    stop: () => stop.abort(),
    onError: (error) => JSON.stringify({ error: error instanceof Error ? describe(error) : "failed" }),
  });
}

const describe = (error: Error): unknown =>
  error instanceof PhysiclawError
    ? { kind: error.kind, detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }
    : { kind: "internal", detail: "An internal error ended the ingestion", status: problemOf(error).status };

async function* ingestLines(
  memory: Memory,
  path: string,
  audience: Audience,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let latest: IngestProgress | undefined;
  let report: IngestReport | undefined;
  const running = memory.ingest([path], {
    audience,
    signal,
    onProgress: (progress) => {
      latest = progress;
    },
  }).then((done) => void (report = done));
  // What it fails with is thrown below, when it is waited for.
  running.catch(() => undefined);
  while (report === undefined) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PROGRESS_MS);
    });
    await Promise.race([running, tick]);
    clearTimeout(timer);
    if (latest !== undefined && report === undefined) yield JSON.stringify({ progress: latest });
    latest = undefined;
  }
  yield JSON.stringify({ report });
}
