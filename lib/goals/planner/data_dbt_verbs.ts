/**
 * What a goal asks of dbt: run, test, build, compile, docs.
 *
 * @module
 */
import type { Reading } from "./reading.ts";

/** What dbt may be asked for. */
export type Verb = "run" | "test" | "build" | "compile" | "docs";

/** The verbs that a goal asks of dbt, in its order. */
export function verbsOf(reading: Reading): Verb[] {
  const found: [number, Verb][] = [];
  const look = (verb: Verb, pattern: RegExp): void => {
    const hit = reading.find(pattern);
    if (hit !== undefined) found.push([hit.index, verb]);
  };
  look(
    "docs",
    /\b(?:docs|documentation|documentations|data catalog|catalogue?|doc site|docs site|lineage graph)\b/,
  );
  look(
    "compile",
    /\b(?:(?:re-?)?compile|recompiles|recompiled|recompiling|compiles|compiled|compiling|compilation|render(?:ed)?(?: the)? sql|rendered sql|generated sql)\b/,
  );
  look("test", /\b(?:tests?|tested|testing|schema tests|assertions|checks? pass)\b/);
  look("build", /\b(?:build|builds|building|built|rebuild|rebuilds)\b/);
  const verbs = found.sort((a, b) => a[0] - b[0]).map(([, verb]) => verb);
  // "run the tests" is a test; "run model x" is a run; "run and test" is both.
  const runs = reading.every(
    /\b(?:run|runs|rerun|running|execute|refresh|materiali[sz]e|re-run|re run|kick off|start)\b/,
  ).filter((hit) =>
    !/^(?:run|runs|rerun|running|execute|re-run|re run|refresh|kick off|start) (?:(?:the|all|our|my|of|its|their|dbt|data|every|those|these|a|any|again|full|schema|singular|generic|only|just) )*(?:(?!and |then |, |; )\S+ )?(?:tests?|build|docs|documentation|compile|compilation|dbt tests?|dbt build|dbt compile|dbt docs)\b/
      .test(reading.asked.slice(hit.index, hit.index + 80))
  );
  const realRuns = runs.filter((hit) =>
    !(hit.text === "refresh" && /full $/.test(reading.asked.slice(0, hit.index)))
  );
  if (
    realRuns.length > 0 &&
    !(verbs.length > 0 && /\b(?:how|when|did|does|was) .{0,40}\brun\b/.test(reading.asked))
  ) {
    const at = realRuns[0]?.index ?? 0;
    const modelled = /\b(?:run|rerun|running|execute|refresh|materiali[sz]e|kick off|start|re-run)\b/.test(
      reading.asked.slice(at, at + 12),
    );
    const followed = reading.asked.slice(at, at + 60);
    const alsoTest = verbs.includes("test") &&
      !/\b(?:and|then|also|,) (?:then )?(?:also )?(?:run |execute )?(?:the |their |its )?(?:dbt )?tests?\b/
        .test(reading.asked);
    const doc = verbs.includes("docs") && !/\b(?:and|then|also|,|after)\b/.test(reading.asked);
    if (
      modelled && !(alsoTest && /\btests?\b/.test(followed)) && !doc &&
      !/^(?:run|execute) (?:dbt )?(?:compile|build|test|docs)/.test(followed)
    ) verbs.unshift("run");
  }
  return [...new Set(verbs)];
}
