"""What is known of a report so far, kept out of memory: its rows, and the answers about its hits.

A database that has no name and goes with the run: SQLite writes it to a temporary file once it
is large, so that 100,000 rows take no more memory than 10,000.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ffx.input.times.instants import read_time
from ffx.reconcile.claims import Claim, RowOutcome, Settlement, TrackerConversion, worth
from ffx.reconcile.pairing import settle, without_conversions
from ffx.reconcile.tracker_answer import FINDING, Explanation, TrackerAnswer

_PART = 500
_SCHEMA = """
CREATE TABLE rows (
  row INTEGER PRIMARY KEY, line INTEGER, cells TEXT, hit TEXT, amount TEXT, trans TEXT, time TEXT,
  reversed INTEGER, outcome TEXT, why TEXT, next TEXT, revenue TEXT, our_trans TEXT, sent TEXT,
  expected TEXT);
CREATE INDEX rows_by_hit ON rows (hit, row);
CREATE TABLE hits (
  place INTEGER PRIMARY KEY, hit TEXT UNIQUE, open INTEGER DEFAULT 1,
  facts TEXT DEFAULT '{}', time TEXT,
  conversions INTEGER DEFAULT 0, finding TEXT DEFAULT '', sentence TEXT DEFAULT '',
  next TEXT DEFAULT '');
CREATE TABLE unclaimed (hit TEXT, revenue TEXT, trans TEXT, sent TEXT);
"""
_ENTRY = (
    "SELECT row, line, cells, rows.hit, amount, trans, rows.time, reversed, outcome, why, "
    "rows.next, revenue, our_trans, sent, expected, hits.finding, hits.sentence, hits.next, "
    "hits.conversions FROM rows LEFT JOIN hits ON hits.hit = rows.hit"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the report with all that came of it.

    Attributes:
        line: where it stands in the file.
        hit: empty where the row names none.
        finding: what went wrong with its hit, by name; empty where nobody asked.
        sentence: the same in words; of rows without an ID, why there is none.
        conversions: how many the tracker has of this hit.
    """

    line: int
    cells: tuple[str, ...]
    hit: str
    settled: Settlement
    finding: str
    sentence: str
    next_step: str
    conversions: int

    @property
    def claim(self) -> Claim:
        return self.settled.claim

    @property
    def outcome(self) -> RowOutcome:
        return self.settled.outcome


