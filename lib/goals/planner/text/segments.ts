/**
 * What of a goal is asked, and what is pasted around the question (log lines, alerts, tables, traces).
 *
 * @module
 */

/** A run of the goal's text that holds no line break. Offsets count UTF-16 units of the goal. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Quoted material: facts may be taken from it, wishes may not. */
  readonly pasted: boolean;
}

/** Line beginnings that no one types as a question. Each is anchored, so a line is looked at once. */
const PASTED: readonly RegExp[] = [
  /^\s*[│└├─┌┐┘╷╵|>]/u,
  /^\s*>{1,3} /,
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/,
  /^\[?\d\d:\d\d:\d\d/,
  /^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d/,
  /^[IWEF]\d{4} \d\d:\d\d/,
  /^\s{2,}\S/,
  /^\t/,
  /^\s*[{[]["{\d]/,
  /^\s*[}\])]+[,;]?\s*$/,
  /^\s*at [\w.$<>/]{1,200}[(:]/,
  /^\s*(?:Caused by|Traceback|Exception in|panic|goroutine|File ")/,
  /^(?:\S{0,80}(?:Error|Exception|Failure|Panic)|ERROR|Error|WARN|WARNING|Warning|FATAL|CRITICAL|INFO|DEBUG|error|x509|fatal|warning|Failed|FAILED|FAIL|PASS|Failure in test|Compilation Error|Database Error|Runtime Error)(?::| \d| {2}|\b [^?]*$)/,
  /^[-dlbcps][-rwxsStT]{9}/,
  /^[\w.-]{1,64}\s?=\s?[^=\s]/,
  /^\S{1,160}:\d{1,6}(?::\d{1,6})?:? /,
  /^\s*[$#%] \S/,
  /^\S{1,40}@\S{1,60}:\S{0,80}[$#] /,
  /^\[(?:FIRING|RESOLVED|WARN|ERROR|INFO|CRITICAL|PAGE|ALERT|default|P\d)/i,
  /^(?:alertname|severity|labels|annotations|summary|description|status|namespace|pod|node|instance)\s?[=:]/i,
  /^\d{1,5}\/(?:tcp|udp)\b/,
  /^(?:Host is up|Nmap scan report|Not shown|PORT +STATE|Starting Nmap|Issue:|Location:|Severity:)/,
  /^(?:From|Subject|Date|To|Cc): \S/,
  /^[A-Z][A-Z0-9_-]{1,30}(?: {1,}[A-Z][A-Z0-9_()-]{1,30}){2,}\s*$/,
  /^\S+ {2,}\S+ {2,}\S+/,
  /^[^\s,]{0,60}(?:,[^,\n]{0,120}){1,40}$/,
  /^[A-Z][\w-]*(?: [\w-]+){0,5}:? [^?]{0,200}\b(?:failed|refused|timed out|denied|exceeded)\b[^?]*$/,
  /^(?:LISTEN|ESTAB|TIME-WAIT|tcp|udp)\s+\d/,
  /^(?:inet6?|link\/|mtu|lo:|eth\d)/,
  /^(?:Models|Directly Modified|Indirectly Modified):/,
  /^\S{1,32} ALL ?=/,
  /^ssh-(?:rsa|ed25519|dss) /,
  /^[\w-]{1,40}:x?:\d{1,6}:\d{1,6}:/,
];

/** Words that only someone who asks writes. */
const ASKING =
  /\?\s*$|\b(?:please|pls|plz|thx|thanks|show|list|tell|what|which|whats|how|why|who|where|when|can|could|would|is|are|does|did|do we|run|check|scan|give|get|find|count|look|summari[sz]e|group|again|read|compile|build|test|audit|plan)\b/i;

/** Signs between something pasted and the wish about it: `… <- what is this?`. Blanks around them are checked apart. */
const BORDER = /<-{1,2}|<={1,2}|←|-{1,2}>|→|=>|--|—|–/gu;

function pieces(line: string, offset: number): { start: number; end: number; text: string }[] {
  const found: { start: number; end: number; text: string }[] = [];
  let from = 0;
  const lead = line.length - line.trimStart().length;
  const add = (end: number): void => {
    const text = line.slice(from, end);
    if (text.trim() !== "") found.push({ start: offset + from, end: offset + end, text });
  };
  BORDER.lastIndex = lead;
  for (let hit = BORDER.exec(line); hit !== null; hit = BORDER.exec(line)) {
    const end = hit.index + hit[0].length;
    // An arrow inside an expression (`a->b`) or a flag (`--x`) has no blanks on both sides.
    const before = hit.index === lead || /\s/.test(line[hit.index - 1] ?? " ");
    if (!before || !/\s/.test(line[end] ?? " ")) continue;
    // `-- 5`: a negative number, or SQL's comment; neither begins a wish.
    if (hit[0] === "--" && (hit.index === lead || /\d/.test(line[end + 1] ?? ""))) continue;
    add(hit.index);
    from = end;
  }
  add(line.length);
  return found;
}

const looksPasted = (text: string): boolean => {
  const head = text.slice(0, 400);
  return PASTED.some((pattern) => pattern.test(head));
};

/**
 * The goal's segments in order. At least one of them is asked unless the goal is blank.
 *
 * @example
 * ```ts
 * import { segmentsOf } from "./segments.ts";
 * const [log, wish] = segmentsOf("ERROR: disk full\nhow often is this in /var/log/app.log?");
 * console.assert(log?.pasted === true && wish?.pasted === false);
 * ```
 */
export function segmentsOf(goal: string): readonly Segment[] {
  const raw: { start: number; end: number; text: string }[] = [];
  let from = 0;
  while (from <= goal.length) {
    const next = goal.indexOf("\n", from);
    const end = next < 0 ? goal.length : next;
    const line = goal.slice(from, end);
    if (line.trim() !== "") raw.push(...pieces(line.replace(/\r$/, " "), from));
    if (next < 0) break;
    from = end + 1;
  }
  const many = raw.length > 1;
  const segments = raw.map((piece): Segment => {
    const pasted = many && looksPasted(piece.text) && !/\?\s*$/.test(piece.text);
    return { ...piece, pasted };
  });
  if (segments.length > 0 && segments.every((segment) => segment.pasted)) {
    // Everything looks quoted: whatever reads like a question is one, else the last line is.
    const asks = segments.some((segment) => ASKING.test(segment.text));
    return segments.map((segment, index) => ({
      ...segment,
      pasted: asks ? !ASKING.test(segment.text) : index !== segments.length - 1,
    }));
  }
  return segments;
}
