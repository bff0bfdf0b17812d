/**
 * Requests that the catalogue does not make: what the runner says to a bridge that lies.
 *
 * @module
 */
import type { StepRequest } from "../../executor/types.ts";
import { defineCase, type EscapeCase, type World } from "../define_case.ts";
import { describeRun } from "../world.ts";

const group = "argv policy" as const;

/** A tool that leaves a trace when it runs: it calls the endpoint. */
const TRACE = `exec 3<>"/dev/tcp/127.0.0.1/$1" || exit; read -r line <&3; echo ran`;

async function send(
  world: World,
  change: (request: StepRequest, world: World) => StepRequest,
): Promise<string> {
  const before = world.endpoint.hits();
  const request = await world.request(TRACE, [String(world.endpoint.port)], "probe-bash-endpoint");
  const answer = describeRun(await world.runner.run(change(request, world)));
  const reached = world.endpoint.hits() - before;
  return reached === 0 ? answer : `${answer}, and reached its endpoint`;
}

const policy = (
  name: string,
  expect: string | RegExp,
  change: (request: StepRequest, world: World) => StepRequest,
): EscapeCase =>
  defineCase({
    group,
    name,
    needs: ["bash", "sandbox", "loopback"],
    control: (world) => send(world, (request) => request),
    expectControl: "ran, and reached its endpoint",
    attempt: (world) => send(world, change),
    expect,
  });

/** Both the slot and the argv that would come of it, as a bridge that wants to deceive would send them. */
const withWord = (request: StepRequest, word: string): StepRequest => ({
  ...request,
  slots: { ...request.slots, words: [word] },
  commands: request.commands.map((argv) => [...argv.slice(0, 2), word]),
});

const withScript = (request: StepRequest, path: string): StepRequest => ({
  ...request,
  slots: { ...request.slots, script: path },
  commands: request.commands.map(([program = "", , ...words]) => [program, path, ...words]),
});

const mismatch =
  /refused: Cannot run probe-bash-endpoint: its argv is not what the catalogue makes of these slots/;
const value = (why: string): RegExp =>
  new RegExp(`refused: Cannot run probe-bash-endpoint: the value of slot "words" ${why}.*`);

export const ARGV_CASES: readonly EscapeCase[] = [
  policy(
    "a tool that does not exist",
    /refused: Cannot run "kubectl delete": the catalogue has no such tool/,
    (request) => ({
      ...request,
      tool: "kubectl delete",
    }),
  ),
  policy("a tool's name within another text", /refused: .*the catalogue has no such tool/, (request) => ({
    ...request,
    tool: "echo PWNED probe-bash-endpoint",
  })),
  policy(
    "a piece of a tool's name",
    /refused: .*the catalogue has no such tool/,
    (request) => ({ ...request, tool: "e" }),
  ),
  policy(
    "the tool of another persona",
    /refused: Cannot run probe-bash-endpoint: the persona secops may not use it/,
    (request) => ({
      ...request,
      persona: "secops",
    }),
  ),
  policy(
    "a form that the tool has not",
    /refused: Cannot run probe-bash-endpoint: it has no form "shell"/,
    (request) => ({
      ...request,
      form: "shell",
    }),
  ),
  policy("one argument more than the slots make", mismatch, (request) => ({
    ...request,
    commands: request.commands.map((argv) => [...argv, "-e"]),
  })),
  policy("another program than the tool's", mismatch, (request) => ({
    ...request,
    commands: request.commands.map((argv) => ["/bin/sh", ...argv.slice(1)]),
  })),
  policy("a program of the same name elsewhere", mismatch, (request, world) => ({
    ...request,
    commands: request.commands.map((argv) => [`${world.workspace}/bash`, ...argv.slice(1)]),
  })),
  policy("one command more than the form has", mismatch, (request) => ({
    ...request,
    commands: [...request.commands, ["/bin/sh", "-c", "id"]],
  })),
  policy("no command at all", mismatch, (request) => ({ ...request, commands: [] })),
  policy(
    "a slot that is not declared",
    /refused: Cannot run probe-bash-endpoint: .*slot "eval".*/,
    (request) => ({
      ...request,
      slots: { ...request.slots, eval: "-e" },
    }),
  ),
  policy(
    "a slot by the name of JavaScript's prototype",
    /refused: Cannot run probe-bash-endpoint: .*slot.*/,
    (request) => ({
      ...request,
      slots: JSON.parse(JSON.stringify(request.slots).replace("{", '{"__proto__":"x",')),
    }),
  ),
  policy(
    "a value that begins with a dash",
    value("begins with a dash"),
    (request) => withWord(request, "-e1"),
  ),
  policy(
    "a value with a line break",
    value("holds a control character"),
    (request) => withWord(request, "a\nb"),
  ),
  policy("a value with a NUL", value("holds a control character"), (request) => withWord(request, "a\0b")),
  policy(
    "a value with an escape sequence",
    value("holds a control character"),
    (request) => withWord(request, "a\x1b[2J"),
  ),
  policy("a value that is empty", value("is empty"), (request) => withWord(request, "")),
  policy(
    "a value that its pattern does not allow",
    value("is not a word"),
    (request) => withWord(request, "a b"),
  ),
  policy(
    "more values than the slot takes",
    /refused: Cannot run probe-bash-endpoint: the value of slot "words" .*/,
    (request) => ({
      ...request,
      slots: { ...request.slots, words: Array<string>(17).fill("a") },
    }),
  ),
  policy(
    "a path outside the roots",
    /refused: Cannot read .*: it lies outside the directories that this tool may read/,
    (request, world) => withScript(request, `${world.host}/secret.txt`),
  ),
  policy(
    "a path that climbs out",
    /refused: Cannot read \.\.\/host\/secret\.txt: it lies outside .*/,
    (request) => withScript(request, "../host/secret.txt"),
  ),
  policy(
    "a link that leads out",
    /refused: Cannot read link-to-secret: it leads outside .*/,
    (request) => withScript(request, "link-to-secret"),
  ),
  policy(
    "the program's own key",
    /refused: Cannot read .*operator\.key: it belongs to this program's state or settings/,
    (request, world) => withScript(request, `${world.state}/operator.key`),
  ),
  policy(
    "a key of the workspace",
    /refused: Cannot read \.ssh\/id_ed25519: it is a key or credential file/,
    (request) => withScript(request, ".ssh/id_ed25519"),
  ),
  policy(
    "the system's password hashes",
    /refused: Cannot read \/etc\/shadow: it is a key or credential file/,
    (request) => withScript(request, "/etc/shadow"),
  ),
  policy(
    "a file of /proc",
    /refused: Cannot read \/proc\/self\/environ: it lies in \/proc/,
    (request) => withScript(request, "/proc/self/environ"),
  ),
  policy("a working directory that is no workspace", /refused: Cannot work in .*/, (request, world) => ({
    ...request,
    cwd: world.host,
  })),
  policy("the state as the working directory", /refused: Cannot work in .*/, (request, world) => ({
    ...request,
    cwd: world.state,
  })),
  policy(
    "the root as the working directory",
    /refused: Cannot work in .*/,
    (request) => ({ ...request, cwd: "/" }),
  ),
  policy(
    "writing for a tool that only reads",
    /refused: Cannot run probe-bash-endpoint on a writable directory: it only reads/,
    (request) => ({
      ...request,
      writable: true,
    }),
  ),
];
