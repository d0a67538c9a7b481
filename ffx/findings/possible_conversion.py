"""Whether a conversion may still come: what the rules say before one waits for it."""

from datetime import datetime, timedelta

from ffx.api.journey import Journey
from ffx.api.kinds import can_convert, is_offer, is_page

_SESSION = timedelta(hours=24)


def why_none_can_come(hit_id: str, journey: Journey, *, is_whole: bool, now: datetime) -> str:
    """Return why no conversion is to be expected, a sentence; empty where one may come.

    `hit_id` is the hit in question, or empty for the visitor; `is_whole` says whether the
    journey has all rows. A conversion that is there already speaks against every rule.

    Class A. Source: the provider's help on hit and visitor IDs, and on conversions that do
    not show.
    """
    rows = [step.row for step in journey.steps]
    if any(row.is_conversion and hit_id in ("", row.hitId) for row in rows):
        return ""
    if hit_id and not can_convert(hit_id):
        # The provider's pages differ on landers.
        if any(row.hitId == hit_id and is_page(row) for row in rows):
            return (
                "this hit is a view of a lander, and conversions belong to views of offers, whose "
                "IDs end in h; by one of the provider's pages, landers take them, too"
            )
        return (
            "this hit cannot take a conversion: only views of offers can, and their IDs end in h"
        )
    times = [step.time for step in journey.steps if step.time is not None]
    reached = any(is_offer(row) and not row.is_entrance for row in rows)
    if is_whole and times and not reached and now - max(times) > _SESSION:
        return "no offer was reached, and the session is over: it lasts 24 hours"
    return ""
