"""How far a walk over a long history is, on a terminal's line of progress."""

from typing import TYPE_CHECKING

from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.api.wire import Reply


def show_progress(run: Run) -> "Callable[[int, Reply], None]":
    """Return the function that shows how many hits a walk has, and of how many."""

    def show(rows: int, reply: "Reply") -> None:
        total = reply.parsed_visitor().get("totalHits", "")
        run.output.progress(f"{rows:,} hits{f' of {total}' if total else ''}")

    return show


def say_nothing(*_: object) -> None:
    """Write nothing: of many targets the list itself shows how far it is."""
