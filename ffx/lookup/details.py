"""All that a diagnosis needs: the whole history, and the look-ups of its most telling hits.

Requests: those of a complete history, one to find the visitor of a hit that the
visitor look-up does not know, and at most `MOST_HITS` look-ups of single hits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ffx.errors import AccountError, FfxError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.all_hits import Progress, find_all_hits, no_progress
from ffx.lookup.find import Found, LookupContext, find_hit

if TYPE_CHECKING:
    from ffx.api.journey import Journey
    from ffx.api.wire import Reply
    from ffx.service.client import Client

MOST_HITS = 12
# Of each kind of hit so many at the most, spread over the journey.
_MOST_OF_A_KIND = 4

T = TypeVar("T")


def find_with_details(
    context: LookupContext,
    target: Target,
    window: TimeRange | None,
    *,
    most_rows: int,
    most_hits: int,
    progress: Progress = no_progress,
    may_be_cut: bool = False,
) -> Found:
    """Get everything that is known of a target: its visitor's history, and single hits.

    With `may_be_cut` the history is as much as the run's deadline allows.

    Raises:
        FfxError: what ended the look-up of the history. A hit that cannot be
            looked up is a failure, no error, unless the account is at fault.
    """
    walk_over = partial(
        find_all_hits, context, most_rows=most_rows, progress=progress, may_be_cut=may_be_cut
    )
    found = walk_over(target, window)
    details: dict[str, Reply] = {}
    if not found.reply.rows and isinstance(target.id, HitId):
        own = find_hit(context.client, target, None).reply
        if own.rows:
            details[target.id.text] = own
        if own.visitor_id:
            visitor = replace(target, id=VisitorId(own.visitor_id))
            found = walk_over(visitor, window)
            found = replace(found, target=target)
    found = replace(found, details=details)
    return _with_hits(context.client, found, most_hits) if found.reply.rows else found


def _with_hits(client: "Client", found: Found, most: int) -> Found:
    from ffx.api.journey import make_journey

    journey = make_journey(found.reply.hit_rows())
    details = dict(found.details)
    failures: list[str] = []
    for wanted in choose_hits(found.target.hit_id, journey, most):
        if wanted in details:
            continue
        try:
            details[wanted] = find_hit(client, Target(HitId(wanted)), None).reply
        except AccountError:
            raise
        except FfxError as error:
            failures.append(f"hit {wanted} could not be looked up: {error.message}")
            break
    return replace(found, details=details, failures=tuple(failures))


def choose_hits(hit_id: str, journey: "Journey", most: int) -> list[str]:
    """Choose the hits that tell most about a journey, `most` of them at the most.

    The one in question (`hit_id`, or empty), then those that converted, offers,
    entrances, and of the rest as many as there is room for, spread over time.
    """
    from ffx.api import kinds as events

    own = [step.row for step in journey.steps if events.is_by_visitor(step.row.eventType)]
    converted = [step.row.hitId for step in journey.conversions]
    offers = [row.hitId for row in own if events.is_offer(row) and not row.is_entrance]
    entrances = [row.hitId for row in own if row.is_entrance]
    chosen: dict[str, None] = {hit_id: None} if hit_id else {}
    for kind in (converted, offers, entrances):
        chosen.update(dict.fromkeys(_spread(_ids(kind), _MOST_OF_A_KIND)))
    others = [*(row.hitId for row in own), *converted]
    rest = [each for each in _ids(others) if each not in chosen]
    chosen.update(dict.fromkeys(_spread(rest, max(most - len(chosen), 0))))
    return list(chosen)[:most]


def _ids(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(filter(None, texts)))


def _spread(items: Sequence[T], count: int) -> list[T]:
    """Return `count` of the items, the first and the last among them, evenly apart."""
    if len(items) <= count:
        return list(items)
    if count < 2:
        return list(items[len(items) - count :])
    step = (len(items) - 1) / (count - 1)
    return [items[round(number * step)] for number in range(count)]
