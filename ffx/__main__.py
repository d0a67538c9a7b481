"""The program's start: `ffx`, and `python -m ffx`."""

import os
import sys

# A start makes tens of thousands of objects that stay, and looking through them again and again
# for garbage takes a tenth of it. Little of what is made later refers to itself.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_TEMPORARY = 6
_NO_MEMORY = b"ffx: there is too little memory\n"
_NO_MEMORY_AS_JSON = (
    b'{"error": {"code": "memory", "message": "there is too little memory", "hint": "", '
    b'"retryable": true}}\n'
)


def run() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        _run()
    except (MemoryError, ImportError) as error:
        # There was too little memory even to say so in the usual way, or to load that way.
        from ffx.errors import asks_for_json, is_short_of_memory

        if os.environ.get("FFX_DEBUG") or not is_short_of_memory(error):
            raise
        _tell(_NO_MEMORY_AS_JSON if asks_for_json(sys.argv[1:]) else _NO_MEMORY)
        if loaded := sys.modules.get("ffx.signals"):
            loaded.end(_TEMPORARY)
        os._exit(_TEMPORARY)


def _run() -> None:
    """Run the command line and end the process.

    Loading the program takes a moment in which signals may already come: first of all it listens.
    """
    _open_closed_streams()
    try:
        from ffx import signals

        signals.listen()
    except KeyboardInterrupt:
        os.write(2, b"ffx: interrupted\n")
        os._exit(130)
    import gc

    from ffx.errors import asks_for_json

    signals.report_as_json(wanted=asks_for_json(sys.argv[1:]))
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    from ffx.cli.app import main

    try:
        with signals.raised():
            code = main(sys.argv[1:])
    except SystemExit as finish:  # as typer ends where a shell asks what TAB offers
        code = finish.code if isinstance(finish.code, int) else 0
    except KeyboardInterrupt:  # in its last steps
        code = signals.report_first_signal()
    signals.end(_flush(code))


def _tell(line: bytes) -> None:
    try:
        os.write(2, line)
    except OSError:
        return  # nobody can read it


def _open_closed_streams() -> None:
    """Let no file or connection take the number of a stream that was closed before the start.

    What is said on stderr would go there. To Python the stream stays closed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # A folder: nothing is read from it or written to it, nor meant by `-o`.
            os.open("/" if os.name == "posix" else os.devnull, os.O_RDONLY)


def _flush(code: int) -> int:
    """Push out what is left for stdout; return the exit code."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return code
    except (OSError, ValueError):
        return code or 9
    return code


if __name__ == "__main__":
    run()
