/**
 * `deno task models:fetch`: on a host with a network, the known models from the public hub, each file by its pinned digest,
 * into a directory to carry to the host without one.
 *
 *     deno task models:fetch [--out DIR] [ID …]
 *
 * Nothing that ships imports this, and no test runs it against the hub.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PhysiclawError } from "../internal/errors.ts";
import { FILE_ROLES, type FileDigest } from "../memory/models/description.ts";
import { KNOWN_MODELS, type KnownModel } from "../memory/models/known.ts";

/** Where the models were published. */
const HUB = "https://huggingface.co";

/** Writes what `url` gives to `path`, if it is what was pinned; leaves nothing otherwise. */
async function fetchPinned(url: string, path: string, { sha256, bytes }: FileDigest): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new PhysiclawError("refused", `Cannot take ${url}: ${why}`, {
      hint: "only files of the pinned SHA-256 are taken; look for the revision that has them",
      cause,
    });
  const response = await fetch(url).catch((cause) => {
    throw refuse("the hub is not reachable", cause);
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw refuse(`status ${response.status}`);
  }
  const hash = createHash("sha256");
  const partial = `${path}.partial`;
  try {
    using file = await Deno.open(partial, { write: true, create: true, truncate: true });
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > bytes) throw refuse(`it has more than ${bytes} bytes`);
      hash.update(chunk);
      for (let at = 0; at < chunk.byteLength;) at += await file.write(chunk.subarray(at));
    }
    const found = hash.digest("hex");
    if (found !== sha256) throw refuse(`its SHA-256 is ${found} instead of ${sha256}`);
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => undefined);
    throw error;
  }
}

/**
 * Fetches models into `out`, one directory each, ready for `physiclaw models import`. Throws PhysiclawError: `usage` for a
 * model without pinned digests, `refused` for a file that is another one than was pinned.
 *
 * @example
 * ```ts ignore
 * await fetchModels({ hub: "https://hub.example", out: "/tmp/models", models: KNOWN_MODELS });
 * ```
 */
export async function fetchModels(
  { hub, out, models }: {
    readonly hub: string;
    readonly out: string;
    readonly models: readonly KnownModel[];
  },
): Promise<readonly string[]> {
  const fetched: string[] = [];
  for (const { model, files, hub: place } of models) {
    if (files === undefined || place === undefined) {
      throw new PhysiclawError("usage", `Cannot fetch ${model.id}: none of its digests is pinned`, {
        hint: `fetch ${model.source} by hand, then: physiclaw models import DIR --as ${model.id}`,
      });
    }
    await Deno.mkdir(`${out}/${model.id}`, { recursive: true });
    for (const role of FILE_ROLES) {
      const name = place.paths[role];
      const path = `${out}/${model.id}/${name.slice(name.lastIndexOf("/") + 1)}`;
      await fetchPinned(`${hub}/${place.repository}/resolve/main/${name}`, path, files[role]);
      fetched.push(path);
    }
  }
  return fetched;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string", default: fileURLToPath(new URL("../../dist/models", import.meta.url)) },
    },
  });
  const unknown = positionals.find((id) => !KNOWN_MODELS.some(({ model }) => model.id === id));
  if (unknown !== undefined) throw new Error(`Cannot fetch "${unknown}": no model of that name is known`);
  const models = KNOWN_MODELS.filter(({ model, files }) =>
    positionals.length === 0 ? files !== undefined : positionals.includes(model.id)
  );
  for (const path of await fetchModels({ hub: HUB, out: values.out, models })) console.log(path);
}
