#compdef ffx

_ffx_completion() {
  local line
  local -a lines described
  [[ $PREFIX == --*=* ]] && compset -P '*='
  lines=("${(@f)$(env _FFX_WORDS="${(j: :)words[1,CURRENT]}" \
    _FFX_COMPLETE=complete_zsh "$words[1]" 2>/dev/null)}")
  if [[ $lines[1] == :files ]]; then
    _files
    return
  fi
  for line in ${lines//:/\:}; do
    described+=("${line/$'\t'/:}")
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
