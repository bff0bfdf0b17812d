/**
 * From words of the command line to a command's options, purely: nothing is printed, nothing runs.
 *
 * @module
 */
import {
  buildApplication,
  type Command,
  type CommandContext,
  type FlagParametersForType,
  type RouteMap,
  run,
} from "@stricli/core";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { CommandDeps } from "./deps.ts";

/** A command under the parser: its function only hands its options over. */
export interface ParseContext extends CommandContext {
  accept(options: unknown): void;
}

/** Grammar of one command, with its help. */
export type Target = Command<ParseContext> | RouteMap<ParseContext>;

/** What the words meant. */
export type Parsed<Options> =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help"; readonly text: string };

/** A command as `main.ts` and the completions see it. */
export interface AnyCommand {
  readonly target: Target;
  /** Parses, runs, and says the exit code. Throws PhysiclawError. */
  invoke(args: readonly string[], deps: CommandDeps): Promise<number>;
}

/** Flags that a JSON-printing command has. */
export const JSON_FLAG = {
  json: { kind: "boolean", brief: "Print one JSON document", default: false, withNegated: false },
} as const satisfies FlagParametersForType<{ json: boolean }, ParseContext>;

const buildApp = (name: string, target: Target) => {
  const config = {
    name: `physiclaw ${name}`,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
  } as const;
  // The overloads of the library take one or the other.
  return "loader" in target ? buildApplication(target, config) : buildApplication(target, config);
};

/**
 * A pure parser for a command's grammar. Its functions must call `this.accept(options)` with `Options`. Throws
 * {@link PhysiclawError} of kind `usage` for words outside the grammar.
 *
 * @example
 * ```ts
 * import { buildCommand } from "@stricli/core";
 * import { createParser, type ParseContext } from "./parser.ts";
 * const target = buildCommand<Record<never, never>, [], ParseContext>({
 *   func() { this.accept({ twice: true }); },
 *   parameters: {},
 *   docs: { brief: "Does it" },
 * });
 * const parsed = await createParser<{ twice: boolean }>("it", target)([]);
 * console.assert(parsed.kind === "options" && parsed.options.twice);
 * ```
 */
export function createParser<Options>(
  name: string,
  target: Target,
): (args: readonly string[]) => Promise<Parsed<Options>> {
  return async (args) => {
    let out = "";
    let err = "";
    let accepted: { readonly options: Options } | undefined;
    let failure: unknown;
    await run(buildApp(name, target), args, {
      process: {
        stdout: { write: (text) => void (out += text) },
        stderr: { write: (text) => void (err += text) },
        env: {},
      },
      // Its commands hand over what their grammar typed.
      accept: (options) => void (accepted = { options: options as Options }),
    }).catch((error) => void (failure = error));
    if (failure !== undefined) throw failure;
    if (accepted !== undefined) return { kind: "options", options: accepted.options };
    if (err === "") return { kind: "help", text: out.trimEnd() };
    const message = err.trim().split("\n")[0] ?? "";
    throw new PhysiclawError("usage", message, { hint: `physiclaw ${name} --help` });
  };
}

/**
 * Ties a grammar to what it does.
 *
 * @example
 * ```ts ignore
 * export default defineCommand({ target, parse, run });
 * ```
 */
export function defineCommand<Options>(command: {
  readonly target: Target;
  readonly parse: (args: readonly string[]) => Promise<Parsed<Options>>;
  readonly run: (options: Options, deps: CommandDeps) => Promise<number>;
}): AnyCommand {
  return {
    target: command.target,
    invoke: async (args, deps) => {
      const parsed = await command.parse(args);
      if (parsed.kind === "options") return await command.run(parsed.options, deps);
      deps.output.result(parsed.text);
      return 0;
    },
  };
}
