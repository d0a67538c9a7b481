"""The program's start: `ffx`, and `python -m ffx`."""

import sys


def run() -> None:
    """Run the command line and end the process with its exit code.

    Loading the program takes a moment in which Ctrl-C may already come, so it
    happens inside.
    """
    try:
        from ffx.cli import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    run()