class Ledger:
    """Rows of a report, in their order; safe to use on several threads.

    Rows and claims are read, and what became of them is written, for some hundred at once: each
    call of the database lets other threads run, which costs a list of look-ups more than the work.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._claims: dict[str, list[Claim]] = {}
        # What is to be written: the values of each statement.
        self._hits: list[tuple[object, ...]] = []
        self._rows: list[tuple[object, ...]] = []
        self._settled: list[tuple[object, ...]] = []
        self._unclaimed: list[tuple[object, ...]] = []
        self._answered: list[tuple[object, ...]] = []
        self._waiting = (
            ("INSERT OR IGNORE INTO hits (hit) VALUES (?)", self._hits),
            ("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows),
            (
                "UPDATE rows SET outcome = ?, revenue = ?, our_trans = ?, sent = ?, expected = ? "
                "WHERE row = ?",
                self._settled,
            ),
            ("INSERT INTO unclaimed VALUES (?, ?, ?, ?)", self._unclaimed),
            (
                "UPDATE hits SET open = 0, facts = ?, time = ?, conversions = ?, sentence = ?, "
                "next = ? WHERE hit = ?",
                self._answered,
            ),
        )
        # An empty name is a database of this connection alone, and no file that others see.
        self._connection = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")

    def close(self) -> None:
        self._connection.close()

    def add(self, line: int, cells: Sequence[str], hit: str, claim: Claim) -> None:
        """Take a row that names a hit."""
        with self._lock:
            self._hits.append((hit,))
            self._insert(line, cells, hit, claim)

    def refuse(
        self, line: int, cells: Sequence[str], claim: Claim, why: str, next_step: str
    ) -> None:
        """Take a row that names none."""
        self._insert(line, cells, "", claim, RowOutcome.NO_ID, why, next_step)

    def open_hits(self) -> Iterator[str]:
        """Yield each hit that is not settled once, in the order of the rows."""
        query = "SELECT place, hit FROM hits WHERE place > ? AND open ORDER BY place LIMIT ?"
        for part in self._parts(query):
            self._read_claims(part[0][0], part[-1][0])
            for _, hit in part:
                yield hit

    def count_open_hits(self) -> int:
        return int(self._all("SELECT count(*) FROM hits WHERE open")[0][0])

    def is_open(self, hit: str) -> bool:
        """Tell whether a hit is in the report, and not settled."""
        return bool(self._all("SELECT 1 FROM hits WHERE hit = ? AND open", hit))

    def claims(self, hit: str) -> list[Claim]:
        """Return what the report claims of a hit, in the order of rows."""
        with self._lock:
            if (known := self._claims.pop(hit, None)) is not None:
                return known
        rows = self._all(
            "SELECT row, amount, trans, time, reversed FROM rows WHERE hit = ? ORDER BY row", hit
        )
        return [_claim(*row) for row in rows]

    def take_answer(self, answer: TrackerAnswer) -> None:
        """Settle the claims of a hit by what the tracker knows of it."""
        claims = self.claims(answer.hit)
        if answer.is_known:
            self._settle(answer, *settle(claims, answer.conversions))
        else:
            self._settle(answer, without_conversions(claims, RowOutcome.UNKNOWN), ())

    def take_failure(self, hit: str, sentence: str, next_step: str) -> None:
        """Write down that nobody could ask for a hit."""
        answer = TrackerAnswer(hit, is_known=False, sentence=sentence, next_step=next_step)
        self._settle(answer, without_conversions(self.claims(hit), RowOutcome.FAILED), ())

    def explain(self, reason: Explanation) -> None:
        """Write down what went wrong with a hit."""
        with self._lock:
            self._write()
            self._connection.execute(
                "UPDATE hits SET finding = ?, sentence = ?, next = ? WHERE hit = ?",
                (reason.finding, reason.sentence, reason.next_step, reason.hit),
            )

    def unexplained(self, most: int) -> list[str]:
        """Return the first hits that have no conversion at all and are missing one."""
        rows = self._all(
            "SELECT rows.hit FROM rows JOIN hits ON hits.hit = rows.hit WHERE outcome = ? "
            "AND conversions = 0 AND finding = '' AND sentence = '' GROUP BY place "
            "ORDER BY place LIMIT ?",
            RowOutcome.MISSING,
            most,
        )
        return [hit for (hit,) in rows]

    def entries(self, *outcomes: RowOutcome) -> Iterator[Entry]:
        """Yield the rows with what came of them, in order; all, or those of some outcomes."""
        wanted = f"AND outcome IN ({', '.join('?' * len(outcomes))})" if outcomes else ""
        query = f"{_ENTRY} WHERE row > ? {wanted} ORDER BY row LIMIT ?"
        for part in self._parts(query, *outcomes):
            yield from map(_entry, part)

    def unclaimed(self) -> Iterator[tuple[str, TrackerConversion]]:
        """Yield the conversions that no row claims, each with its hit."""
        query = "SELECT rowid, hit, revenue, trans, sent FROM unclaimed WHERE rowid > ? LIMIT ?"
        for part in self._parts(query):
            for _, hit, revenue, transaction, sent in part:
                yield hit, TrackerConversion(_decimal(revenue), transaction, None, sent)

    def facts(self, outcome: RowOutcome) -> Iterator[Mapping[str, str]]:
        """Yield what is known of the hit of each row with this outcome: also its finding.

        Of a row without an ID that is why it has none.
        """
        query = (
            "SELECT row, coalesce(facts, '{}'), coalesce(finding, why) "
            "FROM rows LEFT JOIN hits ON hits.hit = rows.hit "
            "WHERE row > ? AND outcome = ? ORDER BY row LIMIT ?"
        )
        for part in self._parts(query, outcome):
            for _, facts, finding in part:
                yield {**json.loads(facts), FINDING: finding or ""}

    def times(self, outcome: RowOutcome) -> Iterator[datetime | None]:
        """Yield when the hit of each row of an outcome was; else what the row says."""
        query = (
            "SELECT row, coalesce(hits.time, rows.time) FROM rows "
            "JOIN hits ON hits.hit = rows.hit "
            "WHERE row > ? AND outcome = ? ORDER BY row LIMIT ?"
        )
        for part in self._parts(query, outcome):
            for _, time in part:
                yield _moment(time)

    def _insert(
        self,
        line: int,
        cells: Sequence[str],
        hit: str,
        claim: Claim,
        outcome: str = "",
        why: str = "",
        next_step: str = "",
    ) -> None:
        with self._lock:
            self._rows.append(
                (
                    claim.row,
                    line,
                    json.dumps(cells),
                    hit,
                    _text(claim.amount),
                    claim.transaction,
                    _text(claim.time),
                    claim.is_reversed,
                    outcome,
                    why,
                    next_step,
                    None,
                    None,
                    None,
                    str(worth(claim)),
                )
            )
            if len(self._rows) >= _PART:
                self._write()

    def _settle(
        self,
        answer: TrackerAnswer,
        settled: Iterable[Settlement],
        unclaimed: Iterable[TrackerConversion],
    ) -> None:
        """Write down what became of a hit's claims, and what is known of the hit."""
        with self._lock:
            self._settled += [
                (*_outcome(each), str(each.expected), each.claim.row) for each in settled
            ]
            self._unclaimed += [
                (answer.hit, _text(each.revenue), each.transaction, each.sent)
                for each in unclaimed
            ]
            self._answered.append(
                (
                    json.dumps(dict(answer.facts)),
                    _text(answer.time),
                    len(answer.conversions),
                    answer.sentence,
                    answer.next_step,
                    answer.hit,
                )
            )
            if len(self._settled) >= _PART or len(self._answered) >= _PART:
                self._write()

    def _read_claims(self, first: int, last: int) -> None:
        """Read the claims of the open hits from one place to another, for when they are wanted."""
        rows = self._all(
            "SELECT rows.hit, row, amount, trans, rows.time, reversed FROM hits "
            "JOIN rows ON rows.hit = hits.hit WHERE place BETWEEN ? AND ? AND open "
            "ORDER BY place, row",
            first,
            last,
        )
        with self._lock:
            for hit, *claim in rows:
                self._claims.setdefault(hit, []).append(_claim(*claim))

    def _write(self) -> None:
        """Write down what waits."""
        for statement, values in self._waiting:
            if values:
                self._connection.executemany(statement, values)
                values.clear()

    def _parts(self, query: str, *values: object) -> Iterator[list[Any]]:
        """Yield what a query finds, some hundred rows at once.

        Its first column ascends, and its first value and its last are where to begin and how many.
        """
        last = 0
        while part := self._all(query, last, *values, _PART):
            yield part
            last = part[-1][0]

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            self._write()
            return self._connection.execute(query, values).fetchall()


