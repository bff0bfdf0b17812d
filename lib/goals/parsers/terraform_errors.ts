/**
 * Why Terraform made no plan: providers that are missing, by name; variables without a value; a broken configuration.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput } from "../types.ts";
import { cite, lastWords, notLooked, parsed, textOf } from "./parsed.ts";
import { count, oneLine, some, unique } from "./words.ts";

interface TerraformError {
  readonly title: string;
  readonly body: string;
  readonly path?: string;
  readonly line?: number;
  readonly start: number;
  readonly end: number;
}

const READ_BYTES = 256 * 1024;

/** The `Error:` blocks of a stream, with their byte offsets. */
function errorsIn(bytes: Uint8Array): readonly TerraformError[] {
  const text = textOf(bytes.subarray(0, READ_BYTES));
  const encoder = new TextEncoder();
  const blocks: TerraformError[] = [];
  let offset = 0;
  let open: { title: string; lines: string[]; start: number } | undefined;
  const close = (end: number) => {
    if (open === undefined) return;
    const body = open.lines.join("\n");
    const place = /^ *on (\S+) line ([0-9]+)/m.exec(body);
    const said = open.lines.filter((line) => line !== "" && !/^ *(on \S+ line|[0-9]+:|├|│)/.test(line)).join(
      " ",
    );
    blocks.push({
      title: open.title,
      body: oneLine(said, 400),
      ...(place === null ? {} : { path: place[1] ?? "", line: Number(place[2]) }),
      start: open.start,
      end,
    });
  };
  for (const raw of text.split("\n")) {
    const length = encoder.encode(raw).length + 1;
    const line = raw.replace(/^[│╷╵] ?/, "").trimEnd();
    const error = /^Error: (.*)$/.exec(line);
    if (error !== null) {
      close(offset);
      open = { title: error[1] ?? "", lines: [], start: offset };
    } else open?.lines.push(line);
    offset += length;
  }
  close(Math.min(offset, bytes.length));
  return blocks;
}

/** Provider addresses that an error names, without the default registry: `hashicorp/aws`. */
const providersIn = (text: string): readonly string[] =>
  unique(
    [...text.matchAll(/(?:provider\s+|provider\[")?"?((?:[a-z0-9-]+\.)+[a-z]{2,}\/[\w-]+\/[\w-]+)/g)]
      .map((match) => (match[1] ?? "").split("/").slice(-2).join("/")),
  );

/** The answer of a step whose command `index` failed. */
export function terraformFailure(input: ParserInput, index: number, place: string): Parsed {
  const run = input.commands[index];
  const stderr = run?.stderr ?? new Uint8Array();
  const errors = errorsIn(stderr);
  const first = errors[0];
  const all = textOf(stderr.subarray(0, READ_BYTES));
  const findings = errors.slice(0, 20).map((error): Finding => ({
    severity: "medium",
    text: `${error.title}${error.body === "" ? "" : `: ${error.body}`}`,
    ...(error.path === undefined ? {} : { source: { path: error.path, line: error.line ?? 0 } }),
    evidence: cite(input, index, "stderr", error),
  }));
  const blind = ["what Terraform would change, and drift: not checked"];
  if (first === undefined) {
    const said = lastWords(stderr);
    if (/chdir/.test(said)) {
      return parsed({
        outcome: "failed",
        reason: said,
        headline: `There is no such Terraform directory: ${said}`,
        verdict: "no_such_thing",
      });
    }
    return notLooked(
      input,
      `Terraform could not plan${place}: ${said === "" ? `exit code ${run?.exitCode}` : said}`,
      { blind },
    );
  }
  if (/No configuration files/.test(first.title)) {
    return parsed({
      outcome: "failed",
      reason: first.title,
      headline: `There is no Terraform configuration${place}`,
      verdict: "no_such_thing",
      findings: findings.map((one) => ({ ...one, severity: "info" as const })),
    });
  }
  const providers = providersIn(all);
  if (
    providers.length > 0 &&
    /provider|plugin|dependency lock|schema/i.test(errors.map((one) => one.title).join(" "))
  ) {
    const names = some(providers, 8);
    return notLooked(
      input,
      `Drift and changes${place} were not checked: Terraform lacks the ${
        providers.length === 1 ? "provider" : "providers"
      } ${names}, and nothing may be downloaded`,
      {
        findings,
        facts: { missing_providers: providers },
        blind,
        next: [
          `Put ${names} into a local mirror of providers (terraform providers mirror) and initialise the directory from it.`,
        ],
      },
    );
  }
  const variables = unique(
    [...all.matchAll(/variable "([^"\n]{1,128})" is not\s+set/g)].map((match) => match[1] ?? ""),
  );
  if (variables.length > 0) {
    return notLooked(
      input,
      `Terraform could not plan${place}: ${
        count(variables.length, "variable has", "variables have")
      } no value: ${some(variables, 8)}; drift not checked`,
      {
        findings,
        facts: { missing_variables: variables },
        blind,
        next: [`Name a value for ${some(variables, 8)}, or a variable file that holds it.`],
      },
    );
  }
  if (/Backend initialization|Module not installed|Module source has changed|init/i.test(first.title)) {
    return notLooked(input, `Terraform could not plan${place}: ${first.title}; drift not checked`, {
      findings,
      blind,
      next: [
        "Initialise the directory where its backend and modules can be reached; here nothing may be downloaded.",
      ],
    });
  }
  const where = first.path === undefined ? "" : ` (${first.path}:${first.line})`;
  return notLooked(
    input,
    `Terraform could not plan${place}: ${first.title}${where}${
      errors.length > 1 ? `, and ${count(errors.length - 1, "more error")}` : ""
    }; drift not checked`,
    { findings, blind, next: ["Correct the configuration, then ask again."] },
  );
}
