/**
 * The short scripts that a shell reads; what they propose, they ask `physiclaw complete` for.
 *
 * @module
 */

/** Shells that have one. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** Scripts by shell. */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
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
