/**
 * The systemd journal, for the one form of the one tool that reads it.
 *
 * @module
 */
import type { Form, Tool } from "../catalog/types.ts";
import type { Source } from "./sandbox.ts";

/** Where journald keeps its files: on disk, and until a reboot. */
const JOURNALS = ["/var/log/journal", "/run/log/journal"];

/** True for the built-in form that calls journalctl: its argv begins with `--journal`. */
export const usesJournal = (tool: Tool, form: Form): boolean =>
  "builtin" in tool.program && form.commands.some((parts) => parts[1] === "--journal");

const exists = async (path: string): Promise<boolean> => {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * What journalctl needs to see, or `undefined` on a host without systemd's journal. journalctl itself is below `/usr`;
 * journals are kept by machine id.
 */
export async function journalBinds(): Promise<readonly { source: Source; at: string }[] | undefined> {
  const journals: string[] = [];
  for (const path of JOURNALS) if (await exists(path)) journals.push(path);
  if (journals.length === 0 || !await exists("/usr/bin/journalctl")) return undefined;
  if (await exists("/etc/machine-id")) journals.push("/etc/machine-id");
  return journals.map((path) => ({ source: { path }, at: path }));
}
