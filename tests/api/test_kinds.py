"""What a row is, however the service spells it."""

from ffx.api.kinds import (
    can_convert,
    is_by_visitor,
    is_click,
    is_conversion,
    is_custom,
    is_deciding,
    is_entrance,
    is_offer,
    is_page,
)
from ffx.api.models import HitRow
from tests.looping import each

OFFER_HIT, OTHER_HIT = "dkezmsf3bat8xdbz8rt039r4h", "dkezmsf3bat8xdbz8rt039r1"


@each(
    ("spelled", "kind"),
    [
        *((word, "conversion") for word in ("conversion", "Conversion", "CONVERSION")),
        *((word, "entrance") for word in ("entrance", "Entrance", "VISIT", "funnel_entrance")),
        *((word, "click") for word in ("click", "Click", "ACTION", "action-click")),
        *((word, "custom") for word in ("customEvent1", "Custom Event 10", "custom_event_3")),
        *((word, "other") for word in ("view", "", None, "pageview", "conversions", "123", "—")),
    ],
)
def test_the_spelling_of_an_event_is_nothing(spelled: str | None, kind: str) -> None:
    told = {
        "conversion": is_conversion(spelled),
        "entrance": is_entrance(spelled),
        "click": is_click(spelled),
        "custom": is_custom(spelled),
    }

    assert [name for name, is_it in told.items() if is_it] == ([] if kind == "other" else [kind])
    assert is_by_visitor(spelled) is (kind not in ("conversion", "custom"))


@each(
    ("members", "offer", "page", "deciding"),
    [
        ({"nodeType": "offer"}, True, False, False),
        ({"nodeType": "Offer Group", "hitId": OTHER_HIT}, True, False, False),
        ({"hitId": OFFER_HIT}, True, False, False),
        ({"nodeType": "pageGroup", "hitId": OFFER_HIT, "pageId": "p"}, True, False, False),
        ({"nodeType": "pageGroup", "hitId": OTHER_HIT, "pageId": "p"}, False, True, False),
        ({"offerSourceId": "s", "hitId": OTHER_HIT}, True, False, False),
        ({"nodeType": "lander", "hitId": OFFER_HIT}, False, True, False),
        ({"nodeType": "LANDING_PAGE"}, False, True, False),
        ({"nodeType": "rotator", "hitId": OFFER_HIT}, False, False, False),
        ({"nodeType": "externalUrl", "pageId": "p"}, False, False, False),
        ({"nodeType": "Condition"}, False, False, True),
        ({"nodeType": "logic-node", "hitId": OFFER_HIT}, False, False, True),
        ({"nodeType": "MIDDLEWARE", "pageId": "p"}, False, False, True),
        ({"pageName": "A page"}, False, True, False),
        ({}, False, False, False),
    ],
)
def test_a_node_is_told_by_what_there_is(
    members: dict[str, str], offer: bool, page: bool, deciding: bool
) -> None:
    row = HitRow.model_validate(members)

    assert (is_offer(row), is_page(row), is_deciding(row)) == (offer, page, deciding)


def test_only_views_of_offers_take_conversions() -> None:
    assert [can_convert(hit) for hit in (OFFER_HIT, OFFER_HIT.upper(), OTHER_HIT, "")] == [
        True,
        True,
        False,
        False,
    ]
