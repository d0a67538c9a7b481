_ffx_completion() {
    local line answer
    COMPREPLY=()
    answer=$(IFS=$'\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \
        _FFX_COMPLETE=complete_bash "$1" 2>/dev/null)
    if [ "$answer" = :files ]; then
        answer=$(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
        compopt -o filenames 2>/dev/null
    fi
    while IFS= read -r line; do
        [ -n "$line" ] && COMPREPLY+=("${line%%$'\t'*}")
    done <<< "$answer"
    return 0
}

complete -F _ffx_completion ffx
