/**
 * From a validated `[tools.NAME]` table of a name that is no built-in to a {@link Tool}.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { normaliseName } from "./catalog.ts";
import { slotsOf } from "./build.ts";
import { DEFAULT_LIMITS } from "./slot_types.ts";
import { checkSlot } from "./slots.ts";
import type { PartEntry, SlotEntry, ToolEntry } from "./operator_schema.ts";
import type { Form, HandedFile, Limits, Part, SlotSpec, SlotType, Tool } from "./types.ts";

/** Programs that run what they are told: with one of these a slot would be a command. */
const RUNS_OTHERS = [
  ...["sh", "bash", "dash", "ash", "zsh", "fish", "ksh", "csh", "tcsh", "busybox", "toybox"],
  ...[
    "env",
    "xargs",
    "sudo",
    "su",
    "doas",
    "nohup",
    "setsid",
    "timeout",
    "nsenter",
    "chroot",
    "unshare",
    "bwrap",
  ],
  ...["ssh", "scp", "expect", "script", "watch", "parallel"],
];

/** Words for the name of a tool: what plans, metrics and the audit print. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,30}( [a-z0-9][a-z0-9._-]{0,30}){0,2}$/;

/** The refusal of one key of one tool's table; `fields` holds its dotted name. */
export function refuseTool(
  name: string,
  key: string | undefined,
  why: string,
  hint: string,
): PhysiclawError {
  const field = key === undefined ? `tools.${name}` : `tools.${name}.${key}`;
  const what = key === undefined ? `[tools."${name}"]` : `${key} of [tools."${name}"]`;
  return new PhysiclawError("config", `Cannot take ${what}: ${why}`, {
    hint,
    fields: [{ field, message: why }],
  });
}

function slotSpec(entry: SlotEntry): SlotSpec {
  const { many, required, default: preset, ask, ...rest } = entry;
  let type: SlotType;
  if (rest.kind === "path") {
    type = {
      kind: "path",
      of: rest.of,
      ...(rest.glob === undefined ? {} : { glob: rest.glob }),
      ...(rest.under === undefined ? {} : { under: rest.under }),
    };
  } else type = rest;
  return {
    type,
    ...(many === undefined ? {} : { many }),
    ...(required === undefined ? {} : { required }),
    ...(preset === undefined ? {} : { default: preset }),
    ...(ask === undefined ? {} : { ask }),
  };
}

function partOf(entry: PartEntry): Part {
  if (typeof entry === "string") return entry;
  if ("setting" in entry) {
    return {
      setting: entry.setting,
      ...(entry.flag === undefined ? {} : { flag: entry.flag }),
      ...(entry.optional === undefined ? {} : { optional: entry.optional }),
    };
  }
  return {
    slot: entry.slot,
    ...(entry.flag === undefined ? {} : { flag: entry.flag }),
    ...(entry.join === undefined ? {} : { join: entry.join }),
  };
}

function formsOf(name: string, entry: ToolEntry): readonly Form[] {
  if ((entry.args === undefined) === (entry.forms === undefined)) {
    throw refuseTool(
      name,
      "args",
      "a tool has either args or forms",
      'for instance args = ["-h", {slot = "path"}]',
    );
  }
  const template = (args: readonly PartEntry[]): readonly Part[] => ["@", ...args.map(partOf)];
  if (entry.args !== undefined) return [{ id: "run", commands: [template(entry.args)] }];
  return (entry.forms ?? []).map((form) => ({
    id: form.id,
    commands: form.commands.map(template),
    ...(form.proceed_on === undefined ? {} : { proceedOn: form.proceed_on }),
  }));
}

function checkSlots(name: string, slots: Readonly<Record<string, SlotSpec>>, forms: readonly Form[]): void {
  const used = new Set<string>();
  for (const form of forms) for (const slot of slotsOf(form)) used.add(slot);
  for (const slot of used) {
    if (!Object.hasOwn(slots, slot)) {
      throw refuseTool(
        name,
        "args",
        `they use slot "${slot}", which is not declared`,
        `declare slots.${slot}`,
      );
    }
  }
  for (const [slot, spec] of Object.entries(slots)) {
    const key = `slots.${slot}`;
    if (!used.has(slot)) throw refuseTool(name, key, "no argument uses it", "use it or leave it out");
    if (spec.type.kind === "integer" && spec.type.min > spec.type.max) {
      throw refuseTool(name, key, "min is above max", "swap them");
    }
    if (spec.type.kind === "path" && spec.type.under !== undefined) {
      const under = slots[spec.type.under];
      if (under?.type.kind !== "path" || spec.type.under === slot) {
        throw refuseTool(name, `${key}.under`, "it names no other path slot", "name a slot of kind path");
      }
    }
    const wrong = spec.default === undefined ? undefined : checkSlot(spec, spec.default);
    if (wrong !== undefined) throw refuseTool(name, `${key}.default`, `it ${wrong}`, "give one that fits");
  }
}

