"""Read one moment or one length of time, as people type them.

The grammar is the table of `read_moment` and nothing more: a form it does not
know is refused with what was not understood, never guessed at.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta, timezone

from ffx.errors import UsageError
from ffx.input.times.days import DAY_FORM, MONTH_FORM, is_date, is_period, read_period
from ffx.input.times.durations import has_units, is_length, read_length
from ffx.input.times.grammar import (
    EARLIEST,
    FLAGS,
    LATEST,
    LONGEST_TEXT,
    OUTSIDE,
    YEARS,
    Unreadable,
)
from ffx.input.times.near_misses import explain
from ffx.input.times.zones import ResolvedTime, Zone, to_instant, to_local
from ffx.output.clean import quoted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Epochs come in two units: taken as seconds, this is the year 5138.
_LAST_EPOCH_IN_SECONDS = 10**11

_MORE = "See ffx help times."
_TIME_EXAMPLES = f"Try 24h, 7d, 2026-03-01, '2026-03-01 09:00', yesterday or mon. {_MORE}"
_DAY_EXAMPLES = f"Try 2026-03-01, 2026-03-01..2026-03-07, 2026-03, yesterday or mon. {_MORE}"
_DURATION_EXAMPLES = "Try 90s, 45m or 1.5h."

_CLOCK_FORM = (
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"|(?P<hour12>\d{1,2})(?::(?P<minute12>\d\d))? *(?P<half>[ap]m)|(?P<word>noon|midnight)"
)
# Behind a T, as ISO 8601 has it, a clock may do without colons and minutes.
_BASIC_CLOCK_FORM = r"(?P<basic>\d\d(?:\d\d(?:\d\d(?:\.\d+)?)?)?)"
_OFFSET_FORM = r"Z|[+-]\d\d:?\d\d(?::\d\d)?|UTC|GMT"
_DATE_AND_TIME = (
    rf"(?P<day>{DAY_FORM})?"
    rf"(?P<clock>(?:(?:^| +|(?<=\d)T)(?:{_CLOCK_FORM})|(?<=\d)T{_BASIC_CLOCK_FORM})"
    rf"(?: *(?P<offset>{_OFFSET_FORM}))?| +(?P<day_offset>[+-]\d\d:?\d\d(?::\d\d)?))?"
)
_DAY_AT_OFFSET = r"(.+?) +([+-]\d\d:?\d\d(?::\d\d)?)"
# `fri 14:00`, `mon 2pm` and `last friday 14-16`.
_HAS_HOURS = r"\d:\d\d|\d *[ap]m\b|\bnoon\b|(?<= )\d\d? *[-–] *\d\d?$"
_SINCE_EPOCH = r"@(\d+)(?:\.(\d+))?"
# What may stand round a length that is counted back from now.
_AGO = r"^(?:now *- *|last +)(?=\d)|(?<=[a-z]) +ago$"
_NAMES_A_MONTH = rf"\b\d{{1,2}} +(?:{MONTH_FORM})\b"


def read_moment(
    text: str, *, now: datetime, zone: Zone, end: bool = False, option: str = ""
) -> ResolvedTime:
    """Read a moment as people type it; UTC, in whole milliseconds.

    Dates and times without an offset are read in `zone`; None is the machine's
    own. Words and units in any case. With `now` at 14:30 on Thursday 5 March 2026:

        90s  24h  2d  1w2d3h  1.5h  500ms  P1DT2H
        2 days  3 hours ago
        now-5m  last 7 days        that long before now; a day is 24 hours
        1mo  1y                    the same wall time, calendar months or years ago
        2026-03-01  20260301
        2026/03/01  1 Mar 2026
        Mar 1, 2026  Sun 1 Mar     midnight; with `end`, the midnight after; a weekday has
                                   to fit, and without a year it is the last one that has begun
        2026-03  2026-W10          the month's, the week's first midnight; with `end`, the
                                   midnight after its last day
        2026-03-01 09:00           that moment; T may stand for the blank, and seconds, a
                                   fraction and an offset (Z, +02:00, UTC, GMT) may follow
        20260301T0900  …T09        the same
        09:00  9am  2:30pm
        noon  midnight             today
        now
        today  yesterday  tuesday  midnight; with `end`, the midnight after; a weekday
                                   is the last one that has begun, thu is today
        last thursday              the one before today
        yesterday 14:00            that moment of that day
        @1772700000                seconds since 1970, or milliseconds if over 1e11

    24:00 is the end of its day, as in ISO 8601. What is finer than a millisecond
    is cut downwards, with `end` upwards, so that a window never shrinks. What is
    returned keeps the note on a clock change. Errors name `option`, as in `--since`.

    Raises:
        UsageError: `text` has none of these shapes, or leaves the years 1970 to 9998.
    """
    with _telling(text, "a time", option, _TIME_EXAMPLES):
        return _read(text.strip(), now.astimezone(UTC), zone, end=end)


def read_midnight(
    text: str, *, now: datetime, zone: Zone, end: bool = False, option: str = ""
) -> ResolvedTime:
    """Read a day, a week or a month, and no other moment: its first midnight, or the one after."""
    with _telling(text, "a day", option, _DAY_EXAMPLES):
        bare = text.strip()
        if is_day(bare):
            return _read(bare, now.astimezone(UTC), zone, end=end)
        if re.search(_HAS_HOURS, bare, FLAGS):
            dashes = "--" if option.startswith("--") else ""
            raise Unreadable(f"for hours of a day, give {dashes}since and {dashes}until")
        raise Unreadable(explain(bare))


def is_day(text: str) -> bool:
    """Tell whether `text` is a day, a week or a month, without a time."""
    bare = text.strip()
    with_offset = re.fullmatch(_DAY_AT_OFFSET, bare, FLAGS)
    return is_period(bare) or (with_offset is not None and is_date(with_offset[1]))


def parse_duration(text: str, *, option: str = "") -> timedelta:
    """Read a length of time over zero: `90s` `45m` `1.5h` `1w2d3h` `500ms` `PT5M`.

    Errors name `option`, as in `--within`.

    Raises:
        UsageError: `text` is no length, is zero or beyond counting, or has months
            or years, which differ in length.
    """
    with _telling(text, "a duration", option, _DURATION_EXAMPLES):
        months, length = read_length(text.strip())
        if months:
            raise Unreadable("months and years differ in length")
        if not length:
            raise Unreadable("it must be over zero")
        return length


def cut_to_milliseconds(instant: datetime, *, up: bool) -> datetime:
    """Return `instant` in whole milliseconds, cut downwards or upwards."""
    excess = timedelta(microseconds=instant.microsecond % 1000)
    return instant - excess + timedelta(milliseconds=1 if up and excess else 0)


@contextmanager
def _telling(text: str, kind: str, option: str, examples: str) -> Iterator[None]:
    """Turn what goes wrong in reading `text` into a UsageError that quotes it."""
    try:
        yield
    except (Unreadable, OverflowError) as error:
        reason = str(error) if isinstance(error, Unreadable) else "the number is too large"
        raise UsageError(
            f"cannot read {quoted(text)} as {kind}"
            + (f" for {option}" if option else "")
            + (f": {reason}" if reason else ""),
            hint=examples,
        ) from error


def _read(text: str, now: datetime, zone: Zone, *, end: bool) -> ResolvedTime:
    found = _read_form(text, now, zone, end=end)
    if not EARLIEST <= found.instant <= LATEST:
        raise Unreadable(OUTSIDE)
    return ResolvedTime(cut_to_milliseconds(found.instant, up=end), found.note)


def _read_form(text: str, now: datetime, zone: Zone, *, end: bool) -> ResolvedTime:
    if len(text) > LONGEST_TEXT:
        raise Unreadable("it is too long")
    if text.lower() == "now":
        return ResolvedTime(now)
    length = re.sub(_AGO, "", text, flags=FLAGS)
    if has_units(length):
        # Before the other forms, whose patterns most runs then need not compile.
        return _count_back(*read_length(length), now, zone, end=end)
    if match := re.fullmatch(_SINCE_EPOCH, text, FLAGS):
        return ResolvedTime(_read_epoch(match[1], match[2] or "", end=end))
    if is_period(text):
        first, after = read_period(text, to_local(now, zone).date())
        return to_instant(datetime.combine(after if end else first, time()), zone, end=end)
    if text and (match := re.fullmatch(_DATE_AND_TIME, text, FLAGS)):
        return _read_date_and_time(match, now, zone, end=end)
    if is_length(length) and not re.search(_NAMES_A_MONTH, text, FLAGS):
        return _count_back(*read_length(length), now, zone, end=end)
    raise Unreadable(explain(text))


def _read_epoch(number: str, fraction: str, *, end: bool) -> datetime:
    milliseconds, rest = int(number), fraction
    if milliseconds <= _LAST_EPOCH_IN_SECONDS:
        milliseconds, rest = int(number + fraction[:3].ljust(3, "0")), fraction[3:]
    return _EPOCH + timedelta(milliseconds=1) * (milliseconds + _one_more(rest, end=end))


def _read_date_and_time(
    match: re.Match[str], now: datetime, zone: Zone, *, end: bool
) -> ResolvedTime:
    today = to_local(now, zone).date()
    day, after = read_period(match["day"], today) if match["day"] else (today, today)
    offset = match["offset"] or match["day_offset"]
    if offset and not (match["day"] and is_date(match["day"])):
        raise Unreadable("an offset needs a date")
    if match["day_offset"]:
        midnight = datetime.combine(after if end else day, time(), _read_offset(offset))
        return ResolvedTime(midnight.astimezone(UTC))

    since_midnight, fraction = _read_clock(match)
    wall = datetime.combine(day, time()) + since_midnight
    if offset:
        found = ResolvedTime(wall.replace(tzinfo=_read_offset(offset)).astimezone(UTC))
    else:
        found = to_instant(wall, zone, end=end)
    # Added to the instant: on the wall it could step into an hour that exists twice.
    rest = timedelta(milliseconds=_one_more(fraction[3:], end=end))
    return ResolvedTime(found.instant + rest, found.note)


def _read_clock(match: re.Match[str]) -> tuple[timedelta, str]:
    """Return the time since midnight in whole milliseconds, cut downwards, and its fraction."""
    fraction = match["fraction"] or ""
    if match["word"]:
        return timedelta(hours=12 if match["word"].lower() == "noon" else 0), fraction
    if match["half"]:
        hour, minute, second = int(match["hour12"]), int(match["minute12"] or 0), 0
        is_time = 1 <= hour <= 12
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    elif match["basic"]:
        digits, _, fraction = match["basic"].partition(".")
        hour, minute, second = (int(digits[place : place + 2] or 0) for place in (0, 2, 4))
        is_time = hour <= 24
    else:
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
        is_time = hour <= 24
    is_end_of_day = hour == 24 and not (minute or second or fraction.strip("0"))
    if not is_time or minute > 59 or second > 59 or (hour > 23 and not is_end_of_day):
        clock = re.sub(rf" *(?:{_OFFSET_FORM})$", "", match["clock"], flags=FLAGS)
        raise Unreadable(f"there is no time {clock.strip(' Tt')}")
    milliseconds = int(fraction[:3].ljust(3, "0"))
    return (
        timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=milliseconds),
        fraction,
    )


def _read_offset(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Unreadable(f"there is no offset {text}")
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if text[0] == "-" else offset)


def _count_back(
    months: int, length: timedelta, now: datetime, zone: Zone, *, end: bool
) -> ResolvedTime:
    """Go back whole months on the wall clock of `zone`, then the rest in real time."""
    if not months:
        return ResolvedTime(now - length)
    if months > 12 * (now.year - YEARS.start + 1):
        raise Unreadable(OUTSIDE)
    from dateutil.relativedelta import relativedelta

    wall = to_local(now, zone).replace(tzinfo=None) - relativedelta(months=months)
    found = to_instant(wall, zone, end=end)
    return ResolvedTime(found.instant - length, found.note)


def _one_more(rest: str, *, end: bool) -> int:
    """Return the millisecond that an end owes to the digits it cannot keep."""
    return 1 if end and rest.strip("0") else 0
