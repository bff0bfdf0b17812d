/**
 * What somebody who can write the audit log would do to it, and ways to it for tools and goals.
 *
 * @module
 */
import { createAuditLog } from "../../audit/audit.ts";
import { type AuditRecord, loadSha256, sealRecord, type Sha256, type Unsealed } from "../../audit/record.ts";
import { verifyAuditLog } from "../../audit/verify.ts";
import { PhysiclawError } from "../../internal/errors.ts";
import { defineCase, defineShell, type EscapeCase, type World } from "../define_case.ts";
import { describeRun } from "../world.ts";

const group = "tampering with the audit log" as const;
const RECORDS = 6;
const HOLDS = `${RECORDS} records hold`;

interface Written {
  readonly path: string;
  readonly lines: readonly string[];
  readonly sha256: Sha256;
  /** The end of the chain, as somebody keeps it elsewhere: the canary. */
  readonly kept: { readonly seq: number; readonly hash: string };
}

const recordOf = (line: string | undefined): AuditRecord => JSON.parse(line ?? "");

async function write(world: World): Promise<Written> {
  const path = `${await Deno.makeTempDir({ dir: world.base })}/audit.jsonl`;
  const log = await createAuditLog({ path, now: () => new Date() });
  for (let index = 1; index <= RECORDS; index++) {
    await log.append({
      event: "tool_call",
      persona: "sre",
      data: { tool: "nmap", target: `10.0.0.${index}` },
    });
  }
  await log.close();
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  const { seq, hash } = recordOf(lines.at(-1));
  return { path, lines, sha256: await loadSha256(), kept: { seq, hash } };
}

/** Writes a log, changes its lines, and says what the verifier says of it. */
async function verify(
  world: World,
  change: (written: Written) => readonly string[],
  kept = false,
): Promise<string> {
  const written = await write(world);
  await Deno.writeTextFile(written.path, change(written).map((line) => `${line}\n`).join(""));
  const { ok, records, firstBad } = await verifyAuditLog(written.path, kept ? { expect: written.kept } : {});
  return ok ? `${records} records hold` : `line ${firstBad?.line}: ${firstBad?.reason}`;
}

/** `kept`: the end of the chain is known elsewhere; without that nobody could tell. */
const tampering = (
  name: string,
  expect: string,
  change: (written: Written) => readonly string[],
  kept = false,
): EscapeCase =>
  defineCase({
    group,
    name,
    needs: [],
    control: (world) => verify(world, ({ lines }) => lines, kept),
    expectControl: HOLDS,
    attempt: (world) => verify(world, change, kept),
    expect,
  });

/** The record of a line with its place in the chain, changed and sealed anew. */
function forge(
  line: string | undefined,
  change: Partial<Unsealed>,
  sha256: Sha256,
): { hash: string; line: string } {
  const { hash: _, ...record } = recordOf(line);
  return sealRecord({ ...record, ...change }, sha256);
}

/** Everything from the third record on, written anew without a trace. */
function rewrite({ lines, sha256 }: Written): readonly string[] {
  const made = lines.slice(0, 2);
  for (const line of lines.slice(2)) {
    const prev = recordOf(made.at(-1)).hash;
    made.push(forge(line, { prev, data: { tool: "nmap", target: "127.0.0.1" } }, sha256).line);
  }
  return made;
}

