/**
 * `physiclaw watchdog`: hidden; the process that looks at the bridge from outside. It is started by the bridge with an
 * empty environment and one permission: the C library.
 *
 * @module
 */
import { serveWatchdog } from "../lib/egress/watchdog/process.ts";

/** Serves the pipe on stdin and stdout until it ends. */
export async function run(): Promise<void> {
  // A supervisor's signal to every process of a service: the bridge shuts down in order, and our pipe ends with it.
  const stay = () => {};
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, stay);
  try {
    await serveWatchdog(Deno.stdin.readable, Deno.stdout.writable);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stay);
  }
}

if (import.meta.main) await run();
