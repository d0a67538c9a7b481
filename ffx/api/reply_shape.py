"""What the text of a reply must look like, and what is odd about one that may pass."""

from collections.abc import Mapping

from ffx.api import members
from ffx.api.json_text import Numeral
from ffx.errors import ServiceError
from ffx.input.targets.shapes import Kind
from ffx.output.clean import quoted

ROWS: Mapping[Kind, str] = {"visitor": "hits", "hit": "events"}
_ROW_MEMBERS: Mapping[Kind, frozenset[str]] = {
    "visitor": frozenset(members.HIT_ROW),
    "hit": frozenset(members.HIT_EVENT),
}
# A row's model takes two kilobytes, however short the row; the service's pages are far shorter.
MOST_ROWS = 50_000
MAY_BE_INCOMPLETE = "the answer does not say whether there is more, so it may be incomplete"


def as_object(value: object) -> dict[str, object]:
    """Return a whole reply.

    Raises:
        ServiceError: it is no object.
    """
    if isinstance(value, dict):
        return value
    raise ServiceError(
        f"the service's answer is {_type_of(value)}, where an object belongs", code="shape"
    )


def rows_of(parsed: dict[str, object], kind: Kind) -> list[dict[str, object]]:
    """Return a reply's hits or events; none where it states none.

    Raises:
        ServiceError: they are no list of objects, or too many.
    """
    name = ROWS[kind]
    documented = {"hits", "visitor", "hasMore"} if kind == "visitor" else {"events"}
    if parsed and not documented & parsed.keys():
        raise ServiceError(
            f"the service's answer has no '{name}' and nothing else that is documented",
            hint=f"It holds {quoted(', '.join(parsed))}. Check FFX_API_URL.",
            code="shape",
        )
    if name not in parsed and isinstance(parsed.get("visitor"), dict):
        raise ServiceError(f"the service's answer has a visitor but no '{name}'", code="shape")
    rows = parsed.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise ServiceError(
            f"'{name}' in the service's answer is {_type_of(rows)}, where a list belongs",
            code="shape",
        )
    if len(rows) > MOST_ROWS:
        raise ServiceError(
            f"the service's answer is too big: over {MOST_ROWS:,} rows",
            hint="Ask for a narrower window.",
            code="too-big",
        )
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ServiceError(
                f"{name}[{index}] in the service's answer is {_type_of(row)}, "
                "where an object belongs",
                code="shape",
            )
    return rows


def check_visitor(parsed: dict[str, object], kind: Kind) -> None:
    """Refuse a visitor's summary that is no object.

    Raises:
        ServiceError: it is something else.
    """
    visitor = parsed.get("visitor")
    if kind == "visitor" and visitor is not None and not isinstance(visitor, dict):
        raise ServiceError(
            f"'visitor' in the service's answer is {_type_of(visitor)}, where an object belongs",
            code="shape",
        )


def has_more_of(parsed: dict[str, object], kind: Kind) -> bool | None:
    if kind == "hit":
        return False
    value = parsed.get("hasMore")
    return value if isinstance(value, bool) else None


def oddities_of(parsed: dict[str, object], rows: list[dict[str, object]], kind: Kind) -> list[str]:
    """Name members of an undocumented type; unknown members are nobody's business."""
    name = ROWS[kind]
    known = _ROW_MEMBERS[kind]
    odd = [
        f"{name}[{index}].{member}"
        for index, row in enumerate(rows)
        for member, value in row.items()
        if value is not None
        and type(value) is not (Numeral if member in members.NUMBERS else str)
        and member in known
    ]
    visitor = parsed.get("visitor")
    if isinstance(visitor, dict):
        odd.extend(
            f"visitor.{member}"
            for member in members.VISITOR
            if visitor.get(member) is not None
            and type(visitor[member]) is not (Numeral if member in members.NUMBERS else str)
        )
    found = []
    if odd:
        found.append(
            f"the answer has {count_places(odd, 'member')} of another type than documented"
        )
    if kind == "visitor" and rows and not isinstance(parsed.get("hasMore"), bool):
        found.append(MAY_BE_INCOMPLETE)
    return found


def count_places(places: list[str] | tuple[str, ...], noun: str) -> str:
    if len(places) == 1:
        return f"1 {noun} ({places[0]})"
    return f"{len(places):,} {noun}s (first {places[0]})"


def text_of(value: object) -> str:
    """Return a member's text; empty where it is none."""
    return value if isinstance(value, str) else ""


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Numeral):
        return "a number"
    return (
        "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else "text"
    )
