/**
 * What a program that embeds Physiclaw may import. Importing it has no side effects.
 *
 * @example
 * ```ts ignore
 * import { loadSettings, openBridge } from "@physiclaw/physiclaw";
 * const loaded = await loadSettings({ env: {}, uid: 1000, home: "/home/ada", cwd: "/srv/app" });
 * const bridge = await openBridge(loaded, () => {});
 * await bridge.stop(1000);
 * ```
 *
 * @module
 */
import type { Bridge, openBridge as OpenBridge } from "./cmd/wire.ts";

export { buildCommands } from "./lib/catalog/build.ts";
export { BUILTIN_TOOLS, type Catalog, createCatalog, normalisePersona } from "./lib/catalog/catalog.ts";
export { applyOverrides } from "./lib/catalog/operator_tools.ts";
export { type Persona, PERSONAS, type Slots, type Tool, type ToolSettings } from "./lib/catalog/types.ts";
export { type LoadedSettings, type LoadOptions, loadSettings } from "./lib/config/load.ts";
export type { Settings } from "./lib/config/schema.ts";
export { toolsInForce, toToolSettings } from "./lib/config/tool_settings.ts";
export type { GoalOutcome, GoalResult, Plan, PlanStep, StepOutcome, StepResult } from "./lib/goals/types.ts";
export {
  type ErrorKind,
  EXIT_CODES,
  HTTP_STATUS,
  PhysiclawError,
  SecurityViolation,
} from "./lib/internal/errors.ts";
export { VERSION } from "./lib/internal/version.ts";
export type { Bridge };

/** Builds a bridge from settings and listens; everything that it needs is loaded when it is called. */
export const openBridge: typeof OpenBridge = async (...options) =>
  await (await import("./cmd/wire.ts")).openBridge(...options);
