"""Every story of the sandbox against every finding; and no rule sees a story's name."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ffx.findings.diagnosis import Diagnosis
from ffx.input.targets.claimed_sale import ClaimedSale
from ffx.sandbox.data.stories import STORIES, Story
from tests.findings.varying import (
    TRIED,
    Told,
    examine,
    examined,
    told_as_it_is,
    vary,
    with_visit_before,
)
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

# Story to the findings about its visitor, and about the hit that a ticket names.
TABLE: Mapping[str, tuple[str, str]] = {
    "ordinary-conversion": ("", ""),
    "ordinary-desktop": ("", ""),
    "left-at-lander": ("J5", "C1 J5"),
    "no-conversion": ("C3", "C3"),
    "upsell": ("C6", "C6"),
    "suspected-duplicate": ("C7", "C7"),
    "late-conversion": ("C10", "C10"),
    "never-reached-offer": ("C4 J6", "C1 C4 J6"),
    "postback-on-lander-hit": ("C3", "C1"),
    "conversion-elsewhere": ("", "C2"),
    "zero-revenue": ("C8", "C8"),
    "quick-conversion": ("C11", "C11"),
    "other-funnel-conversion": ("C14", "C14"),
    "sale-on-two-hits": ("C15", "C15"),
    "refund": ("C17", "C17"),
    "lead-becomes-sale": ("", ""),
    "claimed-sale": ("", ""),  # the claim stands in the pasted text alone
    "conversion-before-hit": ("C18", "C18"),
    "event-without-conversion": ("C3 C13 C21", "C3 C13 C21"),
    "ad-click-twice": ("J8", "C1 C2 J8"),
    "own-click-id": ("T11", "C1 C2 T11"),
    "several-visits": ("C3 J1", "C1 J1"),
    "gap-over-a-day": ("C3 J1 J2", "C3 J1 J2"),
    "offer-without-click": ("C3 C5", "C3 C5"),
    "two-countries": ("C3 J3", "C3 J3"),
    "custom-events": ("C13", "C1 C2 C13"),
    "another-domain": ("C3 J7", "C3 J7"),
    "long-history": ("J1", "J1"),
    "unfilled-macros": ("C3 T2", "C1 T2"),
    "no-external-id": ("T1", "C1 C2 T1"),
    "anonymised-ip": ("T10", "T10"),
    "cost-thousandfold": ("C3 J1 T5", "C1 J1 T5"),
    "zero-cost": ("T4", "C1 C2 T4"),
    "automated-clicks": ("C3 J1 T7 T8", "C3 J1 T7 T8"),
    "burst": ("J5 T9", "C1 J5 T9"),
    "foreign-carrier": ("C3 T6", "C3 T6"),
    "names-missing": ("C3 L3", "C3 L3"),
    "foreign-scripts": ("", ""),
    "hostile-text": ("C13", "C13"),
}


def _seeds(story: Story) -> range:
    """Return numbers that are this story's own, or as many as are asked for.

    Every other story has an odd one first.
    """
    first = 1_001 * STORIES.index(story)
    return range(first, first + (EXAMPLES or 1))


def found_in(told: Told, hit_id: str = "") -> str:
    return ids_in(examine(told, hit_id))


def ids_in(diagnosis: Diagnosis) -> str:
    return " ".join(sorted({finding.id for finding in diagnosis.findings}, key=_place))


def _place(identity: str) -> tuple[str, int]:
    return identity[0], int(identity[1:])


@each("story", STORIES)
def test_a_story_has_its_findings_and_no_others(story: Story) -> None:
    of_visitor, of_hit = TABLE[story.name]

    assert ids_in(examined(story.name)) == of_visitor
    if story in TRIED:
        assert ids_in(examined(story.name, story.hit_id)) == of_hit


@each("story", TRIED)
def test_a_story_told_otherwise_keeps_its_findings(story: Story) -> None:
    of_visitor, of_hit = TABLE[story.name]

    # Each story is told in words of its own; the visitor is asked about, or the hit.
    for seed in _seeds(story):
        other, ids = vary(told_as_it_is(story.name), seed)
        if seed % 2:
            assert found_in(other) == of_visitor, f"seed {seed}"
        else:
            assert found_in(other, ids[story.hit_id]) == of_hit, f"seed {seed}"


@each("story", TRIED if EXAMPLES else TRIED[::2])
def test_one_more_visit_is_one_more_finding_and_no_other(story: Story) -> None:
    of_visitor, _ = TABLE[story.name]
    expected = {*of_visitor.split(), "J1"}

    for seed in _seeds(story):
        other = with_visit_before(vary(told_as_it_is(story.name), seed)[0], seed)
        assert set(found_in(other).split()) == expected, f"seed {seed}"


def test_a_claimed_sale_is_looked_for_however_the_story_is_told() -> None:
    story = next(story for story in STORIES if story.name == "claimed-sale")
    claims = {
        ClaimedSale("A-9999", "99.00"): ["C16"],
        ClaimedSale("A-1020", "99.00"): ["C16"],
        ClaimedSale("", "99.00"): ["C16"],
        ClaimedSale(" a-1020", "24.9"): [],
        ClaimedSale("A-1020"): [],
        ClaimedSale("", "24.90"): [],
    }
    for seed in range(EXAMPLES or 2):
        other, ids = vary(told_as_it_is(story.name), seed)
        for claim, found in claims.items():
            hit_id = ids[story.hit_id] if seed % 2 else ""
            diagnosis = examine(other, hit_id, claim)
            assert [each.id for each in diagnosis.findings] == found, (seed, claim)
            is_there = claim.transaction != "A-9999" and claim != ClaimedSale("", "99.00")
            assert diagnosis.verdict.converted is is_there, (seed, claim)


def test_an_ordinary_story_has_no_finding() -> None:
    assert ids_in(examined("ordinary-conversion")) == ids_in(examined("ordinary-desktop")) == ""


def test_without_a_complete_history_nothing_is_said_to_be_absent() -> None:
    cut = told_as_it_is("no-conversion")
    cut = Told({**cut.visitor, "hasMore": True}, {}, cut.now)

    diagnosis = examine(cut)

    assert (diagnosis.verdict.converted, diagnosis.verdict.headline) == (
        None,
        "Not known whether it converted: the history is incomplete.",
    )
    assert {finding.id for finding in diagnosis.findings} == {"L2"}


def test_times_without_a_zone_are_told() -> None:
    story = told_as_it_is("ordinary-conversion")
    rows = [{**row, "eventTime": row["eventTime"].removesuffix("Z")} for row in story.rows]
    diagnosis = examine(Told({**story.visitor, "hits": rows}, story.hits, story.now))

    assert [note for note in diagnosis.notes if "zone" in note] == [
        f"{len(rows)} times have no zone, and are taken as UTC"
    ]
    assert datetime.now(UTC) > story.now