function checkParts(name: string, tool: Tool): void {
  const setting = tool.network.kind === "none" ? undefined : tool.network.setting.split(".")[0];
  for (const form of tool.forms) {
    for (const part of form.commands.flat()) {
      if (typeof part === "string") continue;
      if ("setting" in part && part.setting.split(".")[0] !== setting) {
        throw refuseTool(
          name,
          "args",
          `they use ${part.setting} without its network`,
          "set network to match",
        );
      }
      if ("slot" in part && tool.slots[part.slot]?.type.kind === "switch" && part.flag === undefined) {
        throw refuseTool(
          name,
          "args",
          `switch "${part.slot}" has no flag`,
          'write {slot = "…", flag = "--…"}',
        );
      }
    }
  }
  const ids = tool.forms.map((form) => form.id);
  if (new Set(ids).size !== ids.length) {
    throw refuseTool(name, "forms", "two of them have the same id", "name them apart");
  }
}

const KUBECONFIG: HandedFile = { from: { setting: "kubectl.kubeconfig" }, at: "/run/physiclaw/kubeconfig" };
const HTTP_CONFIG: HandedFile = {
  from: { setting: "prometheus.http_config" },
  at: "/run/physiclaw/promtool-http.yml",
  optional: true,
};

/** What a destination brings along: the same files and variables that the built-in tool of that destination has. */
function networkOf(network: ToolEntry["network"]): Pick<Tool, "network" | "files" | "env" | "sockets"> {
  switch (network) {
    case undefined:
    case "none":
      return { network: { kind: "none" }, files: [], env: {}, sockets: [] };
    case "kubectl.kubeconfig":
      return {
        network: { kind: "endpoint", setting: network },
        files: [KUBECONFIG],
        env: { KUBECONFIG: KUBECONFIG.at },
        sockets: ["inet"],
      };
    case "prometheus.url":
      return {
        network: { kind: "endpoint", setting: network },
        files: [HTTP_CONFIG],
        env: {},
        sockets: ["inet"],
      };
    case "vault.address":
      return {
        network: { kind: "endpoint", setting: network },
        files: [],
        env: {},
        sockets: ["inet", "netlink"],
      };
  }
}

/**
 * A new tool. Throws {@link PhysiclawError} of kind `config` that names the key which is missing or wrong.
 *
 * @example
 * ```ts
 * import { defineTool } from "./define_tool.ts";
 * const tool = defineTool("disk-usage", {
 *   personas: ["sre"],
 *   program: "/usr/bin/df",
 *   args: ["-h", { slot: "path" }],
 *   slots: { path: { kind: "path", of: "any" } },
 *   examples: ["how full are the disks"],
 * });
 * console.assert(tool.parser === "text" && tool.network.kind === "none");
 * ```
 */
export function defineTool(
  name: string,
  entry: ToolEntry,
  limits: Pick<Limits, "timeoutMs" | "outputBytes"> = DEFAULT_LIMITS,
): Tool {
  const { personas, program, examples, effect = "read" } = entry;
  if (!NAME.test(normaliseName(name))) {
    throw refuseTool(name, undefined, "it is no tool's name", "use lower-case letters, digits, dots, dashes");
  }
  const known = "no built-in has this name; a new tool needs personas, program, args and examples";
  if (personas === undefined) throw refuseTool(name, "personas", "it is missing", known);
  if (program === undefined) throw refuseTool(name, "program", "it is missing", known);
  if (examples === undefined) throw refuseTool(name, "examples", "it is missing", known);
  const base = program.slice(program.lastIndexOf("/") + 1);
  if (RUNS_OTHERS.includes(base)) {
    throw refuseTool(name, "program", `${base} runs whatever it is told`, "name the program itself");
  }
  const { env, ...network } = networkOf(entry.network);
  const slots = Object.fromEntries(
    Object.entries(entry.slots ?? {}).map(([slot, spec]) => [slot, slotSpec(spec)]),
  );
  const forms = formsOf(name, entry);
  checkSlots(name, slots, forms);
  const project = entry.project_slot;
  if (project !== undefined && slots[project]?.type.kind !== "path") {
    throw refuseTool(name, "project_slot", "it names no path slot", "name a slot of kind path");
  }
  const tool: Tool = {
    name: normaliseName(name),
    aliases: (entry.aliases ?? []).map(normaliseName),
    personas,
    summary: entry.summary ?? `runs ${program}`,
    program: { path: program },
    slots,
    forms,
    effect,
    workspace: effect === "write" ? "replace" : "read",
    ...(project === undefined ? {} : { projectSlot: project }),
    ...network,
    env: { ...entry.env, ...env },
    roots: entry.roots ?? [],
    limits: {
      timeoutMs: entry.timeout_seconds === undefined ? limits.timeoutMs : entry.timeout_seconds * 1000,
      outputBytes: entry.output_bytes ?? limits.outputBytes,
      memory: { kind: "address-space", bytes: entry.memory_bytes ?? DEFAULT_LIMITS.memory.bytes },
    },
    parser: "text",
    ...(entry.probe === undefined ? {} : { probe: entry.probe }),
    install: entry.install ?? `put the program at ${program}`,
    examples,
  };
  checkParts(name, tool);
  return tool;
}
