"""What is odd about an ID and the text beside it, which is asked for all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffx.input.targets import shapes
from ffx.input.targets.refusals import describe_damage, describe_unfilled
from ffx.input.targets.shapes import DateCheck, Kind, check_date, is_hit_shaped, is_visitor_shaped
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ffx.input.targets.claimed_sale import ClaimedSale, Placeholder


def oddities(
    text: str,
    kind: Kind,
    *,
    now: datetime,
    claimed_sale: ClaimedSale | None = None,
    placeholders: Sequence[Placeholder] = (),
    lacks_transaction: bool = False,
) -> dict[str, str]:
    """Return a sentence each, by the finding that it is: P2, P3, P6, P7; empty where it is none.

    `text` is the ID; the rest is what stands beside it: the sale that is claimed, placeholders
    that nobody filled in, and whether it is a postback that names no transaction. `now` is the
    present time, by which the date in a hit ID is judged. What to ask for instead is proposed
    where nothing is found.
    """
    found = _of_the_id(text, kind, now=now)
    if lacks_transaction:
        found["P6"] = "the postback has no tx=: repeats of it cannot be told apart"
    transaction = claimed_sale.transaction if claimed_sale else ""
    if is_hit_shaped(transaction) and not (is_hit_shaped(text) or is_visitor_shaped(text)):
        found["P3"] = (
            f"tx holds {transaction}, which looks like a hit ID, and the hit's place holds "
            f"{quoted(text)}: the two may be swapped"
        )
    if placeholders:
        found["P7"] = describe_unfilled(placeholders[0].name, placeholders[0].text)
    return found


def _of_the_id(text: str, kind: Kind, *, now: datetime) -> dict[str, str]:
    if shapes.is_damaged_visitor(text):
        return {"P2": f"{text} looks like {describe_damage(text)}"}
    if shapes.is_recased_hit(text):
        # Both cases are a visitor ID's own.
        is_mixed = kind == "visitor" and shapes.is_cut_visitor(text) and text != text.upper()
        recased = f"a hit ID with capitals: in small letters it is {text.lower()}"
        return {"P2": f"{text} looks like {_cut_visitor(text) if is_mixed else recased}"}
    if is_visitor_shaped(text):
        is_right = kind == "visitor"
        return {} if is_right else {"P3": f"{text} looks like a visitor ID, not like a hit ID"}
    if is_hit_shaped(text):
        if check_date(text, now=now) is DateCheck.IMPOSSIBLE:
            return {"": f"{text} looks like another tracker's click ID: no date of ours is in it"}
        is_right = kind == "hit"
        return {} if is_right else {"P3": f"{text} looks like a hit ID, not like a visitor ID"}
    if shapes.is_cut_hit(text):
        whole = f"it has {len(text)} characters, and hit IDs have 22 or more"
        return {"P2": f"{text} looks like a hit ID that was cut: {whole}"}
    if shapes.is_cut_visitor(text):
        return {"P2": f"{text} looks like {_cut_visitor(text)}"}
    return {"": f"{quoted(text)} does not look like a {kind} ID; it is asked for as it stands"}


def _cut_visitor(text: str) -> str:
    whole = f"it has {len(text)} characters, and visitor IDs have 27"
    return f"a visitor ID that was cut: {whole}"
