"""The names under which IDs stand in links, postbacks and reports.

A name is compared without its case, and without `_ - . [ ]` and blanks in it, so
`click_id`, `clickId` and `Click ID` are one. Networks number their free fields:
`sub3`, `aff_sub12` and `clickref2` are known by `sub`, `affsub` and `clickref`.
"""

import re
from functools import lru_cache
from typing import Literal

Meaning = Literal["hit", "visitor", "click", "free"]
"""What a name promises.

hit, visitor: an ID of ours. click: the tracker's click ID, as a network calls it.
free: a field that may hold it, or anything else.
"""

_HIT = "hit hitid"
_VISITOR = "vid visitor visitorid fluxvisitor fluxvisitorid sessionid"
# A click ID belongs here, and an empty one was never filled in.
_CLICK = """
    click clickid clkid clid cid tid
    aclickid advclickid affclickid affiliateclickid clientclickid externalclickid extclickid
    extclid extcid leadclickid myclickid networkclickid offerclickid originalclickid
    partnerclickid pbclickid pubclickid publisherclickid s2sclickid sourceclickid srcclickid
    subclickid trackclickid trackerclickid trackingclickid trafficclickid userclickid
    extclkid externalclkid affclkid networkclkid
    transid transactionid trackingid trackid trackerid
    subid affsub affsubid clickhash clickkey clickref clickreference clicktoken clickuid clickuuid
"""
# What networks pass through for the affiliate, under names of their own.
_FREE = """
    sub external externalid externalref extid extref sid uid cuid unid xid zid epi fobs zpar smc
    affdata affextra affparam affref affsource affsubaff afftrack affunique affvar afid afsub
    subacc subaccount subaff subaffid subaffiliate subaffiliateid subdata subkey subparam subpub
    subpublisher subpublisherid subref subsource subtrack subtracking
    pubref publisherref publisherreference pubid pubsub pubsubid pubdata
    partnerref partnersub partnersubid partnerdata
    sharedid adref affiliateref affiliatereference affiliatesub
    customid customvar customparam customdata
    atid ascsubtag ctc xcust ymid effiid uniqueid uniqid refid referenceid reqid requestref
    trackingkey trackingcode trackingref trackingparam trackcode
    passthrough passthru postbackid postbackdata callbackid cbid cparam ctag atag stag btag
    dynamicparameter dynparam leadref leaddata userref userdata uref
    sourceid srcid sourceref clickdata clickparam conversionref convid cnvid
"""
# Words for anything, and fields only with their number.
_FREE_WITH_NUMBER = "s c p t u v x z var data dp param extra custom ext field value"
_MEANINGS: dict[str, Meaning] = {
    **dict.fromkeys(_FREE.split(), "free"),
    **dict.fromkeys(_CLICK.split(), "click"),
    **dict.fromkeys(_VISITOR.split(), "visitor"),
    **dict.fromkeys(_HIT.split(), "hit"),
}
_NUMBERED = frozenset(_FREE_WITH_NUMBER.split())
_NUMBER = re.compile(r"[0-9]{1,2}$", re.ASCII)
_JOINTS = re.compile(r"[_\-.\[\]+\s]+")
# What stands before the name proper, as in `data-click-id` and `params.hit`.
_LEADING_PART = re.compile(r"^[A-Za-z0-9_]*[.-]")


@lru_cache(512)
def meaning_of(name: str) -> Meaning | None:
    """Tell what a parameter's name promises; None where it is not known."""
    while (meaning := _meaning_of_whole(name)) is None:
        rest = _LEADING_PART.sub("", name)
        if rest == name:
            return None
        name = rest
    return meaning


def is_transaction(name: str) -> bool:
    """Tell whether a network numbers its sales under this name as well."""
    return "trans" in name.lower()


def _meaning_of_whole(name: str) -> Meaning | None:
    folded = _JOINTS.sub("", name).lower()
    if folded in _MEANINGS:
        return _MEANINGS[folded]
    bare = _NUMBER.sub("", folded)
    if bare == folded:
        return None
    if bare in _NUMBERED:
        return "free"
    meaning = _MEANINGS.get(bare)
    return meaning if meaning in ("click", "free") else None
