"""Why a text is no time: for forms that people expect to work."""

import re

from ffx.input.times.days import DAY_FORM, MONTH_FORM, WEEKDAY_FORM
from ffx.input.times.durations import AMOUNT_FORM, UNITS
from ffx.input.times.grammar import FLAGS
from ffx.input.times.zones import AMBIGUOUS_ZONES
from ffx.output.clean import quoted

_UTC_LAST = r"(?:UTC|GMT)"
_NEAR_MISSES = (
    (r"-+ *\d.*", "durations count back without a minus sign: write 2d"),
    (
        r"\d{1,2}[/.]\d{1,2}[/.]\d{1,4}.*",
        "the date is ambiguous: write the year, the month, the day, as 2026-03-01",
    ),
    (r"\d{4}\.\d{1,2}\.\d{1,2}.*", "dates have dashes: write 2026-03-01"),
    (r"\d+(?:\.\d+)?", "a bare number has no unit: write 10m, 10h or, for an epoch, @10"),
    (r"(?:next|in|tomorrow)(?: .*)?|now *\+.*", "it lies in the future"),
    (r"now.*/.*", "ffx does not round: write today, or a date"),
    (
        r"(?:last|this) +(?:week|month|year)",
        "write the week or the month, as 2026-W35 or 2026-11 with --on; or 7d, 1mo, 1y",
    ),
    (rf"(?:{MONTH_FORM}) +\d{{1,2}}(?: +\d.*)?", "the year is missing: write Nov 27, 2026"),
    (
        rf"(?:.* )?(?:\d{{1,2}} +(?:{MONTH_FORM})|(?:{MONTH_FORM}) +\d{{1,2}}),? +\d\d",
        "years have four digits: write 27 Nov 2026",
    ),
    (r"P\d.*|PT\d.*", "a span of ISO 8601 is written as P1DT2H"),
    (rf".*:\d\d.* *{_UTC_LAST}", "an offset needs a date"),
    (rf".* *{_UTC_LAST}", "UTC goes after a date and a time"),
    (r".*:\d\d.*[+-]\d{1,2}", "offsets are written as +02:00"),
    (r"(?:.*[ T])?\d:\d\d.*", "hours have two digits: write 09:00, or 9:00am"),
    (r"\d{4}[-/](?:\d|\d\d[-/]\d)(?!\d).*", "months and days have two digits: write 2024-08-09"),
)
# A word that may stand in a moment.
_FAMILIAR = (
    rf"{DAY_FORM}|{MONTH_FORM}|(?:{WEEKDAY_FORM}),?|now|ago|last|noon|midnight|[ap]m|{'|'.join(UNITS)}"
    rf"|\d+(?:\.\d+)?,?|(?:{AMOUNT_FORM})+|\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?:[ap]m)?"
    r"|(?:Z|[+-]\d\d:?\d\d)|.*\d:\d\d(?:Z|[+-]\d\d:?\d\d)"
)


def explain(text: str) -> str:
    """Say what is wrong with a text that has no known form; empty if nothing more is known."""
    if not text:
        return "it is empty"
    match = re.fullmatch(r"(?:.*[\d ])?([a-z]{3})", text, FLAGS)
    if match and match[1].upper() in AMBIGUOUS_ZONES:
        return f"{match[1]} is ambiguous: use a zone name with --tz, or an offset such as -05:00"
    for form, reason in _NEAR_MISSES:
        if re.fullmatch(form, text, FLAGS):
            return reason
    words = text.split()
    if len(words) == 1:
        return ""
    for word in words:
        if not re.fullmatch(_FAMILIAR, word, FLAGS):
            return f"{quoted(word)} is not understood"
    return "its parts do not go together"
