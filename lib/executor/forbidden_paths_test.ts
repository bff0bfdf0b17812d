import assert from "node:assert/strict";
import fc from "fast-check";
import { createForbidden } from "./forbidden_paths.ts";

const forbidden = createForbidden({ paths: ["/srv/state", "/etc/app/kubeconfig", "", "/"] });

Deno.test("createForbidden names files by path and by name, at any depth", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["/etc/shadow", /key or credential/],
    ["/etc/shadow-", /key or credential/],
    ["/etc/ssl/private/site.key", /key or credential/],
    ["/etc/ssh/ssh_host_ed25519_key", /key or credential/],
    ["/home/a/.ssh", /key or credential/],
    ["/home/a/work/.aws/credentials", /key or credential/],
    ["/backup/home/a/.docker/config.json", /key or credential/],
    ["/home/a/.config/gcloud/x.db", /key or credential/],
    ["/var/run/secrets/kubernetes.io/token", /key or credential/],
    ["/srv/state/outputs/1", /state or settings/],
    ["/etc/app/kubeconfig", /state or settings/],
    ["/proc/self/environ", /lies in \/proc/],
    ["/sys", /lies in \/sys/],
    ["/dev/vda", /lies in \/dev/],
  ];
  for (const [path, why] of cases) assert.match(forbidden.why(path) ?? "allowed", why, path);
});

Deno.test("createForbidden leaves what only looks alike", () => {
  const cases = [
    "/etc/shadows",
    "/home/a/ssh/x",
    "/srv/stateful/x",
    "/etc/ssh/ssh_host_ed25519_key.pub",
    "/home/a/.config/app",
    "/devices",
    "/home/a/config.json",
  ];
  for (const path of cases) assert.equal(forbidden.why(path), undefined, path);
});

Deno.test("createForbidden forbids everything below what it forbids", () => {
  const roots = fc.constantFrom(
    "/etc/shadow",
    "/proc",
    "/home/x/.ssh",
    "/srv/state",
    "/home/x/.docker/config.json",
  );
  const tail = fc.array(fc.stringMatching(/^[a-z][a-z.]{0,7}$/), { maxLength: 4 });
  fc.assert(fc.property(roots, tail, (root, parts) => {
    assert.notEqual(forbidden.why([root, ...parts].join("/")), undefined);
  }));
});

Deno.test("below finds credentials and own paths, follows no link, and stops at its depth", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-forbidden-" }));
  try {
    for (const path of ["a/.ssh/deep", "a/.docker", "a/b/c/d/.aws", "state", "plain"]) {
      await Deno.mkdir(`${base}/${path}`, { recursive: true });
    }
    await Deno.writeTextFile(`${base}/a/.docker/config.json`, "{}");
    await Deno.writeTextFile(`${base}/a/.docker/daemon.json`, "{}");
    await Deno.writeTextFile(`${base}/.netrc`, "");
    await Deno.symlink(`${base}/a`, `${base}/plain/link`);
    const own = createForbidden({ paths: [`${base}/state`, `${base}/none`] });
    const found = [...await own.below(base)].sort((x, y) => x.path < y.path ? -1 : 1);
    assert.deepEqual(found, [
      { path: `${base}/.netrc`, directory: false },
      { path: `${base}/a/.docker/config.json`, directory: false },
      { path: `${base}/a/.ssh`, directory: true },
      { path: `${base}/state`, directory: true },
    ]);
    assert.deepEqual(await own.below(`${base}/nowhere`), []);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
