/**
 * The forms of `physiclaw memory`, and their flags.
 *
 * @module
 */
import type { Format } from "../lib/memory/import/import.ts";
import type { Origin } from "../lib/memory/types.ts";
import type { BridgeFlags } from "./bridge_address.ts";

export interface CommonFlags extends BridgeFlags {
  readonly json: boolean;
}

export interface AddFlags extends CommonFlags {
  readonly from?: string;
  readonly format?: Format;
  readonly persona?: string;
  readonly tag?: readonly string[];
  readonly expires?: number;
}

export interface IngestFlags extends CommonFlags {
  readonly persona?: string;
  readonly send: boolean;
}

export interface SearchFlags extends CommonFlags {
  readonly persona?: string;
  readonly limit: number;
  readonly origin?: Origin;
}

export interface UpdateFlags extends CommonFlags {
  readonly name?: string;
  readonly value?: string;
  readonly tag?: readonly string[];
  readonly expires?: number;
  readonly keep: boolean;
}

export interface ForgetFlags extends CommonFlags {
  readonly name?: string;
  readonly source?: string;
  readonly origin?: Origin;
  readonly persona?: string;
  readonly yes: boolean;
}

export interface EmbedFlags extends CommonFlags {
  readonly model?: string;
}

/** Options of the command: one of its forms. */
export type MemoryOptions =
  | { readonly action: "add"; readonly flags: AddFlags; readonly words: readonly string[] }
  | { readonly action: "ingest"; readonly flags: IngestFlags; readonly paths: readonly string[] }
  | { readonly action: "search"; readonly flags: SearchFlags; readonly words: readonly string[] }
  | { readonly action: "update"; readonly flags: UpdateFlags; readonly id: string }
  | { readonly action: "history"; readonly flags: CommonFlags; readonly id: string }
  | { readonly action: "forget"; readonly flags: ForgetFlags; readonly ids: readonly string[] }
  | { readonly action: "status" | "export"; readonly flags: CommonFlags }
  | { readonly action: "embed"; readonly flags: EmbedFlags }
  | { readonly action: "repair"; readonly flags: Pick<CommonFlags, "json" | "config"> };
