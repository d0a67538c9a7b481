"""Read a day, a week or a month: as numbers, as a word, or as ffx and others print it."""

import re
from datetime import date, timedelta

from ffx.input.times.grammar import FLAGS, OUTSIDE, YEARS, Unreadable

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAY_FORM = (
    r"mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
MONTH_FORM = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_NUMBERS_FORM = r"\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d{8}"
_NAMED_FORM = (
    rf"(?:(?:{WEEKDAY_FORM}),? +)?"
    rf"(?:\d{{1,2}} +(?:{MONTH_FORM})(?:,? +\d{{4}}(?!\d|:))?"
    rf"|(?:{MONTH_FORM}) +\d{{1,2}},? +\d{{4}})"
)
DATE_FORM = rf"{_NUMBERS_FORM}|{_NAMED_FORM}"
DAY_FORM = rf"{DATE_FORM}|today|yesterday|(?:last +)?(?:{WEEKDAY_FORM})"

_LAST = r"last +"
_MONTH = r"(\d{4})-(\d\d)"
_WEEK = r"(\d{4})-?W(\d\d)"


def is_date(text: str) -> bool:
    """Tell whether `text` is a day of the calendar, and no word that depends on today."""
    return re.fullmatch(DATE_FORM, text, FLAGS) is not None


def is_period(text: str) -> bool:
    """Tell whether `text` is a day, a week or a month, without a time."""
    return any(re.fullmatch(form, text, FLAGS) for form in (DAY_FORM, _MONTH, _WEEK))


def read_period(text: str, today: date) -> tuple[date, date]:
    """Return the first day of a day, a week or a month, and the day after its last.

    Raises:
        Unreadable: there is no such day, or the text is no period.
    """
    if match := re.fullmatch(_MONTH, text, FLAGS):
        first = _make(int(match[1]), int(match[2]), 1, text, "month")
        return first, (first + timedelta(days=31)).replace(day=1)
    if match := re.fullmatch(_WEEK, text, FLAGS):
        try:
            first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError as error:
            raise Unreadable(f"there is no week {text}") from error
        return _within_years(first), first + timedelta(weeks=1)
    day = read_day(text, today)
    return day, day + timedelta(days=1)


def read_day(text: str, today: date) -> date:
    """Return the day that a date or a word means; a weekday is the last one that has begun.

    Raises:
        Unreadable: there is no such day, or its weekday is another.
    """
    word = text.lower()
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    if re.fullmatch(_NUMBERS_FORM, word, FLAGS):
        digits = re.sub(r"\D", "", word)
        return _make(int(digits[:4]), int(digits[4:6]), int(digits[6:]), text, "day")
    if any(character.isdigit() for character in word):
        return _read_named(text, today)
    # The last friday is the one before today.
    latest = today - timedelta(days=1) if re.match(_LAST, word, FLAGS) else today
    weekday = _WEEKDAYS.index(re.sub(_LAST, "", word, flags=FLAGS)[:3])
    return latest - timedelta(days=(latest.weekday() - weekday) % 7)


def _read_named(text: str, today: date) -> date:
    """Read `Fri 27 Nov 2026` and the like; without a year, the last such day that has begun."""
    words = re.findall(r"[a-z]+", text.lower())
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    month = _MONTHS.index(words[-1][:3]) + 1
    weekday = _WEEKDAYS.index(words[0][:3]) if len(words) > 1 else None
    if len(numbers) > 1:
        day = _make(numbers[1], month, numbers[0], text, "day")
    elif weekday is None:
        raise Unreadable(f"the year is missing: write {text} {today.year}")
    else:
        has_begun = (month, numbers[0]) <= (today.month, today.day)
        day = _make(today.year - (not has_begun), month, numbers[0], text, "day")
    if weekday is not None and day.weekday() != weekday:
        raise Unreadable(f"{day.isoformat()} is a {_WEEKDAY_NAMES[day.weekday()]}")
    return day


def _make(year: int, month: int, day: int, text: str, kind: str) -> date:
    try:
        made = date(year, month, day)
    except ValueError as error:
        raise Unreadable(f"there is no {kind} {text}") from error
    return _within_years(made)


def _within_years(day: date) -> date:
    if day.year not in YEARS:
        raise Unreadable(OUTSIDE)
    return day
