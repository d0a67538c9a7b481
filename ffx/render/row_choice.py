"""Which rows are shown: some events, the newest so many, in either order."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ffx.api.journey import Journey, Step

ALL_ROWS = 10**9
"""What `--limit all` means: more rows than there are."""


@dataclass(frozen=True, slots=True)
class RowChoice:
    """What `--event`, `--limit` and `--reverse` ask for.

    Attributes:
        limit: so many of the newest rows; None where nothing was said of it.
        reverse: whether the newest row comes first.
        events: names of events, in any case; all of them where there is none.
    """

    limit: int | None = None
    reverse: bool = False
    events: tuple[str, ...] = ()

    @property
    def is_made(self) -> bool:
        """Tell whether anything was asked for."""
        return bool(self.options)

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options that say the same, with their values."""
        return tuple(
            word
            for name, value in self._options()
            for word in (name, *([] if value is None else [value]))
        )

    @property
    def names(self) -> str:
        """Return the names of these options, for a message."""
        return " and ".join(name for name, _ in self._options())

    def wants(self, event: object) -> bool:
        """Tell whether rows of an event are shown; what is no text has no name."""
        name = event.casefold() if isinstance(event, str) else ""
        return not self.events or any(name == wanted.casefold() for wanted in self.events)

    def steps_of(self, journey: "Journey") -> "tuple[list[Step], int, int]":
        """Return the chosen steps, and how many `limit` and `events` left out."""
        steps = [step for step in journey.steps if self.wants(step.row.eventType)]
        chosen = steps[-self.limit :] if self.limit is not None else steps
        left_out = len(steps) - len(chosen)
        return (
            chosen[::-1] if self.reverse else chosen,
            left_out,
            len(journey.steps) - len(steps),
        )

    def places(self, events: "Sequence[object]", times: "Sequence[datetime | None]") -> list[int]:
        """Return the places of the chosen among rows, as they are to stand.

        Of each row its event and its time in the order sent, which is kept unless it is
        turned; None is a time that cannot be read.
        """
        newest = self._newest(events, times)
        return newest[::-1] if self.reverse else sorted(newest)

    def places_in_time(
        self, events: "Sequence[object]", times: "Sequence[datetime | None]"
    ) -> list[int]:
        """Return the places of the chosen among such rows, oldest first unless it is turned."""
        newest = self._newest(events, times)
        return newest[::-1] if self.reverse else newest

    def _newest(self, events: "Sequence[object]", times: "Sequence[datetime | None]") -> list[int]:
        from ffx.api.journey import by_time

        wanted = [place for place in by_time(times) if self.wants(events[place])]
        return wanted if self.limit is None else wanted[-self.limit :]

    def _options(self) -> "Iterator[tuple[str, str | None]]":
        if self.events:
            yield "--event", ",".join(self.events)
        if self.limit is not None:
            yield "--limit", "all" if self.limit == ALL_ROWS else str(self.limit)
        if self.reverse:
            yield "--reverse", None


EVERY_ROW = RowChoice()


def read_events(typed: "Sequence[str] | None") -> tuple[str, ...]:
    """Read what `--event` was given, with commas between names or several times."""
    names = (name.strip() for text in typed or () for name in text.split(","))
    return tuple(dict.fromkeys(filter(None, names)))
