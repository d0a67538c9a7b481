"""The target of a case file: its ID, and what the pasted text said beside it.

Kept are facts, of which the sentences are made again: case files come by mail, and
a stranger's sentence must not stand where ours are read.
"""

from datetime import datetime

from ffx.errors import UsageError
from ffx.input.targets.claimed_sale import ClaimedSale, Placeholder, is_amount
from ffx.input.targets.oddities import oddities
from ffx.input.targets.shapes import Kind
from ffx.input.targets.target import Target, id_of
from ffx.lookup.share.object_reader import ObjectReader

KINDS: tuple[Kind, ...] = ("visitor", "hit")
_MOST_PLACEHOLDERS = 100


def target_document(target: Target) -> dict[str, object]:
    """Return a target as parsed JSON; of the text beside it what there is to tell."""
    claimed_sale, placeholders = target.claimed_sale, target.placeholders[:_MOST_PLACEHOLDERS]
    return {
        "kind": target.kind,
        "id": target.id.text,
        **(
            {"claim": {"transaction": claimed_sale.transaction, "amount": claimed_sale.amount}}
            if claimed_sale
            else {}
        ),
        **(
            {"placeholders": [{"name": each.name, "text": each.text} for each in placeholders]}
            if placeholders
            else {}
        ),
        **({"lacksTransaction": True} if target.lacks_transaction else {}),
    }


def read_case_target(members: ObjectReader, *, now: datetime) -> Target:
    """Read what `target_document` returned, and say again what is odd about it.

    `now` is when the look-up was saved. Notes on what else the text held are gone.

    Raises:
        UsageError: a member is missing or wrong; the message names it.
    """
    kind, text = members.one_of("kind", KINDS), members.line("id")
    claimed_sale = _read_claim(members.inner("claim")) if "claim" in members else None
    placeholders = _read_placeholders(members) if "placeholders" in members else ()
    lacks_transaction = "lacksTransaction" in members and members.flag("lacksTransaction")
    return Target(
        id_of(kind, text),
        warnings=oddities(
            text,
            kind,
            now=now,
            claimed_sale=claimed_sale,
            placeholders=placeholders,
            lacks_transaction=lacks_transaction,
        ),
        claimed_sale=claimed_sale,
        placeholders=placeholders,
        lacks_transaction=lacks_transaction,
    )


def _read_claim(members: ObjectReader) -> ClaimedSale:
    amount = members.line("amount")
    if amount and not is_amount(amount):
        raise UsageError(f"{members.at('amount')} is no amount")
    return ClaimedSale(members.line("transaction"), amount)


def _read_placeholders(members: ObjectReader) -> tuple[Placeholder, ...]:
    placeholders = tuple(
        Placeholder(each.line("name"), each.line("text"))
        for each in members.each_inner("placeholders")
    )
    if len(placeholders) > _MOST_PLACEHOLDERS:
        raise UsageError(f"{members.at('placeholders')} has over {_MOST_PLACEHOLDERS}")
    return placeholders
