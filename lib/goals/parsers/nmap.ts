/**
 * nmap's answers: which ports are open, what answers there, which hosts are up, and when nothing was reached at all.
 *
 * @module
 */
import type { SlotValue } from "../../catalog/types.ts";
import type { Finding, Parsed, ParserInput } from "../types.ts";
import { type NmapHost, type NmapPort, type NmapReport, readNmap } from "./nmap_xml.ts";
import { cite, endedBadly, lastWords, notLooked, parsed, textOf } from "./parsed.ts";
import { are, count, oneLine, some, unique } from "./words.ts";

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Reasons that mean that no packet went anywhere: the scan says nothing about the host. */
const NOWHERE = /^(net-unreach|host-unreach|no-route|admin-prohibited|unknown-response)$/;

/** Services that send what is typed in clear, or have no login by default. */
const PLAIN: Readonly<Record<string, string>> = {
  telnet: "sends passwords in clear",
  ftp: "sends passwords in clear",
  rlogin: "sends passwords in clear",
  rsh: "trusts host names",
  rexec: "sends passwords in clear",
  tftp: "has no login",
  vnc: "has a weak login",
  x11: "shows the screen to whoever may connect",
};

const portWords = (port: NmapPort): string => {
  const service = port.service === "" ? "" : port.probed ? port.service : `${port.service}?`;
  return [`${port.port}/${port.protocol}`, service, port.version].filter((part) => part !== "").join(" ");
};

/** Whether every port that was tried failed before a packet left: an unreachable host, or a namespace without network. */
function isNowhere(host: NmapHost): boolean {
  const reasons = [...host.ports.map(({ reason }) => reason), ...host.others.map(({ reason }) => reason)];
  return reasons.length > 0 && reasons.every((reason) => NOWHERE.test(reason));
}

const inState = (host: NmapHost, state: RegExp): number =>
  host.ports.filter((port) => state.test(port.state)).length +
  host.others.filter((other) => state.test(other.state)).reduce((sum, other) => sum + other.count, 0);

function sweep(
  input: ParserInput,
  report: NmapReport,
  evidenceOf: (host: NmapHost) => Finding["evidence"],
): Parsed {
  const up = report.hosts.filter((host) => host.state === "up");
  const targets = some(list(input.step.slots.targets));
  const total = report.total === 0 ? report.hosts.length : report.total;
  return parsed({
    headline: up.length === 0
      ? `No address of ${targets} answered (${count(total, "address", "addresses")} tried)`
      : `${up.length} of ${count(total, "address", "addresses")} in ${targets} ${
        up.length === 1 ? "is" : "are"
      } up: ${some(up.map(({ address }) => address), 16)}`,
    verdict: up.length === 0 ? "no_data" : "listing",
    findings: up.map((host): Finding => ({
      severity: "info",
      text: `${host.address} is up (${host.reason})`,
      evidence: evidenceOf(host),
    })),
    facts: { hosts_up: unique(up.map(({ address }) => address)) },
    table: {
      columns: ["address", "state", "why"],
      rows: up.map((host) => [host.address, host.state, host.reason]),
    },
    blind: ["hosts that drop every packet: they look like addresses that nobody has"],
  });
}

function closedWords(hosts: readonly NmapHost[]): string {
  const closed = hosts.reduce((sum, host) => sum + inState(host, /^closed/), 0);
  const filtered = hosts.reduce((sum, host) => sum + inState(host, /filtered/), 0);
  return [
    ...(closed > 0 ? [`${closed} closed`] : []),
    ...(filtered > 0 ? [`${filtered} filtered (no answer)`] : []),
  ].join(", ");
}

interface OpenPort {
  readonly host: NmapHost;
  readonly port: NmapHost["ports"][number];
}

const unexpectedOf = (open: readonly OpenPort[], expected: readonly string[]): readonly OpenPort[] =>
  open.filter(({ port }) => !expected.includes(String(port.port)));

/** Whether only what was expected is open. */
function againstExpected(open: readonly OpenPort[], expected: readonly string[], many: boolean): string {
  const name = ({ host, port }: OpenPort) => `${portWords(port)}${many ? ` on ${host.address}` : ""}`;
  const wrong = unexpectedOf(open, expected).map(name);
  const right = open.filter(({ port }) => expected.includes(String(port.port))).map(name);
  const shut = expected.filter((one) => open.every(({ port }) => String(port.port) !== one));
  return [
    wrong.length === 0
      ? "no port beside the expected ones is open"
      : `${count(wrong.length, "unexpected port")} ${are(wrong.length)} open: ${some(wrong, 12)}`,
    ...(right.length === 0 ? [] : [`open as expected: ${some(right, 12)}`]),
    ...(shut.length === 0 ? [] : [`expected and not open: ${some(shut, 12)}`]),
  ].join("; ");
}

/** For a question about a few ports: what each of them is. */
function eachPort(hosts: readonly NmapHost[]): string | undefined {
  const ports = hosts.flatMap((host) => host.ports.map((port) => ({ host, port })));
  if (ports.length === 0 || ports.length > 6 || hosts.some((host) => host.others.length > 0)) {
    return undefined;
  }
  const open = (state: string) => state === "open" ? 0 : 1;
  return ports.sort((a, b) => open(a.port.state) - open(b.port.state)).map(({ host, port }) =>
    `port ${portWords(port)}${hosts.length > 1 ? ` on ${host.address}` : ""} is ${port.state}`
  ).join("; ");
}

