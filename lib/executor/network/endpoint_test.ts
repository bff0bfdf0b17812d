import assert from "node:assert/strict";
import { createEndpoint, type EndpointOptions } from "./endpoint.ts";

const NAMESPACES =
  (await new Deno.Command("unshare", { args: ["--user", "--map-root-user", "--net", "true"] }).output()
    .catch(() => ({ success: false }))).success;
const FORWARD = new URL("../../../cmd/forward.ts", import.meta.url).pathname;

/** The helper from source, with just the permissions that it asks for. */
const helper: EndpointOptions["helper"] = ({ net, ffi }) => ({
  argv: [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-remote",
    `--allow-net=${net}`,
    `--allow-ffi=${ffi}`,
    FORWARD,
  ],
  env: {
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    DENO_NO_UPDATE_CHECK: "1",
  },
});

/** A server on the host's loopback that answers every connection with `text`, and counts them. */
function serve(text: string): { port: number; seen: () => number; close: () => void } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let seen = 0;
  (async () => {
    for await (const connection of listener) {
      seen++;
      await connection.write(new TextEncoder().encode(text)).catch(() => {});
      connection.close();
    }
  })().catch(() => {});
  return { port: listener.addr.port, seen: () => seen, close: () => listener.close() };
}

/** Runs a perl one-liner behind a wrapper; it prints what it read, or the error of connect. */
async function call(wrapper: readonly string[], address: string, port: number): Promise<string> {
  const script = `use Socket; use Socket qw(inet_pton pack_sockaddr_in6 AF_INET6);
    my $six = $ARGV[0] =~ /:/;
    socket(S, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0) or die;
    connect(S, $six ? pack_sockaddr_in6($ARGV[1], inet_pton(AF_INET6, $ARGV[0])) : sockaddr_in($ARGV[1], inet_aton($ARGV[0])))
      or do { print "error: $!"; exit };
    local $/; print "read: ", <S>;`;
  const argv = [...wrapper, "/usr/bin/perl", "-e", script, address, String(port)];
  const output = await new Deno.Command(argv[0] ?? "", { args: argv.slice(1), clearEnv: true }).output();
  return new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
}

Deno.test({
  name: "createEndpoint reaches its destination and no other listener of the host",
  ignore: !NAMESPACES,
  fn: async () => {
    const wanted = serve("hello");
    const other = serve("not for you");
    const made = await createEndpoint({
      destination: { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port: wanted.port },
      helper,
    });
    assert.ok(made.ok, made.ok ? "" : made.reason);
    try {
      assert.equal(made.label, `127.0.0.1:${wanted.port} only`);
      assert.equal(await call(made.wrapper, "127.0.0.1", wanted.port), "read: hello");
      assert.equal(await call(made.wrapper, "127.0.0.1", wanted.port), "read: hello");
      assert.equal(wanted.seen(), 2, "the first trial connection was used, not wasted");
      assert.equal(await call([], "127.0.0.1", other.port), "read: not for you", "control");
      assert.equal(other.seen(), 1);
      assert.equal(await call(made.wrapper, "127.0.0.1", other.port), "error: Connection refused");
      assert.equal(await call(made.wrapper, "10.0.0.9", 80), "error: Network is unreachable");
      assert.equal(await call(made.wrapper, "fd00::1", 80), "error: Network is unreachable");
      assert.equal(other.seen(), 1);
    } finally {
      await made.close();
      wanted.close();
      other.close();
    }
  },
});

Deno.test({
  name: "createEndpoint keeps a destination's own address inside, IPv4 and IPv6, low ports too",
  ignore: !NAMESPACES,
  fn: async () => {
    const target = serve("far");
    try {
      for (const address of ["10.11.12.13", "fd12::7"]) {
        const asked: string[] = [];
        const made = await createEndpoint({
          destination: { scheme: "https", host: address, address, port: 443 },
          helper,
          connect: (hostname, port) => {
            asked.push(`${hostname} ${port}`);
            return Deno.connect({ hostname: "127.0.0.1", port: target.port });
          },
        });
        assert.ok(made.ok, made.ok ? "" : made.reason);
        try {
          assert.equal(await call(made.wrapper, address, 443), "read: far");
          assert.deepEqual(asked, [`${address} 443`]);
          assert.equal(await call(made.wrapper, "10.11.12.14", 443), "error: Network is unreachable");
        } finally {
          await made.close();
        }
      }
    } finally {
      target.close();
    }
  },
});

