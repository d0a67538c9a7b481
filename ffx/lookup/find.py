"""From a target to a reply: which requests to make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ffx.api.wire import Exchange, Query, Reply, hit_query, nothing_found, visitor_query
from ffx.errors import FfxError, NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange

if TYPE_CHECKING:
    from ffx.lookup.walk_requests import Gap
    from ffx.service.client import Client

# Recent data is quick to search and old data slow, so the window grows until somebody is there.
WIDENING = (timedelta(hours=24), timedelta(days=7), timedelta(days=30), timedelta(days=90))

Meanwhile = Callable[[], object] | None


@dataclass(frozen=True, slots=True)
class LookupContext:
    """What look-ups share: whom they ask, what time it is, and whom they tell of it meanwhile.

    Attributes:
        now: where searches without a window end, in UTC.
        tell: takes sentences for a person.
        hides_ids: whether an ID stays unsaid while nobody knows what its alias is.
    """

    client: "Client"
    now: datetime
    tell: Callable[[str], object]
    hides_ids: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up brought.

    Attributes:
        window: what was searched; None where a hit named the visitor.
        refusal: the service's own «not found», where it gave one.
        gaps: what a walk over everything could not get.
        is_walked: whether the reply holds the rows of such a walk.
        exchanges: the questions that it took and their answers, in order.
        details: hit ID to its own look-up, for the hits that were looked up besides.
        failures: look-ups of such hits that failed, a sentence each.
    """

    target: Target
    reply: Reply
    window: TimeRange | None = None
    refusal: FfxError | None = None
    gaps: "tuple[Gap, ...]" = ()
    is_walked: bool = False
    exchanges: tuple[Exchange, ...] = ()
    details: Mapping[str, Reply] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    @property
    def lacks_all(self) -> bool:
        """Whether no row came though there may be some: that is not «nothing found»."""
        is_empty = not self.reply.rows and not self.details
        return is_empty and (bool(self.gaps) or self.reply.has_more is True)


def find_visitor(
    context: LookupContext,
    target: Target,
    window: TimeRange | None,
    *,
    meanwhile: Meanwhile = None,
) -> Found:
    """Look a visitor up, by their ID or one of their hits.

    Without a window, a visitor ID is searched in wider and wider ones. With
    one, a hit finds its visitor first, whose window is then asked.
    """
    client = context.client
    if isinstance(target.id, HitId):
        found = ask(client, target, visitor_query(target.id), meanwhile=meanwhile)
        if window is None or not found.reply.visitor_id:
            return found
        if not context.hides_ids:
            context.tell(f"note: the hit is of visitor {found.reply.visitor_id}")
        visitor = VisitorId(found.reply.visitor_id)
        return ask(client, target, visitor_query(visitor, window), window)
    if window is not None:
        query = visitor_query(target.id, window)
        return ask(client, target, query, window, meanwhile=meanwhile)
    return _widen(context, target, target.id, meanwhile)


def find_hit(
    client: "Client", target: Target, at: datetime | None, *, meanwhile: Meanwhile = None
) -> Found:
    """Look a hit up; `at` hints at its day."""
    return ask(client, target, hit_query(HitId(target.id.text), at), meanwhile=meanwhile)


def ask(
    client: "Client",
    target: Target,
    query: Query,
    window: TimeRange | None = None,
    *,
    meanwhile: Meanwhile = None,
) -> Found:
    """Make one request; the service's own «not found» is an answer without rows."""
    try:
        return Found(target, client.ask(query, meanwhile=meanwhile), window)
    except NotFoundError as refusal:
        return Found(target, nothing_found(query), window, refusal=refusal)


def _widen(
    context: LookupContext, target: Target, visitor: VisitorId, meanwhile: Meanwhile
) -> Found:
    found: Found | None = None
    withheld: Found | None = None
    before = ""
    for reach in WIDENING:
        window = TimeRange(context.now - reach, context.now)
        if found is not None:
            result = f"nothing in the last {before}"
            if found.lacks_all:
                result = f"the service has hits of the last {before}, and sent none"
            context.tell(f"{result}; asking for {_days(reach)}")
        query = visitor_query(visitor, window)
        found = ask(context.client, target, query, window, meanwhile=meanwhile)
        if found.reply.rows:
            return found
        withheld = found if found.lacks_all else withheld
        before, meanwhile = _days(reach), None
    assert found is not None  # noqa: S101  # there is at least one window
    return withheld or found


def _days(reach: timedelta) -> str:
    return "24 hours" if reach == WIDENING[0] else f"{reach.days} days"
