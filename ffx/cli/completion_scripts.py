"""The scripts that teach bash, zsh and fish to complete ffx.

Each asks ffx itself at TAB, and gets a candidate a line, with a tab before its description; the
one line `:files` asks the shell for file names. Nothing of an answer is evaluated.
"""

from collections.abc import Mapping

FILES = ":files"

# Works in bash 3.2, which macOS has: without compopt there, a folder only lacks its slash.
_BASH = """\
_ffx_completion() {
    local line answer
    COMPREPLY=()
    answer=$(IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        _FFX_COMPLETE=complete_bash "$1" 2>/dev/null)
    if [ "$answer" = :files ]; then
        answer=$(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
        compopt -o filenames 2>/dev/null
    fi
    while IFS= read -r line; do
        [ -n "$line" ] && COMPREPLY+=("${line%%$'\\t'*}")
    done <<< "$answer"
    return 0
}

complete -F _ffx_completion ffx
"""

# In a folder of fpath the file is the body of `_ffx`. Read by `source`, it may come before
# compinit, which forgets what was registered by then, so it waits for the first prompt.
_ZSH = """\
#compdef ffx

_ffx_completion() {
  local line
  local -a lines described
  [[ $PREFIX == --*=* ]] && compset -P '*='
  lines=("${(@f)$(env _FFX_WORDS="${(j: :)words[1,CURRENT]}" \\
    _FFX_COMPLETE=complete_zsh "$words[1]" 2>/dev/null)}")
  if [[ $lines[1] == :files ]]; then
    _files
    return
  fi
  for line in ${lines//:/\\:}; do
    described+=("${line/$'\\t'/:}")
  done
  _describe -V ffx described
}

_ffx_register() {
  add-zsh-hook -d precmd _ffx_register
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _ffx_completion ffx
}

if [[ $funcstack[1] == _ffx ]]; then
  compdef _ffx_completion ffx
  _ffx_completion "$@"
else
  (( $+functions[compdef] )) && compdef _ffx_completion ffx
  autoload -Uz add-zsh-hook && add-zsh-hook precmd _ffx_register
fi
"""

_FISH = """\
function __ffx_complete
    set -l answer (env _FFX_WORDS=(commandline -cp | string collect) \\
        _FFX_COMPLETE=complete_fish ffx 2>/dev/null)
    if test "$answer[1]" = :files
        __fish_complete_path (commandline -ct)
    else if set -q answer[1]
        printf '%s\\n' $answer
    end
end

complete --command ffx --erase
complete --command ffx --no-files --keep-order --arguments '(__ffx_complete)'
"""

SCRIPTS: Mapping[str, str] = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""Shell to script."""
