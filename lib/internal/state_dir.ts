/**
 * The state directory: made private, marked as ours, refused where others could reach into it.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "./errors.ts";
import { distrustOf } from "./ownership.ts";
import { isUnder } from "./paths.ts";

/** The file that says "this is a state directory"; `wipe` deletes nothing where it is missing. */
export const MARKER_NAME = "physiclaw-state.json";

/** Layout version of the directory; a newer one is refused. */
export const STATE_SCHEMA = 1;

/** What may lie in a directory that has no marker yet: our own stores, of this or the earlier backend. */
const OWN_NAMES =
  /^(lost\+found|lock|operator\.key|outputs|scratch|sandbox|models|audit[.-].*|audit\.jsonl|(memory_l2|goals)\.sqlite3(\.new|\.damaged-[0-9TZ.-]+)?(-wal|-shm|-journal)?|memory_l3\.lance|physiclaw-state\.json(\..*)?)$/;

/** A state directory that was opened. */
export interface StateDir {
  /** Links resolved. */
  readonly path: string;
  /** RFC 3339, when it was first used. */
  readonly created: string;
}

const refuse = (path: string, why: string, hint: string, cause?: unknown): PhysiclawError =>
  new PhysiclawError("config", `Cannot use ${path} as the state directory: ${why}`, { hint, cause });

async function readMarker(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(`${path}/${MARKER_NAME}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw refuse(path, `its marker cannot be read: ${messageOf(error)}`, "check its owner and mode", error);
  }
  let marker: unknown;
  try {
    marker = JSON.parse(text);
  } catch (error) {
    throw refuse(path, "its marker is damaged", `restore ${MARKER_NAME} from a backup`, error);
  }
  const { application, schema, created } = (marker ?? {}) as Record<string, unknown>; // each is checked below
  if (application !== "physiclaw" || typeof schema !== "number" || typeof created !== "string") {
    throw refuse(path, "its marker is not ours", "choose another directory");
  }
  if (schema > STATE_SCHEMA) {
    throw refuse(
      path,
      `it was written by a newer version (layout ${schema})`,
      "use that version or a newer one",
    );
  }
  return created;
}

async function writeMarker(path: string, created: string): Promise<void> {
  const temporary = `${path}/${MARKER_NAME}.${crypto.randomUUID()}`;
  const file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
  try {
    const text = JSON.stringify({ application: "physiclaw", schema: STATE_SCHEMA, created });
    const bytes = new TextEncoder().encode(`${text}\n`);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
  } finally {
    file.close();
  }
  // Linked, not renamed: of two processes that come at once the first one's marker stays.
  try {
    await Deno.link(temporary, `${path}/${MARKER_NAME}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(temporary);
  }
}

/**
 * Makes the directory if it is missing, checks whom it belongs to, sets mode 0700, and writes or reads its marker. Throws
 * {@link PhysiclawError} of kind `config` when others own or can write it, it lies in a workspace, it holds foreign
 * files, or a newer version wrote it.
 *
 * @example
 * ```ts ignore
 * import { openStateDir } from "./state_dir.ts";
 * const { path } = await openStateDir("/var/lib/physiclaw", { uid: 0, workspaceRoots: [] });
 * console.assert(path === "/var/lib/physiclaw");
 * ```
 */
export async function openStateDir(
  path: string,
  options: { readonly uid: number; readonly workspaceRoots: readonly string[]; readonly now?: () => string },
): Promise<StateDir> {
  const { uid, workspaceRoots, now = () => new Date().toISOString() } = options;
  const inWorkspace = (one: string) => {
    const root = workspaceRoots.find((candidate) => isUnder(one, candidate));
    if (root !== undefined) {
      throw refuse(
        one,
        `it lies in the workspace ${root}`,
        "set PHYSICLAW_MEMORY_DIR to a directory outside",
      );
    }
  };
  inWorkspace(path);
  let real: string;
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    real = await Deno.realPath(path);
  } catch (error) {
    throw refuse(path, messageOf(error), "set PHYSICLAW_MEMORY_DIR to a directory that you may write", error);
  }
  inWorkspace(real);
  if (real === "/") throw refuse(path, "it is the root of the file system", "set PHYSICLAW_MEMORY_DIR");
  const distrust = await distrustOf(real, uid, Deno.stat);
  if (distrust !== undefined) throw refuse(path, `${distrust.path} ${distrust.why}`, distrust.hint);
  const facts = await Deno.stat(real);
  if (facts.uid !== uid) {
    throw refuse(path, `it belongs to user ${facts.uid}`, "run as that user, or choose another");
  }
  let created = await readMarker(real);
  if (created === undefined) {
    for await (const entry of Deno.readDir(real)) {
      if (!OWN_NAMES.test(entry.name)) {
        throw refuse(
          path,
          `it holds foreign files ("${entry.name}") and no ${MARKER_NAME}`,
          "name an empty directory",
        );
      }
    }
    await writeMarker(real, now());
    created = await readMarker(real);
    if (created === undefined) throw refuse(path, "its marker vanished", "keep other programs out of it");
  }
  if (((facts.mode ?? 0) & 0o777) !== 0o700) await Deno.chmod(real, 0o700);
  return { path: real, created };
}
