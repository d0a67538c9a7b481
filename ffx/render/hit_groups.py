"""The groups of the hit view: their order, their lines, and the members that share a line."""

from collections.abc import Mapping

from ffx.api.members import TRACKING

# Group, then label and the members that share its line.
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Event": {
        "time": ("eventTime",),
        "hit time": ("hitTime",),
        "cost": ("cost",),
        "revenue": ("revenue",),
        "total revenue": ("totalRevenue",),
        "transaction": ("conversionTransaction",),
        "conversion": ("conversionId",),
        "click": ("clickId",),
        "data 1": ("eventData1",),
        "data 2": ("eventData2",),
    },
    "Funnel": {
        "funnel": ("funnelName", "funnelId"),
        "funnel group": ("funnelGroupName", "funnelGroupId"),
        "node": ("nodeName", "nodeType", "nodeId"),
        "page": ("pageName", "pageId"),
        "page group": ("pageGroupName", "pageGroupId"),
        "offer source": ("offerSourceName", "offerSourceId"),
        "category": ("categoryName", "categoryId"),
        "domain": ("trackingDomain",),
    },
    "Traffic": {
        "source": ("trafficSourceName", "trafficSourceId"),
        "campaign": ("subCampaign",),
        "external ID": ("externalId",),
        "referrer": ("referrerDomain", "referrerPath"),
    },
    "Visitor": {
        "visitor": ("visitorId",),
        "ip": ("ip",),
        "ipv6": ("ipv6",),
        "place": ("city", "region", "country", "continent"),
        "network": ("isp", "connectionType"),
        "carrier": ("mobileCarrier",),
        "device": ("deviceBrand", "deviceModelName", "deviceModel", "deviceType"),
        "system": ("deviceOS", "deviceOSVersion"),
        "browser": ("browser", "browserVersion"),
        "language": ("language",),
        "agent": ("userAgent",),
    },
    "Tracking fields": {name: (name,) for name in TRACKING},
}
TIMES = frozenset({"eventTime", "hitTime"})
IDS = frozenset({"visitorId", "conversionId", "clickId"})
