import assert from "node:assert/strict";
import { findLibc } from "../internal/libc.ts";
import { openLibc } from "./libc.ts";
import { takeLock } from "./lock.ts";
import { type Listener, strangeDescriptors } from "./lock_descriptors.ts";

const LIBC = await findLibc() ?? "";
const HERE = new URL("./", import.meta.url).href;

/** Runs a script in a process of its own: a lock is for ever. What it logged. */
async function inChild(
  script: string,
  permissions: readonly string[] = [],
  net = "127.0.0.1",
): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = `import { takeLock } from "${HERE}lock.ts"; import { openLibc } from "${HERE}libc.ts";\n`;
    await Deno.writeTextFile(path, imports + script);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--quiet", "--no-check", "--no-config", "--no-lock", "--allow-read"],
        ...[`--allow-ffi=${LIBC}`, `--allow-net=${net}`, ...permissions, path],
      ],
      env: { NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stdout).trim() + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(path);
  }
}

const SERVE = `const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const listener = { kind: "tcp", host: "127.0.0.1", port: server.addr.port } as const;
`;

Deno.test("takeLock holds every thread, and leaves workers, timers, SQLite, children and the listener alone", async () => {
  const said = await inChild(
    `${SERVE}
    const dial = 'use Socket; socket(S, AF_INET, SOCK_STREAM, 0); connect(S, sockaddr_in(shift, inet_aton("127.0.0.1"))); print <S>';
    const client = new Deno.Command("/usr/bin/perl", { args: ["-e", dial, String(server.addr.port)] }).output();
    const { threads, instructions } = await takeLock({ listener });
    console.log(threads > 1, instructions > 80);
    const accepted = await server.accept();
    await accepted.write(new TextEncoder().encode("served"));
    accepted.close();
    console.log(new TextDecoder().decode((await client).stdout));
    const { DatabaseSync } = await import("node:sqlite");
    console.log(new DatabaseSync(":memory:").prepare("select 40 + 2 as n").get().n);
    const worker = new Worker("data:text/javascript,postMessage('worker'); close()", { type: "module" });
    console.log(await new Promise((resolve) => worker.onmessage = (event) => resolve(event.data)));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const child = await new Deno.Command("/bin/echo", { args: ["child"] }).output();
    console.log(new TextDecoder().decode(child.stdout).trim());
    const refused = (error) => console.log(error.name, error.message);
    await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port }).catch(refused);
    try { Deno.listen({ hostname: "127.0.0.1", port: 0 }) } catch (error) { refused(error) }
    try { Deno.networkInterfaces() } catch (error) { refused(error) }
    Deno.exit(0);`,
    ["--allow-run=/bin/echo,/usr/bin/perl", "--allow-sys=networkInterfaces", "--allow-import"],
  );
  const denied = "PermissionDenied Operation not permitted (os error 1)";
  assert.deepEqual(said.split("\n").slice(0, 7), [
    "true true",
    "served",
    "42",
    "worker",
    "child",
    denied,
    denied,
  ]);
});

Deno.test("takeLock is refused when a thread has a filter of its own, and names it", async () => {
  // A filter of one instruction, "allow", on the one thread that runs this call.
  const said = await inChild(
    `${SERVE}
    const c = Deno.dlopen("${LIBC}", {
      elsewhere: { name: "prctl", parameters: ["i32", "usize", "buffer", "usize", "usize"], result: "i32", nonblocking: true },
      malloc: { parameters: ["usize"], result: "usize" },
      memcpy: { parameters: ["usize", "buffer", "usize"], result: "usize" },
    }).symbols;
    // With TSYNC first, so that every thread may have more filters.
    using libc = openLibc("${LIBC}");
    libc.prctl(38, 1);
    libc.seccomp(1, 1, new Uint8Array([6, 0, 0, 0, 0, 0, 0xff, 0x7f]));
    const memory = c.malloc(8n);
    c.memcpy(memory, new Uint8Array([6, 0, 0, 0, 0, 0, 0xff, 0x7f]), 8n);
    const header = new Uint8Array(16);
    const view = new DataView(header.buffer);
    view.setUint16(0, 1, true);
    view.setBigUint64(8, BigInt(memory), true);
    console.log(await c.elsewhere(22, 2n, header, 0n, 0n));
    await takeLock({ listener }).catch((error) => console.log(error.kind, error.message, "|", error.hint));
    Deno.exit(0);`,
  );
  assert.match(
    said,
    /^0\nconfig Cannot take the egress lock: thread [0-9]+ has a filter of its own \| .*--unlocked/,
  );
});

