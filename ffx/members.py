"""The members of the Explorer's replies, in the order in which it documents them.

Plain names, so that checking a reply needs no models; `ffx.models` types them.
"""

PLACE = (
    "funnelId",
    "funnelName",
    "nodeId",
    "nodeName",
    "nodeType",
    "trafficSourceId",
    "trafficSourceName",
    "pageId",
    "pageName",
    "pageGroupId",
    "pageGroupName",
    "funnelGroupId",
    "funnelGroupName",
    "offerSourceId",
    "offerSourceName",
    "categoryId",
    "categoryName",
)
DEVICE = (
    "deviceType",
    "deviceBrand",
    "deviceModel",
    "deviceModelName",
    "deviceOS",
    "deviceOSVersion",
    "browser",
    "browserVersion",
    "language",
    "userAgent",
)
REGION = ("region", "city", "isp", "connectionType", "mobileCarrier")
CONVERSION = ("clickId", "conversionId", "conversionTransaction")
MONEY = ("cost", "revenue", "totalRevenue")
TRACKING = tuple(f"t{number}" for number in range(1, 21))
EVENT_DATA = ("eventData1", "eventData2")
REFERRER = ("referrerDomain", "referrerPath")

# The three objects of the replies.
VISITOR = ("visitorId", "ip", "country", *REGION, *DEVICE, "firstSeen", "lastSeen", "totalHits")
HIT_ROW = (
    "hitId",
    "eventType",
    "eventTime",
    *PLACE,
    *MONEY,
    *CONVERSION,
    "trackingDomain",
    "externalId",
    "subCampaign",
    *TRACKING,
    *EVENT_DATA,
)
HIT_EVENT = (
    "hitId",
    "visitorId",
    "eventType",
    "eventTime",
    "hitTime",
    *PLACE,
    "ip",
    "ipv6",
    "country",
    "continent",
    *REGION,
    *REFERRER,
    *DEVICE,
    *MONEY,
    "trackingDomain",
    "externalId",
    *CONVERSION,
    "subCampaign",
    *TRACKING,
    *EVENT_DATA,
)

# Every other member is text.
TIMES = frozenset({"eventTime", "hitTime", "firstSeen", "lastSeen"})
NUMBERS = frozenset({*MONEY, "totalHits"})

# A finding of a diagnosis, with its first piece of evidence.
FINDING = (
    "id",
    "name",
    "class",
    "severity",
    "sentence",
    "hitId",
    "eventType",
    "eventTime",
    "place",
    "member",
    "value",
    "nextStep",
)
