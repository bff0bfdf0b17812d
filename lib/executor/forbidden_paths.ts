/**
 * Which paths no goal may name, whatever the roots: keys, credentials, kernel file systems, the program's own state.
 *
 * @module
 */

import { isUnder } from "../internal/paths.ts";

/** Kernel interfaces and files that hold keys or credentials on common distributions. */
const FORBIDDEN_PATHS: readonly string[] = [
  "/proc",
  "/sys",
  "/dev",
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/security/opasswd",
  "/etc/sudoers",
  "/etc/sudoers.d",
  "/etc/krb5.keytab",
  "/etc/ipsec.secrets",
  "/etc/wireguard",
  "/etc/ssl/private",
  "/etc/pki/tls/private",
  "/etc/letsencrypt/live",
  "/etc/letsencrypt/archive",
  "/etc/kubernetes",
  "/etc/rancher",
  "/etc/physiclaw",
  "/etc/NetworkManager/system-connections",
  "/var/lib/kubelet",
  "/run/secrets",
  "/run/credentials",
  "/var/run/secrets",
];

/** Names that mean "credentials" in any directory. `.env` is not among them: it is part of many projects' input. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".password-store",
  ".netrc",
  "_netrc",
  ".pgpass",
  ".my.cnf",
  ".mylogin.cnf",
  ".vault-token",
  ".git-credentials",
  ".dockercfg",
  ".pypirc",
  ".boto",
  ".s3cfg",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ecdsa_sk",
  "id_ed25519",
  "id_ed25519_sk",
]);

/** The same for a name below a certain directory name. */
const FORBIDDEN_PAIRS: readonly (readonly [string, string])[] = [
  [".docker", "config.json"],
  [".config", "gcloud"],
  [".config", "gh"],
  [".config", "rclone"],
  [".config", "containers"],
  [".terraform.d", "credentials.tfrc.json"],
];

const HOST_KEY = /^ssh_host_[a-z0-9_]+_key$/;

/** What {@link createForbidden} needs to know of this installation. */
export interface ForbiddenOptions {
  /** Absolute real paths: the state directory, the settings file, kubeconfig, token files and the like. */
  readonly paths: readonly string[];
}

/** Judges paths by name, and files by identity. */
export interface Forbidden {
  /** Why a normalised absolute path may not be touched; `undefined` when nothing forbids it. */
  why(path: string): string | undefined;
  /** True for a regular file with several names, one of which is forbidden. */
  isHardLink(file: Deno.FileInfo): Promise<boolean>;
  /** Forbidden things that exist below a real directory: absolute paths to cover before it is handed in. */
  below(directory: string): Promise<readonly { readonly path: string; readonly directory: boolean }[]>;
}

/** `below` looks this deep and at this many directories: enough for `/home`, bounded for a large tree. */
const SEARCH_DEPTH = 3;
const SEARCH_DIRECTORIES = 512;

async function* entries(directory: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch {
    // Unreadable or gone: what cannot be listed here cannot be read by the sandbox either.
  }
}

function entriesSync(directory: string): Iterable<Deno.DirEntry> {
  try {
    return Deno.readDirSync(directory);
  } catch {
    return [];
  }
}

/** True when a name means credentials, by itself or below a directory of that name. */
const forbiddenName = (parent: string, name: string): boolean =>
  FORBIDDEN_NAMES.has(name) || (name.startsWith("ssh_host_") && HOST_KEY.test(name)) ||
  FORBIDDEN_PAIRS.some(([above, below]) => below === name && above === parent);

/**
 * The list of what no goal may name.
 *
 * @example
 * ```ts
 * import { createForbidden } from "./forbidden_paths.ts";
 * const forbidden = createForbidden({ paths: ["/var/lib/physiclaw"] });
 * console.assert(forbidden.why("/home/a/.ssh/id_rsa") !== undefined);
 * console.assert(forbidden.why("/var/log/syslog") === undefined);
 * ```
 */
export function createForbidden(options: ForbiddenOptions): Forbidden {
  const own = options.paths.filter((path) => path !== "" && path !== "/");
  const fixed = [...FORBIDDEN_PATHS, ...own];

  const why = (path: string): string | undefined => {
    for (const root of own) if (isUnder(path, root)) return "belongs to this program's state or settings";
    for (const root of FORBIDDEN_PATHS) {
      if (isUnder(path, root)) {
        return root === "/proc" || root === "/sys" || root === "/dev"
          ? `lies in ${root}`
          : "is a key or credential file";
      }
    }
    const parts = path.split("/");
    return parts.some((part, index) => forbiddenName(parts[index - 1] ?? "", part))
      ? "is a key or credential file"
      : undefined;
  };

  const same = (a: Deno.FileInfo, b: Deno.FileInfo): boolean => a.dev === b.dev && a.ino === b.ino;

  const holds = async (path: string, file: Deno.FileInfo, depth: number): Promise<boolean> => {
    let info: Deno.FileInfo;
    try {
      info = await Deno.lstat(path);
    } catch {
      return false;
    }
    if (info.isFile) return same(info, file);
    if (!info.isDirectory || depth === 0) return false;
    for await (const entry of entries(path)) {
      if (await holds(`${path}/${entry.name}`, file, depth - 1)) return true;
    }
    return false;
  };

  // Synchronous: a directory takes some 10 microseconds so, and five times that with a promise for each entry.
  const below = (directory: string) => {
    const found = new Map<string, boolean>();
    for (const path of fixed) {
      if (!isUnder(path, directory) || path === directory) continue;
      try {
        found.set(path, Deno.lstatSync(path).isDirectory);
      } catch {
        // It does not exist: nothing to cover.
      }
    }
    let level = [directory];
    let looked = 0;
    for (let depth = 0; depth < SEARCH_DEPTH && looked <= SEARCH_DIRECTORIES; depth++) {
      const next: string[] = [];
      for (const parent of level) {
        if (++looked > SEARCH_DIRECTORIES) break;
        const parentName = parent.slice(parent.lastIndexOf("/") + 1);
        for (const entry of entriesSync(parent)) {
          // A link is resolved inside the sandbox, where its target does not exist.
          if (entry.isSymlink) continue;
          const path = parent === "/" ? `/${entry.name}` : `${parent}/${entry.name}`;
          // Only names are left to judge: `fixed` was, and so was the directory itself.
          if (forbiddenName(parentName, entry.name)) found.set(path, entry.isDirectory);
          else if (entry.isDirectory && !found.has(path)) next.push(path);
        }
      }
      level = next;
    }
    return Promise.resolve([...found].map(([path, is]) => ({ path, directory: is })));
  };

  return {
    why,
    below,
    async isHardLink(file) {
      if (!file.isFile || (file.nlink ?? 1) < 2) return false;
      const candidates = fixed.filter((path) => !["/proc", "/sys", "/dev"].includes(path));
      for await (const home of entries("/home")) candidates.push(`/home/${home.name}`);
      candidates.push("/root");
      for (const path of candidates) {
        const home = path === "/root" || path.startsWith("/home/");
        for (const one of home ? [...FORBIDDEN_NAMES].map((name) => `${path}/${name}`) : [path]) {
          if (await holds(one, file, 2)) return true;
        }
      }
      for await (const entry of entries("/etc/ssh")) {
        if (HOST_KEY.test(entry.name) && await holds(`/etc/ssh/${entry.name}`, file, 0)) return true;
      }
      return false;
    },
  };
}
