"""What a command asks of each target: how to read it, find it, and what the result means."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffx.context import Run
from ffx.errors import FfxError, PartialError
from ffx.lookup import Found, not_found
from ffx.targets import Command, Kind, Target, read_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.client import Client
    from ffx.history import Walk

_GAPS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked for, and how to look one target up.

    Attributes:
        find: looks one target up, on whatever thread.
        stream: where there is one, it begins a walk whose rows are written as they come.
        finish: what is done to each result before it is written, in input order.
        outcome: what a result means for the exit code; None is «found». Left out, no rows
            are «not found», and gaps in a history «partial».
        learn: is told each target's text before anything is said of it.
        keeps_bodies: whether answers' bytes are wanted in `Found.exchanges`.
    """

    command: Command
    as_kind: Kind | None
    find: "Callable[[Client, Target], Found]"
    stream: "Callable[[Client, Target], tuple[Found, Walk | None]] | None" = None
    finish: "Callable[[Found], Found] | None" = None
    outcome: "Callable[[Found], FfxError | None] | None" = None
    learn: "Callable[[str], object] | None" = None
    keeps_bodies: bool = False

    def hear(self, text: str) -> None:
        """Learn what must not be said aloud of a target."""
        if self.learn is not None and text:
            self.learn(text)

    def finished(self, found: Found) -> Found:
        return found if self.finish is None else self.finish(found)

    def outcome_of(self, run: Run, found: Found) -> FfxError | None:
        return usual_outcome(run, found) if self.outcome is None else self.outcome(found)

    def is_cut(self, found: Found) -> bool:
        """Tell whether there is more, and nobody asked for all."""
        return self.outcome is None and found.reply.has_more is True and not found.gaps


def read(run: Run, asked: Asked, text: str) -> Target:
    """Read a target's text as the command does; its notes are left to be told.

    Raises:
        UsageError: there is no ID in it.
    """
    return read_target(text, command=asked.command, as_kind=asked.as_kind, now=run.now)


def find(asked: Asked, client: "Client", target: Target) -> Found | None:
    """Look one target up, with the exchanges it took; None where a request was printed instead."""
    from dataclasses import replace

    from ffx.client import NotSent

    client.keeps_bodies = asked.keeps_bodies
    client.exchanges.clear()
    try:
        found = asked.find(client, target)
    except NotSent:
        return None
    except FfxError:
        # What was found out on the way may stand in the service's words.
        for exchange in client.exchanges:
            for name in ("visitorId", "hitId"):
                asked.hear(exchange.query.body.get(name, ""))
        raise
    return replace(found, exchanges=tuple(client.exchanges))


def usual_outcome(run: Run, found: Found) -> FfxError | None:
    """Return what a look-up means for the exit code: nothing, or not all of it; None is found."""
    if not found.reply.rows:
        return not_found(run, found)
    if not found.gaps:
        return None
    return PartialError(
        "the history is incomplete", hint=_tell_gaps(run, found), code="incomplete"
    )


def tell_cut(run: Run, found: Found, words: str) -> None:
    """Say that the service held hits back, and how to get them."""
    run.output.note(f"{words}; for all of them: {run.command_for_all(found.target.id.text)}")


def _tell_gaps(run: Run, found: Found) -> str:
    """Say what a walk could not get, a line each."""
    from ffx.timerange import describe

    told = [f"{gap.reason}: {describe(gap.window, run.zone)}" for gap in found.gaps[:_GAPS_TOLD]]
    more = len(found.gaps) - len(told)
    return "\n".join([*told, *([f"and {more:,} more such windows"] if more else [])])
