"""What is odd about an ID and the text beside it, which is asked for all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffx.input.targets import shapes
from ffx.input.targets.refusals import damage, emptiness
from ffx.input.targets.shapes import Command, Dated, Kind, dated, is_hit_shaped, is_visitor_shaped
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ffx.input.targets.claims import Claim, Placeholder


def oddities(
    text: str,
    kind: Kind,
    *,
    command: Command,
    now: datetime,
    claim: Claim | None = None,
    placeholders: Sequence[Placeholder] = (),
    lacks_transaction: bool = False,
    service: Sequence[str] = (),
) -> dict[str, str]:
    """Return a sentence each, by the finding that it is: P2, P3, P6, P7; empty where it is none.

    `text` is the ID; the rest is what stands beside it: the sale that is claimed, placeholders
    that nobody filled in, and whether it is a postback that names no transaction. `now` is the
    present time, by which the date in a hit ID is judged. `service` are options that say which
    service and account is asked, for the commands that are proposed.
    """
    found = _of_the_id(text, kind, command=command, now=now, service=service)
    if lacks_transaction:
        found["P6"] = "the postback has no tx=: repeats of it cannot be told apart"
    transaction = claim.transaction if claim else ""
    if is_hit_shaped(transaction) and not (is_hit_shaped(text) or is_visitor_shaped(text)):
        found["P3"] = (
            f"tx holds {transaction}, which looks like a hit ID, and the hit's place holds "
            f"{quoted(text)}: the two may be swapped; try "
            f"{command_for('diagnose', transaction, service)}"
        )
    if placeholders:
        found["P7"] = emptiness(placeholders[0].name, placeholders[0].text)
    return found


def command_for(name: Command, text: str, service: Sequence[str]) -> str:
    """Write the command that asks `service` for an ID, safe to paste."""
    import shlex

    return shlex.join(("ffx", name, text, *service))


def _of_the_id(
    text: str, kind: Kind, *, command: Command, now: datetime, service: Sequence[str]
) -> dict[str, str]:
    if shapes.is_damaged_visitor(text):
        return {"P2": f"{text} is damaged: {damage(text)}"}
    if shapes.is_recased_hit(text):
        return {"P2": _raised_letters(text, kind, command, service)}
    if is_visitor_shaped(text):
        if kind == "visitor":
            return {}
        retry = command_for("visitor", text, service)
        return {"P3": f"{text} looks like a visitor ID, not a hit: for its hits, {retry}"}
    if is_hit_shaped(text):
        if dated(text, now=now) is Dated.IMPOSSIBLY:
            return {"": f"{text} looks like another tracker's click ID: no date of ours is in it"}
        if kind == "hit":
            return {}
        retry = command_for("hit", text, service)
        return {"P3": f"{text} looks like a hit ID, not a visitor: for the hit, {retry}"}
    return _length_doubts(text, kind)


def _raised_letters(text: str, kind: Kind, command: Command, service: Sequence[str]) -> str:
    if kind == "visitor" and shapes.is_cut_visitor(text) and text != text.upper():
        # Both cases are a visitor ID's own.
        return f"{text} may be cut: visitor IDs have 27 characters, this has {len(text)}"
    retry = command_for(command, text.lower(), service)
    return f"{text} has capitals, and hit IDs have none: if nothing is found, try {retry}"


def _length_doubts(text: str, kind: Kind) -> dict[str, str]:
    if shapes.is_cut_hit(text):
        return {
            "P2": f"{text} may be cut: hit IDs have 22 characters or more, this has {len(text)}"
        }
    if shapes.is_cut_visitor(text):
        return {"P2": f"{text} may be cut: visitor IDs have 27 characters, this has {len(text)}"}
    return {"": f"{quoted(text)} does not look like a {kind} ID; it is asked for as it stands"}
