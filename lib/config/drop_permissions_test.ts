import assert from "node:assert/strict";
import { keepPermissions } from "./drop_permissions.ts";

const state = (descriptor: Deno.PermissionDescriptor): string => Deno.permissions.querySync(descriptor).state;

Deno.test({
  name: "keepPermissions gives up what no flag grants, and keeps what one does",
  permissions: {
    read: true,
    write: true,
    net: ["127.0.0.1", "localhost"],
    run: ["/bin/sh"],
    ffi: true,
    env: ["HOME"],
    sys: ["uid"],
  },
}, () => {
  keepPermissions(["--allow-net=127.0.0.1:80", "--allow-ffi=/lib64/libc.so.6", "--allow-running=/bin/sh"]);
  assert.equal(state({ name: "net", host: "127.0.0.1" }), "granted");
  assert.equal(state({ name: "net", host: "localhost" }), "granted");
  assert.equal(state({ name: "ffi" }), "granted");
  assert.equal(state({ name: "read" }), "granted");
  for (
    const gone of [
      { name: "run", command: "/bin/sh" },
      { name: "write", path: "/tmp" },
      { name: "env", variable: "HOME" },
      { name: "sys", kind: "uid" },
    ] as const
  ) assert.notEqual(state(gone), "granted", gone.name);
  keepPermissions([]);
  for (const host of ["127.0.0.1", "localhost"]) assert.notEqual(state({ name: "net", host }), "granted");
  assert.notEqual(state({ name: "ffi" }), "granted");
});
