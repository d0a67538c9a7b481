"""The members of the Explorer's replies, in the order in which it documents them.

Plain names, so that checking a reply needs no models; `models.py` types them.
"""

import re
from collections.abc import Mapping

from ffx.settings import field_names

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
TRACKING = field_names.TRACKING
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

# What identifies a person or an account, and the word of its alias.
ALIAS_WORDS: Mapping[str, str] = {
    "ip": "ip",
    "ipv6": "ip",
    "userAgent": "agent",
    "externalId": "external",
    "clickId": "click",
    "conversionId": "conversion",
    "conversionTransaction": "transaction",
    **{name: name for name in TRACKING},
    **dict.fromkeys(EVENT_DATA, "data"),
    "referrerPath": "path",
    "city": "city",
    "isp": "isp",
    # It names the provider, as isp does.
    "mobileCarrier": "carrier",
}
ID_ALIAS_WORDS: Mapping[str, str] = {"visitorId": "visitor", "hitId": "hit"}
# The words of what stands in members that the API does not document, and of tokens.
OTHER_WORD, TOKEN_WORD = "other", "token"
_EVERY_ALIAS_WORD = "|".join(
    [*ALIAS_WORDS.values(), *ID_ALIAS_WORDS.values(), OTHER_WORD, TOKEN_WORD]
)
ALIAS_FORM = rf"(?:{_EVERY_ALIAS_WORD})#[1-9][0-9]{{0,8}}"


def is_alias(text: str) -> bool:
    """Tell whether a text is an alias: `ip#1`, `visitor#12`."""
    return re.fullmatch(ALIAS_FORM, text) is not None
