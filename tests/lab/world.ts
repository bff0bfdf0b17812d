/**
 * The lab: real servers and tools around one bridge, with facts that are known.
 *
 * @module
 */
import { makeDemoWorkspace } from "../fixtures/demo/workspace.ts";
import { startKubernetes } from "../fixtures/servers/kubernetes.ts";
import { hasPrometheus, startPrometheus } from "../fixtures/servers/prometheus.ts";
import { startVault } from "../fixtures/servers/vault.ts";
import { installedTools, toolOverrides } from "../setup/installed.ts";
import { startBridge, type TestBridge } from "../support/bridge.ts";
import { labCluster } from "./cluster.ts";
import { writeLabFiles } from "./files.ts";
import { startMetrics } from "./metrics.ts";

/** What cases may speak of. */
export interface Lab {
  readonly bridge: TestBridge;
  /** Somebody listens here and says it is a mail server. */
  readonly openPort: number;
  /** Nobody listens here. */
  readonly closedPort: number;
  /** Short names of the tools that are here. */
  readonly tools: ReadonlySet<string>;
  close(): Promise<void>;
}

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function greet(): { readonly port: number; close(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const greeting = new TextEncoder().encode("220 mail.internal ESMTP Postfix\r\n");
  const accepting = (async () => {
    for (;;) {
      try {
        const connection = await listener.accept();
        // A scanner may have hung up before it was greeted.
        await connection.write(greeting).catch(() => 0);
        connection.close();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      }
    }
  })();
  return {
    port: listener.addr.port,
    close: async () => {
      listener.close();
      await accepting;
    },
  };
}

const section = (name: string, values: Readonly<Record<string, unknown>>): readonly string[] => [
  `[${name}]`,
  ...Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
];

/** Starts everything; about fifteen seconds with all tools. */
export async function startLab(): Promise<Lab> {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-lab-" });
  const workspace = `${home}/workspace`;
  const tools = await installedTools();
  const now = new Date();
  const metrics = startMetrics(now);
  const [prometheus, kubernetes, vault] = await Promise.all([
    hasPrometheus().then((there) =>
      there ? startPrometheus({ history: metrics.history, federate: metrics.address }) : undefined
    ),
    startKubernetes({
      objects: labCluster(now),
      denied: (plural, namespace) => namespace === "legal" && plural !== "events",
    }),
    startVault({ token: "lab-token" }),
    makeDemoWorkspace(workspace, tools),
  ]);
  await writeLabFiles(workspace, tools);
  const greeter = greet();
  const kubeconfig = `${home}/kubeconfig`;
  const tokenFile = `${home}/vault-token`;
  const client = `${home}/client/vault`;
  await Deno.mkdir(`${home}/client`);
  await Deno.copyFile(new URL("../fixtures/servers/vault_client.py", import.meta.url), client);
  await Deno.chmod(client, 0o755);
  await Deno.writeTextFile(kubeconfig, kubernetes.kubeconfig(), { mode: 0o600 });
  await Deno.writeTextFile(tokenFile, "lab-token", { mode: 0o600 });
  const overrides = {
    ...toolOverrides(tools),
    "vault-read": { program: client, libraries: [`${home}/client`] },
  };
  const config = [
    'time_zone = "UTC"',
    ...section("kubectl", { kubeconfig }),
    ...(prometheus === undefined ? [] : section("prometheus", { url: prometheus.url })),
    ...section("vault", { address: vault.url, token_file: tokenFile }),
    ...Object.entries(overrides).flatMap(([name, { program, libraries }]) =>
      section(`tools.${JSON.stringify(name)}`, { program, libraries, override: true })
    ),
    "",
  ].join("\n");
  const bridge = await startBridge({ config, workspace });
  const here = Object.entries(tools).filter(([, state]) => "program" in state).map(([name]) => name);
  return {
    bridge,
    openPort: greeter.port,
    closedPort: closedPort(),
    tools: new Set([...here, ...(prometheus === undefined ? [] : ["prometheus"])]),
    close: async () => {
      await bridge.stop();
      await Promise.all([
        greeter.close(),
        kubernetes.close(),
        prometheus?.close(),
        metrics.close(),
        vault.close(),
      ]);
      await Deno.remove(home, { recursive: true });
    },
  };
}
