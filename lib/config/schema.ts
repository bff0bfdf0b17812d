/**
 * The settings: one schema for file, environment and flags, and the only source of their type. Keys are spelled as in
 * the file; `undefined` means not set, an empty list means none.
 *
 * @module
 */
import { z } from "zod";
import { isSafeSubnet, SAFE_SUBNETS } from "../catalog/addresses.ts";
import { normalisePersona } from "../catalog/catalog.ts";
import { toolEntrySchema } from "../catalog/operator_schema.ts";
import { PACK_NAMES } from "../catalog/packs.ts";
import { isIpLiteral } from "../catalog/slots.ts";
import { PERSONAS } from "../catalog/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { normalisePath } from "../internal/paths.ts";
import { DEFAULT_LISTEN, parseListen } from "./listen.ts";

const MIB = 1024 ** 2;

// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const text = (max = 1024) =>
  z.string().min(1, "is empty").max(max, `is longer than ${max} characters`)
    .refine((value) => !CONTROL.test(value), "holds a control character");

const absolutePath = text().refine((value) => value.startsWith("/"), "is not an absolute path")
  .transform(normalisePath);

const count = (min: number, max: number) =>
  z.int("is not a whole number").min(min, `is below ${min}`).max(max, `is above ${max}`);

const persona = z.string().transform((value, context) => {
  const found = normalisePersona(value);
  if (found !== undefined) return found;
  context.addIssue({ code: "custom", message: `is not one of ${PERSONAS.join(", ")}` });
  return z.NEVER;
});

const listen = text().superRefine((value, context) => {
  try {
    parseListen(value);
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    context.addIssue({ code: "custom", message: error.describe() });
  }
});

const timeZone = text(64).refine((value) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}, "is no time zone that this system knows (for instance Europe/Berlin)");

/** A base address without credentials, query or fragment; a literal host must be inside the safe subnets. */
const endpoint = text().superRefine((value, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (!URL.canParse(value)) return refuse("is not a URL");
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse("is neither http nor https");
  if (url.username !== "" || url.password !== "") return refuse("holds credentials: name a file for them");
  if (url.search !== "" || url.hash !== "") return refuse("holds a query or a fragment");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIpLiteral(host) && !isSafeSubnet(host)) return refuse("is outside the safe subnets");
});

const safeSubnet = text(64).refine((value) => isSafeSubnet(value), "is not inside the safe subnets");

const hostName = z.string().max(253, "is longer than 253 characters")
  .regex(/^(?=.*[a-zA-Z])[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/, "is not a host's name");
const pinned = z.string().refine(isIpLiteral, "is not an IP address")
  .refine((value) => isSafeSubnet(value), "is outside the safe subnets");

/** Everything that may be set, with defaults that need no knowledge of the host. */
export const settingsSchema = z.strictObject({
  persona: persona.default("sre"),
  listen: listen.default(DEFAULT_LISTEN),
  time_zone: timeZone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  /** Where the stores are. */
  state_dir: absolutePath,
  /** The workspace; absent when none was set and the directory of `serve` is unfit for one. */
  cwd: absolutePath.optional(),
  workspace: z.strictObject({
    /** Directories that a caller's `cwd` may lie in; the workspace itself is always the first. */
    roots: z.array(absolutePath.refine((value) => value !== "/", "is the root of the file system")).max(64)
      .default([]),
  }).prefault({}),
  packs: z.array(z.enum(PACK_NAMES, { error: `is not one of ${PACK_NAMES.join(", ")}` })).default([]),
  kubectl: z.strictObject({ kubeconfig: absolutePath, context: text(253).optional() }).optional(),
  prometheus: z.strictObject({
    url: endpoint,
    ca: absolutePath.optional(),
    credentials_file: absolutePath.optional(),
  }).optional(),
  vault: z.strictObject({
    address: endpoint,
    ca: absolutePath.optional(),
    token_file: absolutePath.optional(),
    allow_values: z.array(text(512)).max(256).default([]),
  }).optional(),
  nmap: z.strictObject({
    targets: z.array(safeSubnet).max(256).default(["127.0.0.0/8", "::1/128"]),
  }).prefault({}),
  tools: z.record(z.string().min(1, "is empty").max(96), toolEntrySchema).default({}),
  hosts: z.record(hostName, pinned).default({}),
  limits: z.strictObject({
    goals_at_once: count(1, 256).default(4),
    queue: count(0, 100_000).default(64),
    output_bytes: count(64 * 1024, 1024 * MIB).default(16 * MIB),
    results_days: count(1, 36_500).default(30),
    results_bytes: count(16 * MIB, 2 ** 50).default(2048 * MIB),
    step_timeout_seconds: count(1, 86_400).default(300),
    header_timeout_seconds: count(1, 600).default(10),
    request_timeout_seconds: count(1, 3600).default(30),
    max_connections: count(1, 65_536).default(512),
    // 64 KiB of goal may take six bytes a character in JSON, and the other fields want room.
    body_bytes: count(64 * 1024, 16 * MIB).default(512 * 1024),
  }).prefault({}),
  egress: z.strictObject({
    safe: z.array(safeSubnet).max(64).default([...SAFE_SUBNETS]),
    // 20 ms between scans always catches a connection of 30 ms, for about 2.5 % of a core.
    interval_ms: count(1, 100).default(20),
  }).prefault({}),
  models: z.strictObject({ dir: absolutePath }),
  approvals: z.strictObject({ allow_self: z.boolean().default(false) }).prefault({}),
  /** From the environment only: a settings file is no place for secrets. */
  auth: z.strictObject({
    api_keys: z.string().optional(),
    required: z.boolean().default(true),
    jwt_secret: z.string().optional(),
  }).prefault({}),
  /** From the environment only: loosening the sandbox is said at each start, or not at all. */
  sandbox: z.strictObject({
    required: z.boolean().default(true),
    network: z.boolean().default(true),
  }).prefault({}),
  /** From `serve --unlocked` only, for the same reason. */
  lock: z.strictObject({ required: z.boolean().default(true) }).prefault({}),
});

/** The settings in force: validated, frozen. */
export type Settings = z.output<typeof settingsSchema>;

/** Tables that the file may not hold, and what to use instead. */
export const ENVIRONMENT_ONLY: Readonly<Record<string, string>> = {
  auth: "set PHYSICLAW_API_KEYS, PHYSICLAW_JWT_SECRET or PHYSICLAW_REQUIRE_AUTH",
  sandbox: "set PHYSICLAW_SANDBOX or PHYSICLAW_SANDBOX_NET",
  lock: "start serve with --unlocked",
};

/** Keys whose values are never shown. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(["auth.api_keys", "auth.jwt_secret"]);

/** Keys under which the operator chooses the names. */
export const OPEN_KEYS: ReadonlySet<string> = new Set(["tools", "hosts"]);

/** Every dotted key that has a fixed name, in the order of the schema. */
export const SETTING_KEYS: readonly string[] = keysOf(settingsSchema, "");

function keysOf(schema: z.ZodType, prefix: string): readonly string[] {
  let inner: unknown = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  if (!(inner instanceof z.ZodObject)) return [prefix];
  return Object.entries(inner.shape).flatMap(([key, value]) =>
    value instanceof z.ZodType ? keysOf(value, prefix === "" ? key : `${prefix}.${key}`) : []
  );
}
