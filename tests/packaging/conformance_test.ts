/**
 * What every packaging must do on a host that it has never seen. `PHYSICLAW_BINARY` names the built file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VERSION } from "../../lib/internal/version.ts";
import { BINARY, inEmptyRoot } from "./empty_root.ts";

const ignore = BINARY === undefined || Deno.uid() !== 0;
const VERSION_LINE = `physiclaw ${VERSION}`;

/** `version` of as many starts as are expected, and nothing else on either stream but what is said. */
function started(ended: { code: number; stdout: string; stderr: string }, times = 1): void {
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(ended.stdout.split("\n").filter((line) => line === VERSION_LINE).length, times, ended.stdout);
  assert.equal(ended.stderr, "");
}

Deno.test(
  { name: "built file: starts without environment, home or network, and again", ignore },
  async () => {
    started(await inEmptyRoot("env -i $P version && env -i $P version && HOME=/nonexistent $P version"), 3);
  },
);

Deno.test({ name: "built file: bash may stand in for the POSIX shell", ignore }, async () => {
  started(await inEmptyRoot("bash --posix $P version && bash $P version"), 2);
});

Deno.test(
  { name: "built file: five first starts at once all succeed and leave one copy", ignore },
  async () => {
    const ended = await inEmptyRoot(`
    for i in 1 2 3 4 5; do HOME=/tmp $P version >/tmp/o$i & pids="$pids $!"; done
    for pid in $pids; do wait $pid || exit 1; done
    cat /tmp/o*; ls -A /tmp/.cache/physiclaw | grep -vc lock`);
    started(ended, 5);
    assert.match(ended.stdout, /^1$/m);
  },
);

Deno.test(
  { name: "built file: works from and in paths with spaces, commas and quotes", ignore },
  async () => {
    const ended = await inEmptyRoot(`
    mkdir -p "/tmp/a, b'c/bin" && cp $P "/tmp/a, b'c/bin/physi claw" && cd "/tmp/a, b'c"
    export XDG_CACHE_HOME="/tmp/ca che"  PHYSICLAW_MEMORY_DIR="$PWD/st,ate" PHYSICLAW_CWD="$PWD/work, space"
    mkdir "$PHYSICLAW_CWD"
    "bin/physi claw" version && ls "$XDG_CACHE_HOME"
    "bin/physi claw" serve --port 0 2>log & until grep -qs Ready log; do kill -0 $! || { cat log; exit 1; }; sleep 0.1; done
    kill $!; wait $!`);
    started(ended);
    assert.match(ended.stdout, /^physiclaw$/m);
  },
);

Deno.test(
  { name: "built file: passes over places that are read-only, full or another user's", ignore },
  async () => {
    const ended = await inEmptyRoot(
      `
    mkdir -p /tmp/theirs/.cache/physiclaw && chmod 777 /tmp/theirs
    CACHE_DIRECTORY=/usr XDG_CACHE_HOME=/full HOME=/tmp/theirs $P version
    ls -A /full/physiclaw | grep -v lock; ls /var/cache`,
    );
    started(ended);
    assert.match(ended.stdout, /\nphysiclaw\n$/);
  },
);

Deno.test({
  name: "built file: passes over a place where programs may not run",
  ignore,
}, async () => {
  const ended = await inEmptyRoot(
    `mount -t tmpfs -o noexec tmpfs /mnt || exit 9
     XDG_CACHE_HOME=/mnt $P version; ls -A /mnt/physiclaw | grep -v lock; ls /var/cache`,
  );
  started(ended);
  assert.match(ended.stdout, /\nphysiclaw\n$/);
});

Deno.test({ name: "built file: says where it tried when there is no place at all", ignore }, async () => {
  const ended = await inEmptyRoot(
    "mount --bind /var /var; mount -o remount,bind,ro /var; mount -o remount,bind,ro /tmp 2>/dev/null || mount --bind /usr /tmp; HOME=/usr $P version",
  );
  assert.equal(ended.code, 70);
  assert.match(ended.stderr, /no place to unpack/);
  assert.match(ended.stderr, /\/usr\/\.cache\/physiclaw: no directory can be made there/);
  assert.match(ended.stderr, /\/dev\/shm\/physiclaw-0: there is not enough room/);
});

