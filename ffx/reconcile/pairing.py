"""Which conversion of a hit stands for which of the report's claims.

Pure, and blind to the order of rows: claims are put in an order of their own first. Each
conversion stands for one claim at the most.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from ffx.input.reports.amounts import agree
from ffx.reconcile.claims import Claim, Conversion, Outcome, Settled, worth

# Beyond so many, two claims that fit one conversion are not told apart by their times.
_MOST_PAIRS = 250_000
_LAST = datetime.max.replace(tzinfo=UTC)
_FAR = float("inf")
_Fits = Callable[[Claim, Conversion], bool]


def settle(
    claims: Sequence[Claim], conversions: Sequence[Conversion]
) -> tuple[list[Settled], list[Conversion]]:
    """Settle all claims of one hit; return them in the order of rows, and what no row claims.

    Claims and conversions belong together by transaction, then by amount, then by time.
    A reversed claim expects none, and one that takes back another row cancels it.
    """
    ordered = sorted(claims, key=_key)
    granted = [claim for claim in ordered if not claim.is_reversed]
    reversed_ = [claim for claim in ordered if claim.is_reversed]
    pairs, left = _pair(granted, sorted(conversions, key=_conversion_key))
    settled = [_granted(claim, conversion) for claim, conversion in pairs]
    paired = [claim for claim, _ in pairs]
    unpaired = _without(granted, paired)
    cancelled, unpaired = _cancelled(unpaired, reversed_)
    settled += [_matched(claim) for claim in cancelled]
    settled += _missing(unpaired, paired)
    of_reversed, left = _reversed(reversed_, granted, paired, left)
    settled += of_reversed
    return sorted(settled, key=lambda each: each.claim.row), left


def without_conversions(claims: Iterable[Claim], outcome: Outcome) -> list[Settled]:
    """Settle claims of a hit that the tracker does not know, or nobody could ask for.

    A reversed claim expects nothing of an unknown hit, and is matched.
    """
    return [
        _matched(claim)
        if claim.is_reversed and outcome is Outcome.UNKNOWN
        else Settled(claim, outcome, expected=worth(claim))
        for claim in claims
    ]


def _pair(
    claims: Sequence[Claim], conversions: Sequence[Conversion]
) -> tuple[list[tuple[Claim, Conversion]], list[Conversion]]:
    """Pair claims with conversions, the surest signs first; return what is left over as well."""
    pairs: list[tuple[Claim, Conversion]] = []
    waiting, left = list(claims), list(conversions)
    if len(waiting) == len(left) == 1:
        return [(waiting[0], left[0])], []
    for fits in (_same_in_all, _same_transaction, _same_amount, _any):
        found = _nearest(waiting, left, fits)
        pairs += [(waiting[one], left[other]) for one, other in found]
        ours, theirs = {one for one, _ in found}, {other for _, other in found}
        waiting = [each for place, each in enumerate(waiting) if place not in ours]
        left = [each for place, each in enumerate(left) if place not in theirs]
    return pairs, left


def _nearest(
    claims: Sequence[Claim], conversions: Sequence[Conversion], fits: _Fits
) -> list[tuple[int, int]]:
    """Pair those that fit, the nearest in time first; by their places."""
    if len(claims) * len(conversions) > _MOST_PAIRS:
        return _in_order(claims, conversions, fits)
    fitting = sorted(
        (_apart(claim, conversion), one, other)
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
    claims: Sequence[Claim], conversions: Sequence[Conversion], fits: _Fits
) -> list[tuple[int, int]]:
    """Pair so many that nobody could look at each pair: in their order, as far as they fit."""
    places = zip(range(len(claims)), range(len(conversions)), strict=False)
    return [(one, other) for one, other in places if fits(claims[one], conversions[other])]


def _same_in_all(claim: Claim, conversion: Conversion) -> bool:
    return _same_transaction(claim, conversion) and _same_amount(claim, conversion)


def _same_transaction(claim: Claim, conversion: Conversion) -> bool:
    return bool(claim.transaction) and claim.transaction == conversion.transaction


def _same_amount(claim: Claim, conversion: Conversion) -> bool:
    if claim.amount is None or conversion.revenue is None:
        return False
    return agree(abs(claim.amount), conversion.revenue)


def _any(claim: Claim, conversion: Conversion) -> bool:  # noqa: ARG001  # the shape of the others
    return True


def _apart(claim: Claim, conversion: Conversion) -> float:
    if claim.time is None or conversion.time is None:
        return _FAR
    return abs((claim.time - conversion.time).total_seconds())


def _granted(claim: Claim, conversion: Conversion) -> Settled:
    is_same = (
        claim.amount is None
        or conversion.revenue is None
        or agree(claim.amount, conversion.revenue)
    )
    outcome = Outcome.MATCHED if is_same else Outcome.DIFFERS
    # A report without amounts owes what the tracker has.
    expected = conversion.revenue if claim.amount is None else claim.amount
    return Settled(claim, outcome, conversion, expected or Decimal(0))


def _matched(claim: Claim) -> Settled:
    return Settled(claim, Outcome.MATCHED, expected=worth(claim))


def _cancelled(
    unpaired: Sequence[Claim], reversed_: Iterable[Claim]
) -> tuple[list[Claim], list[Claim]]:
    """Part the claims that another row takes back, by its transaction, from those that stand."""
    waiting = Counter(claim.transaction for claim in reversed_ if claim.transaction)
    cancelled: list[Claim] = []
    standing: list[Claim] = []
    for claim in unpaired:
        is_cancelled = waiting[claim.transaction] > 0
        waiting[claim.transaction] -= is_cancelled
        (cancelled if is_cancelled else standing).append(claim)
    return cancelled, standing


def _missing(unpaired: Iterable[Claim], paired: Iterable[Claim]) -> list[Settled]:
    """Tell rows that stand in the report twice from those that are missing in the tracker."""
    known = {_sameness(claim) for claim in paired}
    settled = []
    for claim in unpaired:
        same = _sameness(claim)
        outcome = Outcome.REPEATED if same is not None and same in known else Outcome.MISSING
        known.add(same)
        settled.append(Settled(claim, outcome, expected=worth(claim)))
    return settled


def _reversed(
    reversed_: Sequence[Claim],
    granted: Sequence[Claim],
    paired: Sequence[Claim],
    left: Sequence[Conversion],
) -> tuple[list[Settled], list[Conversion]]:
    """Settle what was taken back: it is to have no conversion any more."""
    granted_ones = Counter(claim.transaction for claim in granted if claim.transaction)
    paired_ones = Counter(claim.transaction for claim in paired if claim.transaction)
    alone, settled = [], []
    for claim in reversed_:
        if granted_ones[claim.transaction] <= 0:
            alone.append(claim)
            continue
        granted_ones[claim.transaction] -= 1
        is_here = paired_ones[claim.transaction] > 0
        paired_ones[claim.transaction] -= is_here
        outcome = Outcome.REVERSED if is_here else Outcome.MATCHED
        taken_back = abs(claim.amount or Decimal(0))
        settled.append(Settled(claim, outcome, expected=-taken_back))
    waiting, rest = list(alone), list(left)
    for fits in (_same_in_all, _same_transaction, _same_amount):
        found = _nearest(waiting, rest, fits)
        settled += [Settled(waiting[one], Outcome.REVERSED, rest[other]) for one, other in found]
        ours, theirs = {one for one, _ in found}, {other for _, other in found}
        waiting = [each for place, each in enumerate(waiting) if place not in ours]
        rest = [each for place, each in enumerate(rest) if place not in theirs]
    return [*settled, *map(_matched, waiting)], rest


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
    return (claim.transaction, claim.amount is None, amount, claim.time or _LAST, claim.row)


def _conversion_key(conversion: Conversion) -> tuple[object, ...]:
    revenue = conversion.revenue
    return (
        conversion.time or _LAST,
        conversion.transaction,
        revenue is None,
        Decimal(0) if revenue is None else revenue,
    )
