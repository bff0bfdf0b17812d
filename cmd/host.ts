/**
 * The real world for commands: this process, its streams, its environment. Light: no service is loaded here.
 *
 * @module
 */
import { type Environment, readEnvironment } from "../lib/config/env.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { printable } from "../lib/internal/printable.ts";
import type { CommandDeps, Input, Services } from "./deps.ts";
import { hostOutput, type Output } from "./output.ts";

/** Longest line that is read as an answer to a question. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Reads stdin up to a line's end or its own; `undefined` for nothing at all. */
async function readUntil(end: number | undefined, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: number[] = [];
  const buffer = new Uint8Array(end === undefined ? 16_384 : 1);
  for (;;) {
    const count = await Deno.stdin.read(buffer);
    if (count === null) return parts.length === 0 && end !== undefined ? undefined : new Uint8Array(parts);
    const chunk = buffer.subarray(0, count);
    if (end !== undefined && chunk[0] === end) return new Uint8Array(parts);
    for (const byte of chunk) parts.push(byte);
    if (parts.length > maxBytes) {
      throw new PhysiclawError("too_large", `Cannot read more than ${maxBytes / 1024} KiB from stdin`);
    }
  }
}

function hostInput(output: Output): Input {
  return {
    get interactive() {
      return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
    },
    readAll: async (maxBytes) => {
      const bytes = await readUntil(undefined, maxBytes);
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch (cause) {
        throw new PhysiclawError("usage", "Cannot read stdin: it is not UTF-8", { cause });
      }
    },
    ask: async (question) => {
      output.note([{ text: "? ", style: "cyan" }, { text: printable(question), style: "bold" }]);
      const bytes = await readUntil(10, MAX_ANSWER_BYTES);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
  };
}

/** HTTP over TCP, or over a Unix socket with one client for each path: fetch keeps its connection. */
function createFetch(): CommandDeps["request"] {
  const clients = new Map<string, Deno.HttpClient>();
  return (url, { socket, ...init }) => {
    if (socket === undefined) return fetch(url, init);
    const client = clients.get(socket) ??
      Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });
    clients.set(socket, client);
    // The browser's type of the options does not know Deno's `client`.
    const withClient: RequestInit & { client: Deno.HttpClient } = { ...init, client };
    return fetch(url, withClient);
  };
}

/**
 * The commands' world on this host. `services` is called when a command asks for one, so that the others start without.
 *
 * @example
 * ```ts ignore
 * const deps = hostDeps(() => import("./wire.ts"));
 * deps.output.result("hello");
 * ```
 */
export function hostDeps(services: () => Promise<Services>): CommandDeps {
  const output = hostOutput();
  let env: Environment | undefined;
  return {
    output,
    input: hostInput(output),
    get env() {
      return env ??= readEnvironment();
    },
    cwd: () => {
      try {
        return Deno.cwd();
      } catch {
        return undefined;
      }
    },
    uid: () => Deno.uid() ?? 0,
    request: createFetch(),
    readText: (path) => Deno.readTextFile(path),
    readStream: async (path) => (await Deno.open(path)).readable,
    stat: (path) => Deno.stat(path),
    services,
    onInterrupt: () => {
      const controller = new AbortController();
      const handler = () => {
        controller.abort();
        Deno.removeSignalListener("SIGINT", handler);
      };
      Deno.addSignalListener("SIGINT", handler);
      return {
        signal: controller.signal,
        [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", handler),
      };
    },
  };
}