Deno.test({ name: "built file: a flipped byte in the file stops the first start", ignore }, async () => {
  const bytes = await Deno.readFile(BINARY ?? "");
  const binary = await Deno.makeTempFile();
  try {
    for (const at of [bytes.length >> 1, bytes.length - 1]) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await Deno.writeFile(binary, damaged, { mode: 0o755 });
      const ended = await inEmptyRoot(
        "$P version; code=$?; ls -A /var/cache /tmp /var/tmp; exit $code",
        binary,
      );
      assert.equal(ended.code, 70, ended.stdout);
      assert.match(ended.stderr, /damaged/);
      assert.equal(
        ended.stdout,
        "/tmp:\n\n/var/cache:\n\n/var/tmp:\n".replace("/var/cache:\n\n", ""),
        ended.stdout,
      );
    }
  } finally {
    await Deno.remove(binary);
  }
});

Deno.test(
  { name: "built file: what was touched after it was unpacked is not run, and is made good", ignore },
  async () => {
    const touched = [
      // Same size, same modification time: only the kernel's change time tells.
      `printf X | dd of=$T/app/main.js bs=1 seek=0 conv=notrunc 2>/dev/null; touch -d @0 $T/app/main.js`,
      `rm $T/app/main.js; ln -s /etc/hostname $T/app/main.js`,
      `echo 'console.log("planted")' > $T/app/planted.js`,
      `truncate -s 100 $T/deno`,
      `rm -r $T/builtin`,
      `chmod 777 $T/..`,
      `printf "stamp='" > $T/../stamp`,
      `mv $T/manifest $T/m; echo > $T/manifest`,
    ];
    const script = touched.map((touch) => `${touch}; $P version || exit; ls $T/app | grep planted`).join(
      "\n",
    );
    started(
      await inEmptyRoot(`$P version; T=$(echo /var/cache/physiclaw/*/tree)\n${script}\n:`),
      touched.length + 1,
    );
  },
);

Deno.test({ name: "built file: nothing planted beforehand is followed or run", ignore }, async () => {
  const ended = await inEmptyRoot(`
    $P version; D=$(ls /var/cache/physiclaw | grep -v lock)
    mkdir /tmp/target && chmod 755 /tmp/target && mkdir /tmp/a /tmp/b /tmp/c
    ln -s /tmp/target /tmp/a/physiclaw
    mkdir -m 777 /tmp/b/physiclaw
    mkdir -p -m 700 /tmp/c/physiclaw/$D/tree/app && printf '#!/bin/sh\\necho planted\\n' > /tmp/c/physiclaw/$D/tree/deno
    chmod 755 /tmp/c/physiclaw/$D/tree/deno && echo > /tmp/c/physiclaw/$D/tree/app/main.js
    rm -r /var/cache/physiclaw
    for place in a b c; do XDG_CACHE_HOME=/tmp/$place $P version; rm -rf /var/cache/physiclaw; done
    ls -A /tmp/target; stat -c %a /tmp/target`);
  started(ended, 4);
  assert.doesNotMatch(ended.stdout, /planted/);
  assert.match(ended.stdout, /\n755\n$/);
});

Deno.test({
  name: "built file: another user has a copy of his own, and does not take root's",
  ignore,
}, async () => {
  const ended = await inEmptyRoot(
    `$P version; chmod 1777 /tmp /var/tmp; mkdir /tmp/physiclaw-4242
     setpriv --reuid 4242 --regid 4242 --clear-groups env -i XDG_CACHE_HOME=/var/cache $P version; stat -c %u:%a /var/tmp/physiclaw-4242`,
  );
  started(ended, 2);
  assert.match(ended.stdout, /\n4242:700\n$/);
});

Deno.test({
  name: "built file: a replaced version leaves no second copy behind, unless it still runs",
  ignore,
}, async () => {
  const ended = await inEmptyRoot(`
    place=/var/cache/physiclaw; mkdir -p -m 700 $place/0ld/tree $place/aa0/tree $place/bb1/tree
    touch $place/aa0/tree/deno $place/0ld/tree/deno; cp /bin/sleep $place/bb1/tree/deno; $place/bb1/tree/deno 60 &
    $P version; ls $place | grep -v lock | cut -c1-3; kill $!; wait $!; $P doctor >/dev/null 2>&1; ls $place | grep -v lock | cut -c1-3`);
  const listed = ended.stdout.split("\n").filter((line) => line.length === 3);
  assert.ok(!listed.includes("aa0"), ended.stdout);
  // A name that is no digest is not ours to remove.
  assert.deepEqual([
    listed.filter((name) => name === "0ld").length,
    listed.filter((name) => name === "bb1").length,
  ], [2, 1]);
});

