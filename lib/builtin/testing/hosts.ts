/**
 * Helpers for tests of iam-inspect: a host that never was, and public keys made for the purpose (their private halves were thrown away).
 *
 * @module
 */
import { type TestDirectory, testDirectory } from "./logs.ts";

/** Public keys, and the fingerprints that `ssh-keygen -l` prints for them. */
export const KEYS = {
  DSA: {
    text:
      "ssh-dss AAAAB3NzaC1kc3MAAACBAL2xWYeTlIn233eD19J6uzmcDB737qJo6l7I2l+7OBgzk6ylWzaMGjy/qdlB71t6NYs4Nf2cS/J3cQ48NSu5tMk2iWFyFSurZGm2WTzzziO9t993RS9ZXjeAENTOa5681MaS9FSVZ3w6C5jNKMWrpB6kjSAEUKgGhnoj+TrfNEwzAAAAFQCYXWsyHMXHs00u9ebaeXf+tbdiOQAAAIEAmzuBBZuDdL62gyfuxI2w86VZbUGDwV9uGvDkjEfAB2DMnMUHL4Dl9kJcSttVFb+bxEyWy0fOAe3rR5IBw20eZLE4239k1boowfhB2XU0+DIF3zOuy52pHIMi8A4SQBTCFgEIoDhNIRzucTjLJlT5b5oebfcg8nE4zqkcWvwiqEgAAACASRCXOw6Rbx4lWPp/Jo3/wuPlYbcdvuhI/FRqi6VlYeOrmJTDr/XKk7ZTh9XIW3obiZoonav05eij3p6/SJoBGROZayRi45qTrB7pxEDS4AUZgVFo3q4LTp1y1eSgwRVz9f0Ke4qTG7wmsVlpDKx2PcvBDGeV3xRv+PdMAYPJRjk=",
    fingerprint: "SHA256:4n1ouPMzaKC5iwXP7vx5Q9KbWOeTHtrvzHg3lTxVx4w",
  },
  ECDSA: {
    text:
      "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBMlVJW/wg2yMojmrGb4WvEer0TngV9iB9SH8RAmTMqvaWUey38+EPcILunsnOQfWpt47EnDSpDBqUi+eus3QcoM9lAX6VrDndL7xDaD0JD4ocEfMMcMPmjPiqJWz1jOS5w==",
    fingerprint: "SHA256:upUL5+Ko45g6tP40+eS4vkdhfyeTwaWw17iJ6SwHrlU",
  },
  ED25519: {
    text: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILQ2Lp8u/l7ECtRrsp0jcJbnXOCujpDQcAHkiRlEYQsc",
    fingerprint: "SHA256:gWI1P5phLvXZ3aq43krjy1KlBP4HG7giQLd2DFZJCfY",
  },
  RSA_1024: {
    text:
      "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDJKbGrHT2AlzFzsFsrf3T7FQjnEwa8NrQAqa9G7LQa+b/lN8IddOQ5jJxAH4jyGc3EWdtOwikmfwv4+470eYFfnDUvsQZSobbaNXZqCgGgU6fZ9QfyGyKbBvzG44soXuEAKsCaytH40nV4jYCHNvR8rzp6wMJKE7axZE7drsm7Hw==",
    fingerprint: "SHA256:XDuGaPWfDGZ44/mcMEKcE2VlYSbHLh552SVpwVVNpNs",
  },
  RSA_2048: {
    text:
      "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCr1HL1AB3BdBJZRLVEMo8bUYlAR8qWv1FcFgSn+HVX5Nnvi5PpPXhbWr9pKuIEg4WFjB1SZIAxOUPr6DG7oy1r5NLCqQ1yn8/jMECVBUCuX1PUSTUHbwj+RwK9saU3Pk1bda3UNixEikmNFMrrdH0dAmPnGca+uvSwg6jYd43TvIqDk4bzNMNsKs9ipsvucD5u4Ok20/IxgFqoDFoIqaE/Zl7gWaozr2IAq/zkSJ/uDV5mN/8hS/lBeiFRpk5KC7jzVs1E+Hxr7enTMy0bBoH8tw397+XarYV/rAnap7dV9q6Krt0LdOxicBctgmZ30bhfkaTPRVDY41osXefNMT4d",
    fingerprint: "SHA256:gqGm8c3Kx2snFSAybdIfWf9JSwTSB86lZLiwqp3O+Ak",
  },
} as const;

