"""What IDs look like, and what is often taken for one.

A shape is a hint: the service knows its IDs better than we do, and the exact
form of a hit ID is not documented. So a question here has the answer yes or no,
and `targets.py` decides what follows from it.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

Kind = Literal["visitor", "hit"]

_BLANKS = " \t\r\n\f\v\x85\xa0\u2002\u2003\u2007\u2009\u202f\u3000"
QUOTES = "\"'`´“”„‘’‚«»‹›"
# What a cell, a message or a mail puts round a word.
WRAPPING = _BLANKS + QUOTES
PADDING = WRAPPING + "<>()[]{}.,;:!?*|+"

_HIT = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{22,27}h?")
_SHORT_HIT = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{16,21}")
_VISITOR_LENGTH = 27
_ASSET = re.compile(r"[0-9A-Za-z]{12}")
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_CROCKFORD = str.maketrans("0123456789abcdefghjkmnpqrstvwxyz", "0123456789abcdefghijklmnopqrstuv")
_ULID = re.compile(r"(01)?([0-9a-hjkmnp-tv-z]{24})h?")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# https://api-docs.funnelflux.pro/id-generation
_ASSET_EPOCH = datetime(2019, 7, 23, tzinfo=UTC)


def is_hit_shaped(text: str) -> bool:
    """Tell whether `text` is 22 to 27 small letters and digits, both; a final h may follow."""
    return _HIT.fullmatch(text) is not None


def is_visitor_shaped(text: str) -> bool:
    """Tell whether `text` is 27 letters and digits with capitals and lower-case among them."""
    return len(text) == _VISITOR_LENGTH and _has_both_cases(text)


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


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def find_uuid(text: str) -> str:
    """Return the first UUID in `text`, or nothing."""
    match = _UUID.search(text)
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
    milliseconds = int(f"01{match[2][:8]}".translate(_CROCKFORD), 32)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


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
    return created if created <= now + timedelta(days=1) else None


def _has_both_cases(text: str) -> bool:
    return text.isascii() and text.isalnum() and text != text.lower() and text != text.upper()
