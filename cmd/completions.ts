/**
 * `physiclaw completions bash|zsh|fish`: short scripts; what they propose, they ask `physiclaw complete` for.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, type ParseContext } from "./parser.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Options of the command. */
export interface CompletionsOptions {
  readonly shell: Shell;
}

function parseShell(text: string): Shell {
  const shell = SHELLS.find((name) => name === text);
  if (shell === undefined) throw new Error(`use one of: ${SHELLS.join(", ")}`);
  return shell;
}

const target = buildCommand<Record<never, never>, [Shell], ParseContext>({
  func(_flags, shell) {
    this.accept({ shell });
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "bash, zsh or fish",
        parse: parseShell,
        placeholder: "SHELL",
        proposeCompletions: () => SHELLS,
      }],
    },
  },
  docs: {
    brief: "Print a completion script for bash, zsh or fish",
    fullDescription: [
      "Print a completion script. To use it:",
      '  bash: eval "$(physiclaw completions bash)"',
      '  zsh:  eval "$(physiclaw completions zsh)"',
      "  fish: physiclaw completions fish | source",
    ].join("\n"),
  },
});

export const parse = createParser<CompletionsOptions>("completions", target);

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_physiclaw() {
  local IFS=$'\\n'
  COMPREPLY=($(physiclaw complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  local word="\${COMP_WORDS[COMP_CWORD]}" found=() one
  for one in "\${COMPREPLY[@]}"; do [[ $one == "$word"* ]] && found+=("$one"); done
  COMPREPLY=("\${found[@]}")
}
complete -o default -F _physiclaw physiclaw`,
  zsh: `#compdef physiclaw
_physiclaw() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(physiclaw complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe physiclaw found; else _files; fi
}
compdef _physiclaw physiclaw`,
  fish: `complete -c physiclaw -e
complete -c physiclaw -a '(physiclaw complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

/** Prints the script; exit code 0. */
export function run({ shell }: CompletionsOptions, { output }: CommandDeps): Promise<number> {
  output.result(SCRIPTS[shell]);
  return Promise.resolve(0);
}

export default defineCommand({ target, parse, run });
