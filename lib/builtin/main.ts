/**
 * The tools that are this program's own code, run inside the tool sandbox: `main.ts log-aggregator|iam-inspect ARGS…`. Prints one
 * JSON document on stdout. Exit codes: 0 read, 1 nothing could be read, 2 usage.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";

/** Runs one tool; resolves to the document. */
async function run(tool: string | undefined, args: readonly string[]): Promise<unknown> {
  if (tool === "log-aggregator") {
    const [{ parseLogArgs }, { aggregateLogs }] = await Promise.all([
      import("./log_args.ts"),
      import("./log_aggregator.ts"),
    ]);
    const query = parseLogArgs(args);
    if (query.source === "files") return await aggregateLogs(query, { now: Date.now() });
    const { openJournal } = await import("./log_journal.ts");
    return await aggregateLogs(query, { now: Date.now(), journal: openJournal(query) });
  }
  if (tool === "iam-inspect") {
    const [{ parseIamArgs }, { inspectIdentities }] = await Promise.all([
      import("./iam_args.ts"),
      import("./iam_inspect.ts"),
    ]);
    return await inspectIdentities(parseIamArgs(args), Date.now());
  }
  throw new PhysiclawError("usage", `Cannot run tool "${tool ?? ""}"`, {
    hint: "use log-aggregator or iam-inspect",
  });
}

async function write(to: { write(bytes: Uint8Array): Promise<number> }, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** Runs one tool by its command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const report = await run(args[0], args.slice(1));
    await write(Deno.stdout, `${JSON.stringify(report)}\n`);
    return 0;
  } catch (error) {
    const known = error instanceof PhysiclawError;
    await write(
      Deno.stderr,
      `${known ? error.describe() : messageOf(error)}\n`,
    );
    return known && error.kind === "usage" ? 2 : 1;
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