/**
 * Reads `nmap -oX -` of a scan or a sweep.
 *
 * @example
 * ```ts
 * import { parseNmap } from "./nmap.ts";
 * const stdout = new TextEncoder().encode(
 *   '<nmaprun><host><status state="up"/><address addr="127.0.0.1" addrtype="ipv4"/><ports><port protocol="tcp" ' +
 *     'portid="22"><state state="open" reason="syn-ack"/></port></ports></host></nmaprun>',
 * );
 * const answer = parseNmap({
 *   step: { id: "s1", tool: "nmap", form: "scan", slots: { targets: ["127.0.0.1"], ports: "22" } },
 *   ask: { intent: "open-ports", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "127.0.0.1: port 22/tcp is open");
 * ```
 */
export function parseNmap(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, ended ?? "nmap printed nothing");
  const xml = textOf(run.stdout);
  const report = readNmap(xml);
  const targets = some(list(input.step.slots.targets));
  // Offsets in characters are offsets in bytes only where everything is ASCII; else a finding cites the whole report.
  const ascii = xml.length === run.stdout.length;
  const range = (at: { readonly start: number; readonly end: number }) =>
    cite(
      input,
      0,
      "stdout",
      ascii ? { start: Math.max(0, xml.lastIndexOf("<", at.start)), end: at.end } : undefined,
    );
  if (
    report.hosts.length === 0 &&
    (ended !== undefined || run.exitCode !== 0 || report.error !== "" || !report.complete)
  ) {
    const said = ended ?? (report.error || lastWords(run.stderr) || "the report was cut");
    return notLooked(input, `Could not scan ${targets}: ${said}`);
  }
  const cut = !report.complete || ended !== undefined;
  const slow = report.hosts.filter((host) => host.timedOut);
  const blind = [
    ...(cut ? [`${targets}: the scan did not finish (${ended ?? "the report was cut"})`] : []),
    ...slow.map((host) => `${host.address}: given up after the host's time limit`),
    ...(input.step.form === "scan" && input.step.slots.ports === undefined
      ? ["UDP ports: they cannot be scanned without privileges"]
      : []),
  ];
  const failed = cut ? { outcome: "failed" as const, reason: "the scan did not finish" } : {};
  if (input.step.form === "sweep") return { ...sweep(input, report, range), ...failed };
  const reached = report.hosts.filter((host) => host.state !== "down" && !isNowhere(host) && !host.timedOut);
  const nowhere = report.hosts.filter(isNowhere);
  if (reached.length === 0) {
    const reason = nowhere.length > 0
      ? `${some(nowhere.map(({ address }) => address))} could not be reached from here (${
        some(unique(nowhere.flatMap((host) => host.ports.map((port) => port.reason))))
      }): this says nothing about its ports`
      : slow.length > 0
      ? `${some(slow.map(({ address }) => address))} did not answer in time`
      : `no host of ${targets} was scanned`;
    return notLooked(input, reason, { blind: [reason] });
  }
  const open = reached.flatMap((host) =>
    host.ports.filter((port) => port.state === "open").map((port) => ({ host, port }))
  );
  const many = report.hosts.length > 1;
  const each = eachPort(reached);
  const rest = closedWords(reached);
  const names = open.map(({ host, port }) => `${portWords(port)}${many ? ` on ${host.address}` : ""}`);
  const where = many ? `${count(reached.length, "host")} of ${targets}` : reached[0]?.address ?? targets;
  const expected = (input.ask.about.expected ?? "").split(/[,\s]+/).filter((port) => port !== "");
  const headline = expected.length > 0
    ? `${where}: ${againstExpected(open, expected, many)}${rest === "" ? "" : `; ${rest}`}`
    : each !== undefined
    ? `${where}: ${each}`
    : open.length === 0
    ? `No open TCP port on ${where} among those scanned (${rest})`
    : `${count(open.length, "open port")} on ${where}: ${some(names, 12)}${rest === "" ? "" : `; ${rest}`}`;
  const guessed = open.some(({ port }) => port.service !== "" && !port.probed);
  return parsed({
    ...failed,
    headline,
    verdict: open.length > 0 && (expected.length === 0 || unexpectedOf(open, expected).length > 0)
      ? "findings"
      : cut
      ? "not_looked"
      : "nothing_wrong",
    findings: open.map(({ host, port }): Finding => {
      const plain = PLAIN[port.service];
      const isUnexpected = expected.length > 0 && !expected.includes(String(port.port));
      return {
        severity: isUnexpected ? "high" : plain === undefined ? "info" : "medium",
        text: `${host.address} port ${portWords(port)} is open${
          isUnexpected ? ", which was not expected" : ""
        }${plain === undefined ? "" : `: ${port.service} ${plain}`}`,
        evidence: range(port),
      };
    }),
    facts: {
      open_ports: unique(open.map(({ port }) => String(port.port))),
      hosts_with_open_ports: unique(open.map(({ host }) => host.address)),
    },
    table: {
      columns: ["host", "port", "state", "service", "version"],
      rows: reached.flatMap((host) =>
        host.ports.filter((port) => port.state !== "closed" || each !== undefined).map((port) => [
          host.address,
          `${port.port}/${port.protocol}`,
          port.state,
          port.service === "" ? "" : port.probed ? port.service : `${port.service} (by number only)`,
          oneLine(port.version, 80),
        ])
      ),
    },
    blind: [...blind, ...nowhere.map((host) => `${host.address} could not be reached from here`)],
    next: guessed && open.length > 0 && input.step.slots.versions === undefined
      ? [
        `Ask for the service versions: the names of services here are only the usual ones of ${
          are(open.length) === "is" ? "that port" : "those ports"
        }.`,
      ]
      : [],
  });
}
