/**
 * What the egress lock costs: the time to take it, and a system call that the filter looks at.
 *
 *     deno task bench lock
 *
 * @module
 */
import { findLibc } from "../../lib/internal/libc.ts";

const ROUNDS = Number(Deno.args[0] ?? "20");
const LOCK = new URL("../../lib/egress/", import.meta.url).href;
const libc = await findLibc() ?? "";

/** A process of its own for each round: a lock is for ever. `setsockopt` on no descriptor is the most looked at. */
const SCRIPT = `
import { takeLock } from "${LOCK}lock.ts";
const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const c = Deno.dlopen("${libc}", {
  setsockopt: { parameters: ["i32", "i32", "i32", "usize", "u32"], result: "i32" },
  getppid: { parameters: [], result: "i32" },
}).symbols;
const each = (call) => {
  const start = performance.now();
  for (let round = 0; round < 200_000; round++) call();
  return (performance.now() - start) * 5;
};
const looked = () => each(() => c.setsockopt(-1, 6, 18, 0n, 4));
const plain = () => each(() => c.getppid());
plain(); looked();
const open = [plain(), looked()];
const start = performance.now();
const { threads, instructions } = await takeLock({ listener: { kind: "tcp", host: "127.0.0.1", port: server.addr.port } });
const taken = performance.now() - start;
console.log(JSON.stringify({ taken, threads, instructions, open, locked: [plain(), looked()] }));
Deno.exit(0);
`;

interface Round {
  readonly taken: number;
  readonly threads: number;
  readonly instructions: number;
  /** Nanoseconds of getppid, and of setsockopt. */
  readonly open: readonly [number, number];
  readonly locked: readonly [number, number];
}

const script = await Deno.makeTempFile({ suffix: ".ts" });
try {
  await Deno.writeTextFile(script, SCRIPT);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--quiet", "--no-check", "--no-config", "--no-lock", "--allow-read"],
        ...[`--allow-ffi=${libc}`, "--allow-net=127.0.0.1", script],
      ],
    }).output();
    rounds.push(JSON.parse(new TextDecoder().decode(stdout)));
  }
  const sorted = (of: (round: Round) => number) => rounds.map(of).sort((a, b) => a - b);
  const median = (of: (round: Round) => number) => sorted(of)[Math.floor(rounds.length / 2)] ?? NaN;
  const [first] = rounds;
  console.log(
    `taken and checked in ${median(({ taken }) => taken).toFixed(2)} ms (median), ` +
      `${
        sorted(({ taken }) => taken).at(-1)?.toFixed(2)
      } ms at most: ${first?.threads} threads, ${first?.instructions} instructions`,
  );
  for (const [index, name] of ["getppid (not named by the filter)", "setsockopt (looked at)"].entries()) {
    const [open, locked] = [
      median(({ open }) => open[index] ?? NaN),
      median(({ locked }) => locked[index] ?? NaN),
    ];
    console.log(`${name}: ${open.toFixed(0)} ns without, ${locked.toFixed(0)} ns with it`);
  }
} finally {
  await Deno.remove(script);
}
