/**
 * What of this host a sandbox is built on: where its shell, libraries and bwrap are, and a small `/etc` of our own.
 *
 * @module
 */
import { SANDBOX_HOME, SANDBOX_UID, type SystemPart } from "./sandbox.ts";

/** What every sandbox of this runner shares. */
export interface SandboxHost {
  readonly bwrap: string;
  readonly system: readonly SystemPart[];
  /** Our `/etc`; the pins of the settings are in its `hosts`. */
  readonly etc: string;
  /** What covers is seen as there: a file that can't be read, a directory that holds nothing. */
  readonly emptyFile: string;
  readonly emptyDirectory: string;
  /** Variables that follow from the host: its time zone. */
  readonly env: Readonly<Record<string, string>>;
}

/** Beside `/usr`: links into it on current distributions, directories on older ones. */
const BESIDE_USR = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/**
 * Of `/etc`, only what programs can't do without: the loader's cache, the links that choose one of several libraries
 * (nmap's BLAS), and public certificates. Never all of it: it holds sockets, keys and configuration.
 */
const OF_ETC = [
  { path: "/etc/alternatives", directory: true },
  { path: "/etc/ld.so.cache", directory: false },
  { path: "/etc/ssl/certs", directory: true },
  { path: "/etc/pki/tls/certs", directory: true },
  { path: "/etc/pki/ca-trust/extracted", directory: true },
] as const;

/** Where bwrap is looked for; absolute, so that no PATH has a say. */
const BWRAP = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];

const exists = async (path: string): Promise<boolean> => {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
};

const isProgram = async (path: string): Promise<boolean> => {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
};

/** The absolute path of bubblewrap, or `undefined`. */
export async function findBwrap(): Promise<string | undefined> {
  for (const path of BWRAP) if (await isProgram(path)) return await Deno.realPath(path);
  return undefined;
}

async function systemParts(): Promise<readonly SystemPart[]> {
  const parts: SystemPart[] = [{ path: "/usr" }];
  for (const path of BESIDE_USR) {
    try {
      const info = await Deno.lstat(path);
      if (info.isSymlink) parts.push({ path, link: await Deno.readLink(path) });
      else if (info.isDirectory) parts.push({ path });
    } catch {
      // Not every distribution has each of them.
    }
  }
  return parts;
}

const hostsText = (hosts: Readonly<Record<string, string>>): string =>
  ["127.0.0.1 localhost physiclaw", "::1 localhost", ...hostsLines(hosts)].map((line) => `${line}\n`).join(
    "",
  );

const hostsLines = (hosts: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(hosts).map(([name, address]) => `${address} ${name}`);

/** `/etc/hosts` with further lines before the pins: the first match of a name counts. */
export function hostsFile(
  first: readonly { readonly name: string; readonly address: string }[],
  pins: Readonly<Record<string, string>>,
): string {
  const lines = first.map(({ address, name }) => `${address} ${name}`);
  return `${[...lines, ""].join("\n")}${hostsText(pins)}`;
}

/** `Europe/Berlin`: the host's zone by the name that TZ takes; its data are below /usr. */
async function timeZone(): Promise<string | undefined> {
  try {
    const zone = await Deno.realPath("/etc/localtime");
    return /^\/usr\/share\/zoneinfo\/([A-Za-z0-9_+/-]+)$/.exec(zone)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Looks at the host and writes the skeleton below `directory` (made with mode 0700; what was there is replaced). Returns
 * `undefined` when there is no bwrap.
 *
 * @param hosts the setting `[hosts]`
 */
export async function prepareHost(
  directory: string,
  hosts: Readonly<Record<string, string>>,
): Promise<SandboxHost | undefined> {
  const bwrap = await findBwrap();
  if (bwrap === undefined) return undefined;
  await Deno.remove(directory, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const etc = `${directory}/etc`;
  await Deno.mkdir(etc, { recursive: true, mode: 0o700 });
  const user = `physiclaw:x:${SANDBOX_UID}:`;
  const files: Readonly<Record<string, string>> = {
    // sqlmesh and others crash where their own user has no name.
    passwd:
      `root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n${user}${SANDBOX_UID}::${SANDBOX_HOME}:/bin/sh\n`,
    group: `root:x:0:\n${user}\n`,
    hosts: hostsText(hosts),
    // Nothing is looked up anywhere but in these files.
    "nsswitch.conf":
      "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${etc}/${name}`, text, { mode: 0o644 });
  }
  const system = [...await systemParts()];
  for (const part of OF_ETC) {
    if (!await exists(part.path)) continue;
    const at = `${directory}${part.path}`;
    await Deno.mkdir(part.directory ? at : at.slice(0, at.lastIndexOf("/")), { recursive: true });
    if (!part.directory) await Deno.writeTextFile(at, "");
    system.push({ path: part.path });
  }
  const emptyFile = `${directory}/empty-file`;
  const emptyDirectory = `${directory}/empty-directory`;
  await Deno.writeTextFile(emptyFile, "");
  await Deno.chmod(emptyFile, 0);
  await Deno.mkdir(emptyDirectory, { mode: 0o500 });
  const zone = await timeZone();
  return { bwrap, system, etc, emptyFile, emptyDirectory, env: zone === undefined ? {} : { TZ: zone } };
}
