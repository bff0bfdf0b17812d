/**
 * The arguments of `iam-inspect`.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { IAM_SECTIONS, type IamSection } from "./iam_types.ts";

/** What was asked. Empty lists: everything. */
export interface IamQuery {
  readonly sections: readonly IamSection[];
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
  /** Where the handed files are: `/run`, or a directory like it in tests. */
  readonly root: string;
}

const USAGE = "iam-inspect [--section=S …] [--account=A …] [--group=G …] [--root=DIR]";
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/;

/**
 * Reads the arguments behind the tool's name. Throws `usage` for unknown ones and bad values.
 *
 * @example
 * ```ts
 * import { parseIamArgs } from "./iam_args.ts";
 * console.assert(parseIamArgs(["--section=sudo"]).sections[0] === "sudo");
 * ```
 */
export function parseIamArgs(args: readonly string[]): IamQuery {
  const sections: IamSection[] = [];
  const accounts: string[] = [], groups: string[] = [];
  let root = "/run";
  for (const arg of args) {
    const [, flag, value = ""] = /^(--[a-z]+)=([^]*)$/.exec(arg) ?? [];
    const section = IAM_SECTIONS.find((name) => name === value);
    if (flag === "--section" && section !== undefined) sections.push(section);
    else if (flag === "--account" && NAME.test(value)) accounts.push(value);
    else if (flag === "--group" && NAME.test(value)) groups.push(value);
    else if (flag === "--root" && value.startsWith("/")) root = value.replace(/\/+$/, "");
    else throw new PhysiclawError("usage", `Cannot read argument "${arg}"`, { hint: USAGE });
  }
  return { sections, accounts, groups, root };
}
