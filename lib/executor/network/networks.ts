/**
 * What network each tool gets: none, one endpoint, or (nmap) the host's.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import type { Slots, Tool, ToolSettings } from "../../catalog/types.ts";
import { PhysiclawError } from "../../internal/errors.ts";
import type { GivenFile, NetworkPlan, NetworkRefusal, SettingValues } from "../network_types.ts";
import { type Destination, destinationLabel, parseDestination } from "./destination.ts";
import { type Connect, createEndpoint, type EndpointOptions } from "./endpoint.ts";
import { readGiven, readToken } from "./given.ts";
import { reduceKubeconfig } from "./kubeconfig.ts";
import { checkTargets } from "./targets.ts";

/** Where the handed-in files appear inside; the catalogue's entries name the same places. */
const KUBECONFIG = "/run/physiclaw/kubeconfig";
const HTTP_CONFIG = "/run/physiclaw/promtool-http.yml";
const PROMETHEUS_CA = "/run/physiclaw/prometheus-ca.pem";
const VAULT_CA = "/run/physiclaw/vault-ca.pem";

/** What networks are made from. */
export interface NetworksOptions {
  readonly settings: ToolSettings;
  /** `PHYSICLAW_SANDBOX_NET`: `false` forbids every network, whatever the settings name. */
  readonly enabled: boolean;
  /** The setting `egress.safe`; default: all safe subnets. */
  readonly safe?: readonly string[];
  readonly helper: EndpointOptions["helper"];
  readonly connect?: Connect;
}

/** Networks for tools. */
export interface Networks {
  /** The network of one step. An endpoint is ready when this resolves and must be closed. Never rejects. */
  prepare(tool: Tool, slots: Slots, signal?: AbortSignal): Promise<NetworkPlan | NetworkRefusal>;
  /** Why a tool has no network that it needs, without contacting anything; `undefined` when all is configured. */
  missing(tool: Tool): Promise<string | undefined>;
  /** `none`, `10.0.0.5:9090`, `nmap.targets`: the destination as a plan shows and hashes it. */
  describe(tool: Tool): Promise<string>;
}

/** A destination and what the tool needs to use it. */
interface Access {
  readonly destination: Destination;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly GivenFile[];
}

/**
 * The settings that stand in argvs, as the sandbox sees them. Reads nothing: bridge and runner come to the same values.
 *
 * @example
 * ```ts
 * import { settingValues } from "./networks.ts";
 * const values = settingValues({ prometheus: { url: "http://10.0.0.5:9090" }, nmap: { targets: [] }, hosts: {}, tools: {} });
 * console.assert(values["prometheus.url"] === "http://10.0.0.5:9090");
 * ```
 */
export function settingValues(settings: ToolSettings): SettingValues {
  const { prometheus, kubectl } = settings;
  return {
    ...(prometheus === undefined ? {} : { "prometheus.url": prometheus.url }),
    ...(prometheus?.ca === undefined && prometheus?.credentialsFile === undefined
      ? {}
      : { "prometheus.http_config": HTTP_CONFIG }),
    ...(kubectl?.context === undefined ? {} : { "kubectl.context": kubectl.context }),
  };
}

const unset = (setting: string): never => {
  throw new PhysiclawError("config", `No destination is configured: set ${setting}`);
};

/**
 * Networks from the settings.
 *
 * @example
 * ```ts ignore
 * const networks = createNetworks({ settings, enabled: true, helper });
 * const plan = await networks.prepare(tool, slots);
 * if (plan.kind === "endpoint") await plan.close();
 * ```
 */
