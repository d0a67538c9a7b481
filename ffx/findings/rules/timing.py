"""When conversions came: late, too soon, on another day, or before their hit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ffx.api.models import Event
from ffx.findings.phrases import describe, observe_each
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.sales import later_rebills
from ffx.findings.subject import Evidence, Subject
from ffx.input.times.formatting import day_of, elapsed
from ffx.input.times.instants import read_time
from ffx.input.times.zones import to_local

_SESSION = timedelta(hours=24)
_COUNTED_ELSEWHERE = timedelta(days=30)
# Clocks of two machines differ by so much.
_CLOCKS_DIFFER = timedelta(seconds=5)
_NOT_ALL_TIMED = NotChecked("the time of a conversion or of its hit is not in the reply")
_NOT_IN_ORDER = NotChecked("a conversion has a time before its own hit")


@dataclass(frozen=True, slots=True)
class _Timed:
    """A conversion, when its hit was, and when it came."""

    row: Event
    hit: datetime
    event: datetime

    @property
    def after(self) -> timedelta:
        return self.event - self.hit

    @property
    def is_in_order(self) -> bool:
        """Tell whether the conversion came after its hit, as far as two clocks agree."""
        return self.after >= -_CLOCKS_DIFFER


@rule("C10", basis="A", severity=Severity.HINT, checks="delay of conversions")
def late_conversion(subject: Subject) -> RuleResult:
    """A conversion came more than 24 hours after its hit, when the session was over.

    After a session, a script or a visitor ID converts nothing; a hit ID still may. Other
    trackers stop counting after 30 days, or 90. Of rebills, only the first is looked at.

    Next: in the received postbacks log, see when the network sent the conversion.

    Class A. Source: the provider's reference of visitor and hit IDs.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    late = [each for each in _without_rebills(subject, timed) if each.after > _SESSION]
    return _all_or_not_checked(subject, timed, late) or observe_each(
        late,
        lambda each: Observation(
            f"{describe(subject, each.row)} came {elapsed(each.after)} after the hit. A session "
            "lasts 24 hours. After that, a postback with a hit ID can still convert; a script or "
            "a visitor ID cannot."
            + (
                " Some other trackers stop counting 30 days after the click."
                if each.after > _COUNTED_ELSEWHERE
                else ""
            ),
            _times_of(subject, each.row),
            "In the received postbacks log, see when the network sent the conversion. In reports, "
            "choose dates that include both days: the hit's and the conversion's.",
        ),
        "conversions came more than 24 hours after their hits, when the sessions were over",
    )


@rule("C11", basis="B", severity=Severity.HINT, checks="speed of conversions")
def too_fast(subject: Subject) -> RuleResult:
    """A conversion came sooner after its hit than a person can buy: `too_fast_seconds`.

    Next: compare the IP address and the user agent with those of other visitors.

    Class B. Source: another tracker's presets of 5, 15 and 30 seconds.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    limit = subject.thresholds.too_fast_seconds
    fast = [each for each in timed if each.is_in_order and each.after.total_seconds() < limit]
    return _all_or_not_checked(subject, timed, fast) or observe_each(
        fast,
        lambda each: Observation(
            f"{describe(subject, each.row)} came {_how_fast(each)}. A conversion within "
            f"{limit:g} s may be a test, a program's, or one whose postback did not wait for the "
            "sale.",
            _times_of(subject, each.row),
            "In the raw event report, compare the IP address and the user agent with those of "
            "other visitors. In the received postbacks log, see what sent the conversion.",
        ),
        f"conversions came sooner than {limit:g} s after their hits",
    )


@rule("C12", basis="B", severity=Severity.HINT, checks="day of conversions")
def counted_on_another_day(subject: Subject) -> RuleResult:
    """A conversion is of another day than its hit, so a report shows it on one of the two days.

    The days are those of the reader's time zone. A conversion of C10 is told there. Of
    rebills, only the first is looked at.

    Next: look in the report on both days, and check its time zone.

    Class B. Source: other trackers, whose reports go by the click's time or the conversion's.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    prompt = [
        each
        for each in _without_rebills(subject, timed)
        if each.is_in_order and each.after <= _SESSION
    ]
    if not prompt:
        return NotApplicable()
    zone = subject.zone
    other = [
        each
        for each in prompt
        if to_local(each.hit, zone).date() != to_local(each.event, zone).date()
    ]
    return _all_or_not_checked(subject, timed, other) or observe_each(
        other,
        lambda each: Observation(
            f"{describe(subject, each.row)} is of {day_of(each.event, zone)}; the hit is of "
            f"{day_of(each.hit, zone)}. A report by click time shows the conversion on the day of "
            "the hit; a report by conversion time shows it on the other day.",
            _times_of(subject, each.row),
            "In the report, look on both days, and check the report's time zone.",
        ),
        "conversions are of another day than their hits; a report shows each on one of its days",
    )


