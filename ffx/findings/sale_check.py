"""The sale that the pasted text is about: is it there, and on which hit?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ffx.api.models import Event
from ffx.findings.subject import Subject, transaction_of
from ffx.input.targets.claimed_sale import ClaimedSale


@dataclass(frozen=True, slots=True)
class SaleCheck:
    """What became of the sale that a text claims.

    Attributes:
        own: the conversions of the hit in question, or of the visitor, that carry the claimed
            transaction; where none is claimed, those of the claimed amount.
        elsewhere: the same on the visitor's other hits.
        perhaps: those of the hit in question, or of the visitor, that state no transaction, and no
            other amount than the claimed one: each may be the sale, where none is in `own`.
        others: what the hit in question, or the visitor, has in place of it.
        amount: the claimed amount; None where none is claimed.
        is_known: whether a sale that is not among them is not there.
    """

    claimed: ClaimedSale
    own: Sequence[Event]
    elsewhere: Sequence[Event]
    perhaps: Sequence[Event]
    others: Sequence[Event]
    amount: Decimal | None
    is_known: bool

    @property
    def has_other_amount(self) -> bool:
        """Tell whether the sale is there, and each row of it states another amount."""
        stated = [row.revenue for row in self.own]
        is_stated = bool(stated) and None not in stated
        return self.amount is not None and is_stated and self.amount not in stated


def check_claimed_sale(subject: Subject) -> SaleCheck | None:
    """Look for the claimed sale among all conversions; None where the text claims none."""
    claimed_sale = subject.claimed_sale
    if claimed_sale is None:
        return None
    known = subject.known_conversions
    own: Sequence[Event] = subject.hit_conversions if subject.hit_id else known
    # A row of the hit's own look-up is another object than that of the history.
    elsewhere = [row for row in known if subject.hit_id and row.hitId != subject.hit_id]
    amount = Decimal(claimed_sale.amount) if claimed_sale.amount else None
    fitting = list(_fitting(own, claimed_sale, amount))
    others_fitting = list(_fitting(elsewhere, claimed_sale, amount))
    return SaleCheck(
        claimed=claimed_sale,
        own=fitting,
        elsewhere=others_fitting,
        perhaps=[] if fitting or others_fitting else list(_perhaps(own, claimed_sale, amount)),
        others=[row for row in own if not any(row is each for each in fitting)],
        amount=amount,
        is_known=subject.knows_hit_conversions if subject.hit_id else subject.is_complete,
    )


def _fitting(
    rows: Iterable[Event], claimed_sale: ClaimedSale, amount: Decimal | None
) -> Iterable[Event]:
    name = _folded(claimed_sale.transaction)
    for row in rows:
        if _folded(transaction_of(row)) == name if name else row.revenue == amount:
            yield row


def _perhaps(
    rows: Iterable[Event], claimed_sale: ClaimedSale, amount: Decimal | None
) -> Iterable[Event]:
    for row in rows:
        is_silent = not transaction_of(row) if claimed_sale.transaction else row.revenue is None
        if is_silent and (None in (amount, row.revenue) or amount == row.revenue):
            yield row


def _folded(transaction: str) -> str:
    """Return a transaction for comparisons: networks change its case and its blanks."""
    return " ".join(transaction.casefold().split())
