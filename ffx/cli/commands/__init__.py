"""The subcommands, a file each, with the views that one of them alone has."""
