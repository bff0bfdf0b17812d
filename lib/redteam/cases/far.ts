/**
 * An address of the open internet that the host can reach: in a network namespace of the case's own, so that nothing leaves
 * the machine.
 *
 * @module
 */
import { changedHost, type ChangedInput } from "../changed_host.ts";
import { defineCase, type EscapeCase, PRELUDE, type World } from "../define_case.ts";
import { PERL, UNSHARE } from "../host.ts";
import { runOutside } from "../outside.ts";

/** TEST-NET-3 of RFC 5737. */
const FAR = "203.0.113.5";
const FAR_PORT = 9443;
const ENDPOINT_PORT = 9090;

/** The canary of the namespace: the endpoint, and the far address, which writes to a file when it is reached. */
const LISTEN = `use strict; use Socket; my ($trace) = @ARGV; $| = 1;
  sub serve { my ($a, $p) = @_; socket(my $s, AF_INET, SOCK_STREAM, 0) or die; bind($s, sockaddr_in($p, inet_aton($a))) or die "$!"; listen($s, 9) or die; return $s }
  my $near = serve("127.0.0.1", ${ENDPOINT_PORT}); my $far = serve("${FAR}", ${FAR_PORT});
  if (my $pid = fork()) { exit 0 }
  close STDOUT; close STDIN; setpgrp();
  for (;;) { my $r = ''; vec($r, fileno($_), 1) = 1 for $near, $far; select($r, undef, undef, undef);
    if (vec($r, fileno($near), 1)) { accept(my $c, $near); close $c }
    if (vec($r, fileno($far), 1)) { accept(my $c, $far); open(my $f, ">", $trace); close $f; close $c } }`;

/** A private network in which the far address is the namespace's own; dies with its first process. */
const NETWORK =
  `set -e; ip link set lo up; ip address add ${FAR}/32 dev lo; ${PERL} -e "$1" "$2"; shift 2; exec "$@"`;

const CALL = `${PRELUDE}socket(S, AF_INET, SOCK_STREAM, 0) or out("socket: $!");
  connect(S, sockaddr_in($ARGV[0], inet_aton($ARGV[1]))) or out("connect: $!"); sysread(S, my $x, 1); out("connected");`;
const WORDS = [String(FAR_PORT), FAR];

async function inPrivateNetwork(
  world: World,
  { argv, env }: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> },
  input: string,
): Promise<string> {
  const namespaces = [
    "--user",
    "--map-root-user",
    "--net",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  const { said } = await runOutside({
    program: UNSHARE,
    args: [...namespaces, "--", "/bin/sh", "-c", NETWORK, "sh", LISTEN, `${world.host}/far`, ...argv],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    input,
  });
  return said;
}

export const FAR_CASES: readonly EscapeCase[] = [
  defineCase({
    group: "single endpoint",
    name: "an address of the internet that the host can reach",
    needs: ["perl", "namespaces", "ip", "sandbox"],
    // In a user namespace of others the programs of root are nobody's, and are not run.
    root: true,
    control: (world) => inPrivateNetwork(world, { argv: [PERL, "-e", CALL, ...WORDS], env: {} }, ""),
    expectControl: "connected",
    attempt: async (world) => {
      const settings = { ...world.init.settings, prometheus: { url: `http://127.0.0.1:${ENDPOINT_PORT}` } };
      const input: ChangedInput = {
        init: { ...world.init, settings, sandbox: "bwrap" },
        request: await world.request(CALL, WORDS, "probe-endpoint"),
        check: false,
      };
      return await inPrivateNetwork(world, changedHost(world), JSON.stringify(input));
    },
    expect: "connect: Network is unreachable",
    trips: "files",
  }),
];
