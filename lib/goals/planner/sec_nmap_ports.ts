/**
 * Ports that a goal names: numbers, ranges, services, and those that are meant to be open.
 *
 * @module
 */
import { SERVICE_PORTS } from "./lexicon/ports.ts";
import type { Reading } from "./reading.ts";
import type { Token } from "./text/tokens.ts";
import { numberOf } from "./times.ts";

/** "22, 80 and 5000 open": a list of numbers that ends in "open". */
function isListedOpen(tokens: readonly Token[], index: number): boolean {
  let at = index + 1;
  while (
    at - index < 24 &&
    (tokens[at]?.literal === "num" || /^(?:,|and|or|&|are|is|were|was)$/.test(tokens[at]?.canon ?? ""))
  ) at += 1;
  return tokens[at]?.canon === "open" &&
    /^(?:has|have|had|only|,|and|were|are|is|with|the|ports?)$/.test(tokens[index - 1]?.canon ?? "");
}

/** The ports that a goal names, as nmap writes them; `-` for all of them. */
export function portsOf(reading: Reading): string | undefined {
  if (
    reading.has(
      /\b(?:all|every|each|any) (?:‹num› |the |tcp |of the |possible |single |65535 )*ports?\b|\bfull (?:tcp )?port (?:range|scan)\b|\bentire port range\b|\bevery single port\b|\bwhole port range\b|\ball tcp ports\b/,
    ) || /(?:^|\s)-p ?-(?:\s|$)/.test(reading.goal)
  ) {
    // A range that is written out stays as it is.
    const range = /\b(1 ?- ?65535|0 ?- ?65535)\b/.exec(reading.goal)?.[1]?.replaceAll(" ", "");
    return range ?? "-";
  }
  const lowest = reading.find(/\b(?:first|lowest) (‹num›) (?:tcp )?ports?\b/)?.token(1)?.raw;
  if (lowest !== undefined && /^\d{1,5}$/.test(lowest)) return `1-${lowest}`;
  const flagged = /(?:^|\s)-p[ =]?(\d[\d,-]*)/.exec(reading.goal);
  if (flagged?.[1] !== undefined) return flagged[1].replace(/[,-]+$/, "");
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  const ports: string[] = [];
  let open = false;
  // "10.0.0.5 22 80 443": nothing but numbers behind an address.
  let bare = false;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) continue;
    if (token.literal === "addr") bare = true;
    else if (token.literal !== "num" && token.literal !== "ports" && token.canon !== ",") bare = false;
    const said = open && token.literal === undefined && !/^(?:a|an|few|couple|half|one)$/.test(token.canon)
      ? numberOf(token.canon)
      : undefined;
    if (said !== undefined && Number.isInteger(said)) {
      ports.push(String(said));
      continue;
    }
    const isNumber = (token.literal === "num" || token.literal === "ports") && /^\d[\d,-]*$/.test(token.raw);
    const before = tokens[index - 1]?.canon ?? "";
    if (
      /\b(?:ports?|tcp|udp|listening on|listen on|listens on|p)$/.test(token.canon) ||
      token.canon === "‹ports›"
    ) open = true;
    if (isNumber) {
      const beforeTwo = `${tokens[index - 2]?.canon ?? ""} ${before}`;
      const beforeHost = /^(?:on|at|@|of)$/.test(tokens[index + 1]?.canon ?? "") &&
        tokens[index + 2]?.literal === "addr";
      const introduced = open || beforeHost || tokens[index - 1]?.literal === "addr" || bare ||
        token.literal === "ports" || isListedOpen(tokens, index) ||
        /^(?:ports?|tcp|port:|on|:|for|is)$/.test(before) &&
          /\b(?:listen\w*|port|open|listing|ports|tcp|reach\w*|answer\w*|check|scan|exposed)\b/.test(
            beforeTwo + " " + reading.asked,
          );
      const next = tokens[index + 1]?.canon ?? "";
      const counted = /^(?:top|first|last)$/.test(before) ||
        /^(?:most|common|hosts?|times|addresses|minutes|seconds|hours|days|machines|ports|tcp ports|popular|top|well|percent)$/
          .test(next);
      if (introduced && !counted) {
        if (
          /^(?:to|through|-|until|till|up)$/.test(next) ||
          (next === "up" && tokens[index + 2]?.canon === "to") ||
          (next === "and" && /\bbetween(?: (?:the|tcp|port|ports))*$/.test(beforeTwo))
        ) {
          const last = tokens.slice(index + 1, index + 4).find((one) => one.literal === "num");
          if (last !== undefined && /^\d+$/.test(last.raw)) {
            ports.push(`${token.raw}-${last.raw}`);
            index = tokens.indexOf(last);
            continue;
          }
        }
        ports.push(token.raw);
        open = true;
      }
    } else if (
      ![
        "and",
        "or",
        ",",
        "port",
        "ports",
        "tcp",
        "also",
        "on",
        "the",
        "&",
        "plus",
        "number",
        "numbers",
        "/",
        "only",
        "udp",
        "n",
        "as",
        "well",
        "both",
        "either",
      ].includes(token.canon)
    ) {
      if (token.literal !== "ports") open = false;
    }
  }
  const ahead = reading.find(
    /(‹num›)(?: \/)?(?: tcp)? (?:is |still |even )*(?:reachable|open|closed|listening|answering|exposed|accessible|up|blocked|filtered|available) (?:on|at|from|for|of) (?:\S+ ){0,2}?‹addr›/,
  )?.token(1)?.raw;
  if (ports.length === 0 && ahead !== undefined) ports.push(ahead);
  const valid = ports.flatMap((port) => port.split(",")).filter((port) =>
    /^\d{1,5}(?:-\d{1,5})?$/.test(port)
  );
  if (valid.length > 0) return [...new Set(valid)].join(",");
  const named = SERVICE_PORTS.filter(([words]) => words.test(reading.asked)).map(([, port]) => port);
  return named.length > 0 ? [...new Set(named)].join(",") : undefined;
}

