"""The target of a case file: its ID, and what the pasted text said beside it.

Kept are facts, of which the sentences are made again: case files come by mail, and
a stranger's sentence must not stand where ours are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ffx.errors import UsageError
from ffx.input.targets.claims import Claim, Placeholder, is_amount
from ffx.input.targets.oddities import oddities
from ffx.input.targets.shapes import Command, Kind
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.lookup.share.checked import ObjectReader

KINDS: tuple[Kind, ...] = ("visitor", "hit")
_COMMANDS: Mapping[str, Command] = {"visitor": "visitor", "hit": "hit", "diagnose": "diagnose"}
_MOST_PLACEHOLDERS = 100


def target_document(target: Target) -> dict[str, object]:
    """Return a target as parsed JSON; of the text beside it what there is to tell."""
    claim, placeholders = target.claim, target.placeholders[:_MOST_PLACEHOLDERS]
    return {
        "kind": target.kind,
        "id": target.id.text,
        **({"claim": {"transaction": claim.transaction, "amount": claim.amount}} if claim else {}),
        **(
            {"placeholders": [{"name": each.name, "text": each.text} for each in placeholders]}
            if placeholders
            else {}
        ),
        **({"lacksTransaction": True} if target.lacks_transaction else {}),
    }


def read_case_target(members: ObjectReader, *, command: str, now: datetime) -> Target:
    """Read what `target_document` returned, and say again what is odd about it.

    `command` and `now` are those of the look-up that was saved. Notes on what else the text
    held are gone.

    Raises:
        UsageError: a member is missing or wrong; the message names it.
    """
    kind, text = members.one_of("kind", KINDS), members.line("id")
    claim = _read_claim(members.inner("claim")) if "claim" in members else None
    placeholders = _read_placeholders(members) if "placeholders" in members else ()
    lacks_transaction = "lacksTransaction" in members and members.flag("lacksTransaction")
    target = Target(
        HitId(text) if kind == "hit" else VisitorId(text),
        claim=claim,
        placeholders=placeholders,
        lacks_transaction=lacks_transaction,
    )
    return with_oddities(target, command=command, now=now)


def with_oddities(
    target: Target, *, command: str, now: datetime, service: Sequence[str] = ()
) -> Target:
    """Return a target that tells what is odd about it; commands in that ask `service`."""
    warnings = oddities(
        target.id.text,
        target.kind,
        command=_COMMANDS[command],
        now=now,
        claim=target.claim,
        placeholders=target.placeholders,
        lacks_transaction=target.lacks_transaction,
        service=service,
    )
    return replace(target, warnings=warnings)


def _read_claim(members: ObjectReader) -> Claim:
    amount = members.line("amount")
    if amount and not is_amount(amount):
        raise UsageError(f"{members.at('amount')} is no amount")
    return Claim(members.line("transaction"), amount)


def _read_placeholders(members: ObjectReader) -> tuple[Placeholder, ...]:
    placeholders = tuple(
        Placeholder(each.line("name"), each.line("text"))
        for each in members.each_inner("placeholders")
    )
    if len(placeholders) > _MOST_PLACEHOLDERS:
        raise UsageError(f"{members.at('placeholders')} has over {_MOST_PLACEHOLDERS}")
    return placeholders
