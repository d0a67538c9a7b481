"""What the rules look at: a journey, what is known of single hits, and how to cite it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ffx.api import kinds as events
from ffx.api.journey import Journey, Step
from ffx.api.models import Event, HitEvent, VisitorInfo
from ffx.input.times.instants import LAST_MOMENT, read_time
from ffx.input.times.zones import Zone
from ffx.settings.field_names import FieldNames
from ffx.settings.thresholds import Thresholds

if TYPE_CHECKING:
    from ffx.input.targets.claimed_sale import ClaimedSale, Placeholder


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that a finding rests on, and the row it stands in.

    Texts are as sent, or aliases of them; empty where there is none. A value of the
    visitor's summary has no hit. `place` names the row's node and page.
    """

    member: str
    value: str
    hit_id: str = ""
    event: str = ""
    time: str = ""
    place: str = ""


_LONGEST_CITED = 80
# What scripts and forms write where they have no value.
_NO_CLICK_ID = frozenset({
    "undefined", "null", "none", "nil", "nan", "n/a", "(not set)", "unknown",
})  # fmt: skip

Row = TypeVar("Row", bound=Event)


def hide_nothing(member: str, value: str) -> str:  # noqa: ARG001  # the shape of a redactor's
    """Hide nothing."""
    return value


def place_of(row: Event) -> str:
    """Name a row's node and page; by their IDs where they have no names."""
    node = (row.nodeName or "").strip() or row.nodeId
    page = (row.pageName or "").strip() or row.pageId
    return " · ".join(filter(None, (node, page)))


def each_once(conversions: Iterable[Row]) -> list[Row]:
    """Leave out a conversion that is there already: of the same conversion ID, hit and sale."""
    known: set[tuple[object, ...]] = set()
    distinct = []
    for row in conversions:
        name = (row.conversionId or "", row.hitId or "", transaction_of(row), row.revenue)
        if not (name[0] and name in known):
            distinct.append(row)
        known.add(name)
    return distinct


def click_id_of(row: Event) -> str:
    """Return the traffic source's click ID, without the blanks around it."""
    return (row.externalId or "").strip()


def stands_for_nothing(click_id: str) -> bool:
    """Tell whether a click ID is what a script writes where it has none."""
    return click_id.casefold() in _NO_CLICK_ID


def transaction_of(row: Event) -> str:
    """Return a conversion's transaction, without the blanks around it."""
    return (row.conversionTransaction or "").strip()


