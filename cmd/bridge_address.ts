/**
 * Which bridge a command talks to, and with which credential. Light on purpose: the settings are only loaded (with their
 * schema) where a settings file exists.
 *
 * @module
 */
import { DEFAULT_LISTEN, isLoopbackHost, parseListen } from "../lib/config/listen.ts";
import type { Settings } from "../lib/config/schema.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { CommandDeps } from "./deps.ts";
import { settingsOf } from "./settings.ts";

/** Flags that every command has which talks to a bridge. */
export interface BridgeFlags {
  readonly key?: string;
  readonly jwt?: string;
  readonly bridgeUrl?: string;
  readonly socket?: string;
  readonly config?: string;
}

/** Where to send requests: a base URL without a trailing slash, over the socket when there is one. */
export interface BridgeAddress {
  readonly base: string;
  readonly socket?: string;
  /** As it is shown to people. */
  readonly shown: string;
}

/** Grammar of {@link BridgeFlags}. */
export const BRIDGE_FLAGS = {
  key: {
    kind: "parsed",
    parse: String,
    brief: "API key (other users see it in the process list: prefer PHYSICLAW_API_KEY)",
    placeholder: "K",
    optional: true,
  },
  jwt: {
    kind: "parsed",
    parse: String,
    brief: "Bearer token (prefer PHYSICLAW_JWT)",
    placeholder: "J",
    optional: true,
  },
  bridgeUrl: {
    kind: "parsed",
    parse: String,
    brief: "Bridge, for instance http://127.0.0.1:8000 (PHYSICLAW_BRIDGE_URL)",
    placeholder: "U",
    optional: true,
  },
  socket: {
    kind: "parsed",
    parse: String,
    brief: "Unix socket of the bridge",
    placeholder: "S",
    optional: true,
  },
  config: { kind: "parsed", parse: String, brief: "Settings file", placeholder: "FILE", optional: true },
} as const;

/** The settings, when a file may say where the bridge or its state is; `undefined` when no file exists. */
async function settingsOfFile(flags: BridgeFlags, deps: CommandDeps): Promise<Settings | undefined> {
  if (flags.config === undefined) {
    const base = deps.env.XDG_CONFIG_HOME ??
      (deps.env.HOME === undefined ? undefined : `${deps.env.HOME}/.config`);
    const places = [
      "/etc/physiclaw/config.toml",
      ...(base === undefined ? [] : [`${base}/physiclaw/config.toml`]),
    ];
    const found = await Promise.all(places.map((place) => deps.stat(place).then(() => true, () => false)));
    if (!found.includes(true)) return undefined;
  }
  return await settingsOf(flags, deps);
}

function ofListen(text: string): BridgeAddress {
  const listen = parseListen(text);
  if (listen.kind === "unix") {
    return { base: "http://localhost", socket: listen.path, shown: `unix:${listen.path}` };
  }
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  const base = `http://${host}:${listen.port}`;
  return { base, shown: base };
}

/** A URL that somebody named: loopback or a safe literal, because names are not looked up and keys not sent about. */
async function ofUrl(text: string): Promise<BridgeAddress> {
  if (text.startsWith("unix:")) return ofListen(text);
  const refuse = (why: string) =>
    new PhysiclawError("usage", `Cannot use "${text}" as the bridge: ${why}`, {
      hint: `for instance http://${DEFAULT_LISTEN}`,
    });
  if (!URL.canParse(text)) throw refuse("it is not a URL");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("it is neither http nor https");
  if (url.username !== "" || url.password !== "") throw refuse("it holds credentials");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!isLoopbackHost(host)) {
    const { isSafeTarget } = await import("../lib/catalog/addresses.ts");
    if (!isSafeTarget(host)) throw refuse("it is neither loopback nor an address inside the safe subnets");
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  return { base, shown: base };
}

/**
 * The bridge that flags, environment or settings name, in this order; else the usual one. Throws
 * {@link PhysiclawError}: a key is only ever sent to loopback, a Unix socket or a safe literal address.
 */
export async function bridgeAddress(flags: BridgeFlags, deps: CommandDeps): Promise<BridgeAddress> {
  if (flags.bridgeUrl !== undefined && flags.socket !== undefined) {
    throw new PhysiclawError("usage", "Cannot use both --bridge-url and --socket", { hint: "leave one out" });
  }
  if (flags.socket !== undefined) {
    const path = flags.socket.startsWith("/") ? flags.socket : `${deps.cwd() ?? ""}/${flags.socket}`;
    return ofListen(`unix:${path}`);
  }
  const url = flags.bridgeUrl ?? deps.env.PHYSICLAW_BRIDGE_URL;
  if (url !== undefined) return await ofUrl(url);
  const port = deps.env.PHYSICLAW_BRIDGE_PORT;
  if (port !== undefined) return ofListen(`127.0.0.1:${port}`);
  return ofListen((await settingsOfFile(flags, deps))?.listen ?? DEFAULT_LISTEN);
}

/** The state directory of this user, where the bridge left its operator key. */
async function stateDir(flags: BridgeFlags, deps: CommandDeps): Promise<string | undefined> {
  const named = deps.env.PHYSICLAW_MEMORY_DIR;
  if (named !== undefined) return named.startsWith("/") ? named : `${deps.cwd() ?? ""}/${named}`;
  const settings = await settingsOfFile(flags, deps);
  if (settings !== undefined) return settings.state_dir;
  if (deps.uid() === 0) return "/var/lib/physiclaw";
  const base = deps.env.XDG_STATE_HOME ??
    (deps.env.HOME === undefined ? undefined : `${deps.env.HOME}/.local/state`);
  return base === undefined ? undefined : `${base}/physiclaw`;
}

/** The operator key, if this user owns one that nobody else can read. */
async function operatorKey(flags: BridgeFlags, deps: CommandDeps): Promise<string | undefined> {
  const directory = await stateDir(flags, deps);
  if (directory === undefined) return undefined;
  const path = `${directory}/operator.key`;
  try {
    const { uid, mode, isFile } = await deps.stat(path);
    if (!isFile || uid !== deps.uid() || ((mode ?? 0o777) & 0o077) !== 0) return undefined;
    const key = (await deps.readText(path)).trim();
    return key === "" ? undefined : key;
  } catch (error) {
    // None yet, or another user's: the bridge will say that a credential is needed.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/**
 * The one credential header of a request: flags over environment over the operator key of this user; none when there is
 * none. Two of the same rank are refused, since the bridge would judge only one.
 */
export async function credentialHeaders(
  flags: BridgeFlags,
  deps: CommandDeps,
): Promise<Readonly<Record<string, string>>> {
  const pairs = [
    [flags.key, flags.jwt, "--key and --jwt"],
    [deps.env.PHYSICLAW_API_KEY, deps.env.PHYSICLAW_JWT, "PHYSICLAW_API_KEY and PHYSICLAW_JWT"],
  ] as const;
  for (const [key, jwt, names] of pairs) {
    if (key !== undefined && jwt !== undefined) {
      throw new PhysiclawError("usage", `Cannot use both ${names}`, { hint: "leave one out" });
    }
    if (key !== undefined) return { "x-physiclaw-key": key };
    if (jwt !== undefined) return { authorization: `Bearer ${jwt}` };
  }
  const key = await operatorKey(flags, deps);
  return key === undefined ? {} : { "x-physiclaw-key": key };
}