@rule("C18", basis="A", severity=Severity.WARNING, checks="order of hit and conversion")
def conversion_before_hit(subject: Subject) -> RuleResult:
    """A conversion has a time before the time of its own hit.

    Up to 5 seconds are the difference of two clocks.

    Next: check the time and the zone of the upload, or the hit ID of the postback.

    Class A. Source: the provider's page of the
    Explorer, on `eventTime` and `hitTime`.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    early = [each for each in timed if each.after < -_CLOCKS_DIFFER]
    if not early and len(timed) < len(subject.known_conversions):
        return _NOT_ALL_TIMED
    return observe_each(
        early,
        lambda each: Observation(
            f"{describe(subject, each.row)} has a time {elapsed(-each.after)} before its own hit.",
            _times_of(subject, each.row),
            "If the conversion was uploaded, check the time in the file and its time zone. If a "
            "postback sent it, check that its hit= is the hit of this sale.",
        ),
        "conversions have times before their own hits",
    )


def _timed(subject: Subject) -> list[_Timed] | NotChecked | NotApplicable:
    rows = subject.known_conversions
    if not rows:
        return NotApplicable()
    timed = [
        _Timed(row, hit, event)
        for row in rows
        if (hit := subject.hit_time(row.hitId or "")) is not None
        and (event := read_time(row.eventTime)) is not None
    ]
    return timed or _NOT_ALL_TIMED


def _without_rebills(subject: Subject, timed: list[_Timed]) -> list[_Timed]:
    """Leave out the conversions of a series of rebills but for its first."""
    repeated = {id(row) for row in later_rebills(subject.known_conversions)}
    return [each for each in timed if id(each.row) not in repeated]


def _all_or_not_checked(
    subject: Subject, timed: list[_Timed], found: list[_Timed]
) -> NotChecked | None:
    """Return that nothing can be said where nothing is found, and not every row was looked at."""
    if found:
        return None
    if not all(each.is_in_order for each in timed):
        return _NOT_IN_ORDER
    return _NOT_ALL_TIMED if len(timed) < len(subject.known_conversions) else None


def _how_fast(timed: _Timed) -> str:
    """Say how soon a conversion came; by two clocks it may seem to be before its hit."""
    if timed.after < timedelta():
        return f"{elapsed(-timed.after)} before the time of the hit (two clocks differ)"
    return f"{elapsed(timed.after)} after the hit"


def _times_of(subject: Subject, row: Event) -> tuple[Evidence, ...]:
    """Return as evidence when a conversion's hit was, and when it came."""
    hits = [step.row for step in subject.visitor_steps if step.row.hitId == row.hitId][:1]
    found = [each for each in subject.events_of(row.hitId or "") if read_time(each.hitTime)][:1]
    return (
        *(subject.evidence(hit, "eventTime") for hit in hits),
        *(subject.evidence(each, "hitTime") for each in found if not hits),
        subject.evidence(row, "eventTime"),
    )
