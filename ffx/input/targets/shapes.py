"""What IDs look like, and what is often taken for one.

A shape is a hint: the service knows its IDs better than we do, and the exact
form of a hit ID is not documented. So a question here has the answer yes or no,
and `target.py` decides what follows from it.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Literal

Kind = Literal["visitor", "hit"]
# What an ID is wanted for.
Command = Literal["visitor", "hit", "diagnose"]

_BLANKS = " \t\r\n\f\v\x85\xa0\u2002\u2003\u2007\u2009\u202f\u3000"
QUOTES = "\"'`´“”„‘’‚«»‹›"
# What a cell, a message or a mail puts round a word.
WRAPPING = _BLANKS + QUOTES
PADDING = WRAPPING + "<>()[]{}.,;:!?*|+"

_HIT = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{22,27}h?")
_SHORT_HIT = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{16,21}")
_VISITOR_LENGTH = 27
# A link may have a blank in the place of the plus.
_SPREADSHEET_NUMBER = re.compile(r"(?<![\w.,])[1-9](?:[.,][0-9]{1,15})?E[+ ][0-9]{2,3}(?![\w.])")
_ASSET = re.compile(r"[0-9A-Za-z]{12}")
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_CROCKFORD = str.maketrans("0123456789abcdefghjkmnpqrstvwxyz", "0123456789abcdefghijklmnopqrstuv")
_ULID = re.compile(r"(01)?([0-9a-hjkmnp-tv-z]{24})h?")
_LONGEST_HIT = re.compile(r"[0-9a-hjkmnp-tv-z]{26}h")
_CUT_ULID = re.compile(r"(01)?([0-9a-hjkmnp-tv-z]{8})[0-9a-hjkmnp-tv-z]*")
# MongoDB's, which other trackers take for click IDs.
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")
# FunnelFlux Pro was not there before. A clock may be ahead of ours.
_FIRST_DATE = datetime(2019, 7, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# https://api-docs.funnelflux.pro/id-generation
_ASSET_EPOCH = datetime(2019, 7, 23, tzinfo=UTC)


class DateCheck(IntEnum):
    """What the date in an ID says of it; the smaller, the likelier it is one of ours."""

    POSSIBLE = 0
    MISSING = 1
    IMPOSSIBLE = 2


def is_hit_shaped(text: str) -> bool:
    """Tell whether `text` is 22 to 27 small letters and digits, both; a final h may follow.

    With 27 in all, it is a hit ID of 26 and its h, or a visitor ID that lost its capitals.
    """
    if len(text) == _VISITOR_LENGTH and not _LONGEST_HIT.fullmatch(text):
        return False
    return _HIT.fullmatch(text) is not None


def is_visitor_shaped(text: str) -> bool:
    """Tell whether `text` is 27 letters and digits with capitals and lower-case among them."""
    return len(text) == _VISITOR_LENGTH and _has_both_cases(text)


def is_damaged_visitor(text: str) -> bool:
    """Tell whether `text` is like a visitor ID whose letters all became small, or capital."""
    if len(text) != _VISITOR_LENGTH or text not in (text.lower(), text.upper()):
        return False
    return _HIT.fullmatch(text.lower()) is not None and not is_hit_shaped(text.lower())


def is_recased_hit(text: str) -> bool:
    """Tell whether only capitals keep `text` from being a hit ID; a visitor ID is none."""
    return (
        text.isascii()
        and text != text.lower()
        and is_hit_shaped(text.lower())
        and not is_visitor_shaped(text)
    )


def is_cut_hit(text: str) -> bool:
    """Tell whether `text` is like a hit ID with up to six characters missing."""
    return _SHORT_HIT.fullmatch(text) is not None


def is_cut_visitor(text: str) -> bool:
    """Tell whether `text` is like a visitor ID with up to eleven characters missing."""
    return 16 <= len(text) < _VISITOR_LENGTH and _has_both_cases(text)


def is_long_number(text: str) -> bool:
    """Tell whether `text` is digits only, and more of them than a date or a count has."""
    return text.isascii() and text.isdecimal() and len(text) > 8  # as 20261128


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def find_uuid(text: str) -> str:
    """Return the first UUID in `text`, or nothing."""
    match = _UUID.search(text)
    return match[0] if match else ""


def find_spreadsheet_number(text: str) -> str:
    """Return the first long number as spreadsheets show it, `1.23457E+17`, or nothing."""
    match = _SPREADSHEET_NUMBER.search(text)
    return match[0] if match else ""


def estimated_time(hit_id: str) -> datetime | None:
    """Return the UTC time that a hit ID of the ULID kind carries.

    The known samples are lower-case ULIDs of 26 characters that begin with 01, or
    the same without the 01; a final h may follow. None for any other shape. It is
    an estimate: the form is not documented.
    """
    match = _ULID.fullmatch(hit_id)
    if match is None:
        return None
    return _ulid_time(match[2])


def check_date(hit_id: str, *, now: datetime) -> DateCheck:
    """Tell whether the date in an ID, in whatever case, is one that a hit of ours can have.

    Impossible are dates before FunnelFlux Pro and in the future, and the IDs that
    other trackers take from MongoDB: 24 digits and letters from a to f.
    """
    if _OBJECT_ID.fullmatch(hit_id):
        return DateCheck.IMPOSSIBLE
    made = estimated_time(hit_id.lower())
    if made is None:
        return DateCheck.MISSING
    return DateCheck.POSSIBLE if _is_possible(made, now) else DateCheck.IMPOSSIBLE


def begins_like_a_hit(text: str, *, now: datetime) -> bool:
    """Tell whether what is left of a cut hit ID, in whatever case, begins with a possible date."""
    match = _CUT_ULID.fullmatch(text.lower())
    return match is not None and _is_possible(_ulid_time(match[2]), now)


def repaired_hit(text: str, *, now: datetime) -> str:
    """Return the hit ID that `text` may have been before it was altered, or nothing.

    Raised letters are made small again, and a lost final h is put back.
    """
    if is_recased_hit(text):
        return text.lower()
    is_whole = is_hit_shaped(text) and len(text) in (24, 26)
    return f"{text}h" if is_whole and check_date(text, now=now) is DateCheck.POSSIBLE else ""


def asset_created(text: str, *, now: datetime) -> datetime | None:
    """Return when the asset with this ID was made; None if that is no sensible time.

    An asset ID has 12 characters of base 62; the first seven count milliseconds.
    """
    if _ASSET.fullmatch(text) is None:
        return None
    milliseconds = 0
    for character in text[:7]:
        milliseconds = milliseconds * 62 + _BASE62.index(character)
    created = _ASSET_EPOCH + timedelta(milliseconds=milliseconds)
    return created if created - _AHEAD <= now else None


def _ulid_time(text: str) -> datetime:
    """Read the time at the beginning of a ULID, whose first two characters, 01, are left out."""
    milliseconds = int(f"01{text[:8]}".translate(_CROCKFORD), 32)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def _is_possible(made: datetime, now: datetime) -> bool:
    # Taken from the ID: `now` may be the calendar's last day.
    return made >= _FIRST_DATE and made - _AHEAD <= now


def _has_both_cases(text: str) -> bool:
    return text.isascii() and text.isalnum() and text != text.lower() and text != text.upper()
