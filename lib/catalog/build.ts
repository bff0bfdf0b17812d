/**
 * From tool, form and slots to argv: the only way an argv comes to be.
 *
 * @module
 */
import { SecurityViolation } from "../internal/errors.ts";
import { derive } from "./derive.ts";
import { checkSlot } from "./slots.ts";
import type { Form, Part, SettingName, Slots, SlotValue, Tool } from "./types.ts";

/** What an argv is made with besides the slots. */
export interface BuildContext {
  /** Absolute path of the program as it will be run, or its name when it is not installed. */
  readonly program: string;
  /** Values of settings as the sandbox sees them; absent: not set. */
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
  /** Slots whose value is a placeholder that an earlier step fills; they are not checked yet. */
  readonly placeholders?: ReadonlySet<string>;
}

/** What the goals package writes for a slot that an earlier step will fill. */
const PLACEHOLDER = /^\{[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_.-]{1,64}\}$/;

const list = (value: SlotValue): readonly string[] => (typeof value === "string" ? [value] : value);

const emit = (flag: string | undefined, value: string): readonly string[] =>
  flag === undefined ? [value] : flag.endsWith("=") ? [flag + value] : [flag, value];

/** The form of that id. Throws {@link SecurityViolation} when the tool has none. */
export function formOf(tool: Tool, id: string): Form {
  const form = tool.forms.find((candidate) => candidate.id === id);
  if (form === undefined) throw new SecurityViolation(`Cannot run ${tool.name}: it has no form "${id}"`);
  return form;
}

/** Which slots a form uses. */
export function slotsOf(form: Form): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of form.commands.flat()) {
    if (typeof part === "object" && "slot" in part) names.add(part.slot);
    if (typeof part === "object" && "derive" in part) {
      for (const name of DERIVED_FROM[part.derive]) names.add(name);
    }
  }
  return names;
}

const DERIVED_FROM: Readonly<Record<Extract<Part, { derive: unknown }>["derive"], readonly string[]>> = {
  "duckdb-allowed-paths": ["files"],
  "duckdb-serialize": ["sql"],
  "duckdb-execute": ["tree"],
  "nmap-family": ["targets"],
};

/** Slots with defaults filled in and every value checked. Throws {@link SecurityViolation}. */
export function checkSlots(
  tool: Tool,
  form: Form,
  slots: Slots,
  placeholders: ReadonlySet<string> = new Set(),
): Slots {
  const used = slotsOf(form);
  const filled: Record<string, SlotValue> = {};
  for (const name of Object.keys(slots)) {
    if (!Object.hasOwn(tool.slots, name) || !used.has(name)) {
      throw new SecurityViolation(`Cannot run ${tool.name}: its form "${form.id}" has no slot "${name}"`);
    }
  }
  for (const name of used) {
    const spec = tool.slots[name];
    if (spec === undefined) {
      throw new SecurityViolation(`Cannot run ${tool.name}: slot "${name}" is not declared`);
    }
    const value = Object.hasOwn(slots, name) ? slots[name] : spec.default;
    if (value === undefined) {
      if (spec.required === true) {
        throw new SecurityViolation(`Cannot run ${tool.name}: slot "${name}" has no value`);
      }
      continue;
    }
    // A placeholder is `{step.fact}` and nothing else, so that none of them smuggles a value past its type.
    const wrong = placeholders.has(name)
      ? list(value).every((one) => PLACEHOLDER.test(one)) ? undefined : "is no placeholder"
      : checkSlot(spec, value);
    if (wrong !== undefined) {
      throw new SecurityViolation(`Cannot run ${tool.name}: the value of slot "${name}" ${wrong}`);
    }
    filled[name] = value;
  }
  for (const rule of tool.rules ?? []) {
    const held = filled[rule.when.slot];
    if (held === undefined || !list(held).includes(rule.when.value)) continue;
    const required = filled[rule.require.slot];
    if (required === undefined || list(required).some((value) => value !== rule.require.value)) {
      throw new SecurityViolation(`Cannot run ${tool.name}: ${rule.why}`);
    }
  }
  return filled;
}

/**
 * The spelling of a directory that is right from inside that directory: `etl/core` becomes `../../etl/core`, so that the
 * plan still shows where the tool works. `.` where no such spelling exists.
 *
 * @example
 * ```ts
 * import { fromInside } from "./build.ts";
 * console.assert(fromInside("etl/core") === "../../etl/core");
 * console.assert(fromInside("../core") === ".");
 * ```
 */
export function fromInside(directory: string): string {
  if (directory.startsWith("/")) return directory;
  const parts = directory.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? "." : "../".repeat(parts.length) + directory;
}

function buildPart(tool: Tool, part: Part, slots: Slots, context: BuildContext): readonly string[] {
  if (typeof part === "string") return part === "@" ? [context.program] : [part];
  if ("setting" in part) {
    const value = context.settings[part.setting];
    if (value !== undefined) return emit(part.flag, value);
    if (part.optional === true) return [];
    // The plan is made all the same and says what is missing; the runner answers "unavailable" before it comes here.
    return emit(part.flag, `{${part.setting}}`);
  }
  if ("derive" in part) {
    const value = derive(part.derive, slots);
    return value === undefined ? [] : emit(part.flag, value);
  }
  const value = slots[part.slot];
  if (value === undefined) return [];
  if (part.slot === tool.chdirSlot && typeof value === "string") return emit(part.flag, fromInside(value));
  if (tool.slots[part.slot]?.type.kind === "switch") return part.flag === undefined ? [] : [part.flag];
  if (part.join !== undefined) {
    const { join } = part;
    if (list(value).some((one) => one.includes(join))) {
      throw new SecurityViolation(`Cannot run ${tool.name}: a value of slot "${part.slot}" holds "${join}"`);
    }
    return emit(part.flag, list(value).join(join));
  }
  return list(value).flatMap((one) => emit(part.flag, one));
}

/**
 * The argvs of a form with these slots. Throws {@link SecurityViolation} when a slot is unknown, missing or does not
 * fit its type, or when a rule of the tool forbids the combination.
 *
 * @example
 * ```ts
 * import { buildCommands } from "./build.ts";
 * import { logAggregator } from "./tools_sre.ts";
 * const [argv] = buildCommands(logAggregator, "files", { paths: "/var/log/syslog" }, { program: "log-aggregator", settings: {} });
 * console.assert(argv?.at(-1) === "/var/log/syslog");
 * ```
 */
export function buildCommands(
  tool: Tool,
  formId: string,
  slots: Slots,
  context: BuildContext,
): readonly (readonly string[])[] {
  const form = formOf(tool, formId);
  const checked = checkSlots(tool, form, slots, context.placeholders);
  return form.commands.map((parts) => parts.flatMap((part) => buildPart(tool, part, checked, context)));
}
