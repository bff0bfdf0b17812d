/**
 * What the forms of `physiclaw memory` share: whose memory it is, whom an entry is for, files that are read here.
 *
 * @module
 */
import { normalisePersona } from "../lib/catalog/catalog.ts";
import { type Persona, PERSONAS } from "../lib/catalog/types.ts";
import { messageOf, PhysiclawError } from "../lib/internal/errors.ts";
import type { Memory } from "../lib/memory/interface.ts";
import type { Audience } from "../lib/memory/types.ts";
import type { BridgeFlags } from "./bridge_address.ts";
import type { CommandDeps, LocalMemory } from "./deps.ts";
import { usage } from "./flags.ts";
import { settingsOf } from "./settings.ts";

/** Bytes of a file that is read here: all of it is written at once, or nothing. */
const MAX_FILE = 64 * 1024 ** 2;

const isLocal = (memory: Memory): memory is LocalMemory => "record" in memory;

/** The bridge's memory where one runs or is named, else the one in the state directory. */
export async function openMemory(flags: BridgeFlags, deps: CommandDeps): Promise<Memory> {
  const [{ createBridgeClient }, { createRemoteMemory }] = await Promise.all([
    import("./client.ts"),
    import("./memory_remote.ts"),
  ]);
  const client = await createBridgeClient(flags, deps);
  const named = flags.bridgeUrl ?? flags.socket ?? deps.env.PHYSICLAW_BRIDGE_URL;
  try {
    await client.send("/health");
  } catch (error) {
    const isAway = error instanceof PhysiclawError && error.kind === "unreachable";
    if (!isAway || named !== undefined) throw error;
    return await (await deps.services()).openMemory(await settingsOf(flags, deps));
  }
  return createRemoteMemory(client);
}

/** Records a change of the memory on this disk; a bridge records by itself. */
export async function record(
  memory: Memory,
  change: string,
  more?: Readonly<Record<string, string | number>>,
): Promise<void> {
  if (isLocal(memory)) await memory.record(change, more);
}

/** The persona that is asked for; `undefined`: none is. */
export function personaOf(requested: string | undefined): Persona | undefined {
  if (requested === undefined) return undefined;
  const persona = normalisePersona(requested);
  if (persona === undefined) {
    throw usage(
      `Cannot use the persona "${requested}": it is not known`,
      `use one of: ${PERSONAS.join(", ")}`,
    );
  }
  return persona;
}

/** Whom an entry is for: everybody, where no persona is asked for. */
export const audienceOf = (requested: string | undefined): Audience => personaOf(requested) ?? "all";

/** The text of a file, or of stdin for `-`. */
export async function readFacts(path: string, deps: CommandDeps): Promise<string> {
  if (path === "-") return await deps.input.readAll(MAX_FILE);
  try {
    const { size } = await deps.stat(path);
    if (size > MAX_FILE) {
      throw new PhysiclawError(
        "too_large",
        `Cannot import ${path}: it has more than ${MAX_FILE / 1024 ** 2} MiB`,
        {
          hint: "split it",
        },
      );
    }
    return await deps.readText(path);
  } catch (cause) {
    if (cause instanceof PhysiclawError) throw cause;
    throw new PhysiclawError(
      "not_found",
      `Cannot read ${path}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}
