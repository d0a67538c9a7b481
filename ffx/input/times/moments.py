"""Read one moment or one length of time, as people type them.

The grammar is the table of `parse_moment` and nothing more: a form it does not
know is refused with what was not understood, never guessed at.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone

from ffx.errors import UsageError
from ffx.input.times.zones import AMBIGUOUS_ZONES, Resolved, Zone, to_instant, to_local
from ffx.output.clean import quoted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1970, 9999)
# These years as instants, with a day to spare for offsets.
EARLIEST = _EPOCH - timedelta(days=1)
_LATEST = datetime(9999, 1, 2, tzinfo=UTC)
_OUTSIDE = "it leaves the years 1970 to 9998"
# Epochs come in two units: taken as seconds, this is the year 5138.
_LAST_EPOCH_IN_SECONDS = 10**11
_LONGEST_TEXT = 100

_TIME_EXAMPLES = "Try 24h, 7d, 2026-03-01, '2026-03-01 09:00' or yesterday."
_DAY_EXAMPLES = "Try 2026-03-01, 2026-03-01..2026-03-07 or yesterday."
_DURATION_EXAMPLES = "Try 90s, 45m or 1.5h."

# From the largest to the smallest, as they must be written.
_UNIT_WORDS = {
    "y": "y yr yrs year years",
    "mo": "mo month months",
    "w": "w week weeks",
    "d": "d day days",
    "h": "h hr hrs hour hours",
    "m": "m min mins minute minutes",
    "s": "s sec secs second seconds",
    "ms": "ms",
}
_UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_SIZES = tuple(_UNIT_WORDS)
_MONTHS = {"y": 12, "mo": 1}
_LENGTHS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_WHOLE_UNITS = ("y", "mo", "ms")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# ASCII, so that foreign digits stay out, and letters whose lower case is one of ours.
_FLAGS = re.ASCII | re.IGNORECASE
_DAY_FORM = (
    r"\d{4}-\d\d-\d\d|\d{8}|today|yesterday|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?"
    r"|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
_CLOCK_FORM = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
_OFFSET_FORM = r"Z|[+-]\d\d:?\d\d"
_DAY = re.compile(_DAY_FORM, _FLAGS)
_DATE_AND_TIME = re.compile(
    rf"(?P<day>{_DAY_FORM})?"
    rf"(?P<clock>(?:^| +|(?<=\d)T){_CLOCK_FORM}(?: *(?P<offset>{_OFFSET_FORM}))?)?",
    _FLAGS,
)
_SINCE_EPOCH = re.compile(r"@(\d+)(?:\.(\d+))?", _FLAGS)
_AMOUNT_FORM = r"(\d+)(?:\.(\d+))? *([a-z]+)"
_AMOUNT = re.compile(_AMOUNT_FORM, _FLAGS)
_AMOUNTS = re.compile(rf"(?:{_AMOUNT_FORM} *)+", _FLAGS)
_AGO = re.compile(r" +ago$", _FLAGS)

# Texts that people expect to work, and why they do not.
_NEAR_MISSES = (
    (r"-+ *\d.*", "durations count back without a minus sign: write 2d"),
    (
        r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}.*",
        "the date is ambiguous: write the year, the month, the day, as 2026-03-01",
    ),
    (r"\d+(?:\.\d+)?", "a bare number has no unit: write 10m, 10h or, for an epoch, @10"),
    (r"(?:next|in|tomorrow)(?: .*)?", "it lies in the future"),
    (r".*(?:UTC|GMT)", "UTC is written as Z, after a date and a time"),
    (r".*:\d\d.*[+-]\d{1,2}", "offsets are written as +02:00"),
    (r"(?:.*[ T])?\d:\d\d.*", "hours have two digits: write 09:00"),
    (r"\d{4}-(?:\d|\d\d-\d)(?!\d).*", "months and days have two digits: write 2024-08-09"),
)
# A word that may stand in a moment.
_FAMILIAR = (
    rf"{_DAY_FORM}|now|ago|{'|'.join(_UNITS)}|\d+(?:\.\d+)?|(?:{_AMOUNT_FORM})+"
    rf"|{_CLOCK_FORM}(?:{_OFFSET_FORM})?|{_OFFSET_FORM}"
)


class _Unreadable(Exception):  # noqa: N818  (a reason on its way into a UsageError)
    """Why a text cannot be read; an empty reason when its quotation says it all."""


def parse_moment(text: str, *, now: datetime, zone: Zone, end: bool = False) -> datetime:
    """Read a moment as people type it; UTC, in whole milliseconds.

    Dates and times without an offset are read in `zone`; None is the machine's
    own. Words and units in any case. With `now` at 14:30 on Thursday 5 March 2026:

        90s  24h  2d  1w2d3h  1.5h  500ms
        2 days  3 hours ago        that long before now; a day is 24 hours
        1mo  1y                    the same wall time, calendar months or years ago
        2026-03-01  20260301       midnight; with `end`, the midnight after
        2026-03-01 09:00           that moment; T may stand for the blank, and seconds,
                                   a fraction and an offset (Z, +02:00) may follow
        09:00  09:00:30            today
        now
        today  yesterday  tuesday  midnight; with `end`, the midnight after; a weekday
                                   is the last one that has begun, thu is today
        yesterday 14:00            that moment of that day
        @1772700000                seconds since 1970, or milliseconds if over 1e11

    24:00 is the end of its day, as in ISO 8601. What is finer than a millisecond
    is cut downwards, with `end` upwards, so that a window never shrinks.

    Raises:
        UsageError: `text` has none of these shapes, or leaves the years 1970 to 9998.
    """
    return read_moment(text, now=now, zone=zone, end=end).instant


def read_moment(
    text: str, *, now: datetime, zone: Zone, end: bool = False, option: str = ""
) -> Resolved:
    """Read a moment as `parse_moment` does, and keep the note on a clock change.

    Errors name `option`, as in `--since`.
    """
    with _telling(text, "a time", option, _TIME_EXAMPLES):
        return _read(text.strip(), now.astimezone(UTC), zone, end=end)


def read_day(
    text: str, *, now: datetime, zone: Zone, end: bool = False, option: str = ""
) -> Resolved:
    """Read a date or the word for a day, and no other moment: its midnight, or the one after."""
    with _telling(text, "a day", option, _DAY_EXAMPLES):
        if not is_day(text):
            raise _Unreadable(_explain(text.strip()))
        return _read(text.strip(), now.astimezone(UTC), zone, end=end)


def is_day(text: str) -> bool:
    """Tell whether `text` is a date or the word for a day, without a time."""
    return _DAY.fullmatch(text.strip()) is not None


def parse_duration(text: str, *, option: str = "") -> timedelta:
    """Read a length of time over zero: `90s` `45m` `1.5h` `1w2d3h` `500ms`.

    Errors name `option`, as in `--within`.

    Raises:
        UsageError: `text` is no length, is zero or beyond counting, or has months
            or years, which differ in length.
    """
    with _telling(text, "a duration", option, _DURATION_EXAMPLES):
        months, length = _read_amounts(text.strip())
        if months:
            raise _Unreadable("months and years differ in length")
        if not length:
            raise _Unreadable("it must be over zero")
        return length


def cut(instant: datetime, *, up: bool) -> datetime:
    """Return `instant` in whole milliseconds, cut downwards or upwards."""
    excess = timedelta(microseconds=instant.microsecond % 1000)
    return instant - excess + timedelta(milliseconds=1 if up and excess else 0)


@contextmanager
def _telling(text: str, kind: str, option: str, examples: str) -> Iterator[None]:
    """Turn what goes wrong in reading `text` into a UsageError that quotes it."""
    try:
        yield
    except (_Unreadable, OverflowError) as error:
        reason = str(error) if isinstance(error, _Unreadable) else "the number is too large"
        raise UsageError(
            f"cannot read {quoted(text)} as {kind}"
            + (f" for {option}" if option else "")
            + (f": {reason}" if reason else ""),
            hint=examples,
        ) from error


def _read(text: str, now: datetime, zone: Zone, *, end: bool) -> Resolved:
    found = _read_form(text, now, zone, end=end)
    if not EARLIEST <= found.instant <= _LATEST:
        raise _Unreadable(_OUTSIDE)
    return Resolved(cut(found.instant, up=end), found.note)


def _read_form(text: str, now: datetime, zone: Zone, *, end: bool) -> Resolved:
    if len(text) > _LONGEST_TEXT:
        raise _Unreadable("it is too long")
    if text.lower() == "now":
        return Resolved(now)
    if match := _SINCE_EPOCH.fullmatch(text):
        return Resolved(_read_epoch(match[1], match[2] or "", end=end))
    if text and (match := _DATE_AND_TIME.fullmatch(text)):
        return _read_date_and_time(match, now, zone, end=end)
    if _AMOUNTS.fullmatch(duration := _AGO.sub("", text)):
        return _count_back(*_read_amounts(duration), now, zone, end=end)
    raise _Unreadable(_explain(text))


def _read_epoch(number: str, fraction: str, *, end: bool) -> datetime:
    milliseconds, rest = int(number), fraction
    if milliseconds <= _LAST_EPOCH_IN_SECONDS:
        milliseconds, rest = int(number + fraction[:3].ljust(3, "0")), fraction[3:]
    return _EPOCH + timedelta(milliseconds=1) * (milliseconds + _one_more(rest, end=end))


def _read_date_and_time(match: re.Match[str], now: datetime, zone: Zone, *, end: bool) -> Resolved:
    today = to_local(now, zone).date()
    day = _read_date(match["day"].lower(), today) if match["day"] else today
    midnight = datetime.combine(day, time())
    if not match["clock"]:
        return to_instant(midnight + timedelta(days=1 if end else 0), zone, end=end)

    wall = midnight + _read_clock(match)
    if not match["offset"]:
        found = to_instant(wall, zone, end=end)
    elif match["day"] and match["day"][0].isdigit():
        found = Resolved(wall.replace(tzinfo=_read_offset(match["offset"])).astimezone(UTC))
    else:
        raise _Unreadable("an offset needs a date")
    # Added to the instant: on the wall it could step into an hour that exists twice.
    rest = timedelta(milliseconds=_one_more((match["fraction"] or "")[3:], end=end))
    return Resolved(found.instant + rest, found.note)


def _read_date(text: str, today: date) -> date:
    if text == "today":
        return today
    if text == "yesterday":
        return today - timedelta(days=1)
    if text[:3] in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(text[:3])) % 7)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _Unreadable(f"there is no day {text}") from error
    if day.year not in _YEARS:
        raise _Unreadable(_OUTSIDE)
    return day


def _read_clock(match: re.Match[str]) -> timedelta:
    """Return the time since midnight in whole milliseconds, cut downwards."""
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    fraction = match["fraction"] or ""
    end_of_day = hour == 24 and not (minute or second or fraction.strip("0"))
    if minute > 59 or second > 59 or (hour > 23 and not end_of_day):
        raise _Unreadable(f"there is no time {match['clock'].strip(' Tt')}")
    return timedelta(
        hours=hour, minutes=minute, seconds=second, milliseconds=int(fraction[:3].ljust(3, "0"))
    )


def _read_offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise _Unreadable(f"there is no offset {text}")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _read_amounts(text: str) -> tuple[int, timedelta]:
    """Read numbers with units, from the largest unit to the smallest: months, and the rest."""
    if not _AMOUNTS.fullmatch(text) or len(text) > _LONGEST_TEXT:
        raise _Unreadable("a number needs a unit" if text.isdecimal() else "")
    months, length, sizes = 0, timedelta(), []
    for number, fraction, word in _AMOUNT.findall(text):
        unit = _read_unit(word)
        if fraction and unit in _WHOLE_UNITS:
            raise _Unreadable(f"{word} takes whole numbers")
        if len(fraction) > 6:
            raise _Unreadable("a fraction has at most six digits")
        if unit in _MONTHS:
            months += int(number) * _MONTHS[unit]
        else:
            # Whole numbers throughout: exact to the microsecond with six digits.
            length += _LENGTHS[unit] * int(number + fraction) // int(10 ** len(fraction))
        sizes.append(_SIZES.index(unit))
    if sizes != sorted(set(sizes)):
        raise _Unreadable("units go from the largest to the smallest, each once")
    return months, length


def _read_unit(word: str) -> str:
    if word == "M":
        raise _Unreadable("m is minutes, mo is months")
    try:
        return _UNITS[word.lower()]
    except KeyError as error:
        raise _Unreadable(f"{quoted(word)} is not a unit") from error


def _count_back(
    months: int, length: timedelta, now: datetime, zone: Zone, *, end: bool
) -> Resolved:
    """Go back whole months on the wall clock of `zone`, then the rest in real time."""
    if not months:
        return Resolved(now - length)
    if months > 12 * (now.year - _YEARS.start + 1):
        raise _Unreadable(_OUTSIDE)
    from dateutil.relativedelta import relativedelta

    wall = to_local(now, zone).replace(tzinfo=None) - relativedelta(months=months)
    found = to_instant(wall, zone, end=end)
    return Resolved(found.instant - length, found.note)


def _one_more(rest: str, *, end: bool) -> int:
    """Return the millisecond that an end owes to the digits it cannot keep."""
    return 1 if end and rest.strip("0") else 0


def _explain(text: str) -> str:
    """Say what is wrong with a text that has no known form; empty if nothing more is known."""
    if not text:
        return "it is empty"
    match = re.fullmatch(r"(?:.*[\d ])?([a-z]{3})", text, _FLAGS)
    if match and match[1].upper() in AMBIGUOUS_ZONES:
        return f"{match[1]} is ambiguous: use a zone name with --tz, or an offset such as -05:00"
    for form, reason in _NEAR_MISSES:
        if re.fullmatch(form, text, _FLAGS):
            return reason
    words = text.split()
    if len(words) == 1:
        return ""
    for word in words:
        if not re.fullmatch(_FAMILIAR, word, _FLAGS):
            return f"{quoted(word)} is not understood"
    return "its parts do not go together"
