"""What a row is: the event's kind, and the kind of node it happened at.

The API names `conversion` and `customEvent1` to `customEvent10`; how it spells
the rest, and its node types, is not documented. So spelling is not looked at:
`Custom Event 1` is `customEvent1`, and unknown words stay unknown.
"""

from functools import lru_cache
from typing import Protocol

_ENTRANCES = frozenset({"entrance", "entry", "visit", "funnelentrance", "newvisit"})
_CLICKS = frozenset({"click", "action", "actionclick", "clickthrough"})
# Nodes that are no offers, whatever letter their hits' IDs happen to end in.
_NO_OFFERS = ("land", "rotator", "root", "traffic", "url", "webhook", "tag", "code")
# Nodes that send visitors on by a rule of the customer's own.
_DECIDING = ("condition", "logic", "middleware")


class RowAtNode(Protocol):
    """What is read of a row to tell its node's kind."""

    @property
    def hitId(self) -> str | None: ...  # noqa: N802  # the API's own name
    @property
    def nodeType(self) -> str | None: ...  # noqa: N802
    @property
    def offerSourceId(self) -> str | None: ...  # noqa: N802
    @property
    def pageId(self) -> str | None: ...  # noqa: N802
    @property
    def pageName(self) -> str | None: ...  # noqa: N802


def is_conversion(event_type: str | None) -> bool:
    return plain_name(event_type or "") == "conversion"


def is_entrance(event_type: str | None) -> bool:
    return plain_name(event_type or "") in _ENTRANCES


def is_click(event_type: str | None) -> bool:
    return plain_name(event_type or "") in _CLICKS


def is_custom(event_type: str | None) -> bool:
    return plain_name(event_type or "").startswith("customevent")


def is_by_visitor(event_type: str | None) -> bool:
    """Tell whether the visitor did this, rather than somebody reporting on them later."""
    return not is_conversion(event_type) and not is_custom(event_type)


@lru_cache(256)
def plain_name(text: str) -> str:
    """Return a word without case, blanks and punctuation.

    >>> plain_name("Custom Event_1"), plain_name("CONVERSION")
    ('customevent1', 'conversion')
    """
    return "".join(filter(str.isalnum, text.casefold()))


def is_offer(row: RowAtNode) -> bool:
    """Tell whether a row belongs to an offer: by its node, else its source or its hit's ending."""
    kind = plain_name(row.nodeType or "")
    if "offer" in kind:
        return True
    if any(word in kind for word in (*_NO_OFFERS, *_DECIDING)):
        return False
    return bool(row.offerSourceId) or can_convert(row.hitId or "")


def states_place(row: RowAtNode) -> bool:
    """Tell whether a row says anything of where it was: its node's type, its page, its offer."""
    return bool(row.nodeType or row.pageId or row.pageName or row.offerSourceId)


def is_page(row: RowAtNode) -> bool:
    """Tell whether a row belongs to a page that people see, and no offer: a lander."""
    kind = plain_name(row.nodeType or "")
    if is_offer(row) or is_deciding(row) or "url" in kind:
        return False
    return "land" in kind or bool(row.pageId or row.pageName)


def is_deciding(row: RowAtNode) -> bool:
    """Tell whether a row's node sends visitors on by a condition, logic or middleware."""
    kind = plain_name(row.nodeType or "")
    return any(word in kind for word in _DECIDING)


def can_convert(hit_id: str) -> bool:
    """Tell whether a hit is an offer's view: only those take conversions, and end in h."""
    return hit_id.casefold().endswith("h")
