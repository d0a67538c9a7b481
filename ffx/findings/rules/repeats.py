"""Several conversions where one may be meant: on one hit, or on two hits of a visitor."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ffx.api.models import Event
from ffx.findings.phrases import (
    evidence_of,
    listed,
    listed_hits,
    more,
    observe_each,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.sales import (
    not_all_compared,
    not_all_stated,
    not_all_with_hit,
    rebills,
    rows_near,
    sales_by_hit,
    sales_of,
    seconds_between,
)
from ffx.findings.subject import Subject, transaction_of
from ffx.input.targets.macros import has_macro
from ffx.input.times.instants import read_time
from ffx.output.words import amount
from ffx.settings.thresholds import Thresholds

if TYPE_CHECKING:
    from decimal import Decimal

_MINUTE, _DAY = 60, 86_400
_MOST_A_DAY = 3
_FACTOR = 100
# Amounts as sent may have any exponent.
_LARGEST = 30


@rule("C6", basis="A", severity=Severity.INFORMATION, checks="one conversion a hit")
def several_conversions(subject: Subject) -> RuleResult:
    """A hit has several conversions, each with its own transaction, or a series of rebills.

    The rows do not tell whether they are several sales. C7, C17 and C20 tell of repeats,
    negative amounts and unusual ones.

    Next: in the network's report, find the transactions of these conversions.

    Class A. Source: the provider's help on updating conversion data.
    """
    by_hit = sales_by_hit(subject)
    if not by_hit:
        return NotApplicable()
    found = [
        rows
        for rows in by_hit
        if (_differ(rows) or rebills(rows))
        and not any(_twins(rows, subject.thresholds))
        and not (_many_a_day(rows) or _hundredfold(rows))
    ]
    if not found and any(len(rows) > 1 for rows in by_hit):
        return NotApplicable()
    return not_all_with_hit(subject, found) or observe_each(
        found,
        lambda rows: (_tell_series if rebills(rows) else _tell_several)(subject, rows),
        "hits have several conversions with a transaction each",
    )


@rule("C7", basis="B", severity=Severity.HINT, checks="duplicates")
def suspected_duplicates(subject: Subject) -> RuleResult:
    """Conversions of one hit look like one sale that was counted again.

    They have the same transaction, or none, or the same amount within `duplicate_minutes`. Not
    told: conversions `rebill_days` apart, a series of rebills, negative amounts, a lead of 0 that
    became a sale under its transaction, and a sale that was taken back before the next came.

    Next: compare the postbacks of these conversions in the received postbacks log.

    Class B. Source: other trackers, which refuse a transaction that they know, and repeats
    within minutes.
    """
    by_hit = sales_by_hit(subject)
    if not by_hit:
        return NotApplicable()
    found = [rows for rows in by_hit if any(_twins(rows, subject.thresholds))]
    return not_all_compared(subject, by_hit, found) or observe_each(
        found,
        lambda rows: _tell_twins(subject, rows),
        "hits have conversions that look like one sale counted again",
    )


@rule("C15", basis="B", severity=Severity.HINT, checks="one sale on two hits")
def sale_on_two_hits(subject: Subject) -> RuleResult:
    """Two hits of a visitor have conversions that look like one sale.

    They have the same transaction, or the same amount within `duplicate_minutes`. A postback
    converts the hit that it names, a script the visitor's latest view of an offer.

    Next: find out whether a postback and a script both count the sale.

    Class B. Source: other trackers, which refuse a transaction that they know, and repeats
    within minutes.
    """
    rows = [row for row in sales_of(subject.known_conversions) if row.hitId]
    if not rows:
        return NotApplicable()
    limits = subject.thresholds
    # An alias may stand for a macro, which several sales share.
    is_hidden = "conversionTransaction" in subject.redacted
    named = [] if is_hidden else [row for row in rows if _has_own_transaction(row)]
    priced = [row for row in rows if row.revenue and read_time(row.eventTime) is not None]
    is_repeat, is_close = _gaps_of_repeats(limits)
    found = [
        *rows_near(named, transaction_of, is_repeat, hits_differ=True),
        *rows_near(priced, lambda row: row.revenue, is_close, hits_differ=True),
    ]
    if not found:
        if is_hidden and len({row.hitId for row in rows}) > 1:
            return NotChecked("the transactions are hidden in this case file")
        return not_all_with_hit(subject, found) or not_all_stated(rows) or []
    known = {id(row) for row in found}
    twins = [row for row in rows if id(row) in known]
    hits = listed_hits(subject, twins)
    same = _of_shared_transactions(twins)
    if same:
        names = listed(subject.cite("conversionTransaction", transaction_of(row)) for row in same)
        reason = f"the same transaction {names}"
    else:
        worth = listed(amount(row.revenue) for row in twins)
        reason = f"the same amount {worth} within {limits.duplicate_minutes:g} min"
        if all(map(_has_own_transaction, twins)):
            reason += ", with different transactions"
    return [
        Observation(
            f"Conversions on {len({row.hitId for row in twins}):,} hits look like one sale: "
            f"{reason}. The hits: {hits}.{more(twins)}",
            evidence_of(subject, twins, "conversionTransaction" if same else "revenue"),
            "Find out whether a postback and a script both count this sale: a postback converts "
            "the hit that it names, a script the visitor's latest view of an offer. Keep one of "
            "them. If it was two orders, nothing is wrong.",
        )
    ]


@rule("C20", basis="B", severity=Severity.HINT, checks="number and size of conversions")
def unusual_conversions(subject: Subject) -> RuleResult:
    """A hit has over three equal amounts in a day, or one amount exactly 100 times another.

    Rebills at equal gaps are not told.

    Next: in the network's report, count the orders of this hit.

    Class B. Source: other trackers, which limit conversions
    a click; cents taken for whole units make a hundredfold amount.
    """
    by_hit = sales_by_hit(subject)
    if not by_hit:
        return NotApplicable()
    observations: list[Observation] = []
    for rows in by_hit:
        if many := _many_a_day(rows):
            observations.append(_tell_many(subject, many))
        if pair := _hundredfold(rows):
            observations.append(_tell_hundredfold(subject, pair))
    return not_all_compared(subject, by_hit, observations) or observations


def _differ(rows: Sequence[Event]) -> bool:
    """Tell whether there are several, each with a transaction of its own."""
    return len({transaction_of(row) for row in rows}) == len(rows) > 1


def _twins(rows: Sequence[Event], limits: Thresholds) -> tuple[list[Event], list[Event]]:
    """Return those of one hit that share a transaction or lack one, and those by their amount."""
    is_repeat, is_close = _gaps_of_repeats(limits)
    in_series = {id(row) for _, series in rebills(rows) for row in series}
    rows = [row for row in rows if id(row) not in in_series]
    return (
        rows_near(rows, transaction_of, is_repeat),
        rows_near(
            [row for row in rows if row.revenue is not None], lambda row: row.revenue, is_close
        ),
    )


def _gaps_of_repeats(
    limits: Thresholds,
) -> tuple[Callable[[float | None], bool], Callable[[float | None], bool]]:
    """Return what tells whether a gap in seconds is a repeat's: by transaction, by amount."""
    rebill = limits.rebill_days * _DAY
    close = limits.duplicate_minutes * _MINUTE
    return (
        lambda gap: gap is None or gap < rebill,
        lambda gap: gap is not None and gap <= close and gap < rebill,
    )


