/**
 * The list of parts of a built file, as CycloneDX 1.5: the runtime, and every npm package of which a module was bundled.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What {@link sbom} needs to know. */
export interface SbomParts {
  readonly version: string;
  readonly commit: string | null;
  /** Bundled modules, relative to the checkout. */
  readonly inputs: readonly string[];
  /** Libraries of the build host that came along. */
  readonly libraries: readonly { readonly name: string; readonly sha256: string; readonly licence: string }[];
  /** Files of models that were built in. */
  readonly models: readonly { readonly name: string; readonly sha256: string }[];
  /** Text of `deno.lock`: digests as the registry gave them. */
  readonly lock: string;
  /** Version of Deno, and SHA-256 of its executable. */
  readonly deno: { readonly version: string; readonly sha256: string };
  /** SHA-256 of the built file. */
  readonly sha256: string;
  /** The licence of a package, as its manifest names it. */
  readonly licence: (directory: string) => Promise<string | undefined>;
}

interface Component {
  readonly type: "library" | "framework" | "application" | "machine-learning-model";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly { readonly expression: string }[];
}

/** `node_modules/.deno/@scope+name@1.2.3_peer/node_modules/@scope/name/…`: name, version, directory. */
const PACKAGE =
  /^(node_modules\/\.deno\/(?:@[^/]+\+)?[^/@]+@([^/_]+)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

function digestOf(lock: Readonly<Record<string, { integrity?: string }>>, name: string, version: string) {
  const key = Object.keys(lock).find((key) =>
    key === `${name}@${version}` || key.startsWith(`${name}@${version}_`)
  );
  const integrity = key === undefined ? undefined : lock[key]?.integrity;
  const base64 = integrity?.startsWith("sha512-") === true ? integrity.slice("sha512-".length) : undefined;
  if (base64 === undefined) throw new Error(`Cannot list ${name} ${version}: the lock has no digest of it`);
  return [{ alg: "SHA-512", content: Uint8Array.fromBase64(base64).toHex() }];
}

/**
 * The document, as text; the same parts give the same bytes. Rejects when a bundled package isn't in the lock.
 *
 * @example
 * ```ts ignore
 * await Deno.writeTextFile("dist/physiclaw.cdx.json", await sbom(parts));
 * ```
 */
export async function sbom(parts: SbomParts): Promise<string> {
  const { npm } = JSON.parse(parts.lock) as { npm: Record<string, { integrity?: string }> }; // our own, checked by Deno
  const components = new Map<string, Component>();
  for (const input of parts.inputs) {
    const [, directory, version, name] = PACKAGE.exec(input) ?? [];
    if (directory === undefined || version === undefined || name === undefined) continue;
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    if (components.has(purl)) continue;
    const licence = await parts.licence(directory);
    components.set(purl, {
      type: "library",
      "bom-ref": purl,
      name,
      version,
      purl,
      hashes: digestOf(npm, name, version),
      ...(licence === undefined ? {} : { licenses: [{ expression: licence }] }),
    });
  }
  const deno: Component = {
    type: "framework",
    "bom-ref": `deno@${parts.deno.version}`,
    name: "deno",
    version: parts.deno.version,
    purl: `pkg:github/denoland/deno@v${parts.deno.version}`,
    hashes: [{ alg: "SHA-256", content: parts.deno.sha256 }],
    licenses: [{ expression: "MIT" }],
  };
  for (const { name, sha256, licence } of parts.libraries) {
    components.set(name, {
      type: "library",
      "bom-ref": `${name}@${sha256}`,
      name,
      version: sha256,
      hashes: [{ alg: "SHA-256", content: sha256 }],
      licenses: [{ expression: licence }],
    });
  }
  for (const { name, sha256 } of parts.models) {
    components.set(name, {
      type: "machine-learning-model",
      "bom-ref": `${name}@${sha256}`,
      name,
      version: sha256,
      hashes: [{ alg: "SHA-256", content: sha256 }],
    });
  }
  const listed = [deno, ...[...components.values()].sort((a, b) => a["bom-ref"] < b["bom-ref"] ? -1 : 1)];
  // A serial number that follows from the file: no clock, no chance.
  const hex = createHash("sha256").update(`sbom ${parts.sha256}`).digest("hex");
  const serial = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${serial.join("-")}`,
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "physiclaw",
        name: "physiclaw",
        version: parts.version,
        hashes: [{ alg: "SHA-256", content: parts.sha256 }],
        licenses: [{ expression: "Apache-2.0" }],
        ...(parts.commit === null ? {} : { properties: [{ name: "commit", value: parts.commit }] }),
      },
    },
    components: listed,
    dependencies: [{ ref: "physiclaw", dependsOn: listed.map((component) => component["bom-ref"]) }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
