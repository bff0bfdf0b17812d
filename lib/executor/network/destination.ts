/**
 * From a configured URL to the one endpoint that a tool may reach.
 *
 * @module
 */
import { isSafeTarget, SAFE_SUBNETS } from "../../catalog/addresses.ts";

/** One TCP endpoint. */
export interface Destination {
  readonly scheme: "http" | "https";
  /** As the URL writes it, brackets removed: a name keeps its meaning for TLS. */
  readonly host: string;
  /** Where connections go: the host itself or what `[hosts]` pins it to. IP literal. */
  readonly address: string;
  readonly port: number;
}

/** Names pinned by the operator, and the subnets that count as safe. */
export interface DestinationRules {
  /** The setting `[hosts]`: name to IP literal. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The setting `egress.safe`; default: {@link SAFE_SUBNETS}. */
  readonly safe?: readonly string[];
}

/** A destination, or why there is none: `Cannot use prometheus.url …`. */
export type DestinationResult = { readonly ok: true; readonly destination: Destination } | {
  readonly ok: false;
  readonly reason: string;
};

const DEFAULT_PORT: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** `10.0.0.5:9090`, `[::1]:9090`, `db.internal:9090 (10.0.0.5)`: how people and plans name a destination. */
export function destinationLabel(destination: Destination): string {
  const host = destination.host.includes(":") ? `[${destination.host}]` : destination.host;
  const pinned = destination.host === destination.address || destination.host === "localhost"
    ? ""
    : ` (${destination.address})`;
  return `${host}:${destination.port}${pinned}`;
}

/**
 * Reads a URL of the settings. Nothing is looked up: the host must be an IP literal, `localhost`, or pinned, and its
 * address must lie in the safe subnets.
 *
 * @param what names the setting in the reason: `prometheus.url`
 * @example
 * ```ts
 * import { parseDestination } from "./destination.ts";
 * const found = parseDestination("prometheus.url", "http://10.0.0.5:9090", { hosts: {} });
 * console.assert(found.ok && found.destination.port === 9090);
 * console.assert(!parseDestination("prometheus.url", "http://prom.internal", { hosts: {} }).ok);
 * ```
 */
export function parseDestination(what: string, url: string, rules: DestinationRules): DestinationResult {
  const fail = (why: string): DestinationResult => ({ ok: false, reason: `Cannot use ${what}: ${why}` });
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return fail("it is no URL");
  }
  const scheme = parsed.protocol === "https:" ? "https" : "http";
  const fallback = DEFAULT_PORT[parsed.protocol];
  if (fallback === undefined) return fail(`its scheme ${parsed.protocol} is neither http: nor https:`);
  if (parsed.username !== "" || parsed.password !== "") {
    return fail("it holds credentials, which belong in a file of their own");
  }
  // The URL parser has turned 127.1 or 0x7f000001 into four decimal parts; the tool's own parser may not agree.
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  if (!url.toLowerCase().includes(host.includes(":") ? "[" : host)) {
    return fail("its host is not in its plain spelling");
  }
  const literal = /^[0-9.]+$/.test(host) || host.includes(":");
  const pinned = Object.hasOwn(rules.hosts, host) ? rules.hosts[host] : undefined;
  const address = literal ? host : host === "localhost" ? "127.0.0.1" : pinned;
  if (address === undefined) {
    return fail(`nothing resolves names here; add to the settings: [hosts] "${host}" = "ADDRESS"`);
  }
  if (address.includes("/") || !isSafeTarget(address, rules.safe ?? SAFE_SUBNETS)) {
    return fail(`${address} is outside the safe subnets`);
  }
  const port = parsed.port === "" ? fallback : Number(parsed.port);
  return port === 0 ? fail("port 0 is no port") : { ok: true, destination: { scheme, host, address, port } };
}