def _tell_twins(subject: Subject, rows: Sequence[Event]) -> Observation:
    limits = subject.thresholds
    by_transaction, by_amount = _twins(rows, limits)
    sharing = [row for row in by_transaction if transaction_of(row)]
    lacking = len(by_transaction) - len(sharing)
    names = listed(subject.cite("conversionTransaction", transaction_of(row)) for row in sharing)
    reasons = [
        *([f"{len(sharing):,} have the same transaction {names}"] if sharing else []),
        *([f"{lacking:,} have no transaction"] if lacking else []),
        *(
            [f"{len(by_amount):,} have the same amount within {limits.duplicate_minutes:g} min"]
            if by_amount
            else []
        ),
    ]
    twins = list({id(row): row for row in [*by_transaction, *by_amount]}.values())
    member = "conversionTransaction" if by_transaction else "revenue"
    return Observation(
        f"Conversions on hit {subject.alias('hitId', rows[0].hitId or '')} look like one sale "
        f"that was counted again: {', '.join(reasons)}.{more(twins)}",
        evidence_of(subject, twins, member),
        _what_to_do(is_shared=bool(sharing), is_lacking=bool(lacking)),
    )


def _what_to_do(*, is_shared: bool, is_lacking: bool) -> str:
    log = "In the received postbacks log, compare the postbacks of these conversions."
    if is_lacking:
        return f"{log} Ask the network to send the number of each sale as tx=."
    if is_shared:
        return (
            f"{log} If the network sent one sale twice, ask it why. If these are two sales, ask "
            "the network to give each its own tx=."
        )
    return (
        "In the network's report, find these transactions: are they one order or several? If they "
        "are one order, ask the network why it sent the order under two transactions."
    )


