"""What a macro looks like that a traffic source should have filled in, and did not."""

import re

from ffx.input.targets import shapes

# Bounded, so that a value of a megabyte takes no longer than it must. A filler after a colon is
# part of the macro, `{keyword:shoes}`; after ": " it is data.
_BRACED = re.compile(
    r"\{\s{0,8}(?P<name>[$@#]?[^\W\d][\w .$@#|-]{0,80})(?::[^\s{}\"':;][^{}\"':;]{0,80})?\}"
)
_UNDERSCORED = re.compile(r"(?<!\w)__[A-Za-z](?:_?[A-Za-z0-9]){0,80}__(?!\w)")
_BRACKETED = re.compile(r"\[[A-Z][A-Z0-9_]{2,80}\]")
_BRACKETED_INSIDE = re.compile(r"\[[A-Z][A-Z0-9_]{3,80}\]")
_BLANK = re.compile(r"\s")
# What the provider advises to write where a token is to be put in.
_FILLER = "REPLACE"


def has_macro(value: str) -> bool:
    """Tell whether `value` is an unfilled macro, or a token in it is one.

    In braces `{keyword}`, `{{campaign.name}}`, `${campaign}` anywhere, and `__PLACEMENT__`
    where no word goes on; `[CLICKID]` in capitals as the whole value, or from four characters
    on in a value without blanks; `REPLACE` alone. An ID in braces is filled in.

    >>> [has_macro(text) for text in ("{{ad.id}}", "[CLICKID]", "[DE] Sommer", '{"a": 1}')]
    [True, True, False, False]
    """
    text = value.strip()
    return text == _FILLER or _is_braced(text) or _is_bracketed(text) or _is_underscored(text)


def _is_braced(text: str) -> bool:
    return any(not _is_id(match["name"].strip()) for match in _BRACED.finditer(text))


def _is_bracketed(text: str) -> bool:
    if _BRACKETED.fullmatch(text):
        return True
    return _BRACKETED_INSIDE.search(text) is not None and _BLANK.search(text) is None


def _is_underscored(text: str) -> bool:
    return _UNDERSCORED.search(text) is not None


def _is_id(text: str) -> bool:
    return shapes.is_uuid(text) or shapes.is_hit_shaped(text) or shapes.is_visitor_shaped(text)
