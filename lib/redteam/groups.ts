/**
 * Groups of cases. Light: the command line names them.
 *
 * @module
 */

/** What the suite is divided into, in the order of its report. */
export const GROUPS = [
  "egress lock",
  "network families",
  "single endpoint",
  "Unix IPC",
  "file system",
  "/proc",
  "environment and descriptors",
  "privilege",
  "life cycle",
  "resources",
  "argv policy",
  "failure of the set-up",
  "tampering with the audit log",
] as const;
export type Group = typeof GROUPS[number];
