"""Stories about the way through the funnel: detours, pauses, strangers and a long stay."""

from ffx.sandbox.data.account import EXAMPLE_MAIL, LANDER_B, SHOP, SHOP_CLUB
from ffx.sandbox.data.clients import BERLIN, CHICAGO, GALAXY, HAMBURG, IPAD, SAO_PAULO, WINDOWS_PC
from ffx.sandbox.data.sample_journey import SampleJourney, story


@story(
    "One visitor counts as three visits, each with a cost of its own.",
    visitor_id="afdxcUWuj6cWEFQdcT0i7owErwQ",
    hit_id="k3kwseecmj0msfhw98bfctr0",
    command="ffx diagnose {visitor}",
)
def several_visits(journey: SampleJourney) -> None:
    for _ in range(3):  # the ad is clicked each time
        journey.reach_offer()
        journey.wait(minutes=44)


@story(
    "Someone comes back by an e-mail, long after the session has ended.",
    visitor_id="afdxb3nPC6kQ2E2H9P40fwi7xpw",
    hit_id="k4gkzya0jr2w2psz9g3pdvr6h",
    command="ffx diagnose {visitor}",
)
def gap_over_a_day(journey: SampleJourney) -> None:
    journey.wait(hours=-31)
    journey.enter()
    journey.view()
    journey.wait(hours=31)  # sessions live for 24
    journey.enter(source=EXAMPLE_MAIL, cost="0.01", campaign="reminder", referrer=("", ""))
    journey.view(LANDER_B)
    journey.wait(seconds=35)
    journey.click(LANDER_B)
    journey.view_offer()


@story(
    "The offer was seen again without a click: a link went round the funnel.",
    visitor_id="afdwc07zvjlQcuROHSaE8D79QlO",
    hit_id="k5fhx4m9akz09x5e74pwewr7h",
    command="ffx diagnose {hit}",
)
def offer_without_click(journey: SampleJourney) -> None:
    journey.client = {**HAMBURG, **WINDOWS_PC}
    journey.reach_offer()
    journey.wait(minutes=9)
    journey.view(LANDER_B)
    journey.wait(minutes=3)
    journey.view_offer(SHOP_CLUB)  # and no click before it


@story(
    "One visitor is seen in two countries: a link with their ID was passed on.",
    visitor_id="afdkbiIrLDbBpOsdyAFbEYFfnui",
    hit_id="k38xm3n9r2t9zy8tcydnfxr4h",
    command="ffx diagnose {visitor}",
)
def two_countries(journey: SampleJourney) -> None:
    journey.client = {**BERLIN, **GALAXY}
    journey.reach_offer()
    journey.wait(minutes=16)
    journey.client = {**SAO_PAULO, **WINDOWS_PC}  # the same visitor ID on another machine
    journey.view()
    journey.wait(seconds=28)
    journey.click()
    journey.view_offer()


@story(
    "A video, a form and a basket fire custom events on their way to a sale.",
    visitor_id="afdxbh1fhX0U1k168Ws9C13CySb",
    hit_id="k33v42mmwkkp260ey8b1gyr1",
    command="ffx hit {hit}",
)
def custom_events(journey: SampleJourney) -> None:
    journey.client = {**CHICAGO, **IPAD}
    journey.enter()
    lander = journey.view()
    journey.wait(seconds=20)
    journey.custom_event(lander, 1, "video", "25%")
    journey.custom_event(lander, 2, "form opened")  # by itself, in the same millisecond
    journey.wait(seconds=9)
    journey.click()
    offer = journey.view_offer()
    journey.wait(minutes=2)
    journey.custom_event(offer, 10, "basket", "24.90")
    journey.wait(minutes=11)
    journey.convert(offer, "24.9000", "A-1010")


@story(
    "Somebody is in the funnel right now: their sale comes while you watch.",
    visitor_id="afdwqUv2RkLmZ8cTn4BsYxH6eJd",
    hit_id="k5v8dyw2m7c3bt9qzn6hxjr4h",
    command="ffx watch {visitor} --until conversion",
)
def watched_sale(journey: SampleJourney) -> None:
    journey.enter()
    lander = journey.view()
    journey.wait(seconds=4)
    journey.custom_event(lander, 1, "video", "25%")
    journey.wait(seconds=3)
    journey.click()
    offer = journey.view_offer()
    journey.wait(seconds=10)
    journey.convert(offer, "24.9000", "A-1012")  # within three looks at the shortest pause


@story(
    "The tracking domain changes on the way, and no cookie goes with it.",
    visitor_id="afdkg6u54vxiOehuKXPFPxuHt4C",
    hit_id="k3kybxjwrd5e3kekbkc8hzr4h",
    command="ffx diagnose {visitor}",
)
def another_domain(journey: SampleJourney) -> None:
    journey.enter(domain="go.example.com")
    journey.view()
    journey.wait(seconds=33)
    journey.click()
    journey.view_offer({**SHOP, "trackingDomain": "track.example.net"})


@story(
    "A screen in a waiting room has made 2,500 hits: more than one reply holds.",
    visitor_id="afdwgYpo0hHNwqHA0X7rM1xM9Y8",
    hit_id="k59ckayqhfsrj2j8wp9ej0r4h",
    command="ffx visitor {visitor} --since 30d --all",
)
def long_history(journey: SampleJourney) -> None:
    journey.client = {**CHICAGO, **IPAD}
    journey.wait(days=-20)
    offer = journey.reach_offer()
    journey.wait(minutes=6)
    journey.convert(offer, "24.9000", "A-1011")  # the fifth of 2,500
    for _ in range(249):
        journey.wait(minutes=110)
        journey.reach_offer(reading_seconds=9)
    journey.wait(hours=14)
    for _ in range(374):
        journey.wait(seconds=75)
        journey.reach_offer(reading_seconds=9)
    journey.wait(seconds=75)
    journey.enter()
    journey.view()
    journey.wait(seconds=9)
    journey.click()
