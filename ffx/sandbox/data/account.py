"""The sample account: funnels, their nodes and pages, and where its traffic comes from.

Each constant holds the members that it gives to an event; an event's place is
a funnel, a step and a source put together.
"""

from ffx.sandbox.data.event import Event

SPRING: Event = {
    "funnelId": "2YxF5HC1xAoV",
    "funnelName": "Spring DE",
    "funnelGroupId": "2T6apouKEo7T",
    "funnelGroupName": "Shops",
}
MAIL_COURSE: Event = {
    "funnelId": "3AP4KRQBJ5mX",
    "funnelName": "Mail course",
    "funnelGroupId": "34f9x1FzEYe0",
    "funnelGroupName": "Newsletters",
}

EXAMPLE_ADS: Event = {"trafficSourceId": "2etH5WHD4qht", "trafficSourceName": "Example Ads"}
EXAMPLE_SOCIAL: Event = {"trafficSourceId": "3GMNfBBh4qyj", "trafficSourceName": "Example Social"}
EXAMPLE_MAIL: Event = {"trafficSourceId": "2ks5jghK5Zpu", "trafficSourceName": "Example Mail"}

_LANDER_GROUP: Event = {
    "nodeId": "3MIUczCyGcvy",
    "nodeName": "Lander group",
    "nodeType": "lander",
    "pageGroupId": "2qsX4ZBw3qyk",
    "pageGroupName": "Spring landers",
    "categoryId": "3SFAmRfWDTjl",
    "categoryName": "Landers",
}
_OFFER_GROUP: Event = {
    "nodeId": "2wp3SAI0z3dk",
    "nodeName": "Offer group",
    "nodeType": "offer",
    "pageGroupId": "3YAlEu27zug3",
    "pageGroupName": "Spring offers",
    "offerSourceId": "2UFkkUQpe9W1",
    "offerSourceName": "Example Network",
    "categoryId": "35mzsYauvkZ3",
    "categoryName": "Shopping",
}

TRAFFIC: Event = {"nodeId": "2a6K7p39puhE", "nodeName": "Traffic", "nodeType": "rotator"}
LANDER_A: Event = {**_LANDER_GROUP, "pageId": "3BYUutqv7OTs", "pageName": "Spring offer A"}
LANDER_B: Event = {**_LANDER_GROUP, "pageId": "2g17romEDpA9", "pageName": "Spring offer B"}
SHOP: Event = {**_OFFER_GROUP, "pageId": "3HS4Z3txEVNy", "pageName": "Example Shop"}
SHOP_CLUB: Event = {**_OFFER_GROUP, "pageId": "2m07I67jPVbs", "pageName": "Example Shop Club"}
IS_MOBILE: Event = {"nodeId": "3NQMCnccIHSB", "nodeName": "Mobile only", "nodeType": "condition"}
GOODBYE_PAGE: Event = {
    "nodeId": "2s1n4vcU2j0e",
    "nodeName": "Goodbye page",
    "nodeType": "externalUrl",
    "pageId": "3TL5KzbVgmAw",
    "pageName": "Goodbye",
}
COURSE_OFFER: Event = {
    **_OFFER_GROUP,
    "nodeId": "2xxDklRHsXoO",
    "nodeName": "Course offer",
    "pageId": "3ZJuh11QFrsr",
    "pageName": "Example Course",
    "pageGroupId": "2VNFMyrJCHMi",
    "pageGroupName": "Course offers",
    "categoryId": "36w3GvvTkmWV",
    "categoryName": "Education",
}
