/**
 * Tools that the program carries but leaves off until the operator names their pack in `packs`.
 *
 * @module
 */
import { dnsName, LABEL_SELECTOR } from "./slot_types.ts";
import { kubectlGet } from "./tools_sre.ts";
import type { Part, SlotSpec, Tool } from "./types.ts";

const NAMESPACE: SlotSpec = { type: dnsName("a namespace"), ask: "Which namespace?" };
const SELECTOR: SlotSpec = { type: LABEL_SELECTOR };

const COMMON: readonly Part[] = [
  "--request-timeout=20s",
  "--cache-dir=/tmp/kube-cache",
  { setting: "kubectl.context", flag: "--context=", optional: true },
];

/** What every kubectl tool shares with `kubectl get`: destination, kubeconfig, sockets, limits. */
const kubectlTool = (
  verb: string,
  summary: string,
  slots: Readonly<Record<string, SlotSpec>>,
  forms: Tool["forms"],
  examples: readonly string[],
): Tool => {
  const { rules: _ofGetAlone, ...shared } = kubectlGet;
  return {
    ...shared,
    name: `kubectl ${verb}`,
    aliases: [`kubectl-${verb}`],
    summary,
    slots,
    forms,
    parser: "kubectl-text",
    examples,
  };
};

const kubectlLogs = kubectlTool(
  "logs",
  "shows the log of a pod's containers",
  {
    pod: { type: dnsName("a pod's name"), required: true, ask: "Which pod?" },
    container: { type: dnsName("a container's name") },
    namespace: NAMESPACE,
    previous: { type: { kind: "switch" } },
    tail: { type: { kind: "integer", min: 1, max: 100_000 }, default: "1000" },
    since: {
      type: { kind: "pattern", pattern: "[1-9][0-9]{0,5}(s|m|h)", max: 7, what: "a duration such as 15m" },
    },
  },
  [{
    id: "logs",
    commands: [[
      "@",
      "logs",
      { slot: "pod" },
      { slot: "container", flag: "-c" },
      { slot: "namespace", flag: "-n" },
      { slot: "previous", flag: "--previous" },
      { slot: "tail", flag: "--tail=" },
      { slot: "since", flag: "--since=" },
      ...COMMON,
    ]],
  }],
  ["show the logs of pod checkout-7d9 in namespace shop", "log of the previous container of pod api-0"],
);

const kubectlTop = kubectlTool(
  "top",
  "shows CPU and memory use of pods or nodes",
  {
    what: { type: { kind: "enum", values: ["pods", "nodes"] }, required: true, ask: "Pods or nodes?" },
    name: { type: dnsName("a pod's or node's name") },
    namespace: NAMESPACE,
    all: { type: { kind: "switch" } },
    selector: SELECTOR,
  },
  [
    {
      id: "pods",
      commands: [[
        "@",
        "top",
        { slot: "what" },
        { slot: "name" },
        { slot: "namespace", flag: "-n" },
        { slot: "all", flag: "-A" },
        { slot: "selector", flag: "-l" },
        ...COMMON,
      ]],
    },
    {
      id: "nodes",
      commands: [[
        "@",
        "top",
        { slot: "what" },
        { slot: "name" },
        { slot: "selector", flag: "-l" },
        ...COMMON,
      ]],
    },
  ],
  ["which pods use the most memory in namespace web", "cpu usage of the nodes according to kubernetes"],
);

const kubectlDescribe = kubectlTool(
  "describe",
  "describes one Kubernetes object with its events; never a secret",
  {
    kind: {
      type: {
        kind: "enum",
        // Objects that hold no secret of their own; `describe secret` prints sizes only, but names suffice there.
        values: [
          "pod",
          "deployment",
          "replicaset",
          "statefulset",
          "daemonset",
          "job",
          "cronjob",
          "service",
          "ingress",
          "node",
          "namespace",
          "persistentvolume",
          "persistentvolumeclaim",
          "storageclass",
          "horizontalpodautoscaler",
          "poddisruptionbudget",
          "networkpolicy",
        ],
      },
      required: true,
      ask: "Which kind of object?",
    },
    name: { type: dnsName("an object's name"), required: true, ask: "Which object?" },
    namespace: NAMESPACE,
  },
  [{
    id: "describe",
    commands: [[
      "@",
      "describe",
      { slot: "kind" },
      { slot: "name" },
      { slot: "namespace", flag: "-n" },
      ...COMMON,
    ]],
  }],
  ["describe pod checkout-7d9 in namespace shop", "describe node worker-3"],
);

/** Names that the setting `packs` may hold. */
export const PACK_NAMES = ["kubectl-logs"] as const;
/** A pack's name. */
export type PackName = (typeof PACK_NAMES)[number];

/** The tools of each pack. */
export const PACKS: Readonly<Record<PackName, readonly Tool[]>> = {
  "kubectl-logs": [kubectlLogs, kubectlTop, kubectlDescribe],
};
