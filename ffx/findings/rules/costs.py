"""What visits cost: nothing, less than nothing, or a thousand times too much."""

from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

from ffx.findings.phrases import checked_in_part, entrances_have, evidence_of, more
from ffx.findings.rule import NotApplicable, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject
from ffx.output.words import amount

# Costs as sent may have any exponent.
_UNBOUNDED = Context(prec=28, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


@rule("T4", basis="A", severity=Severity.HINT, checks="cost")
def zero_cost(subject: Subject) -> RuleResult:
    """An entrance has a cost of 0, or below 0. An entrance without a cost is not told.

    Next: in the traffic source settings and the tracking link, see whether c passes the cost.

    Class A. Source: the provider's help on traffic sources, on bots and on updating costs.
    """
    if not subject.entrances:
        return NotApplicable()
    costs = [step.row for step in subject.entrances if step.row.cost is not None]
    zero = [row for row in costs if row.cost == 0]
    negative = [row for row in costs if row.cost is not None and row.cost < 0]
    lacking = len(subject.entrances) - len(costs)
    if lacking and not zero and not negative:
        return checked_in_part(lacking, len(subject.entrances), "entrance", "a readable cost")
    observations = []
    if zero:
        observations.append(
            Observation(
                f"{entrances_have(subject, zero)} a cost of 0.{more(zero)}",
                evidence_of(subject, zero, "cost"),
                "In the traffic source settings and the tracking link, see whether c passes the "
                "cost. FunnelFlux drops a cost that is too high. Sources that are paid per "
                "thousand views (CPM) or per action may pass none. A cost update can still add "
                "it.",
            )
        )
    if negative:
        observations.append(
            Observation(
                f"{entrances_have(subject, negative)} a cost below 0: "
                f"{amount(negative[0].cost)}.{more(negative)}",
                evidence_of(subject, negative, "cost"),
                "In the tracking link, see which value c passes. See whether a cost update was "
                "made with a negative total.",
            )
        )
    return observations


@rule("T5", basis="A", severity=Severity.WARNING, checks="price per thousand")
def thousandfold_cost(subject: Subject) -> RuleResult:
    """An entrance costs many times as much as the visitor's others: a price per thousand.

    It is compared with the median of the others that cost anything; `cost_factor` is the limit.

    Next: see whether c passes a bid per thousand (CPM) without the prefix cpm_.

    Class A. Source: the provider's help on incoming CPM costs; the factor is a limit of ours.
    """
    rows = [step.row for step in subject.entrances if (step.row.cost or 0) > 0]
    costs = sorted(row.cost for row in rows if row.cost is not None)
    if len(costs) < 2:
        return NotApplicable()
    factor = Decimal(subject.thresholds.cost_factor)
    with localcontext(_UNBOUNDED):
        dear = [
            cost
            for place, cost in enumerate(costs)
            if cost >= factor * _median_without(costs, place)
        ]
    lacking = sum(step.row.cost is None for step in subject.entrances)
    if not dear:
        return (
            checked_in_part(lacking, len(subject.entrances), "entrance", "a readable cost")
            if lacking
            else []
        )
    rows = [row for row in rows if row.cost is not None and row.cost >= dear[0]]
    others = costs[: -len(dear)] or costs[:1]
    which = (
        "the visitor's other entrances"
        if subject.is_complete and not lacking
        else "the other entrances of which the cost is known"
    )
    often = "An entrance cost" if len(rows) == 1 else f"{len(rows):,} entrances cost up to"
    return [
        Observation(
            f"{often} {amount(costs[-1])}; {which} cost {amount(others[-1])} at most. This may be "
            f"a price per thousand that was counted as the price of one.{more(rows)}",
            evidence_of(subject, rows, "cost"),
            "In the traffic source settings and the tracking link, see whether c passes a bid per "
            "thousand (CPM) without the prefix cpm_. A cost update corrects what is recorded.",
        )
    ]


def _median_without(costs: Sequence[Decimal], place: int) -> Decimal:
    """Return the median of ascending costs, of which the one at `place` is left out."""

    def at(index: int) -> Decimal:
        return costs[index if index < place else index + 1]

    half, is_odd = divmod(len(costs) - 1, 2)
    return at(half) if is_odd else (at(half - 1) + at(half)) / 2