export function createNetworks(options: NetworksOptions): Networks {
  const { settings } = options;
  const rules = { hosts: settings.hosts, safe: options.safe ?? SAFE_SUBNETS };

  const destination = (what: string, url: string): Destination => {
    const found = parseDestination(what, url, rules);
    if (!found.ok) throw new PhysiclawError("config", found.reason);
    return found.destination;
  };

  const kubectl = async (): Promise<Access> => {
    const { kubeconfig, context } = settings.kubectl ?? unset("kubectl.kubeconfig");
    const reduced = await reduceKubeconfig(
      await readGiven("kubectl.kubeconfig", kubeconfig),
      kubeconfig.slice(0, kubeconfig.lastIndexOf("/")),
      context,
      (path) => readGiven("kubectl.kubeconfig", path),
    );
    const found = destination("kubectl.kubeconfig", reduced.server);
    if (reduced.insecure && !/^(127\.|::1$)/.test(found.address)) {
      throw new PhysiclawError(
        "config",
        "Cannot use kubectl.kubeconfig: insecure-skip-tls-verify is taken on loopback only; name the certificate-authority",
      );
    }
    return { destination: found, env: { KUBECONFIG }, files: [{ at: KUBECONFIG, content: reduced.content }] };
  };

  const prometheus = async (): Promise<Access> => {
    const { url, ca, credentialsFile } = settings.prometheus ?? unset("prometheus.url");
    const found = destination("prometheus.url", url);
    const files: GivenFile[] = [];
    const config: Record<string, unknown> = {};
    if (credentialsFile !== undefined) {
      const credentials = await readToken("prometheus.credentials_file", credentialsFile);
      config["authorization"] = { type: "Bearer", credentials };
    }
    if (ca !== undefined) {
      files.push({ at: PROMETHEUS_CA, content: await readGiven("prometheus.ca", ca) });
      config["tls_config"] = { ca_file: PROMETHEUS_CA };
    }
    if (Object.keys(config).length > 0) files.push({ at: HTTP_CONFIG, content: JSON.stringify(config) });
    return { destination: found, env: {}, files };
  };

  const vault = async (): Promise<Access> => {
    const { address, ca, tokenFile } = settings.vault ?? unset("vault.address");
    const found = destination("vault.address", address);
    const token = tokenFile === undefined ? undefined : await readToken("vault.token_file", tokenFile);
    return {
      destination: found,
      env: {
        VAULT_ADDR: address,
        ...(token === undefined ? {} : { VAULT_TOKEN: token }),
        ...(ca === undefined ? {} : { VAULT_CACERT: VAULT_CA }),
      },
      files: ca === undefined ? [] : [{ at: VAULT_CA, content: await readGiven("vault.ca", ca) }],
    };
  };

  /** Throws {@link PhysiclawError} when the setting is absent or unusable. */
  const access = (setting: "prometheus.url" | "vault.address" | "kubectl.kubeconfig"): Promise<Access> => {
    if (!options.enabled) {
      throw new PhysiclawError("config", "Tools have no network here: PHYSICLAW_SANDBOX_NET is 0");
    }
    switch (setting) {
      case "kubectl.kubeconfig":
        return kubectl();
      case "prometheus.url":
        return prometheus();
      case "vault.address":
        return vault();
    }
  };

  const refusal = (error: unknown): NetworkRefusal => ({
    kind: "refusal",
    violation: false,
    // Anything else would be a fault of this program; its text could hold what it failed on.
    reason: error instanceof PhysiclawError ? error.describe() : "Cannot prepare the tool's network",
  });

  const prepareEndpoint = async (
    setting: Parameters<typeof access>[0],
    signal: AbortSignal | undefined,
  ): Promise<NetworkPlan | NetworkRefusal> => {
    const found = await access(setting);
    const made = await createEndpoint({
      destination: found.destination,
      helper: options.helper,
      ...(options.connect === undefined ? {} : { connect: options.connect }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!made.ok) return { kind: "refusal", violation: false, reason: made.reason };
    return {
      kind: "endpoint",
      label: made.label,
      wrapper: made.wrapper,
      hosts: [],
      env: found.env,
      files: found.files,
      close: made.close,
    };
  };

  return {
    async prepare(tool, slots, signal) {
      try {
        if (tool.network.kind === "none") return { kind: "none" };
        if (tool.network.kind === "endpoint") return await prepareEndpoint(tool.network.setting, signal);
        if (!options.enabled) {
          throw new PhysiclawError("config", "Tools have no network here: PHYSICLAW_SANDBOX_NET is 0");
        }
        const targets = [slots["targets"] ?? []].flat();
        const reason = checkTargets(targets, settings.nmap.targets, rules.safe);
        return reason === undefined
          ? { kind: "host", label: `the host's network, to ${targets.join(", ")}`, hosts: [] }
          : { kind: "refusal", violation: false, reason };
      } catch (error) {
        return refusal(error);
      }
    },
    async missing(tool) {
      try {
        if (tool.network.kind === "endpoint") await access(tool.network.setting);
        else if (tool.network.kind === "targets" && !options.enabled) {
          return "Tools have no network here: PHYSICLAW_SANDBOX_NET is 0";
        }
        return undefined;
      } catch (error) {
        return refusal(error).reason;
      }
    },
    async describe(tool) {
      if (tool.network.kind === "none") return "none";
      if (tool.network.kind === "targets") return tool.network.setting;
      try {
        return destinationLabel((await access(tool.network.setting)).destination);
      } catch {
        return tool.network.setting;
      }
    },
  };
}
