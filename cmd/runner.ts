/**
 * `physiclaw runner`: hidden; the process that starts every tool. It is started by the bridge with an empty environment.
 *
 * @module
 */
import { serveRunner } from "../lib/executor/runner.ts";

/** Serves the pipe on stdin and stdout until it ends. */
export async function run(): Promise<void> {
  // A supervisor's signal to every process of a service: the bridge shuts down in order, and our pipe ends with it.
  const stay = () => {};
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, stay);
  try {
    await serveRunner(Deno.stdin.readable, Deno.stdout.writable);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stay);
  }
}

if (import.meta.main) await run();
