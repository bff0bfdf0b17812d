/**
 * Sample data and servers for the demo and the whole-program tests.
 *
 * @module
 */
import { makeDemoWorkspace } from "../fixtures/demo/workspace.ts";
import { startKubernetes } from "../fixtures/servers/kubernetes.ts";
import { hasPrometheus, startPrometheus } from "../fixtures/servers/prometheus.ts";
import { installedTools, toolOverrides } from "../setup/installed.ts";

/** A prepared workspace with its servers. */
export interface Demo {
  readonly workspace: string;
  readonly kubeconfig: string;
  readonly prometheus: string | undefined;
  /** Somebody listens here. */
  readonly openPort: number;
  /** Nobody listens here. */
  readonly closedPort: number;
  readonly overrides: ReturnType<typeof toolOverrides>;
  clean(): Promise<void>;
}

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Copies the samples into a temporary workspace and starts what they need on loopback. */
export async function prepareDemo(): Promise<Demo> {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-demo-" });
  const workspace = `${home}/workspace`;
  const tools = await installedTools();
  await makeDemoWorkspace(workspace, tools);
  const kubernetes = await startKubernetes();
  const kubeconfig = `${home}/kubeconfig`;
  await Deno.writeTextFile(kubeconfig, kubernetes.kubeconfig(), { mode: 0o600 });
  const prometheus = await hasPrometheus() ? await startPrometheus() : undefined;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for (;;) {
      try {
        (await listener.accept()).close();
      } catch (error) {
        // A scanner hangs up before it is answered; only our own closing ends this.
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      }
    }
  })();
  return {
    workspace,
    kubeconfig,
    prometheus: prometheus?.url,
    openPort: listener.addr.port,
    closedPort: closedPort(),
    overrides: toolOverrides(tools),
    clean: async () => {
      listener.close();
      await accepting;
      await Promise.all([kubernetes.close(), prometheus?.close()]);
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The settings file that makes the demo's servers and tools known. */
export function demoConfig(demo: Demo): string {
  const text = JSON.stringify;
  const tools = Object.entries(demo.overrides).flatMap(([name, { program, libraries }]) => [
    `[tools.${text(name)}]`,
    `program = ${text(program)}`,
    `libraries = ${text(libraries)}`,
    "override = true",
  ]);
  return [
    'time_zone = "UTC"',
    "[kubectl]",
    `kubeconfig = ${text(demo.kubeconfig)}`,
    ...(demo.prometheus === undefined ? [] : ["[prometheus]", `url = ${text(demo.prometheus)}`]),
    ...tools,
    "",
  ].join("\n");
}
