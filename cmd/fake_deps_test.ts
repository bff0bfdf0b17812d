/**
 * A world for commands in tests: what they print is kept, what they ask for is scripted, the bridge is a function.
 *
 * @module
 */
import type { GoalResult } from "../lib/goals/types.ts";
import type { CommandDeps, Services } from "./deps.ts";
import { createOutput } from "./output.ts";

/** Services of which a test needs only some. */
export const fakeServices = (some: Partial<Services>): () => Promise<Services> => {
  const none = () => Promise.reject(new Error("no such service in this test"));
  return () =>
    Promise.resolve({
      openRunner: none,
      openMemory: none,
      checkLock: none,
      tryOutModel: none,
      checkLayer: none,
      redTeam: none,
      ...some,
    });
};

/** Kept output, and the deps that fill it. */
export interface FakeWorld {
  readonly deps: CommandDeps;
  stdout(): string;
  stderr(): string;
  /** Every request that reached the bridge. */
  readonly requests: Request[];
  readonly interrupt: AbortController;
}

/** A world whose bridge is `bridge`; by default nothing listens. */
export function fakeWorld(options: {
  readonly bridge?: (request: Request) => Response | Promise<Response>;
  readonly env?: CommandDeps["env"];
  readonly terminal?: boolean;
  readonly color?: boolean;
  readonly answers?: readonly string[];
  readonly stdin?: string;
  readonly services?: CommandDeps["services"];
  readonly files?: Readonly<Record<string, { text: string; uid?: number; mode?: number }>>;
} = {}): FakeWorld {
  const { bridge, env = {}, terminal = false, answers = [], stdin = "", files = {} } = options;
  const written: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] };
  const stream = (into: string[]) => ({
    write: (bytes: Uint8Array) => void into.push(new TextDecoder().decode(bytes)),
    isTerminal: terminal,
    columns: 100,
  });
  const requests: Request[] = [];
  const waiting = [...answers];
  const interrupt = new AbortController();
  const output = createOutput({
    stdout: stream(written.out),
    stderr: stream(written.err),
    noColor: options.color !== true,
  });
  const find = (path: string) => {
    const file = files[path];
    if (file === undefined) throw new Deno.errors.NotFound(path);
    return file;
  };
  const facts = (path: string): Deno.FileInfo => {
    const { uid = 1000, mode = 0o600 } = find(path);
    // Only these are looked at.
    return { uid, mode, isFile: true, isDirectory: false, size: find(path).text.length } as Deno.FileInfo;
  };
  return {
    requests,
    interrupt,
    stdout: () => written.out.join(""),
    stderr: () => written.err.join(""),
    deps: {
      output,
      env,
      input: {
        interactive: terminal,
        readAll: () => Promise.resolve(stdin),
        ask: (question) => {
          output.note(question);
          return Promise.resolve(waiting.shift());
        },
      },
      cwd: () => "/srv/app",
      uid: () => 1000,
      request: async (url, { socket, ...init }) => {
        if (bridge === undefined) throw new TypeError("refused", { cause: new Error("Connection refused") });
        const request = new Request(url, init);
        if (socket !== undefined) request.headers.set("x-test-socket", socket);
        requests.push(request);
        return await bridge(request.clone());
      },
      readText: (path) => Promise.resolve().then(() => find(path).text),
      readStream: (path) =>
        Promise.resolve().then(() => new Response(find(path).text).body ?? new ReadableStream()),
      stat: (path) => Promise.resolve().then(() => facts(path)),
      services: options.services ?? (() => Promise.reject(new Error("no services in this test"))),
      onInterrupt: () => ({ signal: interrupt.signal, [Symbol.dispose]: () => {} }),
    },
  };
}

/** A result with the fields that every result has. */
export const goalResult = (over: Partial<GoalResult> = {}): GoalResult => ({
  schema: 1,
  id: "0190-goal",
  goal: "x",
  persona: "sre",
  allowed_tools: ["kubectl get"],
  message: "Goal accepted; tool selection is backend-authoritative.",
  outcome: "done",
  steps: [],
  findings: [],
  answer: "All is well.",
  created: "2026-01-31T08:00:00.000Z",
  evidence: { audit_sequence: 7, cwd: "/srv/app", egress: { lock: "not built" } },
  ...over,
});

/** A step with an outcome. */
export const stepResult = (outcome: GoalResult["steps"][number]["outcome"]): GoalResult["steps"][number] => ({
  id: "s1",
  tool: "kubectl get",
  outcome,
  started: "2026-01-31T08:00:00.000Z",
  duration_ms: 120,
  sandbox: "bwrap, no network",
  output: { sha256: "0", bytes: 0, truncated: false, sections: [] },
});

/** An event stream of these events, numbered from `first`. */
export const eventStream = (events: readonly (readonly [string, unknown])[], first = 1): Response =>
  new Response(
    events.map(([event, data], index) =>
      `id: ${first + index}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    )
      .join(""),
    { headers: { "content-type": "text/event-stream" } },
  );

/** A problem answer. */
export const problem = (status: number, body: Readonly<Record<string, unknown>>): Response =>
  new Response(JSON.stringify({ status, ...body }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