def _tell_several(subject: Subject, rows: Sequence[Event]) -> Observation:
    lacking = sum(not transaction_of(row) for row in rows)
    but_one = ", one of them without a transaction" if lacking else ""
    return Observation(
        f"Hit {_hit(subject, rows)} has {len(rows):,} conversions with different "
        f"transactions{but_one}.{more(rows)}",
        evidence_of(subject, rows, "conversionTransaction"),
        "In the network's report, find these transactions. They are several sales (an upsell), or "
        "one sale under several numbers.",
    )


def _tell_series(subject: Subject, rows: Sequence[Event]) -> Observation:
    period, series = max(rebills(rows), key=lambda each: len(each[1]))
    return Observation(
        f"Hit {_hit(subject, rows)} has {len(series):,} conversions of "
        f"{amount(series[0].revenue)} about {period} apart, like the payments of a "
        f"subscription.{more(series)}",
        evidence_of(subject, series, "eventTime"),
        "If no subscription was sold, find these transactions in the network's report.",
    )


def _many_a_day(rows: Sequence[Event]) -> list[Event]:
    """Return the first equal amounts, over three, that came within a day; nothing if none did."""
    by_amount: dict[Decimal, list[Event]] = {}
    for row in rows:
        if row.revenue and read_time(row.eventTime) is not None:
            by_amount.setdefault(row.revenue, []).append(row)
    for same in by_amount.values():
        same.sort(key=lambda row: str(read_time(row.eventTime)))
        for first, last in zip(same, same[_MOST_A_DAY:], strict=False):
            gap = seconds_between(first, last)
            if gap is not None and timedelta(seconds=gap) < timedelta(days=1):
                return same
    return []


def _hundredfold(rows: Sequence[Event]) -> list[Event]:
    """Return two conversions of which one brought exactly 100 times the other, if there are."""
    by_amount: dict[Decimal, Event] = {row.revenue: row for row in rows if row.revenue}
    for revenue, row in by_amount.items():
        if abs(revenue.adjusted()) < _LARGEST:
            large = by_amount.get(revenue * _FACTOR)
            if large is not None:
                return [row, large]
    return []


def _tell_many(subject: Subject, rows: Sequence[Event]) -> Observation:
    return Observation(
        f"Hit {_hit(subject, rows)} has {len(rows):,} conversions of the same amount, "
        f"{amount(rows[0].revenue)}; more than {_MOST_A_DAY} of them came within a day."
        f"{more(rows)}",
        evidence_of(subject, rows, "revenue"),
        "In the network's report, count the orders of this hit. In the received postbacks log, "
        "see what sent each conversion.",
    )


def _tell_hundredfold(subject: Subject, rows: Sequence[Event]) -> Observation:
    small, large = rows
    return Observation(
        f"Hit {_hit(subject, rows)} has conversions of {amount(small.revenue)} and of "
        f"{amount(large.revenue)}, exactly 100 times as much.",
        evidence_of(subject, rows, "revenue"),
        "In the received postbacks log, compare the two values of rev: cents may have been sent "
        "in place of whole units. A large order looks the same.",
    )


def _hit(subject: Subject, rows: Sequence[Event]) -> str:
    return subject.alias("hitId", rows[0].hitId or "")


def _has_own_transaction(row: Event) -> bool:
    return bool(transaction_of(row)) and not has_macro(transaction_of(row))


def _of_shared_transactions(rows: Sequence[Event]) -> list[Event]:
    """Return the rows whose transaction another hit has, too."""
    hits: dict[str, set[str | None]] = {}
    named = [row for row in rows if _has_own_transaction(row)]
    for row in named:
        hits.setdefault(transaction_of(row), set()).add(row.hitId)
    return [row for row in named if len(hits[transaction_of(row)]) > 1]
