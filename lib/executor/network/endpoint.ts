/**
 * A network namespace that reaches one endpoint, for one step.
 *
 * `unshare` makes the namespace and the helper (this program's hidden command `forward`) prepares it; bwrap joins it by
 * `nsenter`. The helper's pipe leads to this process, which connects to the one destination and nowhere else.
 *
 * @module
 */
import { type Destination, destinationLabel } from "./destination.ts";
import { findLibc } from "../../internal/libc.ts";
import { createMux, type Mux } from "./mux.ts";
import { relay } from "./relay.ts";

/** Opens a connection to the destination; replaceable so that tests need no network. */
export type Connect = (address: string, port: number) => Promise<Deno.TcpConn>;

/** How the forwarder is started. */
export interface EndpointOptions {
  readonly destination: Destination;
  /**
   * Argv that runs the hidden command `forward`, given the permissions to add: `--allow-net` for one address and
   * `--allow-ffi` for the C library.
   */
  readonly helper: (permissions: { readonly net: string; readonly ffi: string }) => {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  readonly connect?: Connect;
  readonly signal?: AbortSignal;
}

/** A namespace that is ready, or why it could not be made. */
export type EndpointResult =
  | { readonly ok: true; readonly wrapper: readonly string[]; readonly label: string; close(): Promise<void> }
  | { readonly ok: false; readonly reason: string };

/** util-linux, which every supported distribution has; element 0 of an argv must be absolute. */
const PATH = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
/** The helper is ready within some 50 ms; this is for a machine that is overloaded. */
const READY_MS = 20_000;
const CONNECT_MS = 5_000;
const MAX_COMPLAINT = 2_000;

async function findProgram(name: string): Promise<string | undefined> {
  for (const directory of PATH) {
    try {
      if ((await Deno.stat(`${directory}/${name}`)).isFile) return `${directory}/${name}`;
    } catch {
      // The next directory.
    }
  }
  return undefined;
}

/** `connection refused` and the like, without addresses or traces. */
function whyNot(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "connection refused";
  if (error instanceof Deno.errors.TimedOut) return "no answer";
  if (error instanceof DOMException && error.name === "TimeoutError") return "no answer within 5 s";
  if (error instanceof Deno.errors.NotCapable) return "this program was not permitted to connect there";
  return "it cannot be reached";
}

async function connectWithin(connect: Connect, address: string, port: number): Promise<Deno.TcpConn> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("", "TimeoutError")), CONNECT_MS);
  });
  const attempt = connect(address, port);
  try {
    return await Promise.race([attempt, timeout]);
  } catch (error) {
    attempt.then((late) => late.close(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Bwrap's way in: joins the helper's namespaces by its pid and goes on only if it arrived in the very namespace that the
 * helper named. A pid that was recycled in between leads nowhere.
 */
function wrapperOf(nsenter: string, pid: number, namespace: string): readonly string[] {
  const check = '[ "$(/usr/bin/readlink /proc/self/ns/net)" = "$0" ] || exit 125; exec "$@"';
  return [
    nsenter,
    "--preserve-credentials",
    "--user",
    "--net",
    `--target=${pid}`,
    "--",
    "/bin/sh",
    "-c",
    check,
    namespace,
  ];
}

/** The first line that the helper wrote to its standard error. */
async function complaint(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) {
    if (text.length < MAX_COMPLAINT) text += decoder.decode(piece, { stream: true });
  }
  return text.trim().split("\n").at(0)?.slice(0, 300) ?? "";
}

/**
 * Makes the namespace. The destination is tried first: when nothing answers there, no sandbox is started. Never rejects.
 *
 * @example
 * ```ts ignore
 * const made = await createEndpoint({ destination, helper });
 * if (made.ok) try { await launch([...made.wrapper, "/usr/bin/bwrap", "…"]); } finally { await made.close(); }
 * ```
 */
export async function createEndpoint(options: EndpointOptions): Promise<EndpointResult> {
  const { address, port } = options.destination;
  const label = destinationLabel(options.destination);
  const connect = options.connect ?? ((hostname, port) => Deno.connect({ hostname, port }));
  const [unshare, nsenter, libc] = await Promise.all([
    findProgram("unshare"),
    findProgram("nsenter"),
    findLibc(),
  ]);
  if (unshare === undefined || nsenter === undefined) {
    return {
      ok: false,
      reason: "Cannot make a network namespace: unshare and nsenter are missing (apt-get install util-linux)",
    };
  }
  if (libc === undefined) {
    return { ok: false, reason: "Cannot make a network namespace: the C library was not found" };
  }
  // Kept for the tool's first connection, so that a server sees no connection more than there would be without us.
  let spare: Deno.TcpConn | undefined;
  try {
    spare = await connectWithin(connect, address, port);
  } catch (error) {
    return { ok: false, reason: `Cannot reach ${label}: ${whyNot(error)}` };
  }

  const net = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  const { argv, env } = options.helper({ net, ffi: libc });
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(unshare, {
      // Root of its own user namespace, so that it may raise lo; nothing on the host is anyone's root by that.
      args: ["--user", "--map-root-user", "--net", "--", ...argv, libc, address, String(port)],
      clearEnv: true,
      env: { NO_COLOR: "1", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch {
    spare.close();
    return { ok: false, reason: "Cannot start the forwarder: unshare cannot be run" };
  }
  const connections = new Set<Deno.TcpConn>();
  const dial = (): Promise<Deno.TcpConn> => {
    const ready = spare;
    spare = undefined;
    return ready === undefined ? connectWithin(connect, address, port) : Promise.resolve(ready);
  };
  let greet: (namespace: string) => void = () => {};
  const greeting = new Promise<string>((resolve) => greet = resolve);
  const mux: Mux = createMux({
    readable: child.stdout,
    writable: child.stdin,
    onReady: greet,
    onOpen: (channel) => {
      dial().then(async (connection) => {
        connections.add(connection);
        await relay(connection, channel);
        connections.delete(connection);
      }, () => channel.reset());
    },
  });
  const said = complaint(child.stderr);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    closing ??= (async () => {
      mux.close();
      spare?.close();
      spare = undefined;
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await Promise.all([child.status, said]);
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // The relay was first.
        }
      }
    })();

  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READY_MS);
    options.signal?.addEventListener("abort", () => resolve(undefined), { once: true });
    if (options.signal?.aborted) resolve(undefined);
  });
  const namespace = await Promise.race([greeting, mux.closed.then(() => undefined), late]);
  clearTimeout(timer);
  if (namespace === undefined || !/^net:\[[0-9]+\]$/.test(namespace)) {
    await close();
    const detail = await said;
    return {
      ok: false,
      reason: `Cannot start the forwarder to ${label}: ${detail === "" ? "it did not get ready" : detail}`,
    };
  }
  return { ok: true, label: `${label} only`, wrapper: wrapperOf(nsenter, child.pid, namespace), close };
}
