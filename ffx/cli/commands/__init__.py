"""The subcommands, a file each, and the options they share."""
