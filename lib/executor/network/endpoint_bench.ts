import { createEndpoint, type EndpointOptions } from "./endpoint.ts";

const FORWARD = new URL("../../../cmd/forward.ts", import.meta.url).pathname;
const helper: EndpointOptions["helper"] = ({ net, ffi }) => ({
  argv: [
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-remote", "--cached-only"],
    ...[`--allow-net=${net}`, `--allow-ffi=${ffi}`, FORWARD],
  ],
  env: { DENO_NO_UPDATE_CHECK: "1" },
});

const PIECE = new Uint8Array(64 * 1024);
const PIECES = 256;

/** Sends 16 MiB to whoever connects. */
function serve(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) {
      (async () => {
        for (let index = 0; index < PIECES; index++) {
          for (let at = 0; at < PIECE.length;) at += await connection.write(PIECE.subarray(at));
        }
        connection.close();
      })().catch(() => connection.close());
    }
  })().catch(() => {});
  return listener;
}

const READ =
  `use Socket; socket(S, AF_INET, SOCK_STREAM, 0) or die; connect(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or die;
  my $sum = 0; while (my $n = sysread(S, my $b, 65536)) { $sum += $n } print $sum;`;

const run = async (argv: readonly string[]): Promise<string> => {
  const { stdout } = await new Deno.Command(argv[0] ?? "", { args: argv.slice(1), clearEnv: true }).output();
  return new TextDecoder().decode(stdout);
};

Deno.bench("a network namespace alone: unshare true", { group: "start", baseline: true }, async () => {
  await run(["/usr/bin/unshare", "--user", "--map-root-user", "--net", "--", "/bin/true"]);
});

Deno.bench("createEndpoint until it is ready, and closed", { group: "start" }, async (bench) => {
  const listener = serve();
  bench.start();
  const made = await createEndpoint({
    destination: { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port: listener.addr.port },
    helper,
  });
  if (!made.ok) throw new Error(made.reason);
  await made.close();
  bench.end();
  listener.close();
});

Deno.bench("16 MiB over the host's loopback", { group: "bytes", baseline: true }, async () => {
  const listener = serve();
  const sum = await run(["/usr/bin/perl", "-e", READ, String(listener.addr.port)]);
  if (sum !== String(PIECE.length * PIECES)) throw new Error(`got ${sum} bytes`);
  listener.close();
});

Deno.bench("16 MiB through the forwarder", { group: "bytes" }, async (bench) => {
  const listener = serve();
  const { port } = listener.addr;
  const made = await createEndpoint({
    destination: { scheme: "http", host: "127.0.0.1", address: "127.0.0.1", port },
    helper,
  });
  if (!made.ok) throw new Error(made.reason);
  bench.start();
  const sum = await run([...made.wrapper, "/usr/bin/perl", "-e", READ, String(port)]);
  bench.end();
  if (sum !== String(PIECE.length * PIECES)) throw new Error(`got ${sum} bytes`);
  await made.close();
  listener.close();
});
