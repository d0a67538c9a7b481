"""The words on a reconciled report that all of its views share."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.api.members import TRACKING
from ffx.input.times.zones import Zone, format_moment, to_local
from ffx.output.clean import clean
from ffx.output.width import clip
from ffx.output.words import plural
from ffx.reconcile.causes import Cause, Trait
from ffx.reconcile.claims import RowOutcome
from ffx.reconcile.summary import Summary
from ffx.reconcile.tracker_answer import DAY, FINDING

if TYPE_CHECKING:
    from ffx.settings.field_names import FieldNames

ONLY_HERE = "only in the tracker"
_WORDS = {
    "offerSourceName": "offer source",
    "trafficSourceName": "traffic source",
    "funnelName": "funnel",
    "pageName": "page",
    "subCampaign": "campaign",
}
_LONGEST = 80
_CENT = Decimal("0.01")


def common_words(summary: Summary, zone: Zone, names: "FieldNames | None") -> Iterator[str]:
    """Yield what the trouble has in common, a sentence each: the largest outcome first."""
    causes = sorted(summary.causes.items(), key=lambda pair: -pair[1].count)
    for outcome, cause in causes:
        yield _cause(outcome, cause, zone, names)
    if summary.ratio is not None:
        ratio, count, total = summary.ratio
        yield (
            f"in {count:,} of {total:,} the report's amount is {ratio} of ours: another currency?"
        )


def money(amount: Decimal) -> str:
    """Write a sum for people: thousands apart, two decimals or more."""
    is_to_the_cent = amount == amount.quantize(_CENT) if abs(amount.adjusted()) < 20 else False
    return f"{amount.quantize(_CENT) if is_to_the_cent else amount:,f}"


def _cause(outcome: RowOutcome, cause: Cause, zone: Zone, names: "FieldNames | None") -> str:
    facts = [_trait(trait, names) for trait in cause.traits]
    if cause.since is not None:
        facts.append(f"since {_when(cause.since, zone)}")
    return f"{cause.count:,} of {cause.of:,} {outcome}: {', '.join(facts)}"


def _trait(trait: Trait, names: "FieldNames | None") -> str:
    value = clip(clean(trait.value), _LONGEST)
    if trait.member == FINDING:
        return value.rstrip(".")
    if trait.member == DAY:
        return f"on {value}"
    word = _WORDS.get(trait.member, trait.member)
    if trait.member in TRACKING and names is not None:
        word = clean(names.for_all_sources(trait.member))
    return f"{word} {value}"


def _when(moment: datetime, zone: Zone) -> str:
    return format_moment(to_local(moment, zone).replace(second=0, microsecond=0), offset=False)


def counted(summary: Summary) -> list[str]:
    """Say in facts how it went: 29 rows, 8 matched, 21 to look at, 2 only in the tracker."""
    rows, matched = summary.everything.rows, summary.rows(RowOutcome.MATCHED)
    facts = [plural(rows, "row"), f"{matched:,} matched"]
    facts += [f"{rows - matched:,} to look at"] if rows > matched else []
    only_here = summary.unclaimed.rows
    return [*facts, *([f"{only_here:,} {ONLY_HERE}"] if only_here else [])]
