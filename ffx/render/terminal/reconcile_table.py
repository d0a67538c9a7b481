"""A reconciled report on a terminal: sums, what trouble has in common, and the rows to look at."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.input.times.formatting import long_time
from ffx.input.times.zones import zone_name
from ffx.output.clean import clean
from ffx.output.width import pad, width_of, wrap, wrap_facts
from ffx.output.words import identity, plural
from ffx.reconcile.claims import RowOutcome, TrackerConversion
from ffx.render.reconcile_words import ONLY_HERE, common_words, money
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends, rule

if TYPE_CHECKING:
    from ffx.reconcile.ledger import Entry
    from ffx.reconcile.remarks import Remark
    from ffx.reconcile.summary import Summary, Total

MOST_OF_A_KIND = 10
"""So many rows of one outcome are shown; the others are counted."""

_STYLES = {RowOutcome.MATCHED: "good", RowOutcome.FAILED: "bad", RowOutcome.MISSING: "warning"}
_AMOUNTS = ("report", "tracker", "difference")
_ROWS, _MONEY = 7, 12
_LONGEST_NOTE = 6  # lines; one row of many with the same reason tells it
_LABEL = max(map(len, [ONLY_HERE, *RowOutcome])) + 2


def report_lines(
    name: str,
    facts: Sequence[str],
    summary: "Summary",
    frame: Frame,
    *,
    has_amounts: bool,
) -> Iterator[Line]:
    """Yield how much there is of each outcome on both sides, and what trouble has in common."""
    yield from both_ends(
        [("Report ", "label"), (clean(name), "title")],
        [f"account {clean(frame.account)}", f"times in {zone_name(frame.zone)}"],
        frame.width,
    )
    for part in wrap_facts(map(clean, facts), frame.width - len(INDENT)):
        yield [(INDENT, ""), (part, "faint")]
    yield []
    amounts = _AMOUNTS if has_amounts else ("tracker",)
    heads = [pad("rows", _ROWS, right=True), *(pad(each, _MONEY, right=True) for each in amounts)]
    yield [(INDENT + " " * _LABEL + "".join(heads), "label")]
    for outcome, total in summary.totals.items():
        yield _total_line(outcome.value, total, amounts, _STYLES.get(outcome, ""))
    if summary.unclaimed.rows:
        yield _total_line(ONLY_HERE, summary.unclaimed, amounts, "warning")
    yield _total_line("total", summary.everything, amounts, "title")
    common = list(common_words(summary, frame.zone, frame.field_names))
    if common:
        yield []
        yield rule("in common", frame.width)
    for words in common:
        first, *others = wrap(words, frame.width - len(INDENT))
        yield [(f"{INDENT}{first}", "loud")]
        for part in others:
            yield [(f"{INDENT}{part}", "loud")]


def row_lines(
    outcome: RowOutcome, rows: "Iterable[tuple[Entry, Remark]]", count: int, frame: Frame
) -> Iterator[Line]:
    """Yield the rows of one outcome: where they stand, their hit, what both sides have, and why.

    Rows with the same finding stand together, and the reason of the first speaks for them.
    """
    yield []
    yield rule(f"{outcome}: {plural(count, 'row')}, report → tracker", frame.width)
    before = None
    for entry, remark in sorted(rows, key=lambda row: _reason(*row)):
        found = entry.settled.conversion
        ours = None if found is None else found.revenue
        facts = [
            f"line {entry.line:,}",
            f"{_amount(entry.claim.amount)} → {_amount(ours)}",
            clean(entry.claim.transaction),
        ]
        reason = _reason(entry, remark)
        is_repeated = bool(reason) and reason == before
        yield from _item(
            entry.hit or "no ID", [*facts, *(["likewise"] if is_repeated else [])], frame.width
        )
        if not is_repeated:
            yield from _notes([remark.why, remark.next_step], frame.width)
        before = reason


def unclaimed_lines(
    conversions: Iterable[tuple[str, TrackerConversion]], count: int, frame: Frame
) -> Iterator[Line]:
    """Yield the conversions that only the tracker has."""
    yield []
    yield rule(f"{ONLY_HERE}: {plural(count, 'conversion')}", frame.width)
    for hit, conversion in conversions:
        facts = [f"– → {_amount(conversion.revenue)}", clean(conversion.transaction)]
        yield from _item(hit, [*facts, long_time(conversion.sent, frame.zone)], frame.width)


def _reason(entry: "Entry", remark: "Remark") -> str:
    """Return the text by which rows with the same reason are known."""
    if entry.outcome is RowOutcome.NO_ID:
        return remark.why
    if entry.outcome is RowOutcome.DIFFERS:
        return remark.why.partition(": ")[2]
    return entry.finding or remark.next_step or remark.why


def more_line(left: int) -> Line:
    return [(f"{INDENT}and {left:,} more", "faint")]


def _total_line(words: str, total: "Total", amounts: Sequence[str], style: str) -> Line:
    values = {"report": total.reported, "tracker": total.tracked, "difference": total.difference}
    cells = [pad(f"{total.rows:,}", _ROWS, right=True)]
    cells += [pad(money(values[each]), _MONEY, right=True) for each in amounts]
    return [(INDENT + pad(words, _LABEL), style), ("".join(cells), "")]


def _item(hit: str, facts: Sequence[str], width: int) -> Iterator[Line]:
    """Yield a row's hit and its facts on one line, or on two where they have no room."""
    left: Line = [(INDENT + identity(hit), "title")]
    words = wrap_facts(facts, max(width - len(INDENT) * 2, 1))
    used = width_of(left[0][0])
    if len(words) == 1 and used + 2 + width_of(words[0]) <= width:
        yield [*left, (f"  {words[0]}", "")]
        return
    yield left
    for part in words:
        yield [(INDENT * 2 + part, "")]


def _notes(sentences: Iterable[str], width: int) -> Iterator[Line]:
    for sentence in filter(None, sentences):
        for part in wrap(clean(sentence), width - len(INDENT) * 2, most=_LONGEST_NOTE):
            yield [(INDENT * 2 + part, "faint")]


def _amount(amount: Decimal | None) -> str:
    return "–" if amount is None else money(amount)