@dataclass(frozen=True)
class Subject:
    """Everything that is known about one target.

    Attributes:
        hit_id: the hit in question; empty where the target is the visitor.
        journey: all rows that were had, by time.
        details: for hits that were looked up, their events in the order of time.
        is_complete: whether what is not in the journey did not happen.
        gaps: what is missing from it, a sentence each; empty if it is complete.
        command_for_rest: the command that gets what is missing; empty where there is none.
        older: the journey in an older case file; None without one.
        older_saved: when that was saved.
        warnings: what is odd about the pasted text: catalogue id to a sentence.
        claimed_sale: the sale that the pasted text is about; None where it tells of none.
        placeholders: what stands beside the ID in it and was never filled in.
        redacted: the members whose values are aliases already, as in a redacted case file.
        field_names: what the customer calls the tracking fields.
        alias: what stands for a member's value in anything that is shown.
    """

    hit_id: str
    journey: Journey
    visitor: VisitorInfo | None
    is_complete: bool
    now: datetime
    zone: Zone
    details: Mapping[str, Sequence[HitEvent]] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    command_for_rest: str = ""
    older: Journey | None = None
    older_saved: str = ""
    warnings: Mapping[str, str] = field(default_factory=dict)
    claimed_sale: "ClaimedSale | None" = None
    placeholders: "tuple[Placeholder, ...]" = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    redacted: frozenset[str] = frozenset()
    field_names: FieldNames = field(default_factory=FieldNames)
    alias: Callable[[str, str], str] = hide_nothing

    @property
    def is_found(self) -> bool:
        """Tell whether the service has any row of the target."""
        return bool(self.steps) or any(self.details.values())

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.journey.steps

    @cached_property
    def conversions(self) -> tuple[Step, ...]:
        """All conversions, on whichever hit, each once."""
        kept = deque(each_once(step.row for step in self.journey.conversions))
        steps = []
        for step in self.journey.conversions:
            if kept and step.row is kept[0]:
                steps.append(step)
                kept.popleft()
        return tuple(steps)

    @cached_property
    def known_conversions(self) -> tuple[Event, ...]:
        """All conversions that are known, by time; those without a readable one come last.

        Of each hit the journey's, or those of its own look-up where that shows more.
        """
        by_hit: dict[str, list[Event]] = {}
        for step in self.conversions:
            by_hit.setdefault(step.row.hitId or "", []).append(step.row)
        for hit_id, found in self.details.items():
            own: list[Event] = each_once(row for row in found if row.is_conversion)
            if len(own) > len(by_hit.get(hit_id, ())):
                by_hit[hit_id] = own
        rows = (row for rows in by_hit.values() for row in rows)
        return tuple(sorted(rows, key=lambda row: read_time(row.eventTime) or LAST_MOMENT))

    @cached_property
    def hit_conversions(self) -> tuple[Event, ...]:
        """The conversions of the hit in question, from the journey or from its own look-up."""
        rows = [step.row for step in self.conversions if step.row.hitId == self.hit_id]
        found = each_once(each for each in self.events_of(self.hit_id) if each.is_conversion)
        # A cut history may lack some of what the hit's own look-up shows.
        return tuple(found if len(found) > len(rows) else rows)

    @property
    def knows_hit_conversions(self) -> bool:
        """Tell whether a conversion that the hit in question does not show did not happen."""
        return self.is_complete or bool(self.events_of(self.hit_id))

    @cached_property
    def entrances(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.row.is_entrance)

    @cached_property
    def visitor_steps(self) -> tuple[Step, ...]:
        """What the visitor did: without conversions and custom events."""
        return tuple(step for step in self.steps if events.is_by_visitor(step.row.eventType))

    @cached_property
    def clicks(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if events.is_click(step.row.eventType))

    @cached_property
    def offers(self) -> tuple[Step, ...]:
        """The views of offers."""
        return tuple(step for step in self.views if events.is_offer(step.row))

    @cached_property
    def views(self) -> tuple[Step, ...]:
        """What the visitor saw or passed: no entrances, no clicks."""
        return tuple(
            step
            for step in self.visitor_steps
            if not step.row.is_entrance and not events.is_click(step.row.eventType)
        )

    @property
    def reached_offer(self) -> bool:
        """Tell whether an offer was seen, or something happened at one."""
        return any(events.is_offer(step.row) for step in self.steps if not step.row.is_entrance)

    @cached_property
    def knows_offers(self) -> bool:
        """Tell whether each row says, by its node or its hit's ID, whether it is of an offer."""
        tells_by_id = "hitId" not in self.redacted
        return all(
            bool(step.row.nodeType or step.row.offerSourceId or (tells_by_id and step.row.hitId))
            for step in self.views
        )

    @cached_property
    def last_lander(self) -> Event | None:
        """The lander on which a visitor without an offer was last seen.

        None where a click followed, where it was something else, and where nobody can tell.
        """
        is_known = (
            self.is_complete
            and self.knows_offers
            and all(step.time is not None for step in self.visitor_steps)
            and all(events.states_place(step.row) for step in self.views)
        )
        if not is_known or self.reached_offer or self.known_conversions:
            return None
        if not self.views or not events.is_page(self.views[-1].row):
            return None
        last = self.views[-1]
        if any(last.time <= step.time for step in self.clicks if last.time and step.time):
            return None
        return last.row

    def view_of(self, hit_id: str | None) -> Event | None:
        """Return what the visitor did under a hit ID; None where that is not known."""
        if not hit_id:
            return None
        looked_up = (
            each for each in self.events_of(hit_id) if events.is_by_visitor(each.eventType)
        )
        return self._views.get(hit_id) or next(looked_up, None)

    @cached_property
    def _views(self) -> dict[str, Event]:
        views: dict[str, Event] = {}
        for step in self.visitor_steps:
            views.setdefault(step.row.hitId or "", step.row)
        return views

    def events_of(self, hit_id: str) -> Sequence[HitEvent]:
        """Return a hit's events as looked up; nothing where that was not done."""
        return self.details.get(hit_id, ())

    def looked_up_hits(self) -> Iterator[HitEvent]:
        """Yield, for each hit that was looked up, what the visitor did there."""
        for found in self.details.values():
            yield from [each for each in found if events.is_by_visitor(each.eventType)][:1]

    def hit_time(self, hit_id: str) -> datetime | None:
        """Return when a hit was: from the journey, or from its own look-up."""
        return self._hit_times.get(hit_id)

    def after_hit(self, row: Event) -> timedelta | None:
        """Return how long after its hit an event came; None where either time is not known."""
        hit, event = self.hit_time(row.hitId or ""), read_time(row.eventTime)
        return event - hit if hit is not None and event is not None else None

    @cached_property
    def _hit_times(self) -> dict[str, datetime]:
        times: dict[str, datetime] = {}
        for events_of_hit in self.details.values():
            for each in events_of_hit:
                time = read_time(each.hitTime)
                if each.hitId and time is not None:
                    times.setdefault(each.hitId, time)
        for step in self.visitor_steps:
            if step.row.hitId and step.time is not None:
                times.setdefault(step.row.hitId, step.time)
        return times

    def cite(self, member: str, value: str) -> str:
        """Return a value in quotes for a sentence: its alias, if it is to be hidden."""
        shown = self.alias(member, value)
        if len(shown) > _LONGEST_CITED:
            shown = f"{shown[: _LONGEST_CITED - 1]}…"
        return f"'{shown}'"

    def evidence(self, row: Event, member: str) -> Evidence:
        """Return a row's value as evidence."""
        value = getattr(row, member)
        return Evidence(
            member=member,
            value="" if value is None else self.alias(member, str(value)),
            hit_id=self.alias("hitId", row.hitId or ""),
            event=row.eventType or "",
            time=row.eventTime or "",
            place=self.alias("place", place_of(row)),
        )

    def visitor_evidence(self, member: str) -> Evidence:
        """Return a value of the visitor's summary as evidence."""
        value = getattr(self.visitor, member, None)
        return Evidence(member, "" if value is None else self.alias(member, str(value)))
