"""The program's start: `ffx`, and `python -m ffx`."""

import gc
import sys

# A start makes tens of thousands of objects that stay, and looking through them again and again
# for garbage takes a tenth of it. Little of what is made later refers to itself.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def run() -> None:
    """Run the command line and end the process with its exit code.

    Loading the program takes a moment in which Ctrl-C may already come, so it
    happens inside.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from ffx.cli.app import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    finally:
        # What lives now ends with the process, and needs no last search for garbage.
        gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
