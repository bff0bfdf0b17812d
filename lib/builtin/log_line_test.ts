import assert from "node:assert/strict";
import fc from "fast-check";
import { createLineHash } from "./log_hash.ts";
import { createLineParser } from "./log_line.ts";
import { LOG_LEVELS } from "./log_types.ts";

const MODIFIED = Date.UTC(2026, 0, 11);
const bytes = (text: string) => new TextEncoder().encode(text);

function parserOf() {
  return createLineParser({ modified: MODIFIED, now: Date.UTC(2026, 0, 12) });
}

/** Kind, format, time, level and message of each line, as one parser of one file sees them. */
function read(...lines: string[]): string[] {
  const parser = parserOf();
  return lines.map((line) => {
    const buf = bytes(line);
    const kind = parser.parse(buf, 0, buf.length);
    if (kind !== "start") return kind;
    const { level, text } = parser.describe();
    parser.openIsQuiet(level >= 1 && level <= 3);
    const at = Number.isNaN(parser.ms) ? "-" : new Date(parser.ms).toISOString();
    return `${parser.format} ${at} ${LOG_LEVELS[level]}: ${text}`;
  });
}

const CASES: readonly (readonly [name: string, line: string, expected: string])[] = [
  [
    "log4j",
    "2026-01-10 12:00:01,123 ERROR [main] com.acme.Foo - Failed to connect",
    "text 2026-01-10T12:00:01.123Z error: ERROR [main] com.acme.Foo - Failed to connect",
  ],
  [
    "logback with an offset",
    "2026-01-10T12:00:01.123+02:00  WARN 1 --- [main] c.a.Foo : slow",
    "text 2026-01-10T10:00:01.123Z warning: WARN 1 --- [main] c.a.Foo : slow",
  ],
  [
    "python logging",
    "2026-01-10 12:00:00,123 - app.module - CRITICAL - it broke",
    "text 2026-01-10T12:00:00.123Z fatal: - app.module - CRITICAL - it broke",
  ],
  ["python basicConfig", "ERROR:root:it broke", "text - error: ERROR:root:it broke"],
  [
    "zap",
    '{"level":"info","ts":1767960000.5,"caller":"a.go:1","msg":"started","port":8080}',
    "json 2026-01-09T12:00:00.500Z info: started",
  ],
  [
    "pino",
    '{"level":50,"time":1767960000123,"pid":1,"msg":"boom","err":{"type":"Error","message":"bad"}}',
    "json 2026-01-09T12:00:00.123Z error: boom: bad",
  ],
  [
    "bunyan",
    '{"name":"app","level":40,"msg":"low disk","time":"2026-01-10T12:00:00.000Z","v":0}',
    "json 2026-01-10T12:00:00.000Z warning: low disk",
  ],
  [
    "logrus JSON",
    '{"level":"fatal","msg":"bye","time":"2026-01-10T12:00:00Z"}',
    "json 2026-01-10T12:00:00.000Z fatal: bye",
  ],
  [
    "structlog",
    '{"event":"user_login","level":"warning","timestamp":"2026-01-10T12:00:00.5Z"}',
    "json 2026-01-10T12:00:00.500Z warning: user_login",
  ],
  [
    "ECS",
    '{"@timestamp":"2026-01-10T12:00:00.000Z","log":{"level":"ERROR"},"message":"down"}',
    "json 2026-01-10T12:00:00.000Z error: down",
  ],
  [
    "MongoDB",
    '{"t":{"$date":"2026-01-10T12:00:00.000+00:00"},"s":"W","c":"NETWORK","msg":"slow"}',
    "json 2026-01-10T12:00:00.000Z warning: slow",
  ],
  [
    "an escaped message of two lines",
    '{"level":"error","time":"2026-01-10T12:00:00Z","msg":"bad \\"x\\"\\n\\tat y"}',
    'json 2026-01-10T12:00:00.000Z error: bad "x"',
  ],
  [
    "docker json-file",
    '{"log":"ERROR inner \\"quoted\\"\\n","stream":"stderr","time":"2026-01-10T12:00:00.123456789Z"}',
    'docker 2026-01-10T12:00:00.123Z error: ERROR inner "quoted"',
  ],
  [
    "JSON inside of CRI",
    '2026-01-10T12:00:00.123456789Z stdout F {"level":"error","msg":"in cri"}',
    "cri 2026-01-10T12:00:00.123Z error: in cri",
  ],
  [
    "RFC 3164",
    "Jan  9 22:14:15 web-01 sshd[1234]: Failed password for root",
    "syslog 2026-01-09T22:14:15.000Z error: sshd: Failed password for root",
  ],
  [
    "RFC 3164 of last year",
    "Dec 31 23:59:59 web-01 cron[1]: done",
    "syslog 2025-12-31T23:59:59.000Z unknown: cron: done",
  ],
  [
    "RFC 3164 with a priority",
    "<12>Jan  9 22:14:15 host prog: hello",
    "syslog 2026-01-09T22:14:15.000Z warning: prog: hello",
  ],
  [
    "RFC 5424",
    '<34>1 2026-01-10T22:14:15.003Z host su - ID47 [a@1 b="c\\]d"] it failed',
    "syslog 2026-01-10T22:14:15.003Z fatal: su: it failed",
  ],
  [
    "rsyslog with ISO time",
    "2026-01-10T12:00:00.123456+01:00 host1 systemd[1]: Started Foo.",
    "syslog 2026-01-10T11:00:00.123Z unknown: systemd: Started Foo.",
  ],
  [
    "nginx access",
    '10.0.0.1 - alice [10/Jan/2026:13:55:36 +0100] "GET /api/users/123?x=1 HTTP/1.1" 500 2326 "-" "curl"',
    "access 2026-01-10T12:55:36.000Z error: GET /api/users/<*> status_500",
  ],
  [
    "nginx error",
    "2026/01/10 15:04:05 [warn] 123#123: *1 upstream is slow",
    "text 2026-01-10T15:04:05.000Z warning: [warn] 123#123: *1 upstream is slow",
  ],
  [
    "apache error",
    "[Sat Jan 10 14:32:52.123456 2026] [core:error] [pid 12] File does not exist: /x",
    "text 2026-01-10T14:32:52.000Z error: [core:error] [pid 12] File does not exist: /x",
  ],
  [
    "klog",
    "E0110 15:04:05.000000   12345 reflector.go:123] watch ended",
    "klog 2026-01-10T15:04:05.000Z error: 12345 reflector.go:123] watch ended",
  ],
  [
    "logfmt",
    'time="2026-01-10T12:00:00Z" level=warning msg="Retrying in 5s" error="refused"',
    "logfmt 2026-01-10T12:00:00.000Z warning: Retrying in 5s: refused",
  ],
  [
    "PostgreSQL",
    '2026-01-10 12:00:00.123 UTC [1234] FATAL:  no such role "x"',
    'text 2026-01-10T12:00:00.123Z fatal: [1234] FATAL:  no such role "x"',
  ],
  [
    "tomcat",
    "10-Jan-2026 15:04:05.000 SEVERE [main] org.apache.X Startup failed",
    "text 2026-01-10T15:04:05.000Z error: SEVERE [main] org.apache.X Startup failed",
  ],
  [
    "java.util.logging",
    "Jan 10, 2026 3:04:05 PM com.acme.Foo bar",
    "text 2026-01-10T15:04:05.000Z unknown: com.acme.Foo bar",
  ],
  [
    "journald",
    '{"__REALTIME_TIMESTAMP":"1767960000123456","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"kex"}',
    "journal 2026-01-09T12:00:00.123Z error: sshd: kex",
  ],
  [
    "journald, bytes",
    '{"PRIORITY":"6","__REALTIME_TIMESTAMP":"1767960000123456","MESSAGE":[104,105]}',
    "journal 2026-01-09T12:00:00.123Z info: hi",
  ],
  ["no error at all", "finished with 0 errors", "text - unknown: finished with 0 errors"],
];

