"""A reconciled report as a block of Markdown, to be sent to the network."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.input.times.formatting import long_time
from ffx.input.times.zones import Zone, format_moment, to_local
from ffx.reconcile.claims import TrackerConversion
from ffx.render.markdown.text import code, prose
from ffx.render.reconcile_words import ONLY_HERE, common_words, money

if TYPE_CHECKING:
    from ffx.reconcile.ledger import Entry
    from ffx.reconcile.remarks import Remark
    from ffx.reconcile.summary import Summary, Total
    from ffx.settings.field_names import FieldNames

MOST_ROWS = 200
_ROW_HEADS = ("line", "hit", "outcome", "report", "tracker", "transaction", "time", "why")


def block(
    summary: "Summary",
    rows: "Iterable[tuple[Entry, Remark]]",
    unclaimed: Iterable[tuple[str, TrackerConversion]],
    zone: Zone,
    names: "FieldNames | None",
    *,
    left: int,
) -> str:
    """Write sums, what trouble has in common, and the rows that need a person.

    `left` is how many of those are not among `rows`.
    """
    lines = [
        "| outcome | rows | report | tracker | difference |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [_total(outcome.value, total) for outcome, total in summary.totals.items()]
    if summary.unclaimed.rows:
        lines.append(_total(ONLY_HERE, summary.unclaimed))
    lines += [_total("total", summary.everything), ""]
    common = [f"- {prose(words)}" for words in common_words(summary, zone, names)]
    lines += [*common, ""] if common else []
    table = [_row(entry, remark, zone) for entry, remark in rows]
    table += [_unclaimed(hit, conversion, zone) for hit, conversion in unclaimed]
    if table:
        lines += [_cells(_ROW_HEADS), _cells(["---"] * len(_ROW_HEADS)), *table]
    lines += ["", f"and {left:,} more rows"] if left else []
    return "\n".join(lines) + "\n"


def _row(entry: "Entry", remark: "Remark", zone: Zone) -> str:
    claim, found = entry.claim, entry.settled.conversion
    local = None if claim.time is None else to_local(claim.time, zone).replace(microsecond=0)
    return _cells(
        [
            str(entry.line),
            code(entry.hit) if entry.hit else "",
            entry.outcome.value,
            _amount(claim.amount),
            _amount(found.revenue if found else None),
            prose(claim.transaction),
            format_moment(local) if local else "",
            prose(remark.why),
        ]
    )


def _unclaimed(hit: str, conversion: TrackerConversion, zone: Zone) -> str:
    return _cells(
        [
            "",
            code(hit),
            ONLY_HERE,
            "",
            _amount(conversion.revenue),
            prose(conversion.transaction),
            prose(long_time(conversion.sent, zone)),
            "",
        ]
    )


def _total(words: str, total: "Total") -> str:
    amounts = [money(each) for each in (total.reported, total.tracked, total.difference)]
    return _cells([words, f"{total.rows:,}", *amounts])


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else money(amount)


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
