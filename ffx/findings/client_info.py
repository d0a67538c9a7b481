"""Who came, from where and on what: as the visitor's summary and hits' own look-ups say it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from ffx.api.models import HitEvent, VisitorInfo
from ffx.findings.rule import NotChecked
from ffx.findings.subject import Evidence, Subject
from ffx.output.words import plural

ClientInfo: TypeAlias = VisitorInfo | HitEvent
"""The visitor's summary, or a hit that was looked up: both describe a device and a network."""


def client_infos(subject: Subject) -> Iterator[tuple[ClientInfo, Callable[[str], Evidence]]]:
    """Yield all that describes a client, each with what makes evidence of its members."""
    if subject.visitor is not None:
        yield subject.visitor, subject.visitor_evidence
    for hit in subject.looked_up_hits():
        yield hit, partial(subject.evidence, hit)


def hits_not_checked(subject: Subject, *groups: Sequence[str], what: str) -> NotChecked | None:
    """Return how many hits have a member of each group, where not all have, or were looked up.

    None where all have. `what` is a name for the members.
    """
    known = [
        hit
        for hit in subject.looked_up_hits()
        if all(any(getattr(hit, member) for member in group) for group in groups)
    ]
    hits = {step.row.hitId for step in subject.visitor_steps if step.row.hitId} | {
        *subject.details
    }
    if len(known) >= len(hits):
        return None
    if not known:
        return NotChecked(f"the visitor's summary alone tells the {what}, and is fine")
    return NotChecked(
        f"{len(known):,} of {plural(len(hits), 'hit')} tell their {what}, and are fine"
    )
