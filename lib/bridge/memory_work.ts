/**
 * Long work for a client, with progress as it goes, ended when the client goes; and paths of this host that a client may
 * have ingested.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { isUnder } from "../internal/paths.ts";
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

/** Work that tells how far it is, and ends with a report. */
export type Work<Progress, Report> = (
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
) => Promise<Report>;

/** One line a message: `{"progress": …}` now and then, at last `{"report": …}` or `{"error": problem}`. */
export function workStream<Progress, Report>(
  work: Work<Progress, Report>,
  failed: (error: unknown) => void,
): Response {
  const stop = new AbortController();
  return lineStream(workLines(work, stop.signal), {
    stop: () => stop.abort(),
    onError: (error) => {
      if (!(error instanceof PhysiclawError)) failed(error);
      return JSON.stringify({ error: error instanceof Error ? describe(error) : "failed" });
    },
  });
}

const describe = (error: Error): unknown =>
  error instanceof PhysiclawError
    ? { kind: error.kind, detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }
    : { kind: "internal", detail: "An internal error ended it", status: problemOf(error).status };

async function* workLines<Progress, Report>(
  work: Work<Progress, Report>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let latest: Progress | undefined;
  let ended: { readonly report: Report } | undefined;
  const running = work({
    signal,
    onProgress: (progress) => {
      latest = progress;
    },
  }).then((report) => void (ended = { report }));
  // What it fails with is thrown below, when it is waited for.
  running.catch(() => undefined);
  while (ended === undefined) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PROGRESS_MS);
    });
    await Promise.race([running, tick]);
    clearTimeout(timer);
    if (latest !== undefined && ended === undefined) yield JSON.stringify({ progress: latest });
    latest = undefined;
  }
  yield JSON.stringify(ended);
}