for (const [name, line, expected] of CASES) {
  Deno.test(`createLineParser reads ${name}`, () => {
    assert.deepEqual(read(line), [expected]);
  });
}

Deno.test("createLineParser folds a Java trace into the line before it", () => {
  const kinds = read(
    "2026-01-10 12:00:00,000 ERROR x - failed",
    "java.lang.IllegalStateException: bad",
    "\tat com.acme.Foo.bar(Foo.java:12)",
    "Caused by: java.net.ConnectException: refused",
    "\t... 12 more",
    "2026-01-10 12:00:01,000 INFO x - next",
  );
  assert.deepEqual(kinds.map((kind) => kind.split(" ")[0]), [
    "text",
    "continues",
    "continues",
    "continues",
    "continues",
    "text",
  ]);
});

Deno.test("createLineParser takes a Python trace behind a quiet line for a record of its own", () => {
  const kinds = read(
    "2026-01-10 12:00:00,000 INFO ready",
    "Traceback (most recent call last):",
    '  File "x.py", line 1, in <module>',
    "ValueError: bad",
    "2026-01-10 12:00:01,000 INFO next",
  );
  assert.equal(kinds[1], "text - error: Traceback (most recent call last):");
  assert.deepEqual(kinds.slice(2, 4), ["continues", "continues"]);
});

Deno.test("createLineParser folds a Go panic and a .NET trace", () => {
  assert.deepEqual(
    read("panic: index out of range [5]", "", "goroutine 1 [running]:", "main.main()", "\t/x/main.go:5"),
    ["text - fatal: panic: index out of range [5]", "blank", "continues", "continues", "continues"],
  );
  assert.deepEqual(
    read("2026-01-10 12:00:00 ERROR it", "System.Exception: x", "   at A.B()", "   --- End of inner ---")
      .slice(1),
    ["continues", "continues", "continues"],
  );
});

Deno.test("createLineParser folds pieces of a container runtime and traces inside of wrappers", () => {
  const cri = "2026-01-10T12:00:00.000000001Z stderr";
  assert.deepEqual(read(`${cri} P ERROR one `, `${cri} F two`, `${cri} F \tat Foo.bar`).slice(1), [
    "continues",
    "continues",
  ]);
  const log = "Jan  9 22:14:15 web app[7]: ";
  assert.deepEqual(read(`${log}ERROR x`, `${log}\tat Foo.bar`, "Jan  9 22:14:15 web app[8]: \tat Foo.bar"), [
    "syslog 2026-01-09T22:14:15.000Z error: app: ERROR x",
    "continues",
    "syslog 2026-01-09T22:14:15.000Z unknown: app: at Foo.bar",
  ]);
});

Deno.test("createLineParser never throws, and stays inside of the line, whatever the bytes", () => {
  const alphabet = [
    ...'{}"\\:,[]<>0123456789 -TZ.=JanE\t/',
    "Jan  9 22:14:15 ",
    "2026-01-10T12:00:00",
    "msg=",
  ];
  const line = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(""));
  const hash = createLineHash();
  fc.assert(fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
    const parser = parserOf();
    for (const text of lines) {
      const buf = bytes(`##${text}##`);
      parser.parse(buf, 2, buf.length - 2);
      parser.hash(hash);
      parser.describe();
      if (parser.body === buf) assert.ok(parser.bodyFrom >= 2 && parser.bodyTo <= buf.length - 2);
    }
  }));
});
