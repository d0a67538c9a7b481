"""Which conversion of a hit stands for which of the report's claims.

Pure, and blind to the order of rows: claims are put in an order of their own first. Each
conversion stands for one claim at the most.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from ffx.input.reports.amounts import amounts_agree
from ffx.input.times.instants import LAST_MOMENT
from ffx.reconcile.claims import Claim, RowOutcome, Settlement, TrackerConversion, worth

# Beyond so many, two claims that fit one conversion are not told apart by their times.
_MOST_PAIRS = 250_000
_FAR = float("inf")
_Paid = TypeVar("_Paid", Claim, TrackerConversion)
_Fits = Callable[[Claim, TrackerConversion], bool]


def settle(
    claims: Sequence[Claim], conversions: Sequence[TrackerConversion]
) -> tuple[list[Settlement], list[TrackerConversion]]:
    """Settle all claims of one hit; return them in the order of rows, and what no row claims.

    Claims and conversions belong together by transaction, then by amount, then by time.
    A reversed claim expects none that stands: a negative conversion takes one back, and is
    paired with it. One that takes back another row cancels it.
    """
    ordered = sorted(claims, key=_key)
    granted = [claim for claim in ordered if not claim.is_reversed]
    reversed_ = [claim for claim in ordered if claim.is_reversed]
    sales, reversals = _part_by_sign(sorted(conversions, key=_conversion_key))
    sold, taken_back = _part_by_sign(granted)
    pairs, left = _pair_all(sold, sales)
    of_negative, reversals_left = _pair_all(taken_back, reversals)
    pairs += of_negative
    settled = [_settle_pair(claim, conversion) for claim, conversion in pairs]
    paired = [claim for claim, _ in pairs]
    unpaired = _without(granted, paired)
    cancelled, unpaired = _part_cancelled(unpaired, reversed_)
    settled += [_settle_matched(claim) for claim in cancelled]
    settled += _settle_missing(unpaired, paired)
    of_reversed, left = _settle_reversed(reversed_, granted, paired, left, reversals_left)
    settled += of_reversed
    return sorted(settled, key=lambda each: each.claim.row), left


def without_conversions(claims: Iterable[Claim], outcome: RowOutcome) -> list[Settlement]:
    """Settle claims of a hit that the tracker does not know, or nobody could ask for.

    A reversed claim expects nothing of an unknown hit, and is matched.
    """
    return [
        _settle_matched(claim)
        if claim.is_reversed and outcome is RowOutcome.UNKNOWN
        else Settlement(claim, outcome, expected=worth(claim))
        for claim in claims
    ]


def _pair_all(
    claims: Sequence[Claim], conversions: Sequence[TrackerConversion]
) -> tuple[list[tuple[Claim, TrackerConversion]], list[TrackerConversion]]:
    """Pair as many as there are, alike or not; return the conversions that are left, too."""
    if len(claims) == len(conversions) == 1:
        return [(claims[0], conversions[0])], []
    pairs, _, left = _pair_by((*_SIGNS, _fits_any), claims, conversions)
    return pairs, left


def _pair_alike(
    claims: Sequence[Claim], conversions: Sequence[TrackerConversion]
) -> tuple[list[tuple[Claim, TrackerConversion]], list[Claim], list[TrackerConversion]]:
    """Pair those that have a transaction or an amount in common; return what is left of both."""
    return _pair_by(_SIGNS, claims, conversions)


def _pair_by(
    signs: Sequence[_Fits], claims: Sequence[Claim], conversions: Sequence[TrackerConversion]
) -> tuple[list[tuple[Claim, TrackerConversion]], list[Claim], list[TrackerConversion]]:
    """Pair those that fit by a sign, the surest sign first; return what is left of both."""
    pairs: list[tuple[Claim, TrackerConversion]] = []
    waiting, left = list(claims), list(conversions)
    for fits in signs:
        if not (waiting and left):
            break
        found = _nearest(waiting, left, fits)
        pairs += [(waiting[one], left[other]) for one, other in found]
        ours, theirs = {one for one, _ in found}, {other for _, other in found}
        waiting = [each for place, each in enumerate(waiting) if place not in ours]
        left = [each for place, each in enumerate(left) if place not in theirs]
    return pairs, waiting, left


def _nearest(
    claims: Sequence[Claim], conversions: Sequence[TrackerConversion], fits: _Fits
) -> list[tuple[int, int]]:
    """Pair those that fit, the nearest in time first; by their places."""
    if len(claims) * len(conversions) > _MOST_PAIRS:
        return _in_order(claims, conversions, fits)
    fitting = sorted(
        (_seconds_apart(claim, conversion), one, other)
        for one, claim in enumerate(claims)
        for other, conversion in enumerate(conversions)
        if fits(claim, conversion)
    )
    taken: set[int] = set()
    taken_conversions: set[int] = set()
    pairs = []
    for _, one, other in fitting:
        if one not in taken and other not in taken_conversions:
            taken.add(one)
            taken_conversions.add(other)
            pairs.append((one, other))
    return pairs


def _in_order(
    claims: Sequence[Claim], conversions: Sequence[TrackerConversion], fits: _Fits
) -> list[tuple[int, int]]:
    """Pair so many that nobody could look at each pair: in their order, as far as they fit."""
    places = zip(range(len(claims)), range(len(conversions)), strict=False)
    return [(one, other) for one, other in places if fits(claims[one], conversions[other])]


def _same_in_all(claim: Claim, conversion: TrackerConversion) -> bool:
    return _same_transaction(claim, conversion) and _same_amount(claim, conversion)


def _same_transaction(claim: Claim, conversion: TrackerConversion) -> bool:
    return bool(claim.transaction) and claim.transaction == conversion.transaction


def _same_amount(claim: Claim, conversion: TrackerConversion) -> bool:
    if claim.amount is None or conversion.revenue is None:
        return False
    return amounts_agree(abs(claim.amount), abs(conversion.revenue))


def _fits_any(claim: Claim, conversion: TrackerConversion) -> bool:  # noqa: ARG001  # the shape of the others
    return True


# What shows that a claim and a conversion are one sale, the surest first.
_SIGNS: tuple[_Fits, ...] = (_same_in_all, _same_transaction, _same_amount)


def _seconds_apart(claim: Claim, conversion: TrackerConversion) -> float:
    if claim.time is None or conversion.time is None:
        return _FAR
    return abs((claim.time - conversion.time).total_seconds())


def _settle_pair(claim: Claim, conversion: TrackerConversion) -> Settlement:
    is_same = (
        claim.amount is None
        or conversion.revenue is None
        or amounts_agree(claim.amount, conversion.revenue)
    )
    outcome = RowOutcome.MATCHED if is_same else RowOutcome.DIFFERS
    # A report without amounts owes what the tracker has.
    expected = conversion.revenue if claim.amount is None else claim.amount
    return Settlement(claim, outcome, conversion, expected or Decimal(0))


def _settle_matched(claim: Claim) -> Settlement:
    return Settlement(claim, RowOutcome.MATCHED, expected=worth(claim))


def _part_cancelled(
    unpaired: Sequence[Claim], reversed_: Sequence[Claim]
) -> tuple[list[Claim], list[Claim]]:
    """Part the claims that another row takes back, by its transaction, from those that stand."""
    if not reversed_:
        return [], list(unpaired)
    waiting = Counter(claim.transaction for claim in reversed_ if claim.transaction)
    cancelled: list[Claim] = []
    standing: list[Claim] = []
    for claim in unpaired:
        is_cancelled = waiting[claim.transaction] > 0
        waiting[claim.transaction] -= is_cancelled
        (cancelled if is_cancelled else standing).append(claim)
    return cancelled, standing


def _settle_missing(unpaired: Iterable[Claim], paired: Iterable[Claim]) -> list[Settlement]:
    """Tell rows that stand in the report twice from those that are missing in the tracker."""
    known = {_sameness(claim) for claim in paired}
    settled = []
    for claim in unpaired:
        same = _sameness(claim)
        outcome = RowOutcome.REPEATED if same is not None and same in known else RowOutcome.MISSING
        known.add(same)
        settled.append(Settlement(claim, outcome, expected=worth(claim)))
    return settled


def _settle_reversed(
    reversed_: Sequence[Claim],
    granted: Sequence[Claim],
    paired: Sequence[Claim],
    sales: Sequence[TrackerConversion],
    reversals: Sequence[TrackerConversion],
) -> tuple[list[Settlement], list[TrackerConversion]]:
    """Settle what was taken back: it is to have no conversion any more, or a negative one."""
    if not reversed_:
        return [], [*sales, *reversals]
    granted_ones = Counter(claim.transaction for claim in granted if claim.transaction)
    paired_ones = Counter(claim.transaction for claim in paired if claim.transaction)
    taken_back, standing, reversals_left = _pair_alike(reversed_, reversals)
    settled: list[Settlement] = []
    alone: list[tuple[Claim, TrackerConversion]] = []
    for claim, reversal in taken_back:
        if granted_ones[claim.transaction] <= 0:
            alone.append((claim, reversal))
            continue
        granted_ones[claim.transaction] -= 1
        paired_ones[claim.transaction] -= paired_ones[claim.transaction] > 0
        settled.append(_settle_taken_back(claim, reversal))
    # Of no other row: the sale stands for the same claim as what took it back.
    both, without_sale, left = _pair_alike([claim for claim, _ in alone], sales)
    reversal_of = {claim.row: reversal for claim, reversal in alone}
    for claim, sale in both:
        reversal = reversal_of[claim.row]
        outcome = _outcome_of(sale.revenue, reversal.revenue)
        settled.append(Settlement(claim, outcome, sale, reversal=reversal))
    settled += [_settle_taken_back(claim, reversal_of[claim.row]) for claim in without_sale]
    waiting: list[Claim] = []
    for claim in standing:
        if granted_ones[claim.transaction] <= 0:
            waiting.append(claim)
            continue
        granted_ones[claim.transaction] -= 1
        is_here = paired_ones[claim.transaction] > 0
        paired_ones[claim.transaction] -= is_here
        outcome = RowOutcome.REVERSED if is_here else RowOutcome.MATCHED
        settled.append(Settlement(claim, outcome, expected=-abs(claim.amount or Decimal(0))))
    still_here, gone, left = _pair_alike(waiting, left)
    settled += [Settlement(claim, RowOutcome.REVERSED, sale) for claim, sale in still_here]
    return [*settled, *map(_settle_matched, gone)], [*left, *reversals_left]


def _settle_taken_back(claim: Claim, reversal: TrackerConversion) -> Settlement:
    """Settle a row that takes money back by the negative conversion that does the same."""
    outcome = _outcome_of(claim.amount, reversal.revenue)
    amount = reversal.revenue if claim.amount is None else claim.amount
    return Settlement(claim, outcome, reversal, expected=-abs(amount or Decimal(0)))


def _outcome_of(one: Decimal | None, other: Decimal | None) -> RowOutcome:
    """Tell whether two amounts agree but for their signs; one that is not known agrees."""
    is_same = one is None or other is None or amounts_agree(abs(one), abs(other))
    return RowOutcome.MATCHED if is_same else RowOutcome.DIFFERS


def _part_by_sign(rows: Iterable[_Paid]) -> tuple[list[_Paid], list[_Paid]]:
    """Part what brought money, or does not say, from what takes money back."""
    parts: tuple[list[_Paid], list[_Paid]] = ([], [])
    for each in rows:
        parts[each.takes_back].append(each)
    return parts


def _sameness(claim: Claim) -> object:
    """Return what makes two rows the same; None where nothing does."""
    if claim.transaction:
        return claim.transaction
    return (claim.amount, claim.time) if claim.time is not None else None


def _without(claims: Sequence[Claim], taken: Iterable[Claim]) -> list[Claim]:
    rows = {claim.row for claim in taken}
    return [claim for claim in claims if claim.row not in rows]


def _key(claim: Claim) -> tuple[object, ...]:
    """Return what claims are sorted by: their contents, and only of equal ones the row."""
    amount = Decimal(0) if claim.amount is None else claim.amount
    return (claim.transaction, claim.amount is None, amount, claim.time or LAST_MOMENT, claim.row)


def _conversion_key(conversion: TrackerConversion) -> tuple[object, ...]:
    revenue = conversion.revenue
    return (
        conversion.time or LAST_MOMENT,
        conversion.transaction,
        revenue is None,
        Decimal(0) if revenue is None else revenue,
    )
