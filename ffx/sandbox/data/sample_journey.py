"""A visitor's way through a funnel, event by event, and the stories made of such ways."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count

from ffx.sandbox.data.account import EXAMPLE_ADS, LANDER_A, SHOP, SPRING, TRAFFIC
from ffx.sandbox.data.clients import BERLIN, GALAXY
from ffx.sandbox.data.event import AddEvent, Event

BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
_SHIFTS = (15, 10, 5, 0)
_MILLISECOND = timedelta(milliseconds=1)
_REDIRECT = 60  # milliseconds
AD_FIELDS: Event = {"t1": "de", "t2": "spring-sale", "t3": "banner-7", "t4": "feed"}


@dataclass(frozen=True)
class Hit:
    """A view that later events may refer to."""

    hit_id: str
    event: Event


class SampleJourney:
    """One visitor and their clock, which stands still except in `wait` and for redirects.

    Args:
        add: takes each event, in the order of time.
        visitor_id: whose journey this is.
        hit_ids: the IDs of the hits to come, without the final h of offers.
        start: the first moment, in milliseconds since 1970.
        client: the visitor's place, network and device.
    """

    def __init__(
        self,
        add: AddEvent,
        visitor_id: str,
        hit_ids: Iterator[str],
        start: int,
        client: Event | None = None,
    ) -> None:
        self._add = add
        self._visitor_id = visitor_id
        self._hit_ids = hit_ids
        self.clock = start
        self.client: Event = client or {**BERLIN, **GALAXY}
        self._visit: Event = {}
        self._click_id: str | None = None
        self._earned: dict[str, Decimal] = {}

    def wait(
        self, *, days: int = 0, hours: int = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass; a negative time goes back."""
        self.clock += timedelta(days, seconds, 0, 0, minutes, hours) // _MILLISECOND

    def enter(
        self,
        *,
        source: Event = EXAMPLE_ADS,
        cost: str | None = "0.12",
        external_id: str | None = "",
        campaign: str = "spring-de",
        fields: Event = AD_FIELDS,
        referrer: tuple[str, str] = ("ads.example.com", "/feed"),
        domain: str = "go.example.com",
    ) -> Hit:
        """Begin a visit; its source and fields go with each event to come.

        An `external_id` of "" is made up, None is none.
        """
        if external_id == "":
            external_id = f"ea.{self._visitor_id[-12:].lower()}"
        self._click_id = None
        self._visit = {
            **SPRING,
            **source,
            **fields,
            "externalId": external_id,
            "subCampaign": campaign,
            "referrerDomain": referrer[0],
            "referrerPath": referrer[1],
            "trackingDomain": domain,
        }
        return self._hit("entrance", TRAFFIC, cost=cost)

    def view(self, step: Event = LANDER_A) -> Hit:
        """Be redirected to a page or through a node, and see it."""
        self.clock += _REDIRECT
        return self._hit("view", step)

    def click(self, step: Event = LANDER_A) -> None:
        """Follow an action link of a page."""
        self._click_id = self._hit("click", step).hit_id

    def view_offer(self, step: Event = SHOP) -> Hit:
        """Be redirected to an offer, whose hit can convert."""
        next(self._hit_ids)  # the rotator of its group takes one too, and it is not stored
        self.clock += _REDIRECT
        return self._hit("view", step, ending="h")

    def reach_offer(self, *, reading_seconds: float = 29) -> Hit:
        """Enter, read the lander, click through, and return the offer's hit."""
        self.enter()
        self.view()
        self.wait(seconds=reading_seconds)
        self.click()
        return self.view_offer()

    def convert(self, hit: Hit, revenue: str, transaction: str | None = None) -> None:
        """Count revenue for a hit; `totalRevenue` is what this hit has earned so far."""
        total = self._earned.get(hit.hit_id, Decimal(0)) + Decimal(revenue)
        self._earned[hit.hit_id] = total
        self._refer(
            hit,
            "conversion",
            revenue=revenue,
            totalRevenue=str(total),
            conversionId=next(self._hit_ids),
            conversionTransaction=transaction,
        )

    def custom_event(self, hit: Hit, number: int, data: str, more: str | None = None) -> None:
        """Fire custom event 1 to 10 on a hit."""
        self._refer(hit, f"customEvent{number}", eventData1=data, eventData2=more)

    def _hit(self, kind: str, step: Event, *, ending: str = "", **members: str | None) -> Hit:
        hit_id = next(self._hit_ids) + ending
        event = {
            **self.client,
            **self._visit,
            **step,
            **members,
            "visitorId": self._visitor_id,
            "hitId": hit_id,
            "eventType": kind,
            "eventTime": self.clock,
            "hitTime": self.clock,
            "clickId": self._click_id,
        }
        self._add(event)
        return Hit(hit_id, event)

    def _refer(self, hit: Hit, kind: str, **members: str | None) -> None:
        self._add(
            {**hit.event, "cost": None, **members, "eventType": kind, "eventTime": self.clock}
        )


def count_hit_ids(stem: str) -> Iterator[str]:
    """Count up from `stem`, 22 characters, and `r0`: a story's hit IDs are the same each day."""
    head, tail = stem[:20], stem[20:] + "r0"
    first = sum(BASE_32.index(digit) << shift for digit, shift in zip(tail, _SHIFTS, strict=True))
    for number in count(first):
        yield head + "".join(BASE_32[number >> shift & 31] for shift in _SHIFTS)


@dataclass(frozen=True)
class Story:
    """A case to look at.

    Attributes:
        name: one word, for commands and links.
        title: what support meets.
        visitor_id: whose story it is.
        hit_id: the hit that a ticket would name.
        command: the ffx command that shows it best, without --sandbox.
        play: lets the visitor make their journey.
    """

    name: str
    title: str
    visitor_id: str
    hit_id: str
    command: str
    play: Callable[[SampleJourney], None] = field(repr=False)

    def add(self, add: AddEvent, start: int) -> None:
        """Add the story to a database, beginning at `start`, in milliseconds."""
        hit_ids = count_hit_ids(self.hit_id[:22])
        self.play(SampleJourney(add, self.visitor_id, hit_ids, start))


def story(
    title: str, *, visitor_id: str, hit_id: str, command: str
) -> Callable[[Callable[[SampleJourney], None]], Story]:
    """Make a story of the function that plays it; its name is the story's.

    Hit IDs count up from the one that ends in r0, the first 22 characters being
    those of `hit_id`. `{visitor}` and `{hit}` in the command stand for the IDs.
    """

    def make(play: Callable[[SampleJourney], None]) -> Story:
        return Story(
            name=play.__name__.replace("_", "-"),
            title=title,
            visitor_id=visitor_id,
            hit_id=hit_id,
            command=command.format(visitor=visitor_id, hit=hit_id),
            play=play,
        )

    return make
