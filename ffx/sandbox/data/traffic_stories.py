"""Stories about what the traffic source sent: its fields, costs, addresses and its robots."""

from ffx.sandbox.data.account import SHOP
from ffx.sandbox.data.clients import BERLIN, CHICAGO, GALAXY, HEADLESS, IPHONE, LYON
from ffx.sandbox.data.sample_journey import SampleJourney, story


@story(
    "The traffic source did not fill in its macros.",
    visitor_id="afdkcApcR7ySl5Y68jaU1pi0MbJ",
    hit_id="k44r8wdy27r63csppgf9k1r0",
    command="ffx diagnose {visitor}",
)
def unfilled_macros(journey: SampleJourney) -> None:
    journey.enter(
        campaign="${campaign}",
        fields={
            "t1": "{keyword}",
            "t2": "{{campaign.name}}",
            "t3": "__PLACEMENT__",
            "t4": "REPLACE",
        },
    )
    journey.view()
    journey.wait(seconds=26)
    journey.click()
    journey.view_offer()


@story(
    "The traffic source sent no click ID: it cannot match a postback.",
    visitor_id="afdxdHavfuFWMsGV90tJHs6B3cG",
    hit_id="k3ztem5prdna285mbrjjm2r0",
    command="ffx diagnose {visitor}",
)
def no_external_id(journey: SampleJourney) -> None:
    journey.enter(external_id=None)
    journey.view()
    journey.wait(seconds=38)
    journey.click()
    offer = journey.view_offer()
    journey.wait(minutes=13)
    journey.convert(offer, "9.50", "A-1012")


@story(
    "The address ends in x: the account keeps no full addresses.",
    visitor_id="afdwg7vNjzM4RfyJb7ADsKnky25",
    hit_id="k49xexnp855t985zcbm1n3r4h",
    command="ffx diagnose {visitor}",
)
def anonymised_ip(journey: SampleJourney) -> None:
    journey.client = {**LYON, **IPHONE, "ip": "198.51.100.x"}
    offer = journey.reach_offer()
    journey.wait(minutes=31)
    journey.convert(offer, "24.9000", "A-1013")


@story(
    "One visit costs a thousand times the others: a price per thousand was taken for one.",
    visitor_id="afdwbCy28nwKcsznZu8DPj1hBtS",
    hit_id="k485eqgp9bf9zkagxjybp4ra",
    command="ffx diagnose {visitor}",
)
def cost_thousandfold(journey: SampleJourney) -> None:
    for cost in ("0.00095", "0.00110", "0.95"):
        journey.enter(cost=cost)
        journey.view()
        journey.wait(seconds=24)
        journey.click()
        journey.view_offer()
        journey.wait(minutes=37)


@story(
    "The visit cost nothing, says the report: the source passed no cost.",
    visitor_id="afdwbKo2yfF137VOUyc6sVbpvk2",
    hit_id="k5q0335pgxjd6dnsnzyaq5r0",
    command="ffx diagnose {visitor}",
)
def zero_cost(journey: SampleJourney) -> None:
    journey.enter(cost="0.00")
    journey.view()
    journey.wait(seconds=52)
    journey.click()
    offer = journey.view_offer()
    journey.wait(minutes=19)
    journey.convert(offer, "24.9000", "A-1014")


@story(
    "A program in a data centre clicks faster than a person can.",
    visitor_id="afdwbUgxhcZLRQdf2oeXvSICJaX",
    hit_id="k4jswz8v8f2nmqv42jh8r6r4h",
    command="ffx diagnose {visitor}",
)
def automated_clicks(journey: SampleJourney) -> None:
    journey.client = {
        **CHICAGO,
        **HEADLESS,
        "isp": "Example Hosting",
        "connectionType": "data center",
    }
    for _ in range(3):
        journey.reach_offer(reading_seconds=0.12)
        journey.wait(minutes=5)


@story(
    "A page calls itself in a loop: over sixty events in a minute.",
    visitor_id="afdxfXV2GcGvz4fURo12Du2OKpG",
    hit_id="k47rq757ny86v7cz3ar1s7r1",
    command="ffx diagnose {visitor}",
)
def burst(journey: SampleJourney) -> None:
    journey.enter()
    for _ in range(90):
        journey.view()
        journey.wait(seconds=0.45)


@story(
    "A visitor in Germany has a French carrier: is the country wrong?",
    visitor_id="afdkdC3iWTp9R9bYClF3IllOjDE",
    hit_id="k3qjqj9nq5egqz8124x6t8r4h",
    command="ffx diagnose {hit}",
)
def foreign_carrier(journey: SampleJourney) -> None:
    carrier = "Example Mobile France"
    journey.client = {**BERLIN, **GALAXY, "isp": carrier, "mobileCarrier": carrier}
    journey.reach_offer()


@story(
    "An offer has an ID but no name any more: it was deleted.",
    visitor_id="afdxfrYXULsRXSk8CxPZdGOwwuT",
    hit_id="k38de4d6bhbtyrwm7g08v9r4h",
    command="ffx diagnose {hit}",
)
def names_missing(journey: SampleJourney) -> None:
    journey.enter()
    journey.view()
    journey.wait(seconds=30)
    journey.click()
    journey.view_offer({**SHOP, "pageName": None, "offerSourceName": None})
