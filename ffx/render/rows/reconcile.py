"""A reconciled report as rows and as one JSON document: the report's own columns, and ours."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.api.json_text import Numeral
from ffx.input.times.instants import to_rfc3339
from ffx.output.clean import inert
from ffx.reconcile.claims import RowOutcome, TrackerConversion
from ffx.reconcile.remarks import Remark
from ffx.reconcile.summary import Summary, Total
from ffx.render.rows.own_columns import distinct_heads, numeral_or_text

if TYPE_CHECKING:
    from ffx.reconcile.ledger import Entry

COLUMNS = (
    "ffx_outcome",
    "ffx_revenue",
    "ffx_transaction",
    "ffx_converted_at",
    "ffx_difference",
    "ffx_finding",
    "ffx_why",
    "ffx_next",
)
DOCUMENT_VERSION = 1


def column_names(heads: Sequence[str]) -> list[str]:
    """Return the heads of a file, each once: the report's own, and ours."""
    return [*distinct_heads(heads, COLUMNS), *COLUMNS]


def cells_of(entry: "Entry", remark: Remark) -> list[object]:
    """Return a row's cells: the report's own as they stood, and ours; numbers are Numerals."""
    own: list[object] = list(map(numeral_or_text, entry.cells))
    found = entry.settled.conversion
    has_amounts = entry.claim.amount is not None or found is not None
    return [
        *own,
        entry.outcome.value,
        _numeral(found.revenue if found else None),
        found.transaction if found else "",
        found.sent if found else "",
        _numeral(entry.settled.difference if has_amounts else None),
        entry.finding,
        remark.why,
        remark.next_step,
    ]


def json_row(names: Sequence[str], cells: Sequence[object]) -> str:
    """Write a row as a JSON line with its end: the report's cells are text, amounts numbers."""
    own = len(names) - len(COLUMNS)
    members = (
        f"{json.dumps(name, ensure_ascii=False)}: {_json(cell, is_own=place < own)}"
        for place, (name, cell) in enumerate(zip(names, cells, strict=True))
    )
    return inert(f"{{{', '.join(members)}}}") + "\n"


def document_parts(
    facts: Mapping[str, object],
    summary: Summary,
    unclaimed: Iterable[tuple[str, TrackerConversion]],
    rows: Iterable[tuple["Entry", Remark]],
) -> Iterator[str]:
    """Yield the JSON document in parts, so that long reports need little memory.

    `facts` are its first members: the report's name, the account, the time.
    """
    head = {
        "version": DOCUMENT_VERSION,
        **facts,
        "outcomes": {
            outcome.value: _total(summary.totals.get(outcome, Total())) for outcome in RowOutcome
        },
        "onlyInTracker": _total(summary.unclaimed),
        "total": _total(summary.everything),
        "inCommon": [
            {
                "outcome": outcome.value,
                "rows": cause.count,
                "of": cause.of,
                "traits": {trait.member: trait.value for trait in cause.traits},
                "since": None if cause.since is None else to_rfc3339(cause.since),
            }
            for outcome, cause in summary.causes.items()
        ],
        "ratio": None
        if summary.ratio is None
        else {
            "reportToTracker": str(summary.ratio[0]),
            "rows": summary.ratio[1],
            "of": summary.ratio[2],
        },
    }
    yield inert(json.dumps(head, ensure_ascii=False))[:-1] + ', "unclaimed": ['
    for number, (hit, conversion) in enumerate(unclaimed):
        record = {"hitId": hit, **_conversion(conversion)}
        yield _separated(number, json.dumps(record, ensure_ascii=False))
    yield '\n], "rows": ['
    for number, (entry, remark) in enumerate(rows):
        yield _separated(number, json.dumps(_row(entry, remark), ensure_ascii=False))
    yield "\n]}\n"


def _separated(number: int, text: str) -> str:
    return f"{',' if number else ''}\n{inert(text)}"


def _row(entry: "Entry", remark: Remark) -> Mapping[str, object]:
    claim, found = entry.claim, entry.settled.conversion
    return {
        "line": entry.line,
        "hitId": entry.hit,
        "outcome": entry.outcome.value,
        "claim": {
            "amount": _text(claim.amount),
            "transaction": claim.transaction,
            "time": None if claim.time is None else to_rfc3339(claim.time),
            "reversed": claim.is_reversed,
        },
        "conversion": None if found is None else _conversion(found),
        "difference": _text(entry.settled.difference),
        "finding": entry.finding,
        "why": remark.why,
        "nextStep": remark.next_step,
    }


def _conversion(found: TrackerConversion) -> Mapping[str, object]:
    return {
        "revenue": _text(found.revenue),
        "transaction": found.transaction,
        "eventTime": found.sent,
    }


def _total(total: Total) -> Mapping[str, object]:
    return {
        "rows": total.rows,
        "report": _text(total.reported),
        "tracker": _text(total.tracked),
        "difference": _text(total.difference),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _numeral(amount: Decimal | None) -> Numeral | None:
    return None if amount is None else Numeral(f"{amount:f}")


def _json(cell: object, *, is_own: bool) -> str:
    if cell is None:
        return "null"
    is_number = isinstance(cell, Numeral) and not is_own
    return str(cell) if is_number else json.dumps(str(cell), ensure_ascii=False)