Deno.test("takeLock is refused without its listener, or with another one beside it", async () => {
  const said = await inChild(
    `${SERVE}
    const show = (error) => console.log(error.message);
    await takeLock({ listener: { ...listener, port: 1 } }).catch(show);
    await takeLock({ listener: { ...listener, host: "127.0.0.2" } }).catch(show);
    await takeLock({ listener: { kind: "unix", path: "/nowhere" } }).catch(show);
    const second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await takeLock({ listener }).catch(show);
    second.close();
    await takeLock({ listener });
    console.log("taken");
    Deno.exit(0);`,
  );
  const lines = said.split("\n").map((line) =>
    line.replaceAll(/:[0-9]+\b/g, ":N").replaceAll(/descriptor [0-9]+/g, "descriptor D")
  );
  const strange = "Cannot take the egress lock: descriptor D is a socket (IPv4) that listens at 127.0.0.1:N";
  assert.deepEqual(lines, [
    `${strange}, 0 descriptors listen at 127.0.0.1:N, not 1`,
    `${strange}, 0 descriptors listen at 127.0.0.2:N, not 1`,
    `${strange}, 0 descriptors listen at /nowhere, not 1`,
    strange,
    "taken",
  ]);
});

Deno.test("takeLock names the fix when there is no C library", async () => {
  const listener: Listener = { kind: "tcp", host: "127.0.0.1", port: 1 };
  await assert.rejects(takeLock({ listener, libc: "/nowhere/libc.so.6" }), {
    kind: "config",
    message: /Cannot take the egress lock: Cannot load the C library/,
  });
});

Deno.test("strangeDescriptors takes IPv6 and Unix listeners and their clients for what they are", async () => {
  const path = `${await Deno.makeTempDir()}/socket`;
  const said = await inChild(
    `import { strangeDescriptors } from "${HERE}lock_descriptors.ts";
    using libc = openLibc("${LIBC}");
    const path = "${path}";
    {
      using server = Deno.listen({ hostname: "::1", port: 0 });
      const home = { hostname: "::1", port: server.addr.port };
      const [client, accepted] = await Promise.all([Deno.connect(home), server.accept()]);
      const look = () => strangeDescriptors(libc, { kind: "tcp", host: "::1", port: home.port }).length;
      // The client is the one that leads out.
      console.log(look());
      client.close();
      console.log(look());
      accepted.close();
      console.log(look());
    }
    {
      using server = Deno.listen({ transport: "unix", path });
      const [client, accepted] = await Promise.all([Deno.connect({ transport: "unix", path }), server.accept()]);
      const look = () => strangeDescriptors(libc, { kind: "unix", path });
      console.log(look().map((text) => text.replace(path, "PATH").replace(/[0-9]+/, "N")).join());
      client.close();
      console.log(look().length);
      accepted.close();
    }`,
    ["--allow-write"],
    `[::1],unix:${path}`,
  );
  await Deno.remove(path.replace(/\/socket$/, ""), { recursive: true });
  assert.deepEqual(said.split("\n"), [
    "1",
    "0",
    "0",
    "descriptor N is a socket (Unix) connected to PATH",
    "0",
  ]);
});

Deno.test("strangeDescriptors refuses to guess when /proc cannot be read", () => {
  using libc = openLibc(LIBC);
  const blind = { ...libc, readDirectory: () => undefined };
  const listener: Listener = { kind: "tcp", host: "127.0.0.1", port: 1 };
  assert.deepEqual(strangeDescriptors(blind, listener), ["/proc/self/fd cannot be read"]);
});

Deno.test("checkLock tells a lock that holds from one that cannot be taken", async () => {
  const script = `import { checkLock } from "${HERE}lock_check.ts";
    const { held, detail } = await checkLock();
    console.log(held, detail.replace(/^[0-9]+/, "N"));
    Deno.exit(0)`;
  const denied = "Operation not permitted (os error 1)";
  assert.equal(
    await inChild(script),
    `true N threads; connecting worked without it, and with it gives "${denied}"`,
  );
  const open = `const left = Deno.listen({ hostname: "127.0.0.1", port: 0 });`;
  assert.match(
    await inChild(`${open}\n${script}`),
    /^false Cannot take the egress lock: descriptor .*--unlocked/,
  );
});