def _outcome(each: Settlement) -> tuple[str | None, ...]:
    found = each.conversion
    if found is None:
        return each.outcome, None, None, None
    # A sale and what took it back are one row: what is left of them.
    revenue = found.revenue if each.reversal is None else each.tracked
    return each.outcome, _text(revenue), found.transaction, found.sent


def _claim(
    row: int, amount: str | None, transaction: str, time: str | None, is_reversed: int
) -> Claim:
    return Claim(row, _decimal(amount), transaction, _moment(time), bool(is_reversed))


def _entry(columns: Sequence[Any]) -> Entry:
    row, line, cells, hit, amount, transaction, time, is_reversed, outcome, why, next_step = (
        columns[:11]
    )
    revenue, our_transaction, sent, expected, finding, sentence, hit_next, conversions = columns[
        11:
    ]
    found = None
    if sent is not None:
        found = TrackerConversion(_decimal(revenue), our_transaction, read_time(sent), sent)
    claim = _claim(row, amount, transaction, time, is_reversed)
    return Entry(
        line=line,
        cells=tuple(json.loads(cells)),
        hit=hit,
        settled=Settlement(
            claim, RowOutcome(outcome or RowOutcome.FAILED), found, Decimal(expected)
        ),
        finding=finding or "",
        sentence=why or sentence or "",
        next_step=next_step or hit_next or "",
        conversions=conversions or 0,
    )


def _text(value: Decimal | datetime | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
