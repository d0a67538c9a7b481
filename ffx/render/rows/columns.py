"""`--fields A,B`: which members of a row are shown, and in which order.

`target` is the text that was asked for. `visitor.NAME` is a member of the
visitor whose hits the rows are; an event of a hit holds its own.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from ffx.api import members
from ffx.errors import UsageError
from ffx.input.targets.shapes import Command
from ffx.output.clean import quoted

TARGET = "target"
_OF_VISITOR = "visitor."
_HINT_WIDTH = 90
_SHOWN_ABOVE = "The view tells it above its rows."

# The columns of a diagnosis, a line a target.
DIAGNOSIS = (
    "id",
    "found",
    "converted",
    "conversions",
    "revenue",
    "transaction",
    "reachedOffer",
    "complete",
    "headline",
    "findings",
    "nextStep",
    "error",
)
# The columns of a finding, with its first piece of evidence.
FINDING = (
    "id",
    "name",
    "class",
    "severity",
    "sentence",
    "hitId",
    "eventType",
    "eventTime",
    "place",
    "member",
    "value",
    "nextStep",
)

_ROWS: Mapping[Command, tuple[str, ...]] = {
    "visitor": members.HIT_ROW,
    "hit": members.HIT_EVENT,
    "diagnose": DIAGNOSIS,
}
_LOWER_FINDING = frozenset(name.lower() for name in FINDING)


def known_fields(command: str | None, *, findings: bool = False) -> tuple[str, ...]:
    """Return the names that `--fields` may have for a command, those of the default first."""
    row = FINDING if findings else _ROWS.get(cast("Command", command), ())
    of_visitor = members.VISITOR if command == "visitor" else ()
    return (TARGET, *row, *(f"{_OF_VISITOR}{name}" for name in of_visitor))


def read_fields(text: str | None, *, command: Command, findings: bool = False) -> tuple[str, ...]:
    """Read names of members, with commas between them, in any case; a doubled one counts once.

    A visitor's rows are hits, a hit's are events; a diagnosis is a row, or with `findings`
    each of them. None gives the default: the target and all members of such a row.

    Raises:
        UsageError: there is no name in `text`, or one that is not known.
    """
    if text is None:
        return (TARGET, *(FINDING if findings else _ROWS[command]))
    known = {name.lower(): name for name in known_fields(command, findings=findings)}
    fields: dict[str, None] = {}
    for typed in _names(text):
        name = known.get(typed.lower())
        if name is None:
            is_of_finding = command == "diagnose" and typed.lower() in _LOWER_FINDING
            hint = "A finding has it: add --findings." if is_of_finding else _advice(typed, known)
            raise _unknown_field_error(typed, hint)
        fields[name] = None
    return tuple(fields)


def read_row_fields(text: str) -> tuple[str, ...]:
    """Read such names for the visitor's view, whose rows have no target and no visitor.NAME.

    Raises:
        UsageError: likewise, or one of them is named.
    """
    known = {name.lower(): name for name in _ROWS["visitor"]}
    above = {name.lower(): name for name in known_fields("visitor")}
    fields: dict[str, None] = {}
    for typed in _names(text):
        if name := known.get(typed.lower()):
            fields[name] = None
        elif name := above.get(typed.lower()):
            raise UsageError(
                f"--fields {name} needs --format csv, xlsx or jsonl", hint=_SHOWN_ABOVE
            )
        else:
            is_of_visitor = f"{_OF_VISITOR}{typed}".lower() in above
            raise _unknown_field_error(
                typed, _SHOWN_ABOVE if is_of_visitor else _advice(typed, known)
            )
    return tuple(fields)


def pick(
    fields: Sequence[str],
    *,
    target: str,
    row: Mapping[str, object],
    visitor: Mapping[str, object] | None,
) -> list[object]:
    """Return the values of `fields` in order, as parsed; None for what is not there."""
    about = visitor or {}
    return [
        target
        if name == TARGET
        else about.get(name.removeprefix(_OF_VISITOR))
        if name.startswith(_OF_VISITOR)
        else row.get(name)
        for name in fields
    ]


def _names(text: str) -> list[str]:
    names = list(filter(None, map(str.strip, text.split(","))))
    if not names:
        raise UsageError("--fields names nothing", hint="Try --fields hitId,eventTime,revenue.")
    return names


def _unknown_field_error(typed: str, hint: str) -> UsageError:
    return UsageError(f"--fields names {quoted(typed)}, which no row has", hint=hint)


def _advice(typed: str, known: Mapping[str, str]) -> str:
    from textwrap import fill

    from ffx.output.words import perhaps

    name = typed.lower()
    # A visitor's members have the prefix, and those of a hit's events do not.
    twins = (name.removeprefix(_OF_VISITOR), f"{_OF_VISITOR}{name}")
    meant = next((twin for twin in twins if twin in known), name)
    otherwise = fill(f"It knows {', '.join(known.values())}.", _HINT_WIDTH)
    return perhaps(meant, known, shown=known, otherwise=otherwise)
