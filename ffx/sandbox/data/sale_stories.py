"""Stories about what sales and click IDs really say: twice, taken back, or not the one meant."""

from ffx.sandbox.data.account import SHOP_CLUB
from ffx.sandbox.data.clients import HAMBURG, IPHONE, LYON, WINDOWS_PC
from ffx.sandbox.data.sample_journey import SampleJourney, story


@story(
    "A postback and a script both count one sale, each on another hit.",
    visitor_id="afdwTHE0qiEDIofxb1Db19bdSbh",
    hit_id="k3sbd2fg5jj92z0bf9ae5fr4h",
    command="ffx diagnose {hit}",
)
def sale_on_two_hits(journey: SampleJourney) -> None:
    first_offer = journey.reach_offer()
    journey.wait(minutes=4)
    journey.view()
    journey.wait(seconds=21)
    journey.click()
    later_offer = journey.view_offer(SHOP_CLUB)
    journey.wait(minutes=9)
    journey.convert(later_offer, "24.9000", "A-1017")  # a script takes the latest offer
    journey.wait(seconds=2)
    journey.convert(first_offer, "24.9000", "A-1017")  # the postback takes the hit it names


@story(
    "A buyer sends the goods back: a negative amount comes after the sale.",
    visitor_id="afdkRr0qh7p4eyhvt22ebTfogp4",
    hit_id="k43230mx3nyr4m850gx34cr4h",
    command="ffx diagnose {hit}",
)
def refund(journey: SampleJourney) -> None:
    journey.client = {**HAMBURG, **WINDOWS_PC}
    offer = journey.reach_offer(reading_seconds=44)
    journey.wait(minutes=16)
    journey.convert(offer, "59.00", "A-1018")
    journey.wait(minutes=55)
    journey.convert(offer, "-59.00", "A-1018")  # no second sale, and no duplicate


@story(
    "A lead of 0 becomes a sale under its transaction, and all is as it should be.",
    visitor_id="afdkPsSG3hQFxNo7dHS8O78PVOM",
    hit_id="k4tv6d09932z9fhfjgf2mnr4h",
    command="ffx diagnose {hit}",
)
def lead_becomes_sale(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=11)
    journey.convert(offer, "0.00", "A-1019")
    journey.wait(minutes=48)
    journey.convert(offer, "24.9000", "A-1019")  # the network has approved it


@story(
    "The pasted postback is about a sale that never came; the hit has another one.",
    visitor_id="afdxe34UkVW6MH4BD00KbCGdN3f",
    hit_id="k5p7gvvnmqxgksg6jbpqx3r4h",
    command="ffx diagnose 'https://track.example.com/pb/?hit={hit}&tx=A-9999&rev=99.00'",
)
def claimed_sale(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=23)
    journey.convert(offer, "24.9000", "A-1020")  # not A-9999


@story(
    "A sale was uploaded with the time of another zone: it is older than its own hit.",
    visitor_id="afdk5NHed62vggilLZ5vSsZ9i9C",
    hit_id="k3r3vd3c6qb062ydsjdqh1r4h",
    command="ffx diagnose {hit}",
)
def conversion_before_hit(journey: SampleJourney) -> None:
    journey.client = {**LYON, **IPHONE}
    offer = journey.reach_offer()
    journey.wait(minutes=19 - 60)  # the file said local time, and it was read as UTC
    journey.convert(offer, "24.9000", "A-1021")
    journey.wait(minutes=60)


@story(
    "The network reports an order form, and no sale: its ID is right, its postback is not.",
    visitor_id="afdwLePxA32OqRv8xAsCacyPq3t",
    hit_id="k5t04k2hekyjshwr418mpxr4h",
    command="ffx diagnose {hit}",
)
def event_without_conversion(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=7)
    journey.custom_event(offer, 3, "order form")  # so the hit ID did come back


@story(
    "One click on the ad loads the tracking link twice, and costs twice.",
    visitor_id="afdw4otGJexm17tOxRpDxT0C5Px",
    hit_id="k3xdrqtztra5d9r56q1200r0",
    command="ffx diagnose {visitor}",
)
def ad_click_twice(journey: SampleJourney) -> None:
    journey.enter()
    journey.wait(seconds=1.4)
    offer = journey.reach_offer()  # the same click ID of the source
    journey.wait(minutes=14)
    journey.convert(offer, "24.9000", "A-1022")


@story(
    "The tracking link sends our visitor ID back in the place of the source's click ID.",
    visitor_id="afdkqqC7U1shgrKaNEC9fAjL41C",
    hit_id="k3xrm28yxwasscaeh00zddr0",
    command="ffx diagnose {visitor}",
)
def own_click_id(journey: SampleJourney) -> None:
    journey.enter(external_id="afdkqqC7U1shgrKaNEC9fAjL41C")
    journey.view()
    journey.wait(seconds=33)
    journey.click()
    offer = journey.view_offer()
    journey.wait(minutes=21)
    journey.convert(offer, "9.50", "A-1023")
