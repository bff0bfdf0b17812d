/**
 * What a lock file brings in, held against lists of packages that report to somebody.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/** A package that nobody should find in an offline program. */
export interface Finding {
  readonly name: string;
  readonly version: string;
  readonly why: string;
}

/** What was looked at, and what was found. */
export interface DependencyAudit {
  /** Packages in the lock, transitive ones too. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  readonly findings: readonly Finding[];
  /** Found, looked into, and kept with this reason. */
  readonly accepted: readonly Finding[];
}

/** Telemetry, analytics, crash reports, remote flags, update checks: by exact name, or by scope and prefix with `*`. */
const REPORTING: readonly string[] = [
  ...[
    "@sentry/*",
    "@sentry-internal/*",
    "raven",
    "raven-js",
    "@bugsnag/*",
    "bugsnag",
    "rollbar",
    "@rollbar/*",
  ],
  ...["@honeybadger-io/*", "@airbrake/*", "airbrake*", "raygun*", "trackjs", "logrocket", "@logrocket/*"],
  ...[
    "posthog-js",
    "posthog-node",
    "@posthog/*",
    "mixpanel",
    "mixpanel-browser",
    "@mixpanel/*",
    "amplitude*",
  ],
  ...[
    "@amplitude/*",
    "analytics-node",
    "@segment/*",
    "universal-analytics",
    "insight",
    "ga-lite",
    "react-ga*",
  ],
  ...[
    "@google-analytics/*",
    "keen-*",
    "heap-*",
    "matomo*",
    "countly*",
    "@vercel/analytics",
    "@vercel/speed-insights",
  ],
  ...[
    "applicationinsights",
    "@microsoft/applicationinsights*",
    "@microsoft/1ds-*",
    "vscode-extension-telemetry",
  ],
  ...["newrelic", "@newrelic/*", "dd-trace", "@datadog/*", "datadog-*", "elastic-apm-node", "@elastic/apm*"],
  ...["@opentelemetry/exporter-*", "@opentelemetry/sdk-*", "@opentelemetry/auto-instrumentations-*"],
  ...[
    "@opentelemetry/otlp-*",
    "@honeycombio/*",
    "@traceloop/*",
    "langfuse",
    "langfuse-*",
    "langsmith",
    "@arizeai/*",
  ],
  ...[
    "launchdarkly-*",
    "@launchdarkly/*",
    "statsig-*",
    "@statsig/*",
    "@growthbook/*",
    "unleash-client",
    "@splitsoftware/*",
  ],
  ...[
    "update-notifier",
    "simple-update-notifier",
    "update-check",
    "latest-version",
    "opencollective*",
    "@scarf/*",
  ],
];

/** Install scripts run when a package is installed and may download: by name and version, why this one is accepted. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "esbuild@0.28.2":
    "builds the file and is not in it; its script only checks the binary that comes as a package of its own, and Deno runs no install scripts",
  "onnxruntime-node@1.30.0":
    "its script downloads libraries for graphics cards, which nothing here uses; Deno runs no install scripts, and the library for processors comes in the package",
};

const PATTERNS = REPORTING.map((name) =>
  new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`)
);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `@scope/name@1.2.3_peer@4`: name and version, peers left out. */
function nameOf(key: string): { name: string; version: string } {
  const at = key.indexOf("@", 1);
  const version = key.slice(at + 1);
  return { name: key.slice(0, at), version: version.split("_")[0] ?? version };
}

/**
 * Looks through every npm package of a `deno.lock` (version 5). JSR and remote modules are findings: nothing of them belongs
 * into this program. Throws {@link PhysiclawError} of kind `internal` for a text that is no such lock.
 *
 * @example
 * ```ts
 * import { auditLock } from "./audit.ts";
 * const { findings } = auditLock('{"version":"5","npm":{"posthog-node@4.0.0":{}}}');
 * console.assert(findings.length === 1);
 * ```
 */
export function auditLock(text: string): DependencyAudit {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (cause) {
    throw new PhysiclawError("internal", "Cannot read the embedded lock: it is not JSON", { cause });
  }
  if (!isRecord(lock) || lock["version"] !== "5" || !isRecord(lock["npm"])) {
    throw new PhysiclawError("internal", "Cannot read the embedded lock: it is no lock of version 5");
  }
  const packages = new Map<string, { name: string; version: string }>();
  const found: Finding[] = [];
  for (const [key, entry] of Object.entries(lock["npm"])) {
    const { name, version } = nameOf(key);
    if (packages.has(`${name}@${version}`)) continue;
    packages.set(`${name}@${version}`, { name, version });
    if (PATTERNS.some((pattern) => pattern.test(name))) {
      found.push({ name, version, why: "reports to a service" });
    }
    if (isRecord(entry) && entry["scripts"] === true) {
      found.push({ name, version, why: "has an install script" });
    }
  }
  for (const section of ["jsr", "remote"] as const) {
    const entries = lock[section];
    for (const name of isRecord(entries) ? Object.keys(entries) : []) {
      found.push({ name, version: "", why: `is loaded from elsewhere (${section})` });
    }
  }
  const accepted = found.flatMap((one) => {
    const why = one.why === "has an install script" ? ACCEPTED[`${one.name}@${one.version}`] : undefined;
    return why === undefined ? [] : [{ ...one, why }];
  });
  const isAccepted = (one: Finding) =>
    accepted.some(({ name, version }) => name === one.name && version === one.version);
  return {
    packages: [...packages.values()],
    findings: found.filter((one) => one.why !== "has an install script" || !isAccepted(one)),
    accepted,
  };
}
