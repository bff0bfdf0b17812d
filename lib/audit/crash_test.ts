import assert from "node:assert/strict";
import { createAuditLog } from "./audit.ts";
import { verifyAuditLog } from "./verify.ts";

const MODULE = new URL("./audit.ts", import.meta.url).href;

/** A process that appends with 16 clients and prints the number of each record once it is durable. */
const WRITER = `
  import { createAuditLog } from ${JSON.stringify(MODULE)};
  const audit = await createAuditLog({ path: Deno.args[0], now: () => new Date() });
  const encoder = new TextEncoder();
  const filler = "x".repeat(Number(Deno.args[1]));
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (;;) {
      try {
        const { seq } = await audit.append({ event: "goal", data: { filler } });
        Deno.stdout.writeSync(encoder.encode(seq + "\\n"));
      } catch (error) {
        Deno.stdout.writeSync(encoder.encode(error.kind + " " + (audit.failed() === error) + "\\n"));
        return;
      }
    }
  }));
`;

function writer(command: string, before: readonly string[], path: string, filler: number): Deno.Command {
  const args = ["eval", "--no-lock", WRITER, path, String(filler)];
  return new Deno.Command(command, {
    args: [...before, ...args],
    stdout: "piped",
    stderr: "null",
  });
}

Deno.test("every record that was answered for is in the log after kill -9, and the next start goes on", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/audit.jsonl`;
  for (let round = 0; round < 3; round++) {
    const child = writer(Deno.execPath(), [], path, 5_000).spawn();
    let printed = "";
    let killed = false;
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      printed += decoder.decode(chunk, { stream: true });
      // Well into its writing, at a point that no one chose.
      if (killed || printed.length < 2_000 * (round + 1)) continue;
      child.kill("SIGKILL");
      killed = true;
    }
    assert.equal((await child.status).signal, "SIGKILL");
    const answered = Math.max(...printed.split("\n").slice(0, -1).map(Number));
    const audit = await createAuditLog({ path, now: () => new Date() });
    assert.ok(audit.sequence >= answered, `${answered} answered for, ${audit.sequence} found`);
    await audit.append({ event: "start" });
    await audit.close();
    assert.equal((await verifyAuditLog(path)).ok, true);
  }
  await Deno.remove(directory, { recursive: true });
});

const canMount = await new Deno.Command("unshare", { args: ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"] })
  .output().then(({ success }) => success, () => false);

Deno.test({
  name: "a full disk fails the log for good: every later append is refused with not_ready",
  ignore: !canMount,
  async fn() {
    const shell = 'mount -t tmpfs -o size=256k none /mnt && exec "$@"';
    const { stdout, code } = await writer(
      "unshare",
      ["-rm", "sh", "-c", shell, "sh", Deno.execPath()],
      "/mnt/audit.jsonl",
      4_000,
    ).output();
    assert.equal(code, 0);
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assert.ok(lines.filter((line) => /^\d+$/.test(line)).length > 10);
    assert.deepEqual(lines.slice(-16), Array(16).fill("not_ready true"));
  },
});
