"""A report's rows as claims, written into a ledger."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ffx.errors import UsageError
from ffx.input.reports.amounts import holds_nothing, read_amount
from ffx.input.reports.columns import Columns, choose_columns
from ffx.input.reports.networks import Role
from ffx.input.reports.records import Record
from ffx.input.reports.report_table import is_total, is_total_word, read_report_table
from ffx.input.reports.report_times import read_report_time
from ffx.input.reports.statuses import read_status
from ffx.input.targets.refusals import OVERRULE
from ffx.input.targets.shapes import is_hit_shaped
from ffx.input.targets.target import read_target
from ffx.input.times.zones import Zone
from ffx.output.clean import quoted
from ffx.output.words import plural, sentence
from ffx.reconcile.claims import Claim
from ffx.reconcile.ledger import Ledger

_MOST_STATUSES = 5
_LONGEST_TRANSACTION = 256
_PROGRESS_EVERY = 1_000  # rows
_MOST_UNKNOWN_STATUSES = 1_000
# A line of few cells below the table of many is no row of it.
_FEWEST_COLUMNS = 3


@dataclass
class NetworkReport:
    """What was read of a report, and what was passed over.

    Attributes:
        heads: of its columns, as they stood there.
        rows: how many claims it holds; `totals`, `others` and `above` are rows that are none.
        unread: what could not be read, by what it is: how many, and the first with its line.
    """

    heads: tuple[str, ...]
    columns: Columns
    above: int
    rows: int = 0
    totals: int = 0
    others: int = 0
    ids: int = 0
    unread: dict[str, tuple[int, str]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)

    def facts(self) -> list[str]:
        """Return which column was taken for what, a fact each."""
        places, heads = self.columns.places, self.heads
        words = {"id": "hit", "revenue": "amount"}
        facts = []
        for role, place in places.items():
            if place is not None:
                sample = f" ({_SAMPLES[self.columns.mark]})" if role == "revenue" else ""
                facts.append(f"{words.get(role, role)} in {quoted(heads[place])}{sample}")
        return facts

    def omissions(self) -> list[str]:
        """Return what was left out, and what could not be read, a sentence each."""
        sentences = []
        left_out = [
            f"{plural(count, 'row')} {where}"
            for count, where in (
                (self.above, "above the header"),
                (self.totals, "of totals"),
                (self.others, "of other text"),
            )
            if count
        ]
        if left_out:
            sentences.append(f"left out: {', '.join(left_out)}")
        for what, (count, first) in self.unread.items():
            sentences.append(f"{plural(count, what)} cannot be read: {first}")
        if unknown := [quoted(word) for word, _ in self.statuses.most_common(_MOST_STATUSES)]:
            more = len(self.statuses) - len(unknown)
            words = ", ".join([*unknown, *([f"{more:,} more"] if more > 0 else [])])
            sentences.append(f"taken as approved, for want of a better word: status {words}")
        return sentences

    def count_unread(self, what: str, text: str, line: int) -> None:
        count, first = self.unread.get(what, (0, f"{quoted(text)} in line {line:,}"))
        self.unread[what] = (count + 1, first)


_SAMPLES = {".": "as 1,234.56", ",": "as 1.234,56"}


def read_report(
    records: Iterable[Record],
    named: Mapping[Role, str],
    ledger: Ledger,
    *,
    zone: Zone,
    now: datetime,
    tell: Callable[[int], object],
) -> NetworkReport:
    """Read a report's rows into a ledger; `named` are the columns that somebody named.

    Times without an offset are those of `zone`. `tell` hears now and then how many rows are in.

    Raises:
        UsageError: there is no row, or no column of IDs that could be told from others.
    """
    table = read_report_table(records, tuple(named.values()))
    report = NetworkReport(table.heads, choose_columns(table, named), table.above)
    for record in table.rows:
        if not record.problem:
            if _is_sum(report, record):
                report.totals += 1
                continue
            if _is_beside_table(report, record):
                report.others += 1
                continue
        report.rows += 1
        _take(report, record, ledger, zone, now)
        if report.rows % _PROGRESS_EVERY == 0:
            tell(report.rows)
    return report


def _is_sum(report: NetworkReport, record: Record) -> bool:
    """Tell whether a row is the sum of others, and none by itself."""
    return not _may_have_id(report, record) and is_total(record.cells)


def _is_beside_table(report: NetworkReport, record: Record) -> bool:
    """Tell whether a row is a line of text above or below the table."""
    known = sum(bool(cell.strip()) for cell in record.cells)
    is_alone = known == 1 and len(report.heads) >= _FEWEST_COLUMNS
    return is_alone and not _may_have_id(report, record)


def _may_have_id(report: NetworkReport, record: Record) -> bool:
    identity = _cell(record, report.columns.id)
    return bool(identity) and (is_hit_shaped(identity) or not is_total_word(identity))


def _take(
    report: NetworkReport, record: Record, ledger: Ledger, zone: Zone, now: datetime
) -> None:
    width = len(report.heads)
    cells = (*record.cells, *[""] * (width - len(record.cells)))[:width]
    if record.problem:
        claim = Claim(report.rows)
        ledger.refuse(
            record.number, cells, claim, f"The row cannot be read: {record.problem}.", ""
        )
        return
    claim = _claim(report, record, zone)
    try:
        target = read_target(_cell(record, report.columns.id), command="hit", now=now)
    except UsageError as error:
        why = sentence(error.message)
        # A report has no option that overrules a refusal.
        advice = " ".join(error.hint.replace(OVERRULE, "").split())
        ledger.refuse(record.number, cells, claim, why, advice)
        return
    report.ids += 1
    ledger.add(record.number, cells, target.id.text, claim)


def _claim(report: NetworkReport, record: Record, zone: Zone) -> Claim:
    columns = report.columns
    text = _cell(record, columns.revenue)
    amount = read_amount(text, columns.mark)
    if amount is None and not holds_nothing(text):
        report.count_unread("amount", text, record.number)
    text = _cell(record, columns.time)
    time = read_report_time(text, columns.order, zone)
    if time is None and text:
        report.count_unread("time", text, record.number)
    word = _cell(record, columns.status)
    status = read_status(word)
    if word and not status and len(report.statuses) < _MOST_UNKNOWN_STATUSES:
        report.statuses[word] += 1
    return Claim(
        row=report.rows,
        amount=amount,
        transaction=_cell(record, columns.transaction)[:_LONGEST_TRANSACTION],
        time=time,
        is_reversed=status == "reversed" or (amount is not None and amount < 0),
    )


def _cell(record: Record, place: int | None) -> str:
    if place is None or place >= len(record.cells):
        return ""
    return record.cells[place].strip()
