import assert from "node:assert/strict";
import { sbom, type SbomParts } from "./sbom.ts";

const PARTS: SbomParts = {
  version: "1.2.3",
  commit: "abc",
  inputs: [
    "lib/internal/errors.ts",
    "node_modules/.deno/@hono+node-server@2.1.9_hono@4.13.19/node_modules/@hono/node-server/dist/index.mjs",
    "node_modules/.deno/zod@4.6.7/node_modules/zod/index.js",
    "node_modules/.deno/zod@4.6.7/node_modules/zod/v4/index.js",
  ],
  lock: JSON.stringify({
    npm: {
      "zod@4.6.7": { integrity: "sha512-AAECAw==" },
      "@hono/node-server@2.1.9_hono@4.13.19": { integrity: "sha512-BAUGBw==" },
    },
  }),
  deno: { version: "2.9.6", sha256: "00" },
  sha256: "11",
  libraries: [],
  models: [],
  licence: () => Promise.resolve("MIT"),
};

Deno.test("sbom lists the runtime and each bundled package once, with the lock's digest", async () => {
  const { components, specVersion } = JSON.parse(await sbom(PARTS));
  assert.equal(specVersion, "1.5");
  assert.deepEqual(components.map(({ name }: { name: string }) => name), [
    "deno",
    "@hono/node-server",
    "zod",
  ]);
  assert.equal(components[1].purl, "pkg:npm/%40hono/node-server@2.1.9");
  assert.equal(components[2].hashes[0].content, "00010203");
});

Deno.test("sbom is the same text for the same parts, and another serial number for another file", async () => {
  assert.equal(await sbom(PARTS), await sbom(PARTS));
  const serial = async (parts: SbomParts) => JSON.parse(await sbom(parts)).serialNumber;
  assert.notEqual(await serial(PARTS), await serial({ ...PARTS, sha256: "22" }));
  assert.match(
    await serial(PARTS),
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

Deno.test("sbom refuses a package that the lock doesn't hold", async () => {
  await assert.rejects(sbom({ ...PARTS, lock: '{"npm":{}}' }), /has no digest/);
});

Deno.test("sbom lists a library of the build host by its digest", async () => {
  const library = {
    name: "libstdc++.so.6",
    sha256: "22",
    licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
  };
  const { components } = JSON.parse(await sbom({ ...PARTS, libraries: [library] }));
  const listed = components.find(({ name }: { name: string }) => name === library.name);
  assert.deepEqual([listed.version, listed.hashes[0].content, listed.purl], ["22", "22", undefined]);
});
