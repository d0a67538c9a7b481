"""The page `ffx help members`: every member of a reply, by what it tells."""

from collections.abc import Iterator, Mapping

from ffx.api import members

_NAME_WIDTH = 22

_TRACKING_FIELDS: Mapping[str, str] = {
    name: f"tracking field {number} of the traffic source"
    for number, name in enumerate(members.TRACKING, start=1)
}
ROWS: Mapping[str, Mapping[str, str]] = {
    "What happened, and when": {
        "hitId": "the hit; one that ends in h can convert",
        "visitorId": "whose hit it is",
        "eventType": "entrance, view, click, conversion, customEvent1…10",
        "eventTime": "when it happened",
        "hitTime": "when the hit was that the event belongs to",
    },
    "Where in the funnel": {
        "funnelId": "the funnel, by its ID",
        "funnelName": "and by its name",
        "nodeId": "the node of the funnel, by its ID",
        "nodeName": "and by its name",
        "nodeType": "what the node is, in the service's word",
        "pageId": "the lander or offer that was shown, by its ID",
        "pageName": "and by its name",
        "pageGroupId": "the group of that page, by its ID",
        "pageGroupName": "and by its name",
        "funnelGroupId": "the group of the funnel, by its ID",
        "funnelGroupName": "and by its name",
        "offerSourceId": "the network of the offer, by its ID",
        "offerSourceName": "and by its name",
        "categoryId": "the category of the page, by its ID",
        "categoryName": "and by its name",
    },
    "Where it came from": {
        "trafficSourceId": "the traffic source, by its ID",
        "trafficSourceName": "and by its name",
        "subCampaign": "the campaign, as the traffic source sent it",
        "externalId": "the click's ID at the traffic source",
        "trackingDomain": "the domain of the tracker that was called",
        "referrerDomain": "the page before, its domain",
        "referrerPath": "and its path",
    },
    "Money": {
        "cost": "what the visit cost",
        "revenue": "what this event brought",
        "totalRevenue": "the API does not explain it; not to be added up",
    },
    "Conversion": {
        "clickId": "the API does not explain it: an ID of the click",
        "conversionId": "likewise: an ID of the conversion",
        "conversionTransaction": "the network's transaction ID, tx of the postback",
    },
    "Tracking fields": {
        **_TRACKING_FIELDS,
        "eventData1": "the API does not explain it: data of the event",
        "eventData2": "likewise",
    },
}
CLIENT: Mapping[str, Mapping[str, str]] = {
    "Who and where": {
        "ip": "the address, IPv4 or IPv6",
        "ipv6": "the IPv6 address",
        "country": "the country of the address",
        "continent": "the continent",
        "region": "the region",
        "city": "the city",
        "isp": "who provides the connection",
        "connectionType": "the kind of connection, as cellular",
        "mobileCarrier": "the mobile carrier",
    },
    "On what": {
        "deviceType": "the kind of device, as mobile",
        "deviceBrand": "who made the device",
        "deviceModel": "the model's code",
        "deviceModelName": "the model's name",
        "deviceOS": "the operating system",
        "deviceOSVersion": "and its version",
        "browser": "the browser",
        "browserVersion": "and its version",
        "language": "the browser's language",
        "userAgent": "the user agent as the browser sent it",
    },
}
VISITOR: Mapping[str, str] = {
    "visitorId": "the visitor",
    "firstSeen": "when they first came",
    "lastSeen": "when they last came",
    "totalHits": "how many hits the service counts",
}


def page() -> str:
    """Return the text of the page, without its title."""
    rows = len({*members.HIT_ROW, *members.HIT_EVENT})
    return "\n".join(
        [
            f"The rows of ffx hit are events, with {len(members.HIT_EVENT)} members; "
            f"those of ffx visitor",
            f"are hits, with the {len(members.HIT_ROW)} that have a *. "
            f"A visitor has {len(members.VISITOR)} members of their own.",
            "--fields picks among them; a visitor's are called visitor.NAME there.",
            "",
            f"Rows, {rows} members",
            *(
                line
                for title, group in {**ROWS, **CLIENT}.items()
                for line in _group(title, group)
            ),
            "",
            f"Visitors, {len(members.VISITOR)} members",
            "",
            *_lines(VISITOR),
            "  and who, where and on what, without ipv6 and continent:",
            *_wrapped([name for name in members.VISITOR if name not in VISITOR]),
            "",
            "[fields] in the settings file gives t1 to t20 the names that you know them by.",
            "",
        ]
    )


def _group(title: str, group: Mapping[str, str]) -> Iterator[str]:
    yield from ("", f"  {title}")
    yield from _lines(group)


def _lines(group: Mapping[str, str]) -> Iterator[str]:
    for name, tells in group.items():
        mark = "*" if name in members.HIT_ROW and group is not VISITOR else " "
        yield f"  {mark} {name:<{_NAME_WIDTH}}{tells}"


def _wrapped(names: list[str]) -> list[str]:
    from textwrap import wrap

    return wrap(", ".join(names), 78, initial_indent="    ", subsequent_indent="    ")
