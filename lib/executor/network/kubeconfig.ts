/**
 * The operator's kubeconfig, reduced to what one context needs: nothing in it runs a program, names a file, or leads
 * elsewhere than to one server.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** A kubeconfig for the sandbox, and the server that it leads to. */
export interface ReducedKubeconfig {
  readonly server: string;
  /** The cluster's certificate is not checked; acceptable on loopback only. */
  readonly insecure: boolean;
  /** JSON, which is YAML. Holds credentials. */
  readonly content: string;
}

/** How {@link reduceKubeconfig} reads the files that a kubeconfig names; paths are absolute. */
export type ReadFile = (path: string) => Promise<string>;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fail = (why: string): never => {
  throw new PhysiclawError("config", `Cannot use kubectl.kubeconfig: ${why}`);
};

const text = (fields: Fields, key: string): string | undefined => {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : fail(`"${key}" is no text`);
};

/** The entry of that name in `clusters`, `contexts` or `users`. */
function entry(config: Fields, list: string, key: string, name: string): Fields {
  const entries = config[list];
  const found = Array.isArray(entries)
    ? entries.find((one: unknown): one is Fields => isFields(one) && one["name"] === name)
    : undefined;
  const value = found?.[key];
  return isFields(value) ? value : fail(`it has no ${key} "${name}"`);
}

const base64 = (content: string): string => {
  const bytes = new TextEncoder().encode(content);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};

/** `certificate-authority` and the like: a `-data` field wins over a file, as in kubectl; files are read here. */
async function data(
  fields: Fields,
  key: string,
  directory: string,
  read: ReadFile,
): Promise<string | undefined> {
  const inline = text(fields, `${key}-data`);
  if (inline !== undefined) return inline;
  const path = text(fields, key);
  return path === undefined
    ? undefined
    : base64(await read(path.startsWith("/") ? path : `${directory}/${path}`));
}

const pick = (entries: readonly (readonly [string, unknown])[]): Fields =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));

/**
 * Reduces a kubeconfig to one context. Throws {@link PhysiclawError} of kind `config` when it has no such context, runs a
 * program (`exec`, `auth-provider`), or goes through a proxy.
 *
 * @param content YAML or JSON
 * @param directory absolute; relative file names are relative to it
 * @param context default: the file's current context
 * @example
 * ```ts
 * import { reduceKubeconfig } from "./kubeconfig.ts";
 * const content = `{current-context: a, contexts: [{name: a, context: {cluster: c}}],
 *   clusters: [{name: c, cluster: {server: "https://10.0.0.5:6443"}}]}`;
 * const reduced = await reduceKubeconfig(content, "/etc/kube", undefined, () => Promise.reject(new Error()));
 * console.assert(reduced.server === "https://10.0.0.5:6443");
 * ```
 */
export async function reduceKubeconfig(
  content: string,
  directory: string,
  context: string | undefined,
  read: ReadFile,
): Promise<ReducedKubeconfig> {
  const { parse } = await import("yaml");
  let config: unknown;
  try {
    config = parse(content, { maxAliasCount: 10 });
  } catch {
    return fail("it is no YAML");
  }
  if (!isFields(config)) return fail("it is empty");
  const name = context ?? text(config, "current-context") ??
    fail("it has no current context; set kubectl.context");
  const chosen = entry(config, "contexts", "context", name);
  const clusterName = text(chosen, "cluster") ?? fail(`its context "${name}" names no cluster`);
  const cluster = entry(config, "clusters", "cluster", clusterName);
  const userName = text(chosen, "user");
  const user = userName === undefined ? {} : entry(config, "users", "user", userName);

  if (user["exec"] !== undefined && user["exec"] !== null) {
    fail(
      `the user "${userName}" has an exec plugin, which runs a program; use a token or a client certificate`,
    );
  }
  if (user["auth-provider"] !== undefined && user["auth-provider"] !== null) {
    fail(
      `the user "${userName}" has an auth-provider, which needs the network; use a token or a client certificate`,
    );
  }
  if (text(cluster, "proxy-url") !== undefined) fail(`the cluster "${clusterName}" has a proxy-url`);

  const server = text(cluster, "server") ?? fail(`the cluster "${clusterName}" has no server`);
  const insecure = cluster["insecure-skip-tls-verify"] === true;
  const tokenFile = text(user, "tokenFile");
  const reduced = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{
      name,
      context: pick([["cluster", clusterName], ["user", userName ?? "none"], [
        "namespace",
        text(chosen, "namespace"),
      ]]),
    }],
    clusters: [{
      name: clusterName,
      cluster: pick([
        ["server", server],
        ["tls-server-name", text(cluster, "tls-server-name")],
        ["insecure-skip-tls-verify", insecure ? true : undefined],
        // kubectl refuses a CA beside "insecure-skip-tls-verify".
        [
          "certificate-authority-data",
          insecure ? undefined : await data(cluster, "certificate-authority", directory, read),
        ],
      ]),
    }],
    users: [{
      name: userName ?? "none",
      user: pick([
        // A token file wins over a token, as in kubectl.
        [
          "token",
          tokenFile === undefined
            ? text(user, "token")
            : (await read(tokenFile.startsWith("/") ? tokenFile : `${directory}/${tokenFile}`)).trim(),
        ],
        ["client-certificate-data", await data(user, "client-certificate", directory, read)],
        ["client-key-data", await data(user, "client-key", directory, read)],
        ["username", text(user, "username")],
        ["password", text(user, "password")],
        ["as", text(user, "as")],
        ["as-uid", text(user, "as-uid")],
        ["as-groups", Array.isArray(user["as-groups"]) ? user["as-groups"] : undefined],
      ]),
    }],
  };
  return { server, insecure, content: JSON.stringify(reduced) };
}
