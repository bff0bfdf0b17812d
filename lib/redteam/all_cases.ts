/**
 * Every case that is tried on a runner or the audit log, in the order of the groups.
 *
 * @module
 */
import { ARGV_CASES } from "./cases/argv.ts";
import { AUDIT_CASES } from "./cases/audit.ts";
import { ENDPOINT_CASES } from "./cases/endpoint.ts";
import { ENVIRONMENT_CASES } from "./cases/environment.ts";
import { FAR_CASES } from "./cases/far.ts";
import { FILE_CASES } from "./cases/files.ts";
import { IPC_CASES } from "./cases/ipc.ts";
import { LIFE_CASES } from "./cases/life.ts";
import { NETWORK_CASES } from "./cases/network.ts";
import { PRIVILEGE_CASES } from "./cases/privilege.ts";
import { PROC_CASES } from "./cases/proc.ts";
import { RACE_CASES } from "./cases/race.ts";
import { RESOURCE_CASES } from "./cases/resources.ts";
import { SETUP_CASES } from "./cases/setup.ts";
import type { EscapeCase } from "./define_case.ts";

export const ALL_CASES: readonly EscapeCase[] = [
  ...NETWORK_CASES,
  ...ENDPOINT_CASES,
  ...FAR_CASES,
  ...IPC_CASES,
  ...FILE_CASES,
  ...RACE_CASES,
  ...PROC_CASES,
  ...ENVIRONMENT_CASES,
  ...PRIVILEGE_CASES,
  ...LIFE_CASES,
  ...RESOURCE_CASES,
  ...ARGV_CASES,
  ...SETUP_CASES,
  ...AUDIT_CASES,
];
