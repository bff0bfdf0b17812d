/**
 * `physiclaw serve`: the bridge.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { loadSettings } from "../lib/config/load.ts";
import { BUILD } from "../lib/internal/build_info.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { createLog } from "../lib/internal/log.ts";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, type ParseContext } from "./parser.ts";

/** How long running goals may take to end after the first signal. */
const GRACE_MS = 10_000;

/** How long the bridge may take to record that it lost its watchdog. */
const LOST_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Options of the command. */
export interface ServeOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly port?: number;
  readonly socket?: string;
  readonly persona?: string;
  readonly unlocked: boolean;
  readonly permissions: boolean;
}

const target = buildCommand<ServeOptions, [], ParseContext>({
  func(flags) {
    this.accept(flags);
  },
  parameters: {
    flags: {
      config: { kind: "parsed", parse: String, brief: "Settings file", optional: true, placeholder: "FILE" },
      listen: {
        kind: "parsed",
        parse: String,
        brief: "Loopback address and port",
        optional: true,
        placeholder: "HOST:PORT",
      },
      port: {
        kind: "parsed",
        parse: Number,
        brief: "Port on 127.0.0.1; 0 takes a free one",
        optional: true,
        placeholder: "PORT",
      },
      socket: {
        kind: "parsed",
        parse: String,
        brief: "Unix socket instead of a port",
        optional: true,
        placeholder: "PATH",
      },
      persona: {
        kind: "parsed",
        parse: String,
        brief: "Persona of goals that name none",
        optional: true,
        placeholder: "PERSONA",
      },
      unlocked: {
        kind: "boolean",
        brief: "Go on without the kernel's egress lock; each answer will say so",
        default: false,
        withNegated: false,
      },
      permissions: {
        kind: "boolean",
        brief: "Print the Deno permissions that serving needs, one a line, and end",
        default: false,
        withNegated: false,
      },
    },
  },
  docs: { brief: "Serve goals" },
});

export const parse = createParser<ServeOptions>("serve", target);

const flagsOf = (
  { listen, port, socket, persona, unlocked }: ServeOptions,
): Readonly<Record<string, unknown>> => ({
  listen: socket !== undefined ? `unix:${socket}` : port !== undefined ? `127.0.0.1:${port}` : listen,
  persona,
  "lock.required": unlocked ? false : undefined,
});

/**
 * Serves until SIGTERM or SIGINT; exit code 0 after an orderly stop. Throws of kind `egress` (75) when the watchdog
 * stopped it, of kind `internal` (70) when a helper is gone.
 */
export async function run(options: ServeOptions, deps: CommandDeps): Promise<number> {
  const loaded = await loadSettings({
    ...(options.config === undefined ? {} : { config: options.config }),
    flags: flagsOf(options),
    env: deps.env,
    uid: deps.uid(),
    cwd: deps.cwd() ?? "/",
  });
  if (options.permissions) {
    const { permissionFlags } = await import("../lib/config/permissions.ts");
    deps.output.result(...BUILD.permissions ?? permissionFlags(loaded.settings, Deno.execPath()));
    return 0;
  }
  const log = createLog((line) => deps.output.note(line), () => new Date());
  const { openBridge } = await import("./wire.ts");
  const stop = Promise.withResolvers<string>();
  const signals = ["SIGTERM", "SIGINT"] as const;
  const handlers = signals.map((signal) => ({ signal, handler: () => stop.resolve(signal) }));
  for (const { signal, handler } of handlers) Deno.addSignalListener(signal, handler);
  const bridge = await openBridge(loaded, log);
  const cause = await Promise.race([stop.promise, bridge.lost]);
  if (cause instanceof PhysiclawError) {
    log("error", cause.message, {});
    // After a violation there are 50 ms to leave with the right exit code; without a watchdog nothing more is run.
    if (cause.kind !== "egress") await Promise.race([bridge.stop(0, cause.message), pause(LOST_MS)]);
    throw cause;
  }
  const signal = cause;
  log("info", "Stopping", { signal });
  // A second signal ends the program at once, as usual.
  for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
  await bridge.stop(GRACE_MS);
  log("info", "Stopped", {});
  return 0;
}

export default defineCommand({ target, parse, run });
