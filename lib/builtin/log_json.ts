/**
 * Finds the fields that matter in one line of JSON, on bytes, without making objects of it.
 *
 * @module
 */

/** What a field says; the order is that of {@link JsonFields}' arrays. */
export const FIELD = {
  time: 0,
  level: 1,
  message: 2,
  event: 3,
  error: 4,
  log: 5,
  stream: 6,
  priority: 7,
  ident: 8,
  status: 9,
  method: 10,
  path: 11,
} as const;

const FIELDS = 12;

/** Keys by field: those of zap, zerolog, bunyan, pino, logrus, slog, structlog, Serilog, ECS, GELF, MongoDB, journald, Caddy and nginx. */
const KEYS: Readonly<Record<keyof typeof FIELD, readonly string[]>> = {
  time: [
    ..."time ts timestamp @timestamp @t t datetime date asctime eventTime timeMillis".split(" "),
    ..."__REALTIME_TIMESTAMP time_local time_iso8601".split(" "),
  ],
  level: "level severity lvl log.level levelname loglevel @l s severityText SeverityText log_level".split(
    " ",
  ),
  message: "msg message MESSAGE short_message @m @mt textPayload Body body".split(" "),
  event: ["event", "text"],
  error: "error err exception exc_info stack_trace stacktrace stack error.message @x".split(" "),
  log: ["log"],
  stream: ["stream"],
  priority: ["PRIORITY"],
  ident: ["SYSLOG_IDENTIFIER"],
  status: ["status", "status_code", "statusCode"],
  method: ["method", "request_method"],
  path: ["path", "uri", "request_uri", "request", "url"],
};

function keyHash(buf: Uint8Array, start: number, end: number): number {
  let h = 0;
  for (let i = start; i < end; i++) h = Math.imul(h ^ buf[i]!, 0x01000193);
  return h;
}

const LOOKUP = new Map<number, { field: number; key: Uint8Array }>();
for (const [name, keys] of Object.entries(KEYS)) {
  for (const text of keys) {
    const key = new TextEncoder().encode(text);
    const field = FIELD[name as keyof typeof FIELD]; // Object.entries widens the keys of a record to string.
    LOOKUP.set(keyHash(key, 0, key.length), { field, key });
  }
}
/** First bytes of the known keys: most keys are not known, and need no hash. */
const FIRST = new Uint8Array(256);
for (const { key } of LOOKUP.values()) FIRST[key[0]!] = 1;

/** Where the known fields of the last scanned line are. */
export interface JsonFields {
  /** First byte of the value by field, -1 when absent; of a string the byte behind the quote. */
  readonly from: Int32Array;
  /** The byte behind the value; of a string the closing quote. */
  readonly to: Int32Array;
  /** The value's first byte: `"`, `{`, `[`, or that of a number or literal. */
  readonly type: Uint8Array;
  /** Looks at one line; false when it is no complete JSON object. Of several keys for a field the first one counts. */
  scan(buf: Uint8Array, start: number, end: number): boolean;
}

/**
 * A scanner.
 *
 * @example
 * ```ts
 * import { createJsonFields, FIELD } from "./log_json.ts";
 * const fields = createJsonFields();
 * const line = new TextEncoder().encode('{"level":"info","msg":"up"}');
 * console.assert(fields.scan(line, 0, line.length) && fields.from[FIELD.message] === 23);
 * ```
 */
export function createJsonFields(): JsonFields {
  const from = new Int32Array(FIELDS), to = new Int32Array(FIELDS), type = new Uint8Array(FIELDS);
  return {
    from,
    to,
    type,
    scan(buf, start, end) {
      from.fill(-1);
      let i = start + 1;
      for (;;) {
        while (i < end && (buf[i]! <= 32 || buf[i] === 44)) i++;
        if (i >= end) return false;
        if (buf[i] === 125) return true;
        if (buf[i] !== 34) return false;
        const keyFrom = i + 1;
        i = stringEnd(buf, keyFrom, end);
        const keyTo = i++;
        while (i < end && buf[i]! <= 32) i++;
        if (i >= end || buf[i] !== 58) return false;
        i++;
        while (i < end && buf[i]! <= 32) i++;
        if (i >= end) return false;
        const first = buf[i]!;
        let valueFrom = i, valueTo: number;
        if (first === 34) {
          valueFrom = i + 1;
          valueTo = stringEnd(buf, valueFrom, end);
          i = valueTo + 1;
        } else if (first === 123 || first === 91) {
          valueTo = nestedEnd(buf, i, end);
          i = valueTo;
        } else {
          while (i < end && buf[i] !== 44 && buf[i] !== 125 && buf[i]! > 32) i++;
          valueTo = i;
        }
        if (i > end) return false;
        if (FIRST[buf[keyFrom]!] === 0) continue;
        const known = LOOKUP.get(keyHash(buf, keyFrom, keyTo));
        if (known === undefined || known.key.length !== keyTo - keyFrom || from[known.field]! >= 0) continue;
        // `null` says as much as nothing.
        if (first === 110) continue;
        from[known.field] = valueFrom;
        to[known.field] = valueTo;
        type[known.field] = first;
      }
    },
  };
}

/** The closing quote, or `end` + 1 when there is none. */
function stringEnd(buf: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const c = buf[i];
    if (c === 34) return i;
    if (c === 92) i++;
  }
  return end + 1;
}

/** The byte behind the closing bracket, or `end` + 1. */
function nestedEnd(buf: Uint8Array, from: number, end: number): number {
  let depth = 0;
  for (let i = from; i < end; i++) {
    const c = buf[i];
    if (c === 34) i = stringEnd(buf, i + 1, end);
    else if (c === 123 || c === 91) depth++;
    else if ((c === 125 || c === 93) && --depth === 0) return i + 1;
  }
  return end + 1;
}
