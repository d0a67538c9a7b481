"""The sale that a pasted text claims: there, there otherwise, elsewhere, or not there."""

from collections.abc import Sequence
from typing import Any

from ffx.api.models import HitRow
from ffx.findings.rule import Severity
from ffx.findings.rules.claimed_sale import claimed_sale_missing
from ffx.findings.verdict import judge
from ffx.input.targets.claimed_sale import ClaimedSale
from tests.findings.making import detail, outcome_of, row, subject, told_by

_VIEW = row("oh", "view", 0, nodeType="offer")
_OTHER_VIEW = row("ph", "view", 9, nodeType="offer")


def _sale(transaction: str | None, revenue: str | None, hit: str = "oh") -> HitRow:
    members: dict[str, Any] = {"conversionTransaction": transaction, "revenue": revenue}
    return row(hit, "conversion", 60, nodeType="offer", **members)


_A = _sale("A-1001", "24.90")
# What came back, what the text claims, the finding, and whether the claimed sale converted.
_CASES: Sequence[tuple[list[HitRow], ClaimedSale | None, str, bool | None]] = (
    ([_A], None, "not concerned", True),
    ([_A], ClaimedSale("A-1001", "24.90"), "fine", True),
    ([_A], ClaimedSale("A-1001"), "fine", True),
    ([_A], ClaimedSale("", "24.90"), "fine", True),
    # The same amount, and the same transaction, written otherwise.
    ([_A], ClaimedSale("A-1001", "24.9"), "fine", True),
    ([_A], ClaimedSale("A-1001", "24.900000"), "fine", True),
    ([_A], ClaimedSale("a-1001", "24.90"), "fine", True),
    ([_sale(" A-1001 ", "24.90")], ClaimedSale("A-1001", "24.90"), "fine", True),
    ([_sale("A  1001", "24.90")], ClaimedSale("a 1001", "24.90"), "fine", True),
    # Another sale.
    ([_A], ClaimedSale("A-9999", "99.00"), "1 told", False),
    ([_A], ClaimedSale("A-9999", "24.90"), "1 told", False),
    ([_A], ClaimedSale("A-9999"), "1 told", False),
    ([_A], ClaimedSale("", "99.00"), "1 told", False),
    # Without a transaction it may be the sale, unless its amount is another.
    ([_sale(None, "24.90")], ClaimedSale("A-9999", "24.90"), "1 told", None),
    ([_sale("", "24.90")], ClaimedSale("A-9999"), "1 told", None),
    ([_sale(None, None)], ClaimedSale("A-9999", "24.90"), "1 told", None),
    ([_A, _sale("A-2", None)], ClaimedSale("", "99.00"), "1 told", None),
    ([_sale(None, "24.90")], ClaimedSale("A-9999", "99.00"), "1 told", False),
    ([_sale("A-2", None)], ClaimedSale("A-9999", "24.90"), "1 told", False),
    ([_A, _sale("A-9999", "99.00", "ph")], ClaimedSale("A-9999", "99.00"), "1 told", False),
    # The sale, for another amount.
    ([_A], ClaimedSale("A-1001", "99.00"), "1 told", True),
    ([_A, _sale("A-1001", "99")], ClaimedSale("A-1001", "99.00"), "fine", True),
    ([_sale("A-1001", None)], ClaimedSale("A-1001", "99.00"), "not checked", True),
    # No sale at all is told by others.
    ([], ClaimedSale("A-1001", "24.90"), "not concerned", False),
)


def test_a_claimed_sale_is_there_or_told() -> None:
    for rows, claimed_sale, outcome, converted in _CASES:
        about = subject([_VIEW, _OTHER_VIEW, *rows], "oh", claimed_sale=claimed_sale)
        told = (outcome_of(claimed_sale_missing, about), judge(about).converted)
        assert told == (outcome, converted), (claimed_sale, rows)


def test_a_visitors_claim_is_looked_for_on_all_hits() -> None:
    rows = [_VIEW, _A, _sale("B-2", "5", "ph")]
    for transaction, outcome in (("B-2", "fine"), ("A-1001", "fine"), ("C-3", "1 told")):
        about = subject(rows, claimed_sale=ClaimedSale(transaction))
        assert outcome_of(claimed_sale_missing, about) == outcome, transaction


