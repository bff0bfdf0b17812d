import assert from "node:assert/strict";
import type { Slots } from "../../catalog/types.ts";
import type { Parsed, ParserInput } from "../types.ts";
import { parseBandit } from "./bandit.ts";
import { parseIamReport } from "./iam_report.ts";
import { parseNmap } from "./nmap.ts";
import { parsePromtool } from "./promtool.ts";

function read(
  parse: (input: ParserInput) => Parsed,
  stdout: string,
  ask: ParserInput["ask"],
  form = "scan",
  slots: Slots = {},
): Parsed {
  return parse({
    step: { id: "s1", tool: "tool", form, slots },
    ask,
    commands: [{
      argv: [],
      exitCode: 0,
      stdout: new TextEncoder().encode(stdout),
      stderr: new Uint8Array(),
      stdoutStart: 0,
      stderrStart: stdout.length,
    }],
    outcome: "ok",
    truncated: false,
    timeZone: "UTC",
    allowValues: [],
  });
}

Deno.test("parseIamReport says who can become root by sudo where there are no sudoers", () => {
  const ask = { intent: "iam", about: { sections: "sudo" } };
  const groups = [
    { name: "sudo", gid: 27, members: [], primary: [], power: "becomes root by sudo" },
    { name: "adm", gid: 4, members: ["bob"], primary: [], power: "reads logs" },
  ];
  const absent = [{ path: "/etc/sudoers", reason: "not there, or not handed in" }];
  const { headline } = read(
    parseIamReport,
    JSON.stringify({ query: {}, groups, findings: [], unreadable: absent }),
    ask,
  );
  assert.match(
    headline,
    /nobody can become root by sudo: there is no \/etc\/sudoers; the group sudo has no members$/,
  );
  const closed = [{ path: "/etc/sudoers", reason: "permission denied" }];
  assert.match(
    read(parseIamReport, JSON.stringify({ query: {}, groups, findings: [], unreadable: closed }), ask)
      .headline,
    /who can become root by sudo is not known: \/etc\/sudoers: permission denied/,
  );
});

Deno.test("parseIamReport answers a narrow question first", () => {
  const say = (question: string, report: Record<string, unknown>) =>
    read(parseIamReport, JSON.stringify({ query: {}, findings: [], ...report }), {
      intent: "iam",
      about: { sections: "accounts", question },
    }).headline;
  const accounts = [
    { name: "root", uid: 0, login: true, password: "set" },
    { name: "guest", uid: 1001, login: true, password: "empty" },
  ];
  assert.match(say("nopassword", { accounts }), /^On this host 1 account without a password: guest/);
  assert.match(say("uid0", { accounts }), /^On this host only root has uid 0/);
  const settings = [{
    key: "permitrootlogin",
    value: "no",
    source: { path: "/etc/ssh/sshd_config", line: 3 },
  }];
  assert.match(
    say("root-login", { keys: { keys: [], sshd: { settings } } }),
    /^On this host root may not log in over ssh \(PermitRootLogin no; \/etc\/ssh\/sshd_config:3\)/,
  );
  assert.match(say("root-login", { keys: { keys: [] } }), /not known: there is no \/etc\/ssh\/sshd_config/);
});

Deno.test("parseNmap compares what is open with what was expected", () => {
  const port = (id: number, state: string) =>
    `<port protocol="tcp" portid="${id}"><state state="${state}" reason="x"/></port>`;
  const report = (...ports: string[]) =>
    '<nmaprun><host><status state="up"/><address addr="10.0.0.5" addrtype="ipv4"/><ports>' +
    `${ports.join("")}</ports></host><runstats><finished exit="success"/></runstats></nmaprun>`;
  const ask = { intent: "open-ports", about: { expected: "22, 443" } };
  const wrong = read(parseNmap, report(port(22, "open"), port(8080, "open")), ask, "scan", {
    targets: ["10.0.0.5"],
  });
  assert.equal(
    wrong.headline,
    "10.0.0.5: 1 unexpected port is open: 8080/tcp; open as expected: 22/tcp; expected and not open: 443",
  );
  assert.deepEqual(wrong.findings.map(({ severity }) => severity), ["info", "high"].toSorted().toReversed());
  const right = read(parseNmap, report(port(22, "open"), port(443, "open")), ask, "scan", {
    targets: ["10.0.0.5"],
  });
  assert.equal(right.verdict, "nothing_wrong");
  assert.match(
    right.headline,
    /no port beside the expected ones is open; open as expected: 22\/tcp and 443\/tcp/,
  );
});

Deno.test("parseBandit does not call code safe that it could not read", () => {
  const { verdict, reason } = read(
    parseBandit,
    '{"errors": [{"filename": "./a.py", "reason": "syntax error"}], "metrics": {"_totals": {"loc": 2}, "./a.py": {}}, "results": []}',
    { intent: "code-findings", about: {} },
    "scan",
    { paths: ["a.py"] },
  );
  assert.equal(verdict, "not_looked");
  assert.match(reason ?? "", /could not read any of the 1 file in a\.py: a\.py: syntax error/);
});

Deno.test("parsePromtool names what is measured, and counts targets only when it knows them all", () => {
  const up = (expression: string) =>
    read(
      parsePromtool,
      '[{"metric":{"__name__":"up","instance":"a:1"},"value":[1769846340,"0"]}]',
      { intent: "metric", about: {} },
      "instant",
      { expression },
    ).headline;
  assert.match(up("up == 0"), /^1 target is down/);
  assert.match(up("up"), /^1 of 1 target is down/);
  assert.match(
    read(
      parsePromtool,
      '[{"metric":{"instance":"a:1"},"value":[1769846340,"75.00012"]}]',
      { intent: "metric", about: { subject: "CPU in use" } },
      "instant",
      { expression: "100 * x" },
    ).headline,
    /^CPU in use \(100 \* x\) is 75\.0001 % for instance a:1/,
  );
});
