/**
 * What a compiled file holds, read from its bytes; and a stand-in for the file where nothing can be compiled that runs: its
 * tree, unpacked where it would be, and a script in its place that starts its entry by plain Deno with its permissions.
 *
 * @module
 */

/** Set between the sections of what `deno compile` appends, which this marks begin and end. */
const MAGIC = "d3n0l4nd";

/** Of Deno's own description of a compiled program, what is looked at. */
export interface Metadata {
  readonly argv: readonly string[];
  readonly entrypoint_key: string;
  /** By `allow_…` and `deny_…`; `null`: nothing, an empty list: everything. */
  readonly permissions: Readonly<Record<string, readonly string[] | boolean | null>>;
  readonly v8_flags: readonly string[];
  readonly env_vars_from_env_file: Readonly<Record<string, string>>;
  readonly unstable_config: { readonly features: readonly string[] };
  /** Names the directory that it unpacks to. */
  readonly self_extracting: string;
  readonly app_name: string;
}

/** A compiled file, read. */
export interface Compiled {
  readonly metadata: Metadata;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

interface Entry {
  readonly Dir?: { readonly n: string; readonly e: readonly Entry[] };
  readonly File?: { readonly n: string; readonly o: readonly [offset: number, bytes: number] };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Sections have their length, as 64 bits, before them. */
function section(bytes: Uint8Array, at: number): { readonly body: Uint8Array; readonly end: number } {
  const from = at + 8;
  const end = from + Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true));
  return { body: bytes.subarray(from, end), end };
}

/** Reads what `deno compile` appended. Throws when it isn't there, or ends before its end. */
export function readCompiled(bytes: Uint8Array): Compiled {
  // As latin1, so that positions are bytes'.
  const marked = new TextDecoder("latin1").decode(bytes);
  const start = [...marked.matchAll(new RegExp(`${MAGIC}.{8}\\{"argv"`, "gs"))].at(-1)?.index;
  if (start === undefined) throw new Error("This is no compiled file");
  const head = section(bytes, start + MAGIC.length);
  // Between: packages and remote modules, of which there are none.
  const tree = section(bytes, marked.indexOf('[{"Dir"', head.end) - 8);
  const data = section(bytes, tree.end);
  if (text(bytes.subarray(data.end, data.end + MAGIC.length)) !== MAGIC) {
    throw new Error("The compiled file ends early");
  }
  const files = new Map<string, Uint8Array>();
  const walk = (entries: readonly Entry[], above: string): void => {
    for (const { Dir, File } of entries) {
      if (Dir !== undefined) walk(Dir.e, `${above}${Dir.n}/`);
      else if (File !== undefined) {
        files.set(`${above}${File.n}`, data.body.subarray(File.o[0], File.o[0] + File.o[1]));
      } else throw new Error("The compiled file holds what is neither file nor directory");
    }
  };
  walk(JSON.parse(text(tree.body)), "");
  return { metadata: JSON.parse(text(head.body)), files };
}

/** The permissions as flags of `deno run`. */
function flagsOf({ permissions, unstable_config }: Metadata): readonly string[] {
  return [
    "--no-prompt",
    ...Object.entries(permissions).flatMap(([name, value]) =>
      Array.isArray(value)
        ? [`--${name.replace("_", "-")}${value.length === 0 ? "" : `=${value.join(",")}`}`]
        : []
    ),
    ...unstable_config.features.map((feature) => `--unstable-${feature}`),
  ];
}

/** In the compiled program that is its own file. */
const EXEC_PATH = (file: string) => `Deno.execPath = () => ${JSON.stringify(file)};`;

/**
 * Unpacks the tree below `directory` as the file's runtime would beside itself, and puts the script there. The runtime itself
 * lies in the tree too, so that a sandbox that is given file and tree has it. Returns the script's path.
 */
export async function standIn({ metadata, files }: Compiled, directory: string): Promise<string> {
  const name = `.physiclaw/${metadata.self_extracting}`;
  const tree = `${directory}/${name}`;
  for (const [path, bytes] of files) {
    await Deno.mkdir(`${tree}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeFile(`${tree}/${path}`, bytes);
  }
  try {
    await Deno.link(Deno.execPath(), `${tree}/deno`);
  } catch {
    await Deno.copyFile(Deno.execPath(), `${tree}/deno`);
  }
  await Deno.writeTextFile(`${tree}/outside.js`, EXEC_PATH(`${directory}/physiclaw`));
  await Deno.writeTextFile(`${tree}/inside.js`, EXEC_PATH("/run/physiclaw/physiclaw"));
  const flags = flagsOf(metadata).map((flag) => `'${flag}'`).join(" ");
  await Deno.writeTextFile(
    `${directory}/physiclaw`,
    `#!/bin/sh
here=\${0%/*} tree=\${0%/*}/${name}
if [ "$here" = /run/physiclaw ]; then preload=inside DENO_DIR=/tmp/deno; else preload=outside DENO_DIR=$tree/cache; fi
export DENO_DIR DENO_NO_UPDATE_CHECK=1
exec "$tree/deno" run --quiet --no-config --no-lock --no-npm --no-remote --cached-only ${flags} \\
  --preload "$tree/$preload.js" "$tree/${metadata.entrypoint_key}" "$@"
`,
    { mode: 0o755 },
  );
  return `${directory}/physiclaw`;
}