def test_what_is_there_in_its_place_is_named() -> None:
    (told,) = told_by(
        claimed_sale_missing, subject([_VIEW, _A], "oh", claimed_sale=ClaimedSale("A-9999"))
    )
    assert told.sentence == (
        "No conversion on hit oh has the transaction 'A-9999'. The hit has 'A-1001' for 24.90."
    )
    assert [each.value for each in told.evidence] == ["A-1001"]
    elsewhere = subject(
        [_VIEW, _A, _sale("A-9999", "9", "ph")], "oh", claimed_sale=ClaimedSale("A-9999")
    )
    (told,) = told_by(claimed_sale_missing, elsewhere)
    assert told.sentence == (
        "The sale with the transaction 'A-9999' is on another hit of the visitor: ph."
    )
    (told,) = told_by(
        claimed_sale_missing,
        subject([_VIEW, _A], "oh", claimed_sale=ClaimedSale("A-1001", "99.00")),
    )
    assert told.sentence == (
        "The sale with the transaction 'A-1001' is there, with another amount: the text says "
        "99.00, the conversion 24.90."
    )


def test_a_sale_that_may_be_the_claimed_one_is_named_as_such() -> None:
    about = subject(
        [_VIEW, _A, _sale(None, "99")], "oh", claimed_sale=ClaimedSale("A-9999", "99.00")
    )
    (told,) = told_by(claimed_sale_missing, about)
    assert told.sentence == (
        "No conversion on hit oh states the transaction 'A-9999'. One conversion without a "
        "transaction is there, for 99: it may be this sale."
    )
    assert told.severity is Severity.HINT
    verdict = judge(about)
    assert verdict.headline == (
        "It is not known whether the sale with the transaction 'A-9999' is on this hit."
    )
    assert verdict.details[0].startswith(
        "A conversion without a transaction may be it: converted for 99, "
    )


def test_the_verdict_does_not_take_another_sale_for_the_claimed_one() -> None:
    verdict = judge(subject([_VIEW, _A], "oh", claimed_sale=ClaimedSale("A-9999", "99.00")))
    assert verdict.headline == "The sale with the transaction 'A-9999' is not on this hit."
    assert verdict.details == (
        "Another sale is there: converted for 24.90, on Fri 20 Nov 2026 15:01 +00:00, 1 min after "
        "its hit.",
    )
    verdict = judge(subject([_VIEW, _A], "oh", claimed_sale=ClaimedSale("A-1001", "99.00")))
    assert verdict.headline.startswith("Converted for 24.90, ")


def test_of_a_cut_history_no_sale_is_said_to_be_missing() -> None:
    cut = subject([_VIEW, _A], "oh", is_complete=False, claimed_sale=ClaimedSale("A-9999"))
    assert outcome_of(claimed_sale_missing, cut) == "not checked"
    assert judge(cut).converted is None
    own = {"oh": [detail("oh", "view", 0), detail("oh", "conversion", 60, revenue="1")]}
    known = subject(
        [_VIEW], "oh", is_complete=False, claimed_sale=ClaimedSale("A-9999"), details=own
    )
    assert outcome_of(claimed_sale_missing, known) == "1 told"


def test_aliases_are_not_compared_and_a_claim_is_cited_by_its_own() -> None:
    about = subject([_VIEW, _A], "oh", claimed_sale=ClaimedSale("A-9999"))
    redacted = subject(
        [_VIEW, _A],
        "oh",
        claimed_sale=ClaimedSale("A-9999"),
        redacted=frozenset({"conversionTransaction"}),
    )
    assert outcome_of(claimed_sale_missing, redacted) == "not checked"
    hidden = subject(
        [_VIEW, _A],
        "oh",
        claimed_sale=ClaimedSale("A-9999"),
        alias=lambda member, value: member if value else "",
    )
    assert about.claimed_sale is not None
    assert "9999" not in repr(told_by(claimed_sale_missing, hidden))
    assert "9999" not in repr(judge(hidden))
