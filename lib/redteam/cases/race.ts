/**
 * Check, then use: a writer who swaps a directory for a link while its path is looked at.
 *
 * @module
 */
import { defineCase, type EscapeCase, PRELUDE, type World } from "../define_case.ts";
import { PERL } from "../host.ts";
import { describeRun } from "../world.ts";

/** How often the path is used while it changes all the time: so many times, or as often as fits into so long. */
const TRIES = 150;
const TRIES_MS = 10_000;

const READ = `${PRELUDE}open(my $f, "<", $ARGV[0]) or out("open: $!"); my $l = <$f>; chomp $l; out($l);`;

/** Exchanges two names as fast as it can (renameat2, RENAME_EXCHANGE) until its input ends. */
const SWAP = `use strict; my ($a, $b) = @ARGV; my $nr = ${Deno.build.arch === "x86_64" ? 316 : 276};
  $| = 1; syscall($nr, -100, $a, -100, $b, 2) == 0 or die "$!"; print "swapping\\n";
  # An even number in a row, so that neither state is favoured; then a look at the input, which is ended by closing it.
  for (;;) { syscall($nr, -100, $a, -100, $b, 2) for 1 .. 501; my $r = ''; vec($r, 0, 1) = 1; last if select($r, undef, undef, 0) }`;

async function withSwapper(world: World, body: (path: string) => Promise<string>): Promise<string> {
  const directory = `${world.shared}/logs`;
  const link = `${world.shared}/other`;
  await Deno.mkdir(directory);
  await Deno.writeTextFile(`${directory}/secret.txt`, "harmless\n");
  await Deno.symlink(world.host, link);
  const child = new Deno.Command(PERL, {
    args: ["-e", SWAP, directory, link],
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  try {
    return await body(`${directory}/secret.txt`);
  } finally {
    await reader.cancel();
    await child.stdin.close();
    await child.status;
    await Deno.remove(world.shared, { recursive: true });
    await Deno.mkdir(world.shared);
  }
}

export const RACE_CASES: readonly EscapeCase[] = [
  defineCase({
    group: "file system",
    needs: ["perl", "sandbox"],
    name: "a directory swapped for a link between check and use",
    // Without vetting, some of the tries read what the link leads to.
    control: (world) =>
      withSwapper(world, async (path) => {
        for (let index = 0; index < 100_000; index++) {
          const text = await Deno.readTextFile(path).catch(() => "");
          if (text.includes("host-secret")) return "read the host's";
        }
        return "never";
      }),
    expectControl: "read the host's",
    attempt: (world) =>
      withSwapper(world, async (path) => {
        const answers = new Set<string>();
        const until = performance.now() + TRIES_MS;
        for (let index = 0; index < TRIES && performance.now() < until; index++) {
          answers.add(
            describeRun(await world.runner.run(await world.request(READ, [], "probe-roots", path))),
          );
        }
        const kinds = [...answers].map((answer) =>
          answer === "harmless"
            ? answer
            : answer.startsWith("refused: ") || answer.startsWith("unavailable: ")
            ? "refused"
            : answer
        );
        return [...new Set(kinds)].sort().join(", ");
      }),
    expect: /harmless|refused|harmless, refused/,
  }),
];
