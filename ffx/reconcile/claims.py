"""What a report claims, what the tracker has, and what becomes of each claim."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class RowOutcome(StrEnum):
    """What became of one row of a report; the words stand in files, and are stable."""

    MATCHED = "matched"
    DIFFERS = "amount differs"
    MISSING = "missing"
    REPEATED = "repeated"
    REVERSED = "reversed here no"
    UNKNOWN = "unknown hit"
    NO_ID = "no ID"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of a report: a conversion of a hit, as the network has it.

    Attributes:
        row: which row of the report it is, from 1.
        amount: None where the report does not say.
        transaction: empty likewise.
        is_reversed: whether the network took it back, or never granted it.
    """

    row: int
    amount: Decimal | None = None
    transaction: str = ""
    time: datetime | None = None
    is_reversed: bool = False

    @property
    def takes_back(self) -> bool:
        return self.amount is not None and self.amount < 0


@dataclass(frozen=True, slots=True)
class TrackerConversion:
    """One conversion of a hit, as the tracker has it: negative where it takes another back.

    `sent` is its time as it came.
    """

    revenue: Decimal | None = None
    transaction: str = ""
    time: datetime | None = None
    sent: str = ""

    @property
    def takes_back(self) -> bool:
        return self.revenue is not None and self.revenue < 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claim, what became of it, and the conversion that stands for it, if there is one.

    Attributes:
        reversal: the negative conversion that took this one back, where the claim stands for both.
        expected: how much of the report's sum it is: nothing where it was reversed; less than
            nothing where it takes back another row.
    """

    claim: Claim
    outcome: RowOutcome
    conversion: TrackerConversion | None = None
    expected: Decimal = Decimal(0)
    reversal: TrackerConversion | None = None

    @property
    def tracked(self) -> Decimal:
        """How much of the tracker's sum it is."""
        return sum(
            (each.revenue or Decimal(0) for each in (self.conversion, self.reversal) if each),
            Decimal(0),
        )

    @property
    def difference(self) -> Decimal:
        return self.expected - self.tracked


def worth(claim: Claim) -> Decimal:
    """Return how much of the report's sum a claim is by itself: nothing where it was reversed."""
    return Decimal(0) if claim.is_reversed or claim.amount is None else claim.amount
