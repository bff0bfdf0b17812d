/**
 * The house's plan, held against the real module graph: imports point down, and dangerous calls stand in one place each.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fromFileUrl, relative, ROOT } from "./paths.ts";

/** Which packages each package may import besides itself. `internal` is at the bottom and imports nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  internal: [],
  builtin: ["internal"],
  catalog: ["internal"],
  audit: ["internal"],
  metrics: ["internal", "catalog"],
  auth: ["internal", "catalog"],
  memory: ["internal", "catalog"],
  egress: ["internal", "catalog"],
  config: ["internal", "catalog"],
  executor: ["internal", "catalog"],
  deps: ["internal"],
  install: ["internal"],
  // Attacks what the others build, by their own doors.
  redteam: ["internal", "catalog", "executor", "egress", "audit", "config"],
  // Reports of the built-in tools are parsed by their own types, and only by their types.
  goals: ["internal", "catalog", "executor", "memory", "audit", "metrics", "builtin"],
  bridge: ["internal", "catalog", "goals", "auth", "metrics", "memory"],
  // Makes the program out of the repository; nothing that ships imports it.
  packaging: ["internal", "catalog", "config", "executor", "cmd", "memory"],
  cmd: [
    "internal",
    "catalog",
    "config",
    "executor",
    "goals",
    "memory",
    "audit",
    "metrics",
    "auth",
    "bridge",
    "egress",
    "builtin",
    "deps",
    "install",
    "redteam",
  ],
};

/** Calls that stand in one place each; everything else asks that place. */
const ONLY_IN: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  // The red team's controls are programs outside every sandbox, and its attackers processes of their own.
  [/\bDeno\.Command\b/, [/^lib\/executor\//, /^lib\/builtin\/log_journal\.ts$/, /^lib\/redteam\//]],
  [/\bDeno\.exit\b/, [/^main\.ts$/, /^lib\/builtin\/main\.ts$/]],
  [/\bDeno\.env\b/, [/^lib\/config\/env\.ts$/, /^lib\/memory\/native\/lancedb_settings\.ts$/]],
  // The red team attacks as native code in the process would: by any system call.
  [
    /\bDeno\.dlopen\b/,
    [/^lib\/egress\//, /^lib\/executor\/network\//, /^lib\/redteam\/(lock\/system|layers\/permissions)\.ts$/],
  ],
  [/\bconsole\./, [/^cmd\/output\.ts$/]],
  [/(?<!\.)\bfetch\(/, [/^cmd\/(client|host)\.ts$/]],
  // There it is a pattern of what goals are refused for.
  [/\beval\(|new Function\(/, [/^lib\/goals\/planner\/lexicon\/injection\.ts$/]],
];

interface Graph {
  readonly modules: readonly { readonly specifier: string; readonly dependencies?: readonly Dependency[] }[];
}
interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

async function sources(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${ROOT}${directory}`)) {
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    // `testing/` and `packaging/` are for those who develop; nothing that ships imports them.
    if (entry.isDirectory && directory !== "" && !["testing", "packaging"].includes(entry.name)) {
      found.push(...await sources(path));
    } else if (entry.isFile && path.endsWith(".ts") && !/_(test|bench)\.ts$/.test(path)) found.push(path);
  }
  return found.sort();
}

async function shipped(): Promise<readonly string[]> {
  return ["main.ts", "mod.ts", ...await sources("cmd"), ...await sources("lib")];
}

async function graphOf(path: string): Promise<Graph> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-remote", path],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)) as Graph;
}

const packageOf = (path: string): string => {
  if (path.startsWith("lib/")) return path.split("/")[1] ?? "";
  return path.startsWith("cmd/") ? "cmd" : path;
};

Deno.test("imports point down the stairs, in the graph that Deno resolves", async () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const entry of await shipped()) {
    const graph = await graphOf(entry);
    for (const module of graph.modules) {
      if (!module.specifier.startsWith("file://")) continue;
      const from = relative(ROOT, fromFileUrl(module.specifier));
      if (from.startsWith("node_modules/") || seen.has(from)) continue;
      seen.add(from);
      for (const dependency of module.dependencies ?? []) {
        const target = dependency.code?.specifier ?? dependency.type?.specifier;
        if (target === undefined || !target.startsWith("file://")) continue;
        const to = relative(ROOT, fromFileUrl(target));
        if (to.startsWith("node_modules/")) continue;
        const [source, goal] = [packageOf(from), packageOf(to)];
        if (source === goal || source === "main.ts" || source === "mod.ts") continue;
        if (!(MAY_IMPORT[source] ?? []).includes(goal)) wrong.push(`${from} imports ${to}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(seen.has("lib/internal/errors.ts"));
});

Deno.test("commands do not import one another", async () => {
  const wrong: string[] = [];
  const shared = new Set(["cmd/wire.ts", "cmd/deps.ts", "cmd/output.ts", "cmd/client.ts"]);
  for (const path of await sources("cmd")) {
    const text = await Deno.readTextFile(`${ROOT}${path}`);
    for (const [, target = ""] of text.matchAll(/from "\.\/([^"]+)"/g)) {
      const other = `cmd/${target}`;
      const isCommand = COMMANDS.has(target.replace(/\.ts$/, "")) && !shared.has(other);
      if (isCommand && COMMANDS.has(path.slice(4, -3))) wrong.push(`${path} imports ${other}`);
    }
  }
  assert.deepEqual(wrong, []);
});

const COMMANDS = new Set(
  "serve goal approve reject memory audit auth tools models doctor deps install assets wipe completions version runner forward"
    .split(" "),
);

Deno.test("nothing that ships imports what is for development only", async () => {
  for (const path of await shipped()) {
    const text = await Deno.readTextFile(`${ROOT}${path}`);
    for (const [, target = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      assert.ok(!/\/(packaging|testing|tests)\//.test(target), `${path} imports ${target}`);
    }
  }
});

Deno.test("dangerous calls stand in one place each", async () => {
  const wrong: string[] = [];
  for (const path of await shipped()) {
    const text = (await Deno.readTextFile(`${ROOT}${path}`)).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    for (const [call, places] of ONLY_IN) {
      if (call.test(text) && !places.some((place) => place.test(path))) {
        wrong.push(`${path} holds ${call.source}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("built-in tools import no package", async () => {
  for (const path of await sources("lib/builtin")) {
    const text = await Deno.readTextFile(`${ROOT}${path}`);
    for (const [, target = ""] of text.matchAll(/from "([^"]+)"/g)) {
      assert.ok(target.startsWith(".") || target.startsWith("node:"), `${path} imports ${target}`);
    }
  }
});

Deno.test("the top level holds what the design names and nothing else", async () => {
  const allowed = new Set(
    "deno.json deno.lock main.ts mod.ts lib cmd tests dist README.md LICENSE package.json node_modules".split(
      " ",
    ),
  );
  const extra: string[] = [];
  for await (const entry of Deno.readDir(ROOT)) {
    if (!allowed.has(entry.name) && !entry.name.startsWith(".")) extra.push(entry.name);
  }
  assert.deepEqual(extra, []);
});

/** The direct dependencies of what ships: a new one shows here, in the diff of a test. */
const DEPENDENCIES = [
  "@hono/node-server",
  "@hono/zod-openapi",
  "@huggingface/tokenizers",
  "@lancedb/lancedb",
  "@prometheus-io/lezer-promql",
  "@secretlint/secretlint-rule-preset-recommend",
  "@stricli/core",
  "apache-arrow",
  "canonicalize",
  "chrono-node",
  "cli-progress",
  "cli-table3",
  "csv-parse",
  "fastest-levenshtein",
  "hono",
  "htmlparser2",
  "ipaddr.js",
  "jose",
  "lru-cache",
  "modern-tar",
  "onnxruntime-node",
  "prom-client",
  "saxes",
  "smol-toml",
  "uuidv7",
  "yaml",
  "yauzl",
  "zod",
];

Deno.test("dependencies are the ones that the README explains, each used and pinned", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(`${ROOT}package.json`)) as {
    dependencies: Record<string, string>;
  };
  assert.deepEqual(Object.keys(manifest.dependencies).sort(), DEPENDENCIES);
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const code = (await Promise.all((await shipped()).map((path) => Deno.readTextFile(`${ROOT}${path}`)))).join(
    "\n",
  );
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    assert.match(version, /^[0-9]+\.[0-9]+\.[0-9]+$/, `${name} is not pinned`);
    assert.ok(code.includes(`"${name}`), `${name} is not used`);
    assert.ok(readme.includes(`\`${name}\``), `README.md does not explain ${name}`);
  }
});