/** Today for the tests: 2026-02-01, day 20485 since 1970. */
export const TODAY = Date.UTC(2026, 1, 1);

/** Salted like a hash, and no hash: it must never be seen in a report. */
export const SECRET = "kV3rySecretHashOfNobody0123456789abcdefghijklmnopqrstuv";

/** Files of a host by their paths there; what is `undefined` is left out. */
export function testHost(
  files: Readonly<Record<string, string | undefined>>,
  stats: readonly unknown[] = [],
): TestDirectory {
  const directory = testDirectory();
  for (const [path, content] of Object.entries(files)) {
    if (content !== undefined) directory.add(`host${path}`, content);
  }
  directory.add("host-stat.json", JSON.stringify(stats));
  directory.add("host-unreadable.json", "[]");
  return directory;
}

/** A small host with one of each fault. */
export const FAULTY: Readonly<Record<string, string>> = {
  "/etc/passwd": `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
postgres:x:105:110:PostgreSQL:/var/lib/postgresql:/bin/bash
alice:x:1000:1000:Alice A,,,:/home/alice:/bin/bash
bob:x:1001:1001::/home/bob:/bin/zsh
backdoor:x:0:0::/tmp:/bin/sh
twin:x:1001:1001::/home/twin:/usr/sbin/nologin
open:x:1003:1003::/home/open:
old:$1$abcdefgh$${SECRET}:1004:1004::/home/old:/bin/bash
ci:x:1005:1005::/home/ci:/bin/bash
+@admins::::::
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`,
  "/etc/group": `root:x:0:
sudo:x:27:alice
docker:x:998:bob,ghost
shadow:x:42:
alice:x:1000:
bob:x:1001:
wheel2:x:27:
nogroup:x:65534:
`,
  "/etc/gshadow": `root:*::\nsudo:!::alice\ndocker:$6$salt$${SECRET}::bob,ghost\n`,
  "/etc/shadow": `root:!:20000:0:99999:7:::
daemon:*:19000:0:99999:7:::
postgres:!:19000::::::
alice:$y$j9T$salt$${SECRET}:20400:0:90:7:::
bob:$6$salt$${SECRET}:19000:0:99999:7:::
backdoor:$6$salt$${SECRET}:20400:0:30:7:::
twin:$1$salt$${SECRET}:0:0:60:7:::
open::20400:0:60:7:::
ci:!$6$salt$${SECRET}:20400:0:60:7::20000:
`,
  "/etc/login.defs": `# comment\nPASS_MAX_DAYS 99999\nUID_MIN 1000\nENCRYPT_METHOD MD5\n`,
  "/etc/shells": `/bin/sh\n/bin/bash\n`,
  "/etc/sudoers": `# hello
Defaults\tenv_reset
Defaults\tenv_keep += "LD_PRELOAD HOME"
Defaults:bob !authenticate
User_Alias OPS = bob, #1005 : AUDIT = %shadow
Cmnd_Alias EDIT = /usr/bin/vim, \\
    /usr/bin/less
root ALL=(ALL:ALL) ALL
%sudo ALL=(ALL:ALL) ALL
OPS ALL=(root) NOPASSWD: EDIT, PASSWD: /usr/bin/systemctl restart web
broken line here
@includedir /etc/sudoers.d
`,
  "/etc/sudoers.d/10-ci": `ci ALL=(ALL) NOPASSWD: ALL, !/bin/sh\n`,
  "/etc/sudoers.d/ignored.bak": `daemon ALL=(ALL) NOPASSWD: ALL\n`,
  "/etc/ssh/sshd_config": `Include /etc/ssh/sshd_config.d/*.conf
PermitRootLogin yes
permitrootlogin no
PasswordAuthentication no
Match User deploy
  PasswordAuthentication yes
`,
  "/root/.ssh/authorized_keys":
    `# admins\n${KEYS.RSA_1024.text} root@old\n${KEYS.ED25519.text} alice@laptop\n`,
  "/home/alice/.ssh/authorized_keys":
    `from="10.0.0.0/8,192.168.0.0/16",no-pty,environment="TOKEN=${SECRET}" ${KEYS.ED25519.text} alice@laptop\n`,
  "/home/ci/.ssh/authorized_keys":
    `command="/usr/bin/deploy \\"x\\"" ${KEYS.DSA.text} ci\nnot a key at all ${SECRET}\n`,
};
