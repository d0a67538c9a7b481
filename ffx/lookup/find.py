"""From a target to a reply: which requests to make, and what their absence means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ffx.api.wire import Exchange, Query, Reply, hit_query, nothing_found, visitor_query
from ffx.errors import FfxError, NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId, estimated_time
from ffx.input.times.window import TimeRange, describe
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from datetime import datetime

    from ffx.lookup.walk import Gap
    from ffx.service.client import Client

# Recent data is quick to search and old data slow, so the window grows until somebody is there.
WIDENING = (timedelta(hours=24), timedelta(days=7), timedelta(days=30), timedelta(days=90))

Meanwhile = Callable[[], object] | None


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


def find_visitor(
    run: Run,
    client: "Client",
    target: Target,
    window: TimeRange | None,
    *,
    meanwhile: Meanwhile = None,
) -> Found:
    """Look a visitor up, by their ID or one of their hits.

    Without a window, a visitor ID is searched in wider and wider ones. With
    one, a hit finds its visitor first, whose window is then asked.
    """
    if isinstance(target.id, HitId):
        found = _ask(client, target, visitor_query(target.id), meanwhile)
        if window is None or not found.reply.visitor_id:
            return found
        if not run.output.is_masked:  # nobody has learned yet what this ID's alias is
            run.output.note(f"note: the hit is of visitor {found.reply.visitor_id}")
        visitor = VisitorId(found.reply.visitor_id)
        return _ask(client, target, visitor_query(visitor, window), None, window)
    if window is not None:
        return _ask(client, target, visitor_query(target.id, window), meanwhile, window)
    return _widen(run, client, target, target.id, meanwhile)


def find_hit(
    client: "Client", target: Target, at: "datetime | None", *, meanwhile: Meanwhile = None
) -> Found:
    """Look a hit up; `at` hints at its day."""
    return _ask(client, target, hit_query(HitId(target.id.text), at), meanwhile)


def not_found(run: Run, found: Found) -> NotFoundError:
    """Make the error for a reply without rows: where we looked, and why that may be."""
    query = found.reply.query
    looked_in = [f"looked in  {describe(found.window, run.zone)}"] if found.window else []
    account = f"account {run.account}"
    looked_in = [f"{looked_in[0]}, {account}"] if looked_in else [f"looked in  {account}"]
    refused = (
        [f"answer     {found.refusal.message} (for every ID? check FFX_API_URL)"]
        if found.refusal
        else []
    )
    advice = [*looked_in, *refused, *_perhaps(run, found)]
    what = (
        f"visitor {found.target.id.text}"
        if query.kind == "visitor"
        else "hit " + query.body["hitId"]
    )
    if query.kind == "visitor" and "hitId" in query.body:
        what = f"the visitor of hit {query.body['hitId']}"
    if found.reply.visitor_id and query.kind == "visitor":
        what = f"no hits of visitor {found.reply.visitor_id} in this window"
        return NotFoundError(what, hint="\n".join(advice))
    error = NotFoundError(f"nothing found for {what}", hint="\n".join(advice))
    if found.refusal is not None:
        error.status, error.request_id = found.refusal.status, found.refusal.request_id
    return error


def _ask(
    client: "Client",
    target: Target,
    query: Query,
    meanwhile: Meanwhile,
    window: TimeRange | None = None,
) -> Found:
    try:
        return Found(target, client.ask(query, meanwhile=meanwhile), window)
    except NotFoundError as refusal:
        return Found(target, nothing_found(query), window, refusal=refusal)


def _widen(
    run: Run, client: "Client", target: Target, visitor: VisitorId, meanwhile: Meanwhile
) -> Found:
    found: Found | None = None
    for reach in WIDENING:
        window = TimeRange(run.now - reach, run.now)
        if found is not None:
            run.output.note(
                f"nothing in the last {_reach(found.window)}; asking for {_days(reach)}"
            )
        found = _ask(client, target, visitor_query(visitor, window), meanwhile, window)
        if found.reply.rows:
            break
        meanwhile = None
    assert found is not None  # noqa: S101  # there is at least one window
    return found


def _reach(window: TimeRange | None) -> str:
    return _days(window.end - window.start) if window else ""


def _days(reach: timedelta) -> str:
    return "24 hours" if reach == WIDENING[0] else f"{reach.days} days"


def _perhaps(run: Run, found: Found) -> list[str]:
    reasons = []
    advice = []
    target = found.target.id.text
    if found.reply.query.kind == "visitor":
        if found.window is not None and run.now - found.window.start < timedelta(days=360):
            advice.append(f"wider      {run.command('visitor', target, '--since', '1y')}")
        if isinstance(found.target.id, VisitorId):
            reasons.append("a hit rather than a visitor (--as hit)")
    else:
        estimate = estimated_time(target)
        if "timeStart" not in found.reply.query.body and estimate is not None:
            command = run.command("hit", target, "--at", f"{estimate:%Y-%m-%d}")
            advice.append(f"with a day {command}  (an estimate, from the ID)")
        reasons.append(f"a visitor rather than a hit ({run.command('visitor', target)})")
    reasons[:0] = [] if run.settings.is_sandbox else ["another account"]
    reasons.append("a known bot: those are never stored")
    return [*advice, f"perhaps    {' · '.join(reasons)}"]
