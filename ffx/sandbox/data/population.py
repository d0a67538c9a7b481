"""The crowd around the stories: ordinary visitors, the same ones at each making."""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

from ffx.sandbox.data.account import (
    EXAMPLE_ADS,
    EXAMPLE_SOCIAL,
    LANDER_A,
    LANDER_B,
    SHOP,
    SHOP_CLUB,
)
from ffx.sandbox.data.clients import (
    BERLIN,
    CHICAGO,
    GALAXY,
    HAMBURG,
    IPAD,
    IPHONE,
    LYON,
    SAO_PAULO,
    WINDOWS_PC,
)
from ffx.sandbox.data.event import AddEvent, milliseconds
from ffx.sandbox.data.sample_journey import BASE_32, SampleJourney

_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_PLACES = (BERLIN, HAMBURG, LYON, CHICAGO, SAO_PAULO)
_DEVICES = (GALAXY, GALAXY, IPHONE, IPHONE, IPAD, WINDOWS_PC)
_HOUR = 3_600_000  # milliseconds
_TEN_DAYS = 240 * _HOUR
# A journey takes less than this, so that none ends in the future.
_LONGEST_JOURNEY = 12 * _HOUR
_PROGRESS_STEP = 200


def add_population(
    add: AddEvent, now: datetime, visitors: int, progress: Callable[[int], object] | None = None
) -> None:
    """Let `visitors` people pass through the funnel in the ten days before `now`.

    `progress` is called now and then with how many have.
    """
    random = Random(1907)  # noqa: S311 (sample data, to be the same each time)
    last_start = milliseconds(now) - _LONGEST_JOURNEY
    for number in range(visitors):
        if progress is not None and number % _PROGRESS_STEP == 0:
            progress(number)
        start = last_start - random.randrange(_TEN_DAYS)
        client = {
            **random.choice(_PLACES),
            **random.choice(_DEVICES),
            "ip": f"{random.choice(_NETWORKS)}.{random.randrange(1, 255)}",
        }
        visitor_id = "afdw" + "".join(random.choices(_BASE_62, k=23))
        journey = SampleJourney(add, visitor_id, _hit_ids(random, start), start, client)
        for _ in range(random.choice((1, 2, 3, 4))):
            _visit(journey, random)
            journey.wait(minutes=random.uniform(31, 120))


def _visit(journey: SampleJourney, random: Random) -> None:
    lander = random.choice((LANDER_A, LANDER_B))
    source = random.choice((EXAMPLE_ADS, EXAMPLE_SOCIAL))
    journey.enter(source=source, cost=f"0.{random.randrange(800, 2500):04}")
    journey.view(lander)
    journey.wait(seconds=random.uniform(4, 90))
    if random.random() < 0.2:
        return
    journey.click(lander)
    offer = journey.view_offer(random.choice((SHOP, SHOP_CLUB)))
    journey.wait(minutes=random.uniform(2, 50))
    if random.random() < 0.3:
        revenue = random.choice(("9.50", "24.9000", "59.00"))
        journey.convert(offer, revenue, f"B-{random.randrange(10**8):08}")


def _hit_ids(random: Random, start: int) -> Iterator[str]:
    """Make IDs shaped like the service's older ones: a ULID in lower case without its 01."""
    time = "".join(BASE_32[start >> shift & 31] for shift in range(35, -1, -5))
    while True:
        number = random.getrandbits(80)
        yield time + "".join(BASE_32[number >> shift & 31] for shift in range(75, -1, -5))
