"""The command line: its commands and options, and the one place where errors become exit codes."""
