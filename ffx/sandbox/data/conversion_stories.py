"""Stories about conversions: there, not there, on another hit, or too many of them."""

from ffx.sandbox.data.account import (
    COURSE_OFFER,
    GOODBYE_PAGE,
    IS_MOBILE,
    LANDER_B,
    MAIL_COURSE,
    SHOP_CLUB,
)
from ffx.sandbox.data.clients import HAMBURG, IPHONE, LYON, WINDOWS_PC
from ffx.sandbox.data.sample_journey import SampleJourney, story


@story(
    "Someone follows an ad, buys an hour later, and all is as it should be.",
    visitor_id="afdwb7QPV6Y59aTP3fQxZ3tX2ox",
    hit_id="dkezmsf3bat8xdbz8rt039r4h",
    command="ffx visitor {visitor} --since 2d",
)
def ordinary_conversion(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=67)
    journey.convert(offer, "24.9000", "A-1001")


@story(
    "Someone buys at a desktop computer with two addresses, an old and a new one.",
    visitor_id="afdkfV4jCZjKEURZjsmO5meedKx",
    hit_id="k4gbm8syb48y9fp3j29y07r4h",
    command="ffx hit {hit}",
)
def ordinary_desktop(journey: SampleJourney) -> None:
    journey.client = {**HAMBURG, **WINDOWS_PC}
    offer = journey.reach_offer(reading_seconds=48)
    journey.wait(minutes=21)
    journey.convert(offer, "59.00", "A-1002")


@story(
    "Someone reads the lander and goes away.",
    visitor_id="afdxgPWcgsngnXTutNrQk1awRrg",
    hit_id="k32aznkvb4ex5f9b2x8s1dr1",
    command="ffx diagnose {visitor}",
)
def left_at_lander(journey: SampleJourney) -> None:
    journey.client = {**LYON, **IPHONE}
    journey.enter()
    journey.view()  # and no click after it


@story(
    "Someone reaches the offer, and no conversion comes back.",
    visitor_id="afdwdQ1aVQCd2vTbQ11iUHXsVWa",
    hit_id="k51njp5ts8y1h26mpf7h2fr4h",
    command="ffx diagnose {hit}",
)
def no_conversion(journey: SampleJourney) -> None:
    journey.reach_offer()  # the last thing that is known


@story(
    "A buyer takes the upsell as well: two conversions, rightly, on one hit.",
    visitor_id="afdxfja5AdEnVJGwMJt11xFxp1r",
    hit_id="k5qndkp7axzmfj5cy4013gr4h",
    command="ffx diagnose {hit}",
)
def upsell(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=12)
    journey.convert(offer, "24.9000", "A-1003")
    journey.wait(minutes=14)
    journey.convert(offer, "9.50", "A-1003-UP")  # another transaction


@story(
    "The network sends the same sale twice, and it counts twice.",
    visitor_id="afdwbyxUYVpQtXbu2vSs6AYGIvy",
    hit_id="k4t85878amhwrv5s1psp4jr4h",
    command="ffx diagnose {hit}",
)
def suspected_duplicate(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=35)
    journey.convert(offer, "24.9000", "A-1004")
    journey.wait(minutes=2)
    journey.convert(offer, "24.9000", "A-1004")  # the same transaction


@story(
    "A sale is reported a day after the click, and its date puzzles the customer.",
    visitor_id="afdkfDO7J6LJdSFGO7m7a8QRcEp",
    hit_id="k3f2aq7pcpz616w3hgjx5kr4h",
    command="ffx diagnose {hit}",
)
def late_conversion(journey: SampleJourney) -> None:
    journey.wait(hours=-27)
    offer = journey.reach_offer()
    journey.wait(hours=27)  # longer than a session lives
    journey.convert(offer, "24.9000", "A-1005")


@story(
    "Someone clicks, but a condition sends them away: there is no offer hit to convert.",
    visitor_id="afdkgZk9xS8430mnGIuEtpPSPMh",
    hit_id="k5z39gszt3r6d20dw90p6mr3",
    command="ffx diagnose {visitor}",
)
def never_reached_offer(journey: SampleJourney) -> None:
    journey.client = {**HAMBURG, **WINDOWS_PC}
    journey.enter()
    journey.view()
    journey.wait(seconds=17)
    journey.click()
    journey.view(IS_MOBILE)
    journey.view(GOODBYE_PAGE)  # where those without a mobile phone go


@story(
    "The postback names the lander's hit, which cannot convert.",
    visitor_id="afdxd5CstUTgLNmftZppEdY9DOw",
    hit_id="k3yyck910q7g90ceygzc7nr1",
    command="ffx diagnose {hit}",
)
def postback_on_lander_hit(journey: SampleJourney) -> None:
    journey.reach_offer()  # the offer's hit ends in h; the ticket's, the lander's, does not


@story(
    "The ticket names one offer hit, and the conversion sits on a later one of the same visitor.",
    visitor_id="afdkg1vgZR0s36mIKGSmK8YLt3P",
    hit_id="k4s5shtsgq4r6h5ycmgp8pr4h",
    command="ffx diagnose {hit}",
)
def conversion_elsewhere(journey: SampleJourney) -> None:
    journey.reach_offer()
    journey.wait(minutes=3)
    journey.view()
    journey.wait(seconds=22)
    journey.click()
    later_offer = journey.view_offer(SHOP_CLUB)
    journey.wait(minutes=8)
    journey.convert(later_offer, "24.9000", "A-1006")  # a script on the page takes the latest


@story(
    "The sale is counted, but it brings nothing: no amount was sent, and the offer has none.",
    visitor_id="afdwcOdvekUTuT2JT16ZAw7J5N0",
    hit_id="k443b38yapnneem4130e9qr4h",
    command="ffx diagnose {hit}",
)
def zero_revenue(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(minutes=18)
    journey.convert(offer, "0.00", "A-1007")


@story(
    "A sale follows its click too quickly to be believed.",
    visitor_id="afdwgSZEfVJW2XAwYWD49LAsIQN",
    hit_id="k45ntj7r1pd6z2an1r05arr4h",
    command="ffx diagnose {hit}",
)
def quick_conversion(journey: SampleJourney) -> None:
    offer = journey.reach_offer()
    journey.wait(seconds=4)  # nobody fills in an order form in this time
    journey.convert(offer, "24.9000", "A-1008")


@story(
    "Someone enters one funnel and buys in another.",
    visitor_id="afdxb3Uydxzt6i4FzY92SVeuTuS",
    hit_id="k5xhbkczenwgwdkwmja8bsr4h",
    command="ffx diagnose {hit}",
)
def other_funnel_conversion(journey: SampleJourney) -> None:
    journey.enter()
    journey.view(LANDER_B)
    journey.wait(seconds=41)
    journey.click(LANDER_B)
    offer = journey.view_offer({**COURSE_OFFER, **MAIL_COURSE})  # which is not the entrance's
    journey.wait(minutes=26)
    journey.convert(offer, "59.00", "A-1009")