Deno.test({
  name: "built file: serves, answers a goal in the sandbox, and holds what it says, from an empty root",
  ignore,
}, async () => {
  const ended = await inEmptyRoot(`
    mkdir /mnt/work && cd /mnt/work && printf '2026-01-01T00:00:01Z ERROR database gone\\n' > app.log
    export PHYSICLAW_MEMORY_DIR=/mnt/state LD_PRELOAD=/nowhere.so DENO_CERT=/nowhere DENO_V8_FLAGS=--nonsense SECRET_TOKEN=hunter2
    $P serve --port 8123 2>/mnt/log & pid=$!
    until grep -q Ready /mnt/log; do kill -0 $pid || { cat /mnt/log; exit 1; }; sleep 0.1; done
    for p in /proc/[0-9]*; do
      case $(tr '\\0' ' ' 2>/dev/null <$p/cmdline) in *tree/deno*) tr '\\0' '\\n' <$p/environ | cut -d= -f1; echo "argv $(tr '\\0' ' ' <$p/cmdline)" ;; esac
    done
    PHYSICLAW_BRIDGE_URL=http://127.0.0.1:8123 $P goal "summarise the errors in app.log" --persona sre --json; echo "goal $?"
    kill $pid; wait $pid; echo "serve $?"`);
  assert.match(ended.stdout, /database gone/, ended.stdout + ended.stderr);
  assert.match(ended.stdout, /"sandbox":"held"/);
  assert.match(ended.stdout, /^goal 0$/m);
  assert.match(ended.stdout, /^serve 0$/m);
  assert.doesNotMatch(ended.stdout, /^(LD_|DENO_CERT|DENO_V8|SECRET)/m);
  const serve = ended.stdout.split("\n").find((line) =>
    line.startsWith("argv") && line.includes("main.js serve")
  ) ?? "";
  assert.match(serve, / --allow-net=127\.0\.0\.1:8123 /);
  assert.match(serve, / --allow-write=\/mnt\/state\S* /);
  assert.doesNotMatch(serve, /--allow-all| -A |--allow-write |--allow-net |--allow-run |--allow-ffi /);
});

Deno.test({
  name:
    "built file: ingests, remembers facts and goals, and finds them again, under the lock in an empty root",
  ignore,
}, async () => {
  const ended = await inEmptyRoot(`
    mkdir -p /mnt/work/runbooks && cd /mnt/work && printf '2026-01-01T00:00:01Z ERROR database gone\\n' > app.log
    printf '# Database\\n\\n## When the database is gone\\n\\nIts errors in the log are followed by a restart; call extension 4410.\\n' > runbooks/database.md
    export PHYSICLAW_MEMORY_DIR=/mnt/state
    $P memory add "the shop's log" "file app.log"; echo "added $?"
    $P serve --port 8123 2>/mnt/log & pid=$!
    until grep -qs Ready /mnt/log; do kill -0 $pid || { cat /mnt/log; exit 1; }; sleep 0.1; done
    export PHYSICLAW_BRIDGE_URL=http://127.0.0.1:8123
    $P memory ingest runbooks; echo "ingested $?"
    $P goal "summarise the errors in the shop's log" --persona sre; echo "goal $?"
    $P memory search "database extension" --json; echo "searched $?"
    kill $pid; wait $pid; echo "serve $?"; unset PHYSICLAW_BRIDGE_URL; cat /mnt/log >&2
    $P memory status; $P memory export | cut -c1-40`);
  const { stdout } = ended;
  for (const word of ["added", "ingested", "goal", "searched", "serve"]) {
    assert.match(stdout, new RegExp(`^${word} 0$`, "m"), stdout + ended.stderr);
  }
  assert.match(stdout, /"the shop's log" is file app\.log \(fact /);
  assert.match(
    stdout,
    /From memory \(not evidence of this run\):\n- \S+database\.md > Database > When the database is gone: Its errors/,
  );
  assert.match(stdout, /extension 4410/);
  assert.match(stdout, /^l3 documents\s+ok\s+2 documents/m);
});
