/**
 * What an operator may write under `[tools.NAME]`: how it looks. What it may mean is decided in `operator_tools.ts`.
 *
 * @module
 */
import { z } from "zod";
import { normalisePath } from "../internal/paths.ts";
import { checkPattern } from "./pattern_cost.ts";
import { PERSONAS } from "./types.ts";

// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const text = (max: number) =>
  z.string().min(1, "is empty").max(max, `is longer than ${max} characters`)
    .refine((value) => !CONTROL.test(value), "holds a control character");

/** An absolute path, normalised; the root itself is never meant. */
const absolutePath = text(1024)
  .refine((value) => value.startsWith("/"), "is not an absolute path")
  .transform(normalisePath)
  .refine((value) => value !== "/", "is the root of the file system");

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "is not a name such as max_depth");
const flag = text(64).refine((value) => value.startsWith("-"), "does not begin with a dash");

const common = {
  many: z.int().min(1).max(64).optional(),
  required: z.boolean().optional(),
  default: z.union([text(1024), z.array(text(1024)).min(1).max(64)]).optional(),
  ask: text(200).optional(),
};

/** `text` is left out: languages that a tool parses itself need a check of their own. */
const slot = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("enum"), values: z.array(text(256)).min(1).max(256), ...common }),
  z.strictObject({
    kind: z.literal("pattern"),
    pattern: z.string().min(1, "is empty").superRefine((value, context) => {
      const wrong = checkPattern(value);
      if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
    }),
    max: z.int().min(1).max(1024),
    what: text(100),
    ...common,
  }),
  z.strictObject({
    kind: z.literal("integer"),
    min: z.int().min(0),
    max: z.int().max(999_999_999_999_999),
    ...common,
  }),
  z.strictObject({ kind: z.literal("switch"), ...common }),
  z.strictObject({
    kind: z.literal("path"),
    of: z.enum(["file", "directory", "any"]),
    glob: z.boolean().optional(),
    under: identifier.optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal("address"), ...common }),
  z.strictObject({ kind: z.literal("ports"), ...common }),
]);

/** Derivations are code, and therefore not the operator's to name. */
const part = z.union([
  text(1024),
  z.strictObject({ slot: identifier, flag: flag.optional(), join: text(4).optional() }),
  z.strictObject({
    setting: z.enum(["prometheus.url", "prometheus.http_config", "kubectl.context"]),
    flag: flag.optional(),
    optional: z.boolean().optional(),
  }),
], { error: "is neither a text nor {slot = …} nor {setting = …}" });

const args = z.array(part).max(64);

/** One `[tools.NAME]` table. Which keys are needed and allowed depends on whether the name is a built-in. */
export const toolEntrySchema = z.strictObject({
  program: absolutePath.optional(),
  roots: z.array(absolutePath).max(32).optional(),
  env: z.record(
    z.string().regex(/^(?!LD_)[A-Za-z_][A-Za-z0-9_]{0,63}$/, "is not a variable that a tool may be given"),
    z.string().max(4096).refine((value) => !CONTROL.test(value), "holds a control character"),
  ).optional(),
  libraries: z.array(absolutePath).max(32).optional(),
  disabled: z.boolean().optional(),
  override: z.boolean().optional(),
  personas: z.array(z.enum(PERSONAS)).min(1).optional(),
  aliases: z.array(text(64)).max(8).optional(),
  summary: text(200).optional(),
  args: args.optional(),
  forms: z.array(z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "is not a name such as by-day"),
    commands: z.array(args).min(1).max(4),
    proceed_on: z.array(z.int().min(0).max(255)).min(1).optional(),
  })).min(1).max(8).optional(),
  slots: z.record(identifier, slot).optional(),
  effect: z.enum(["read", "write"]).optional(),
  project_slot: identifier.optional(),
  network: z.enum(["none", "prometheus.url", "vault.address", "kubectl.kubeconfig"]).optional(),
  timeout_seconds: z.int().min(1).max(86_400).optional(),
  output_bytes: z.int().min(1024).max(1024 ** 3).optional(),
  memory_bytes: z.int().min(64 * 1024 ** 2).max(64 * 1024 ** 3).optional(),
  probe: z.array(text(256)).min(1).max(16).optional(),
  install: text(400).optional(),
  examples: z.array(text(300)).min(1).max(64).optional(),
});

/** A validated `[tools.NAME]` table. */
export type ToolEntry = z.output<typeof toolEntrySchema>;
/** A validated slot of a tool that an operator declares. */
export type SlotEntry = z.output<typeof slot>;
/** A validated piece of an argv template. */
export type PartEntry = z.output<typeof part>;
