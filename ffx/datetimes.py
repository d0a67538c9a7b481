"""Turn times as programs have them into windows and moments.

They become the words that the command line takes, so that both obey one grammar.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from ffx.context import Run
from ffx.errors import UsageError
from ffx.timerange import TimeRange, read_moment, read_range

Time: TypeAlias = str | date | timedelta | None
"""Words, an aware datetime, a date, or how long before now; None where none was given."""


def read_window(
    run: Run, *, since: Time, until: Time, on: Time, around: Time, within: Time
) -> TimeRange | None:
    """Make a window, as `read_range` does, and note what a clock change did to it.

    Raises:
        UsageError: the times cannot be read, or not together.
    """
    window = read_range(
        since=in_words(since, "since"),
        until=in_words(until, "until"),
        on=in_words(on, "on"),
        around=in_words(around, "around"),
        within=in_words(within, "within"),
        now=run.now,
        zone=run.zone,
    )
    for note in window.notes if window is not None else ():
        run.output.note(note)
    return window


def read_hint(run: Run, at: Time) -> datetime | None:
    """Return the moment that a hit is looked for at, in UTC.

    Raises:
        UsageError: it cannot be read.
    """
    words = in_words(at, "at")
    if words is None:
        return None
    moment = read_moment(words, now=run.now, zone=run.zone, option="--at")
    if moment.note:
        run.output.note(moment.note)
    return moment.instant


def in_words(time: Time, name: str) -> str | None:
    """Write a time as the command line takes it; errors call it `name`.

    Raises:
        UsageError: it is a datetime without a zone, or a timedelta below zero.
    """
    if time is None or isinstance(time, str):
        return time
    if isinstance(time, timedelta):
        if time < timedelta():
            raise UsageError(
                f"{name} is a timedelta below zero",
                hint="timedelta(days=2) is two days ago, as 2d is.",
            )
        fraction = f".{time.microseconds:06}" if time.microseconds else ""
        return f"{time.days}d{time.seconds}{fraction}s"
    if not isinstance(time, datetime):
        return time.isoformat()
    if time.utcoffset() is None:
        raise UsageError(
            f"{name} is a datetime without a zone: {time.isoformat()}",
            hint="Give it one, as datetime.now(UTC) has; or write text, which is read in tz.",
        )
    try:
        return time.astimezone(UTC).isoformat()
    except OverflowError:  # at the calendar's ends, which are refused later on
        return time.isoformat()