/** How many of the commonest ports the goal wants. */
export function topPortsOf(reading: Reading): string | undefined {
  const hit = reading.find(/\btop (‹num›)/) ??
    reading.find(
      /(‹num›) (?:most|commonest|top|usual|popular|best known|well known|highest) (?:common |popular |frequent |used |often |used |known |tcp |open )*ports?\b/,
    ) ??
    reading.find(/\bmost (?:common|popular|frequent|used) (‹num›) (?:tcp )?ports?\b/) ??
    reading.find(/(‹num›) (?:common|popular|usual|frequent|commonest|top) (?:tcp )?ports?\b/);
  const raw = hit?.token(1)?.raw ?? /--top-ports[ =](\d{1,5})/.exec(reading.goal)?.[1];
  if (raw !== undefined && /^\d{1,5}$/.test(raw)) return raw;
  const word = reading.find(
    /\btop (ten|twenty|fifty|hundred|thousand|five)\b|\b(ten|twenty|fifty|hundred|thousand) most (?:common|popular|used)\b/,
  );
  const spoken = word?.groups[1] ?? word?.groups[2];
  if (spoken !== undefined) {
    return String(
      { five: 5, ten: 10, twenty: 20, fifty: 50, hundred: 100, thousand: 1000 }[spoken] ?? numberOf(spoken) ??
        10,
    );
  }
  return /(?:^|\s)-F(?:\s|$)/.test(reading.goal) ? "100" : undefined;
}

/** "nothing but 22 and 443 is open", "only 443 should be open": the ports that are meant to be. */
export function expectedPorts(reading: Reading): string | undefined {
  const list = "((?:(?:‹num›|‹ports›|ports?|tcp|and|or|,|&) ?)+)";
  const hit = reading.find(
    new RegExp(
      `\\b(?:nothing|no port|no other port|no ports|none|not(?: have)? anything|anything|any port|something|ports?) (?:else )?(?:is |are )?(?:open )?(?:but|except(?: for)?|besides|beside|other than|apart from|beyond) (?:for )?${list}`,
    ),
  ) ?? reading.find(
    new RegExp(
      `\\b(?:only|just|exactly) ${list}(?:is|are|be|should|must|may|ought|supposed|expected|allowed|meant|open)\\b`,
    ),
  ) ?? reading.find(
    new RegExp(
      `${list}(?:is|are|should be) (?:the only|all that|expected|supposed to be|meant to be|allowed)\\b`,
    ),
  );
  if (
    hit === undefined || !/\b(?:open|listen\w*|reachable|exposed|ports?|scan\w*|on)\b/.test(reading.asked)
  ) {
    return undefined;
  }
  // Numbers of the goal as written, within the matched stretch.
  const found = reading.text.tokens.filter((token) =>
    !token.pasted && (token.literal === "num" || token.literal === "ports") && /^\d[\d,]*$/.test(token.raw)
  ).map((token) => token.raw);
  const count = (hit.groups[1]?.match(/‹(?:num|ports)›/g) ?? []).length;
  const first = hit.token(1);
  const from = first === undefined ? 0 : Math.max(
    0,
    reading.text.tokens.filter((token) =>
      token.start < first.start && !token.pasted && (token.literal === "num" || token.literal === "ports") &&
      /^\d[\d,]*$/.test(token.raw)
    ).length,
  );
  const ports = found.slice(from, from + count).flatMap((raw) => raw.split(",")).filter((raw) =>
    Number(raw) >= 1 && Number(raw) <= 65_535
  );
  return ports.length === 0 ? undefined : [...new Set(ports)].join(",");
}

/** Scanning the expected ports alone would not show another one. */
export const isOnlyExpected = (ports: string, expected: string | undefined): boolean =>
  expected !== undefined && ports.split(",").every((port) => expected.split(",").includes(port));
