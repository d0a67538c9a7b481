"""What is written down of a report comes back as it was."""

from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

from ffx.api.wire import hit_query, read_reply
from ffx.input.targets.target import HitId
from ffx.reconcile.claims import Claim, RowOutcome, TrackerConversion
from ffx.reconcile.ledger import Ledger
from ffx.reconcile.summary import sum_up
from ffx.reconcile.tracker_answer import Explanation, TrackerAnswer, answer_of, from_line, to_line

TIME = datetime(2026, 11, 20, 15, tzinfo=UTC)
SENT = "2026-11-20T15:00:00Z"
PAID = TrackerConversion(Decimal("24.9000"), "A", TIME, SENT)


def test_rows_come_back_in_their_order_with_what_became_of_them() -> None:
    with closing(Ledger()) as ledger:
        ledger.add(2, ["h1", "24.90"], "h1", Claim(1, Decimal("24.90"), "A", TIME))
        ledger.refuse(3, ["", "é\ud800"], Claim(2, Decimal(5)), "There is none.", "Ask.")
        ledger.add(4, ["h2", "9"], "h2", Claim(3, Decimal(9)))
        ledger.add(5, ["h1", "1"], "h1", Claim(4, Decimal(1), "B"))
        ledger.add(6, ["h3", "1"], "h3", Claim(5, Decimal(1)))
        assert (list(ledger.open_hits()), ledger.count_open_hits()) == (["h1", "h2", "h3"], 3)

        ledger.take_answer(
            TrackerAnswer("h1", True, (PAID,), {"offerSourceName": "Example"}, TIME)
        )
        ledger.take_answer(TrackerAnswer("h2", True))
        ledger.take_failure("h3", "It failed.", "Try again.")

        assert ledger.unexplained(5) == ["h2"]
        ledger.explain(Explanation("h2", "no-conversion", "None came back.", "Look."))
        assert ledger.unexplained(5) == []
        entries = list(ledger.entries())
        assert [entry.outcome.value for entry in entries] == [
            "matched", "no ID", "missing", "missing", "failed",
        ]  # fmt: skip
        assert entries[0].settled.conversion == PAID
        assert entries[0].claim == Claim(1, Decimal("24.90"), "A", TIME)
        assert entries[1].cells == ("", "é\ud800")
        assert (entries[2].finding, entries[2].next_step) == ("no-conversion", "Look.")
        assert [entry.line for entry in ledger.entries(RowOutcome.MISSING)] == [4, 5]
        assert list(ledger.facts(RowOutcome.MATCHED)) == [
            {"offerSourceName": "Example", "finding": ""}
        ]
        assert list(ledger.times(RowOutcome.MATCHED)) == [TIME]


def test_sums_add_up() -> None:
    with closing(Ledger()) as ledger:
        ledger.add(2, [], "h1", Claim(1, Decimal("20"), "A"))
        ledger.add(3, [], "h1", Claim(2, Decimal("7")))
        extra = TrackerConversion(Decimal("9.5"), "B", None, "")
        ledger.take_answer(TrackerAnswer("h1", True, (PAID, extra, PAID)))
        summary = sum_up(ledger)
    parts = [*summary.totals.values(), summary.unclaimed]
    assert sum(part.difference for part in parts) == summary.everything.difference
    assert (summary.everything.rows, summary.unclaimed.rows) == (2, 1)
    assert summary.everything.tracked == Decimal("59.3000")


def test_an_answer_is_read_from_its_line() -> None:
    known = TrackerAnswer("h1", True, (PAID,), {"t1": "é"}, TIME, "Odd.", "Look.")
    reason = Explanation("h1", "no-conversion", "None.", "Look.")
    assert from_line(to_line(known)) == known
    assert from_line(to_line(reason)) == reason
    for line in ("", "{", "[]", "null", '{"hit": 1}', to_line(known)[:-9]):
        assert from_line(line) is None, line


def test_a_reply_tells_conversions_and_traits() -> None:
    reply = read_reply(
        hit_query(HitId("h1")),
        b'{"events": [{"hitId": "h1", "eventType": "view", "eventTime": "2026-11-20T23:30:00Z",'
        b' "offerSourceId": "o1", "funnelName": "Spring", "t1": ""},'
        b'{"hitId": "h1", "eventType": "Conversion", "eventTime": "x", "revenue": "24.90",'
        b' "conversionTransaction": " A "}, {"eventType": "conversion", "revenue": 1e400}]}',
    )
    answer = answer_of("h1", reply, None)
    assert [(each.revenue, each.transaction) for each in answer.conversions] == [
        (Decimal("24.90"), "A"),
        (None, ""),
    ]
    day = answer.facts["day"]
    assert dict(answer.facts) == {"offerSourceName": "o1", "funnelName": "Spring", "day": day}
    assert not answer_of(
        "h1", read_reply(hit_query(HitId("h1")), b'{"events": []}'), None
    ).is_known
