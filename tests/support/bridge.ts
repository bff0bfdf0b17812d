/**
 * A bridge of its own for a test: the real program, a free loopback port, a temporary state directory.
 *
 * @module
 */
import { TextLineStream } from "./lines.ts";
import { CACHES, physiclaw, type Ran, run } from "./program.ts";

/** What a test may set. */
export interface BridgeSetup {
  /** Text of its settings file. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its workspace; default an empty directory. */
  readonly workspace?: string;
  /** An existing state directory, kept at the end. */
  readonly state?: string;
  readonly args?: readonly string[];
  /** Listen here instead of on a free port. */
  readonly socket?: string;
  /** Program and arguments that come first and execute the rest as themselves: surroundings that a test makes. */
  readonly under?: readonly string[];
}

/** A running bridge. */
export interface TestBridge {
  readonly url: string;
  /** A key for every persona. */
  readonly key: string;
  /** A second one, since nobody approves his own plan. */
  readonly otherKey: string;
  readonly state: string;
  readonly workspace: string;
  readonly pid: number;
  /** What it logged so far. */
  readonly logged: readonly string[];
  /** Runs a command of the program against it. */
  command(args: readonly string[], options?: { stdin?: string; key?: string; cwd?: string }): Promise<Ran>;
  /** A request with the key. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** How many records of this kind the audit log holds. */
  auditRecords(event: string): Promise<number>;
  /** Its exit code, when it ends by itself. */
  readonly ended: Promise<number>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>;
  /** SIGKILL. */
  kill(): Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const KEY = "test-key-of-every-persona";
const OTHER_KEY = "test-key-of-a-second-person";

/** Starts a bridge and waits until it is ready. Throws with what it said when it does not start. */
export async function startBridge(setup: BridgeSetup = {}): Promise<TestBridge> {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-test-" });
  const state = setup.state ?? `${home}/state`;
  const workspace = setup.workspace ?? `${home}/workspace`;
  await Deno.mkdir(workspace, { recursive: true });
  const config = `${home}/config.toml`;
  await Deno.writeTextFile(config, setup.config ?? "", { mode: 0o600 });
  const { program, args } = physiclaw(setup.socket === undefined ? [] : [setup.socket]);
  const env = {
    HOME: home,
    ...CACHES,
    PHYSICLAW_MEMORY_DIR: state,
    PHYSICLAW_CWD: workspace,
    PHYSICLAW_API_KEYS: `*:${KEY},*:${OTHER_KEY},sre:sre-key,secops:secops-key,data:data-key`,
    ...setup.env,
  };
  const [first = program, ...before] = [...setup.under ?? [], program];
  const child = new Deno.Command(first, {
    args: [
      ...before,
      ...args,
      "serve",
      ...setup.socket === undefined ? ["--port", "0"] : ["--socket", setup.socket],
      "--config",
      config,
      ...setup.args ?? [],
    ],
    clearEnv: true,
    env,
    cwd: workspace,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const logged: string[] = [];
  const ready = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (
      const line of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      logged.push(line);
      const address = /"message":"Ready","address":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) ready.resolve(address);
    }
    ready.reject(new Error(`The bridge did not start:\n${logged.join("\n")}`));
  })();
  const clean = async (): Promise<void> => {
    await reading;
    await Deno.remove(home, { recursive: true });
  };
  let url: string;
  try {
    url = await ready.promise;
  } catch (error) {
    await child.status;
    await clean();
    throw error;
  }
  const ended = child.status.then(async ({ code }) => {
    await clean();
    return code;
  });
  let over = false;
  child.status.then(() => over = true);
  const end = (signal: Deno.Signal): Promise<number> => {
    if (!over) child.kill(signal);
    over = true;
    return ended;
  };
  return {
    url,
    key: KEY,
    otherKey: OTHER_KEY,
    state,
    workspace,
    pid: child.pid,
    logged,
    command: (words, options = {}) =>
      run(words, {
        env: { PHYSICLAW_BRIDGE_URL: url, PHYSICLAW_API_KEY: options.key ?? KEY, HOME: home },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      }),
    request: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("x-physiclaw-key")) headers.set("x-physiclaw-key", KEY);
      if (init.body !== undefined && !headers.has("content-type")) {
        headers.set("content-type", "application/json");
      }
      return fetch(`${url}${path}`, { ...init, headers });
    },
    auditRecords: async (event) => {
      const text = await Deno.readTextFile(`${state}/audit.jsonl`);
      return text.split(`"event":"${event}"`).length - 1;
    },
    ended,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
    [Symbol.asyncDispose]: async () => {
      await end("SIGTERM");
    },
  };
}
