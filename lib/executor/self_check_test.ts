import assert from "node:assert/strict";
import { judgeProbe } from "./self_check.ts";

const GOOD = `
CapEff 0000000000000000
CapPrm 0000000000000000
CapBnd 0000000000000000
NoNewPrivs 1
Seccomp 2
Uid 65534 65534 65534 65534
Gid 65534 65534 65534 65534
net lo
net all
net default
environ PWD=/
nested no
seen /home/physiclaw
fd 0 /dev/null
fd 1 pipe:[1]
fd 2 pipe:[2]
fd 3
mounts / /usr /etc /proc
`;

Deno.test("judgeProbe finds nothing wrong in what a sandbox shows", () => {
  assert.deepEqual(judgeProbe(GOOD), []);
});

Deno.test("judgeProbe: each thing that does not hold is named", () => {
  const cases = [
    ["CapEff 0000000000000000", "CapEff 0000003fffffffff", "CapEff is 0000003fffffffff"],
    ["CapBnd 0000000000000000", "", "CapBnd was not seen"],
    ["NoNewPrivs 1", "NoNewPrivs 0", "NoNewPrivs is 0"],
    ["Seccomp 2", "Seccomp 0", "Seccomp is 0"],
    ["Uid 65534 65534 65534 65534", "Uid 65534 0 65534 65534", "Uid is 65534 0 65534 65534"],
    ["net lo", "net lo\nnet eth0", "network device eth0 is there"],
    ["environ PWD=/", "environ AWS_SECRET=x", "variable AWS_SECRET can be read in /proc/1/environ"],
    ["nested no", "nested yes", "nested is yes"],
    ["nested no", "nested no\nwritable /usr", "/usr is writable"],
    ["seen /home/physiclaw", "seen /run/docker.sock", "/run/docker.sock of the host is there"],
    ["fd 3", "fd 7 /etc/shadow", "descriptor 7 (/etc/shadow) was left open"],
    ["mounts / /usr /etc /proc", "mounts / /proc", "mounts is / /proc"],
  ] as const;
  for (const [from, to, wrong] of cases) assert.deepEqual(judgeProbe(GOOD.replace(from, to)), [wrong]);
  assert.ok(judgeProbe("").length >= 8);
});
