"""Turn the time options into one window, and windows into words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ffx.errors import UsageError
from ffx.input.times.grammar import EARLIEST
from ffx.input.times.moments import (
    cut_to_milliseconds,
    is_day,
    parse_duration,
    read_midnight,
    read_moment,
)
from ffx.input.times.zones import ResolvedTime, Zone, format_moment, to_local

_DEFAULT_REACH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A window in time: aware, UTC, whole milliseconds; never empty when `read_range` made it.

    Attributes:
        notes: sentences on typed local times that a clock change skips or doubles.
    """

    start: datetime
    end: datetime
    notes: tuple[str, ...] = ()


def read_range(
    *,
    since: str | None,
    until: str | None,
    on: str | None,
    around: str | None,
    within: str | None,
    now: datetime,
    zone: Zone,
) -> TimeRange | None:
    """Make a window of the time options as typed; None when none was given.

    `--since` without `--until` ends now; `--on` and `--around` do if that is
    earlier. An `--until` in the future stays as typed.

    Raises:
        UsageError: options that exclude or need each other, a text that cannot be
            read, or a window that is empty, inverted or starts in the future.
    """
    _check_combination(since=since, until=until, on=on, around=around, within=within)
    # Cut first, so that `--since now` is an empty window at any microsecond.
    now = cut_to_milliseconds(now.astimezone(UTC), up=False)
    if since is not None:
        return _read_since(since, until, now, zone)
    if on is not None:
        return _read_on(on, now, zone)
    if around is not None:
        return _read_around(around, within, now, zone)
    return None


def describe_window(window: TimeRange, zone: Zone) -> str:
    """Write a window for people: `Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20`.

    The end repeats the year and the offset only where they differ from the start's;
    fractions of a second are shown only of a window shorter than a minute.
    """
    start, end = to_local(window.start, zone), to_local(window.end, zone)
    if end - start >= timedelta(minutes=1):
        start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    shown_end = format_moment(
        end, year=end.year != start.year, offset=end.utcoffset() != start.utcoffset()
    )
    return f"{format_moment(start)} → {shown_end}"


def _check_combination(
    *,
    since: str | None,
    until: str | None,
    on: str | None,
    around: str | None,
    within: str | None,
) -> None:
    ways = {"--since": since, "--on": on, "--around": around}
    given = [option for option, text in ways.items() if text is not None]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(given)} exclude each other",
            hint="Give one of --since, --on and --around.",
        )
    if until is not None and since is None:
        raise UsageError("--until needs --since", hint="Add --since TIME, the window's start.")
    if within is not None and around is None:
        raise UsageError("--within needs --around", hint="Add --around TIME, the window's middle.")


def _read_since(since: str, until: str | None, now: datetime, zone: Zone) -> TimeRange:
    start = read_moment(since, now=now, zone=zone, option="--since")
    end = ResolvedTime(now)
    if until is not None:
        end = read_moment(until, now=now, zone=zone, end=True, option="--until")
    return _window(start, end, now, zone)


def _read_on(on: str, now: datetime, zone: Zone) -> TimeRange:
    first, dots, last = on.partition("..")
    start = read_midnight(first, now=now, zone=zone, option="--on")
    if not dots:
        last = first
    last_start = read_midnight(last, now=now, zone=zone, option="--on")
    end = read_midnight(last, now=now, zone=zone, end=True, option="--on")
    if last_start.instant < start.instant:
        # The end of the day before the first would be an empty window, not an inverted one.
        return _window(start, last_start, now, zone)
    return _window(start, ResolvedTime(min(end.instant, now), end.note), now, zone)


def _read_around(around: str, within: str | None, now: datetime, zone: Zone) -> TimeRange:
    # A day, a week or a month is meant as a whole, and a time with what is about it.
    reach = timedelta() if is_day(around) else _DEFAULT_REACH
    if within is not None:
        reach = parse_duration(within, option="--within")
    first = read_moment(around, now=now, zone=zone, option="--around")
    # A time that exists twice is meant both times.
    last = read_moment(around, now=now, zone=zone, end=True, option="--around")
    if reach > first.instant - EARLIEST:
        raise UsageError(
            f"--within {within} reaches back before 1970", hint="Try 90s, 45m or 1.5h."
        )
    start = cut_to_milliseconds(first.instant - reach, up=False)
    # Compared before it is added: the sum may lie beyond the calendar.
    end = (
        now if reach >= now - last.instant else cut_to_milliseconds(last.instant + reach, up=True)
    )
    return _window(ResolvedTime(start, first.note), ResolvedTime(end, last.note), now, zone)


def _window(start: ResolvedTime, end: ResolvedTime, now: datetime, zone: Zone) -> TimeRange:
    notes = tuple(dict.fromkeys(side.note for side in (start, end) if side.note))
    window = TimeRange(start.instant, end.instant, notes)
    if window.start > now:
        fault = "starts in the future"
    elif window.start > window.end:
        fault = "ends before it starts"
    elif window.start == window.end:
        fault = "has no length"
    else:
        return window
    hint = "\n".join([*notes, f"It is {format_moment(to_local(now, zone))} now."])
    raise UsageError(f"the window {fault}: {describe_window(window, zone)}", hint=hint)
