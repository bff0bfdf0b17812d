/**
 * `physiclaw watchdog LIBC`: hidden; the process that looks at the bridge from outside. It is started by the bridge with an
 * empty environment and one permission: the C library.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";
import { serveWatchdog } from "../lib/egress/watchdog/process.ts";

/**
 * Serves the pipe on stdin and stdout until it ends.
 *
 * @example
 * ```ts ignore
 * watchdogCommand(["/lib/x86_64-linux-gnu/libc.so.6"]);
 * ```
 */
export function watchdogCommand(args: readonly string[]): void {
  const [libc] = args;
  if (libc === undefined || args.length !== 1) {
    throw new PhysiclawError("usage", "Cannot run watchdog: it is started by the bridge only");
  }
  // A supervisor's signal to every process of a service: the bridge shuts down in order, and our pipe ends with it.
  const stay = () => {};
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, stay);
  try {
    serveWatchdog(libc);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stay);
  }
}

if (import.meta.main) watchdogCommand(Deno.args);