Deno.test({
  name: "createEndpoint carries half-closes: an answer that comes after the end of the question",
  ignore: !NAMESPACES,
  fn: async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    (async () => {
      for await (const connection of listener) {
        (async () => {
          const buffer = new Uint8Array(1024);
          let length = 0;
          for (
            let size = await connection.read(buffer);
            size !== null;
            size = await connection.read(buffer)
          ) {
            length += size;
          }
          if (length > 0) await connection.write(new TextEncoder().encode(`${length} bytes`));
          connection.close();
        })().catch(() => {});
      }
    })().catch(() => {});
    const made = await createEndpoint({
      destination: { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port: listener.addr.port },
      helper,
    });
    assert.ok(made.ok, made.ok ? "" : made.reason);
    try {
      const script =
        `use Socket; socket(S, AF_INET, SOCK_STREAM, 0) or die; connect(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or die;
        for (1 .. 40) { my $b = "x" x 50000; while (length $b) { my $n = syswrite(S, $b) // die; substr($b, 0, $n) = "" } }
        shutdown(S, 1); local $/; print <S>;`;
      const argv = [...made.wrapper, "/usr/bin/perl", "-e", script, String(listener.addr.port)];
      const output = await new Deno.Command(argv[0] ?? "", { args: argv.slice(1), clearEnv: true }).output();
      assert.equal(new TextDecoder().decode(output.stdout), "2000000 bytes");
    } finally {
      await made.close();
    }
  },
});

Deno.test({
  name: "createEndpoint: after close its wrapper runs nothing, and the namespace is gone",
  ignore: !NAMESPACES,
  fn: async () => {
    const target = serve("hello");
    const made = await createEndpoint({
      destination: { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port: target.port },
      helper,
    });
    assert.ok(made.ok);
    await made.close();
    await made.close();
    const text = await call(made.wrapper, "127.0.0.1", target.port);
    assert.match(text, /^nsenter: .*No such file or directory/);
    // A pid that belongs to someone else by now leads into another namespace than the one that was named.
    const recycled = made.wrapper.map((part) => part.startsWith("--target=") ? `--target=${Deno.pid}` : part)
      .filter((part) => part !== "--user");
    const output = await new Deno.Command(recycled[0] ?? "", {
      args: [...recycled.slice(1), "/bin/echo", "ran"],
    }).output();
    assert.equal(new TextDecoder().decode(output.stdout), "");
    assert.notEqual(output.code, 0);
    target.close();
  },
});

Deno.test("createEndpoint says why when nothing answers, and starts nothing", async () => {
  // Nobody accepts here: closing a listener that does may reset a connection instead of refusing it.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = { port: listener.addr.port };
  listener.close();
  const made = await createEndpoint({
    destination: { scheme: "http", host: "localhost", address: "127.0.0.1", port: free.port },
    helper: () => assert.fail("the helper must not be started"),
  });
  assert.deepEqual(made, { ok: false, reason: `Cannot reach localhost:${free.port}: connection refused` });
});

Deno.test({
  name: "createEndpoint fails closed when the helper does not get ready",
  ignore: !NAMESPACES,
  fn: async () => {
    const target = serve("hello");
    const destination = {
      scheme: "http",
      host: "127.0.0.1",
      address: "127.0.0.1",
      port: target.port,
    } as const;
    const broken = await createEndpoint({
      destination,
      helper: () => ({ argv: ["/bin/sh", "-c", "echo no luck >&2; exit 3"], env: {} }),
    });
    assert.deepEqual(broken, {
      ok: false,
      reason: `Cannot start the forwarder to 127.0.0.1:${target.port}: no luck`,
    });
    const lying = await createEndpoint({
      destination,
      helper: () => ({ argv: ["/bin/sh", "-c", "echo garbage; exec sleep 60"], env: {} }),
      signal: AbortSignal.timeout(200),
    });
    assert.equal(lying.ok, false);
    target.close();
  },
});
