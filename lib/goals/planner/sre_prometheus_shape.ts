/**
 * What a goal says of a metric beyond its subject: codes, directions, groups.
 *
 * @module
 */
import type { Reading } from "./reading.ts";

/** Labels that a goal may want the values by: "per instance". */
const GROUPS: Readonly<Record<string, string>> = {
  instance: "instance",
  host: "instance",
  server: "instance",
  machine: "instance",
  node: "instance",
  handler: "handler",
  endpoint: "handler",
  path: "path",
  route: "route",
  code: "code",
  method: "method",
  status: "status",
  namespace: "namespace",
  pod: "pod",
  container: "container",
  job: "job",
  service: "job",
  device: "device",
  interface: "device",
};

/** What the goal says beyond the subject: which codes, which direction, by which label. */
export function shaped(reading: Reading, subject: string, expression: string): string {
  let text = expression;
  if (subject === "error-ratio") {
    if (reading.has(/\b(?:4xx|client errors?|4\S{0,2}s)\b/) && !reading.has(/\b5xx\b/)) {
      text = text.replace('code=~"5.."', 'code=~"4.."');
    }
    const code =
      /\b(?:http|status|code|error)s? ?(?:code )?([45]\d\d)\b|\b([45]\d\d)s?\b (?:rate|errors?|responses?|ratio)/i
        .exec(reading.goal);
    const exact = code?.[1] ?? code?.[2];
    if (exact !== undefined) text = text.replace(/code=~"[45]\.\."/, `code="${exact}"`);
    if (reading.has(/\b(?:success(?:ful)? (?:rates?|ratio|requests?)|availability of)\b/)) {
      text = `1 - ${text}`;
    }
  }
  if (subject === "network") {
    const both = / \+ rate\((?:node|container)_network_transmit_bytes_total.*\)\)$/;
    if (reading.has(/\b(?:dropped|drops|dropping)\b/)) text = text.replaceAll("_bytes_total", "_drop_total");
    else if (reading.has(/\bnetwork errors?\b|\berrors on\b/)) {
      text = text.replaceAll("_bytes_total", "_errs_total");
    }
    const received = reading.has(
      /\b(?:received|receives?|receiving|incoming|inbound|ingress traffic|downloads?|coming in|arriving)\b/,
    );
    const sent = reading.has(
      /\b(?:sent|sends?|sending|outgoing|outbound|egress|uploads?|transmit\w*|leaving|going out)\b/,
    );
    if (received && !sent) text = text.replace(both, ")");
    else if (sent && !received) {
      text = text.replace(/rate\((?:node|container)_network_receive_\w+\{?[^()]*\[[^\]]*\]\) \+ /, "");
    }
  }
  const by = reading.find(
    /\b(?:per|by|for each|for every|of each|each|every|grouped by|broken down by|split by) (instance|host|server|machine|node|handler|endpoint|path|route|code|method|status|namespace|pod|container|job|service|device|interface)s?\b/,
  )?.groups[1] ?? reading.find(/\b(?:which|top (?:‹num›|\S+)) (namespace|pod|container)s?\b/)?.groups[1];
  const label = by === undefined ? undefined : GROUPS[by];
  if (label !== undefined) {
    text = text.replaceAll(/\b(sum|avg) by \((le, )?[a-z, ]+\)/g, `$1 by ($2${label})`);
  }
  return text;
}
