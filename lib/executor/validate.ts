/**
 * The runner's own look at a request. It trusts nothing that the bridge says: tool, persona, slots and every argv are
 * checked against its own catalogue.
 *
 * @module
 */
import { buildCommands, checkSlots, formOf } from "../catalog/build.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Form, Slots, Tool } from "../catalog/types.ts";
import { SecurityViolation } from "../internal/errors.ts";
import type { SettingValues } from "./network_types.ts";
import type { StepRequest } from "./types.ts";

/** A request that names an existing form of a tool that its persona may use. */
export interface ValidRequest {
  readonly tool: Tool;
  readonly form: Form;
  /** Defaults filled in. */
  readonly slots: Slots;
}

/**
 * Checks tool, persona, form and slots. Throws {@link SecurityViolation}.
 *
 * @example
 * ```ts ignore
 * const { tool } = validateRequest(request, createCatalog(BUILTIN_TOOLS));
 * ```
 */
export function validateRequest(request: StepRequest, catalog: Catalog): ValidRequest {
  const tool = catalog.find(request.tool);
  if (tool === undefined) {
    throw new SecurityViolation(`Cannot run "${request.tool}": the catalogue has no such tool`);
  }
  if (!tool.personas.includes(request.persona)) {
    throw new SecurityViolation(`Cannot run ${tool.name}: the persona ${request.persona} may not use it`);
  }
  const form = formOf(tool, request.form);
  const slots = checkSlots(tool, form, request.slots);
  if (request.writable !== (tool.workspace !== "read")) {
    throw new SecurityViolation(
      request.writable
        ? `Cannot run ${tool.name} on a writable directory: it only reads`
        : `Cannot run ${tool.name} on the original: it works on a copy`,
    );
  }
  return { tool, form, slots };
}

/**
 * Builds the argvs again and compares. Throws {@link SecurityViolation} at the first word that differs.
 *
 * @param program the path that this runner resolved, or the name of a built-in
 */
export function checkCommands(
  request: StepRequest,
  tool: Tool,
  program: string,
  settings: SettingValues,
): readonly (readonly string[])[] {
  const expected = buildCommands(tool, request.form, request.slots, { program, settings });
  const same = expected.length === request.commands.length &&
    expected.every((argv, index) => {
      const given = request.commands[index] ?? [];
      return argv.length === given.length && argv.every((word, at) => word === given[at]);
    });
  if (!same) {
    throw new SecurityViolation(
      `Cannot run ${tool.name}: its argv is not what the catalogue makes of these slots`,
    );
  }
  return expected;
}
