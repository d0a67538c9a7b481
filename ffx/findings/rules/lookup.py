"""What the look-up itself tells: nothing there, not all of it there, names missing."""

from ffx.api.models import Event
from ffx.findings.phrases import MOST_EVIDENCE, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.formatting import long_time
from ffx.output.words import plural

_ASSETS = {
    "funnel": "funnel",
    "node": "node",
    "trafficSource": "traffic source",
    "page": "page",
    "pageGroup": "page group",
    "funnelGroup": "funnel group",
    "offerSource": "offer source",
    "category": "category",
}
_NO_ABSENCE = "Do not conclude from these rows that something did not happen. "
# More assets than these are named in one sentence, and so many rows prove one.
_MOST_ASSETS, _MOST_ROWS_SHOWN = 4, 3


@rule("L1", basis="A", severity=Severity.VERDICT, checks="found", holds_in_part=True)
def nothing_found(subject: Subject) -> RuleResult:
    """No row of the target came. The reasons are told by how likely they are.

    A service that says that there are hits, and sends none of them, is told as that.

    Next: check the spelling, the account and, for a visitor, the window.

    Class A. Source: the provider's help on filtering bots, and its documentation of data resets.
    """
    if subject.is_found:
        return []
    if subject.gaps:
        return [
            Observation(
                f"The service sent no hit, and some may be there: {_name_gaps(subject)}.",
                (),
                "Ask again in some minutes. If the answer stays the same, look for the ID in the "
                "raw event report.",
            )
        ]
    if subject.visitor is not None and subject.visitor.firstSeen:
        first_seen = long_time(subject.visitor.firstSeen, subject.zone)
        sentence = (
            f"The visitor is known (first seen on {first_seen}), but has no hit in the time that "
            "was searched."
        )
        step = (
            "Search from the time when the visitor was first seen. If nothing is there, the data "
            "was reset, or is too old to be kept."
        )
        return [Observation(sentence, (subject.visitor_evidence("firstSeen"),), step)]
    hit = f" for the hit {subject.cite('hitId', subject.hit_id)}"
    visitor = " for this visitor in the time that was searched"
    sentence = f"Nothing was found{hit if subject.hit_id else visitor}."
    first = "" if subject.hit_id else "the window, and "
    next_step = (
        f"Check in this order: 1. {first}the spelling of the ID (raw event report); "
        "2. the account: the ID may be of another one; 3. bots: hits of known bots are never "
        "stored; 4. data resets; 5. age: a hit may be too old to be kept, or too new to be stored "
        "yet."
    )
    return [Observation(sentence, (), next_step)]


@rule("L2", basis="A", severity=Severity.WARNING, checks="history complete")
def history_cut(subject: Subject) -> RuleResult:
    """Rows are missing, or do not say what they are: the history is incomplete.

    The service held some back, they are outside of the window, or a row names no event, or a
    conversion no hit.

    Next: get the rest with the command that the finding names.

    Class A. Source: the provider's page of the Explorer, on `hasMore` and `firstSeen`.
    """
    if not subject.is_found:
        return NotApplicable()
    if subject.is_complete:
        return []
    gaps = _name_gaps(subject)
    members = ("firstSeen", "totalHits")
    known = [subject.visitor_evidence(member) for member in members]
    ends = [step.row for step in (subject.steps[:1] + subject.steps[1:][-1:])]
    return [
        Observation(
            f"The history is incomplete{f': {gaps}' if gaps else ''}. "
            "Something that is not shown here may still have happened.",
            (
                *[each for each in known if each.value],
                *[subject.evidence(row, "eventTime") for row in ends],
            ),
            _NO_ABSENCE
            + (
                f"To get the rest:\n{subject.command_for_rest}"
                if subject.command_for_rest
                else "The rest is in the raw event report."
            ),
        )
    ]


@rule("L3", basis="C", severity=Severity.HINT, checks="names")
def names_missing(subject: Subject) -> RuleResult:
    """A row has the ID of a funnel, page or other asset, and no row has its name.

    A reply without any names tells nothing.

    Next: look for the ID in the funnel editor, and among pages, offers and traffic sources.

    Class C. Source: our reasoning; deleted assets, and IDs that are none, have no names.
    """
    if not any(getattr(step.row, f"{asset}Id") for step in subject.steps for asset in _ASSETS):
        return NotApplicable()
    nameless = _nameless(subject)
    if len(nameless) > _MOST_ASSETS and not _has_names(subject):
        return NotChecked("no row has the name of anything")
    next_step = (
        "Look for the ID in the funnel editor, and among the pages, offers and traffic sources. "
        "If it is not there, the asset was deleted, or a link holds a cut or wrong ID."
    )
    if len(nameless) > _MOST_ASSETS:
        first = [(f"{asset}Id", rows[0]) for (asset, _), rows in nameless.items()]
        return [
            Observation(
                f"{len(nameless):,} assets have an ID and no name: they may have been deleted."
                + more(first),
                tuple(subject.evidence(row, member) for member, row in first[:MOST_EVIDENCE]),
                next_step,
            )
        ]
    return [
        Observation(
            f"The {_ASSETS[asset]} {subject.cite(f'{asset}Id', identity)} has no name, on "
            f"{plural(len(rows), 'row')}: it may have been deleted, or the ID may be wrong.",
            tuple(subject.evidence(row, f"{asset}Id") for row in rows[:_MOST_ROWS_SHOWN]),
            next_step,
        )
        for (asset, identity), rows in nameless.items()
    ]


def _name_gaps(subject: Subject) -> str:
    """Name what is missing from the history, in a sentence; empty where nothing is."""
    return "; ".join(gap.strip().rstrip(".") for gap in subject.gaps)


def _has_names(subject: Subject) -> bool:
    return any(
        (getattr(step.row, f"{asset}Name") or "").strip()
        for step in subject.steps
        for asset in _ASSETS
    )


def _nameless(subject: Subject) -> dict[tuple[str, str], list[Event]]:
    """Return the rows of each asset that is named nowhere, by its kind and its ID."""
    nameless: dict[tuple[str, str], list[Event]] = {}
    named = set()
    for step in subject.steps:
        for asset in _ASSETS:
            identity = (getattr(step.row, f"{asset}Id") or "").strip()
            if not identity:
                continue
            if (getattr(step.row, f"{asset}Name") or "").strip():
                named.add((asset, identity))
            else:
                nameless.setdefault((asset, identity), []).append(step.row)
    return {key: rows for key, rows in nameless.items() if key not in named}
