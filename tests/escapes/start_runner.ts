/**
 * The real runner for a world of escape cases.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../lib/catalog/addresses.ts";
import { createRunner } from "../../lib/executor/client.ts";
import type { StartRunner } from "./world.ts";

/** The runner process as `serve` starts it. */
export const startRunner: StartRunner = ({ tools, settings, state, roots, sandbox = "bwrap" }) =>
  createRunner({
    settings,
    tools,
    safeSubnets: SAFE_SUBNETS,
    sandbox,
    network: true,
    stateDir: state,
    scratchDir: `${state}/scratch`,
    workspaceRoots: roots,
    secrets: [],
  });
