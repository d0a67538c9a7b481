#compdef ffx

_ffx_completion() {
  eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _FFX_COMPLETE=complete_zsh ffx)
}

compdef _ffx_completion ffx
