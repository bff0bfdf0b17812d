/**
 * Label and field selectors that a goal gives.
 *
 * @module
 */
import type { Reading } from "./reading.ts";
import { asName, DNS_NAME } from "./sre_kubectl_namespaces.ts";
import { isKnownWord } from "./text/tokens.ts";

/** The label selector of a goal, as it stands there. */
export function labelSelectorOf(reading: Reading): string | undefined {
  const set =
    /(?:^|[\s'"])([A-Za-z0-9][\w./-]{0,80} (?:not)?in \([A-Za-z0-9_., -]{1,200}\)(?:, ?[A-Za-z0-9][\w./-]{0,80}(?: ?(?:==?|!=) ?[\w.-]{1,63})?)*)/
      .exec(reading.goal.slice(0, 8192));
  if (set?.[1] !== undefined && !/^(?:is|are|be|only|those|pods) /.test(set[1])) return set[1];
  const flagged = /(?:^|\s)(?:-l|--selector)[ =]+["']?([^\s"']+)/.exec(reading.goal);
  if (flagged?.[1] !== undefined) return flagged[1].replace(/[?.,;!]+$/, "");
  const parts = reading.askedLiterals("selector")
    .map((token) => token.raw)
    .filter((raw) => !/^(?:namespace|ns|pod|node|job|instance|-)/i.test(raw) && !isField(raw));
  if (parts.length > 0) {
    // "app=web or app=api": one key, several values.
    const pairs = parts.map((part) => /^([^=!]+)=([\w.-]+)$/.exec(part));
    const key = pairs[0]?.[1];
    if (parts.length > 1 && key !== undefined && pairs.every((pair) => pair?.[1] === key)) {
      return `${key} in (${pairs.map((pair) => pair?.[2] ?? "").join(", ")})`;
    }
    return parts.join(",");
  }
  const spoken = reading.find(/\blabel(?:led|s)? (?:is |of )?(\S+) (?:=|==|is|equals|set to|:) (\S+)/);
  const [key, value] = [spoken?.token(1), spoken?.token(2)];
  if (key !== undefined && value !== undefined && /^[\w./-]+$/.test(key.raw) && /^[\w.-]+$/.test(value.raw)) {
    return `${key.raw}=${value.raw}`;
  }
  const spaced = reading.find(/\blabel(?:led|s)? (\S+) (\S+)$/);
  const [left, right] = [spaced?.token(1), spaced?.token(2)];
  if (
    left !== undefined && right !== undefined &&
    /^(?:app|tier|team|env|role|component|release|version|track)$/.test(left.raw) &&
    /^[\w.-]+$/.test(right.raw)
  ) {
    return `${left.raw}=${right.raw}`;
  }
  return undefined;
}

const isField = (raw: string): boolean =>
  /^(?:status|spec|metadata|involvedObject|reason|type)(?:\.|=|!=)/.test(raw);

/** The field that the goal wants the objects sorted by, where it is written as kubectl takes it: `.metadata.name`. */
export function sortOf(reading: Reading): string | undefined {
  const goal = reading.goal.slice(0, 8192);
  const raw = /--sort-by[ =]["']?(\{?\.?[A-Za-z][\w.[\]]{0,120})/.exec(goal)?.[1] ??
    /\b(?:sort(?:ed)?|order(?:ed)?) (?:them )?by (?:the field )?["']?(\.[A-Za-z][\w.[\]]{0,120})/i.exec(goal)
      ?.[1];
  const field = raw?.replace(/^\{/, "").replace(/[.\]]+$/, "");
  return field !== undefined && /^\.?[A-Za-z][A-Za-z0-9_.]{0,120}$/.test(field) ? field : undefined;
}

/** The field selector of a goal: written out, or "on node x". */
export function fieldSelectorOf(reading: Reading, kinds: readonly string[]): string | undefined {
  const flagged = /(?:^|\s)--field-selector[ =]["']?([^\s"']+)/.exec(reading.goal.slice(0, 8192))?.[1];
  if (flagged !== undefined) return flagged.replace(/[?.,;!]+$/, "");
  const written = reading.askedLiterals("selector").map((token) => token.raw).filter(isField);
  if (written.length > 0) return written.join(",");
  if (kinds.includes("pods")) {
    const node = reading.find(/\b(?:on|at|of) (?:the )?(?:worker )?(?:node|host|machine) (\S+)/)?.token(1);
    const name = node === undefined ? undefined : asName(node);
    if (name !== undefined && (node?.literal === "name" || !isKnownWord(name))) {
      return `spec.nodeName=${name}`;
    }
  }
  if (kinds.includes("events") && kinds.length === 1) {
    if (reading.has(/\bwarnings?\b/)) return "type=Warning";
    const of = reading.find(
      /\bevents? (?:of|for|about|from|on) (?:the )?(?:pod|deployment|node|job|statefulset|pvc)? ?(\S+)/,
    )?.token(1);
    if (
      of?.literal === "name" && DNS_NAME.test(of.raw) &&
      !reading.has(new RegExp(`namespace ${of.canon.replace(/[^a-z0-9-]/g, ".")}`))
    ) {
      return `involvedObject.name=${of.raw}`;
    }
  }
  return undefined;
}
