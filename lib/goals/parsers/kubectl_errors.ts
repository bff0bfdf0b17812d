/**
 * What kubectl says on standard error, told apart: not allowed, not reachable, no such kind, not found.
 *
 * @module
 */
import { textOf } from "./parsed.ts";
import { oneLine } from "./words.ts";

/** A complaint of kubectl. */
export interface KubectlError {
  readonly kind:
    | "forbidden"
    | "unauthorized"
    | "unreachable"
    | "no_such_kind"
    | "not_found"
    | "config"
    | "other";
  /** One sentence for a person. */
  readonly text: string;
  /** What would mend it. */
  readonly fix: string;
}

const RULES: readonly {
  readonly kind: KubectlError["kind"];
  readonly pattern: RegExp;
  readonly text: (match: RegExpExecArray, line: string) => string;
  readonly fix: string;
}[] = [
  {
    kind: "forbidden",
    pattern: /\(Forbidden\): (.*)/,
    text: (match) => `not allowed: ${match[1] ?? ""}`,
    fix: "Grant the kubeconfig's user the verbs get and list on it, or ask someone who has them.",
  },
  {
    kind: "unauthorized",
    pattern: /logged in to the server|Unauthorized/,
    text: () => "not allowed: the API server does not accept the kubeconfig's credentials",
    fix: "Renew the credentials in the kubeconfig that the setting kubectl.kubeconfig names.",
  },
  {
    kind: "no_such_kind",
    pattern: /doesn't have a resource type "([^"]*)"/,
    text: (match) => `this cluster has no kind of object named "${match[1] ?? ""}"`,
    fix: "Look at whether the custom resource definition is installed in this cluster.",
  },
  {
    kind: "not_found",
    pattern: /\(NotFound\): (.*)/,
    text: (match) => match[1] ?? "not found",
    fix: "",
  },
  {
    kind: "unreachable",
    pattern:
      /The connection to the server (\S+) was refused|Unable to connect to the server: (.*)|(dial tcp .*|.*i\/o timeout.*|.*TLS handshake timeout.*|.*x509: .*|.*context deadline exceeded.*|.*connection refused.*|.*\(ServiceUnavailable\).*|.*EOF$)/,
    text: (match, line) =>
      match[1] === undefined
        ? `the Kubernetes API server could not be reached: ${match[2] ?? line}`
        : `the Kubernetes API server could not be reached: ${match[1]} refused the connection`,
    fix: "Check that the API server runs and that the kubeconfig's server address is right.",
  },
  {
    kind: "config",
    pattern:
      /(context .* does not exist|invalid configuration|error loading config.*|no configuration has been provided)/,
    text: (match) => `the kubeconfig is not usable: ${match[1] ?? ""}`,
    fix: "Check the settings kubectl.kubeconfig and kubectl.context.",
  },
];

/** Enough for every complaint that matters; a flood of warnings is cut. */
const READ_BYTES = 64 * 1024;

/**
 * The complaints on a standard error stream, in order, each once; warnings and "No resources found" are none.
 *
 * @example
 * ```ts
 * import { kubectlErrors } from "./kubectl_errors.ts";
 * const stderr = new TextEncoder().encode('error: the server doesn\'t have a resource type "certs"\n');
 * console.assert(kubectlErrors(stderr)[0]?.kind === "no_such_kind");
 * ```
 */
export function kubectlErrors(stderr: Uint8Array): readonly KubectlError[] {
  const found = new Map<string, KubectlError>();
  for (const raw of textOf(stderr.subarray(0, READ_BYTES)).split("\n")) {
    const line = oneLine(raw, 600);
    if (line === "" || /^(Warning:|No resources found)/.test(line)) continue;
    // klog lines repeat, with a time stamp, what the last line says plainly.
    const klog = /^[EWIF][0-9]{4} [0-9:.]+ +[0-9]+ [^\]]*\] *(.*)$/.exec(line);
    if (klog !== null) continue;
    const rule = RULES.find((one) => one.pattern.test(line));
    const match = rule?.pattern.exec(line);
    const error: KubectlError = rule === undefined || match === null || match === undefined
      ? { kind: "other", text: line.replace(/^error: */i, ""), fix: "" }
      : { kind: rule.kind, text: oneLine(rule.text(match, line), 400), fix: rule.fix };
    found.set(error.text, error);
  }
  return [...found.values()];
}
