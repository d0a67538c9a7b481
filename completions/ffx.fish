function __ffx_complete
    set -l answer (env _FFX_WORDS=(commandline -cp | string collect) \
        _FFX_COMPLETE=complete_fish ffx 2>/dev/null)
    if test "$answer[1]" = :files
        __fish_complete_path (commandline -ct)
    else if set -q answer[1]
        printf '%s\n' $answer
    end
end

complete --command ffx --erase
complete --command ffx --no-files --keep-order --arguments '(__ffx_complete)'