const CHANGES: readonly EscapeCase[] = [
  tampering(
    "another target in a record",
    "line 3: the hash does not match the record",
    ({ lines }) => lines.map((line, index) => index === 2 ? line.replace("10.0.0.3", "10.0.0.9") : line),
  ),
  tampering(
    "a record changed, and its hash made anew",
    "line 4: not chained to the record before",
    ({ lines, sha256 }) =>
      lines.map((line, index) => index === 2 ? forge(line, { persona: "secops" }, sha256).line : line),
  ),
  tampering(
    "a record taken out",
    "line 3: sequence number 4 where 3 was due",
    ({ lines }) => lines.toSpliced(2, 1),
  ),
  tampering(
    "a record taken out, and the next one numbered in its place",
    "line 3: not chained to the record before",
    ({ lines, sha256 }) => lines.toSpliced(2, 2, forge(lines[3], { seq: 3 }, sha256).line),
  ),
  tampering(
    "the first record taken out",
    "line 1: sequence number 2 where 1 was due",
    ({ lines }) => lines.slice(1),
  ),
  tampering(
    "two records exchanged",
    "line 2: sequence number 3 where 2 was due",
    ({ lines }) => lines.toSpliced(1, 2, ...lines.slice(1, 3).reverse()),
  ),
  tampering(
    "a record written twice",
    "line 4: sequence number 3 where 4 was due",
    ({ lines }) => lines.toSpliced(3, 0, ...lines.slice(2, 3)),
  ),
  tampering(
    "a record put in between, chained to the one before",
    "line 4: sequence number 3 where 4 was due",
    ({ lines, sha256 }) => {
      const prev = recordOf(lines[1]).hash;
      return lines.toSpliced(2, 0, forge(lines[2], { prev, data: { tool: "none" } }, sha256).line);
    },
  ),
  tampering(
    "a member added to a record",
    "line 3: not in canonical form",
    ({ lines }) => lines.map((line, index) => index === 2 ? line.replace(/}$/, ',"x":1}') : line),
  ),
  tampering(
    "a record in other words for the same (white space)",
    "line 3: not in canonical form",
    ({ lines }) => lines.map((line, index) => index === 2 ? line.replaceAll('":', '": ') : line),
  ),
  tampering(
    "records cut off the end, where the end is known elsewhere",
    `line 5: the log ends before record ${RECORDS}, which is known to have been written`,
    ({ lines }) => lines.slice(0, 4),
    true,
  ),
  tampering(
    "everything from the third record on written anew, where the end is known elsewhere",
    `line ${RECORDS}: not the record that was expected here`,
    rewrite,
    true,
  ),
  tampering(
    "an empty log in its place, where the end is known elsewhere",
    `line 1: the log ends before record ${RECORDS}, which is known to have been written`,
    () => [],
    true,
  ),
];

/** Opens the log as the next start does. */
async function start(path: string): Promise<string> {
  try {
    const log = await createAuditLog({ path, now: () => new Date() });
    await log.close();
    return "opened";
  } catch (error) {
    if (error instanceof PhysiclawError) return error.message.replace(path, "LOG");
    throw error;
  }
}

const opening = (name: string, expect: string, attempt: (written: Written) => Promise<string>): EscapeCase =>
  defineCase({
    group,
    name,
    needs: [],
    control: async (world) => await start((await write(world)).path),
    expectControl: "opened",
    attempt: async (world) => await attempt(await write(world)),
    expect,
  });

const ACCESS: readonly EscapeCase[] = [
  opening(
    "a start that goes on from a changed last record",
    "Cannot open the audit log LOG: its last record is damaged: the hash does not match the record",
    async ({ path, lines }) => {
      await Deno.writeTextFile(path, `${lines.join("\n").replace("10.0.0.6", "10.0.0.9")}\n`);
      return await start(path);
    },
  ),
  opening(
    "a second writer beside the one that runs",
    "Cannot open the audit log LOG: another process writes it",
    async ({ path }) => {
      const log = await createAuditLog({ path, now: () => new Date() });
      try {
        return await start(path);
      } finally {
        await log.close();
      }
    },
  ),
  ...([["reading", "r"], ["writing to", "rw"]] as const).map(([what, mode]) =>
    defineShell({
      group,
      name: `${what} it by a tool`,
      script: `open ${mode} "$1"; out opened`,
      words: (world) => [`${world.state}/audit.jsonl`],
      control: "opened",
      blocked: "open: No such file or directory",
    })
  ),
  defineCase({
    group,
    name: "a goal that names it as a tool's input",
    needs: ["bash", "sandbox"],
    control: async (world) =>
      describeRun(await world.runner.run(await world.request("echo ran", [], "probe-bash"))),
    expectControl: "ran",
    attempt: async (world) => {
      const request = await world.request("echo ran", [], "probe-bash", `${world.state}/audit.jsonl`);
      return describeRun(await world.runner.run(request));
    },
    expect: /refused: Cannot read .*audit\.jsonl: it belongs to this program's state or settings/,
  }),
];

export const AUDIT_CASES: readonly EscapeCase[] = [...CHANGES, ...ACCESS];
