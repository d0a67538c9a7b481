"""What the Explorer's replies mean: frozen models, for views.

Everything but the row itself may be missing. Texts are as sent; numbers are
`Amount`, which keeps the digits. Members that the API does not document are
kept in `model_extra`. Replies: the Explorer page of the API documentation.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

from ffx.api import members
from ffx.api.json_text import Numeral
from ffx.api.kinds import is_conversion, is_entrance
from ffx.input.times.instants import read_time
from ffx.output.clean import clean


class Amount(Decimal):
    """A number as sent: compares and adds as a decimal, prints its own digits.

    >>> print(Amount("0.10") + 1, Amount("1e400"))
    1.10 1e400
    """

    __slots__ = ("digits",)
    digits: str

    def __new__(cls, digits: str) -> "Amount":
        """Raise InvalidOperation where `digits` is no finite number."""
        amount = super().__new__(cls, digits)
        if not amount.is_finite():
            raise InvalidOperation(digits)
        amount.digits = digits
        return amount

    def __str__(self) -> str:
        return self.digits


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="allow", arbitrary_types_allowed=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _take_any_type(cls, data: Any) -> Any:
        """Read a number sent as text, and text sent as a number, for what they say."""
        if not isinstance(data, dict):
            return data
        known = cls.model_fields
        if data.keys() <= known.keys():
            # What is sent is mostly what is documented, and nearly all of that is text.
            numbers = members.NUMBERS
            return data | {
                name: typed_value(name, value)
                for name, value in data.items()
                if type(value) is not str or name in numbers
            }
        return {
            name if name in known else encodable_name(name): typed_value(name, value)
            if name in known
            else value
            for name, value in data.items()
        }


class _ClientMembers(_Model):
    """Who a visitor is to the network, where they are, and on what."""

    ip: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    isp: str | None = None
    connectionType: str | None = None
    mobileCarrier: str | None = None
    deviceType: str | None = None
    deviceBrand: str | None = None
    deviceModel: str | None = None
    deviceModelName: str | None = None
    deviceOS: str | None = None
    deviceOSVersion: str | None = None
    browser: str | None = None
    browserVersion: str | None = None
    language: str | None = None
    userAgent: str | None = None


class EventMeaning:
    """What the members of an event mean, whatever holds them."""

    __slots__ = ()
    if TYPE_CHECKING:
        eventTime: str | None
        eventType: str | None

    @property
    def event_time(self) -> datetime | None:
        """When it happened, in UTC; None where `eventTime` cannot be read."""
        return read_time(self.eventTime)

    @property
    def is_conversion(self) -> bool:
        return is_conversion(self.eventType)

    @property
    def is_entrance(self) -> bool:
        return is_entrance(self.eventType)


class Event(EventMeaning, _Model):
    """What the rows of both look-ups have: members as sent, and what they mean."""

    documented: ClassVar[Sequence[str]] = members.HIT_ROW

    hitId: str | None = None
    eventType: str | None = None
    eventTime: str | None = None
    funnelId: str | None = None
    funnelName: str | None = None
    nodeId: str | None = None
    nodeName: str | None = None
    nodeType: str | None = None
    trafficSourceId: str | None = None
    trafficSourceName: str | None = None
    pageId: str | None = None
    pageName: str | None = None
    pageGroupId: str | None = None
    pageGroupName: str | None = None
    funnelGroupId: str | None = None
    funnelGroupName: str | None = None
    offerSourceId: str | None = None
    offerSourceName: str | None = None
    categoryId: str | None = None
    categoryName: str | None = None
    cost: Amount | None = None
    revenue: Amount | None = None
    totalRevenue: Amount | None = None
    clickId: str | None = None
    conversionId: str | None = None
    conversionTransaction: str | None = None
    trackingDomain: str | None = None
    externalId: str | None = None
    subCampaign: str | None = None
    t1: str | None = None
    t2: str | None = None
    t3: str | None = None
    t4: str | None = None
    t5: str | None = None
    t6: str | None = None
    t7: str | None = None
    t8: str | None = None
    t9: str | None = None
    t10: str | None = None
    t11: str | None = None
    t12: str | None = None
    t13: str | None = None
    t14: str | None = None
    t15: str | None = None
    t16: str | None = None
    t17: str | None = None
    t18: str | None = None
    t19: str | None = None
    t20: str | None = None
    eventData1: str | None = None
    eventData2: str | None = None

    def stated_members(self) -> "dict[str, Amount | str]":
        """Return the documented members that say something, in the documented order."""
        values = ((name, getattr(self, name)) for name in self.documented)
        return {name: value for name, value in values if value is not None and value != ""}


class HitRow(Event):
    """One row of a visitor's timeline."""


class HitEvent(Event, _ClientMembers):
    """One event of a hit, with where it came from and on what."""

    documented: ClassVar[Sequence[str]] = members.HIT_EVENT

    visitorId: str | None = None
    hitTime: str | None = None
    ipv6: str | None = None
    continent: str | None = None
    referrerDomain: str | None = None
    referrerPath: str | None = None


class VisitorInfo(_ClientMembers):
    """A visitor's summary, which the service takes from their entrance."""

    visitorId: str | None = None
    firstSeen: str | None = None
    lastSeen: str | None = None
    totalHits: Amount | None = None


class VisitorHistory(BaseModel):
    """A visitor and the hits that the service returned, in the order sent.

    `hasMore` is None where the service did not say.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    visitor: VisitorInfo | None = None
    hits: list[HitRow] = []
    hasMore: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _take_missing_parts(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        more = data.get("hasMore")
        return {
            **{encodable_name(name): value for name, value in data.items()},
            "hits": data.get("hits") or [],
            "hasMore": more if isinstance(more, bool) else None,
        }


class HitEvents(BaseModel):
    """All events of a hit, in the order sent: the documentation says by time."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    events: list[HitEvent] = []

    @model_validator(mode="before")
    @classmethod
    def _take_missing_parts(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        named = {encodable_name(name): value for name, value in data.items()}
        return {**named, "events": data.get("events") or []}


def encodable_name(name: str) -> str:
    """Return a member's name as pydantic takes it, which refuses lone surrogates there alone."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return clean(name)
    return name


def typed_value(name: str, value: object) -> Amount | str | None:
    """Return what a member of parsed JSON says: a number's `Amount`, or text."""
    return _amount(value) if name in members.NUMBERS else _text(value)


def _amount(value: object) -> Amount | None:
    if isinstance(value, str):
        try:
            return Amount(value.strip() if not isinstance(value, Numeral) else str(value))
        except InvalidOperation:
            return None
    return None


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    import json

    return json.dumps(value, ensure_ascii=False)
