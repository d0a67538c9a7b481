"""The sandbox's stories, in the order of a first tour."""

from datetime import datetime, timedelta

from ffx.sandbox.data import conversion_stories as conversions
from ffx.sandbox.data import sale_stories as sales
from ffx.sandbox.data import text_stories as texts
from ffx.sandbox.data import traffic_stories as traffic
from ffx.sandbox.data import visit_stories as visits
from ffx.sandbox.data.event import AddEvent, milliseconds
from ffx.sandbox.data.sample_journey import Story

__all__ = ["LIVE_STORY", "STORIES", "Story", "add_stories"]

STORIES: tuple[Story, ...] = (
    conversions.ordinary_conversion,
    conversions.ordinary_desktop,
    conversions.left_at_lander,
    conversions.no_conversion,
    conversions.upsell,
    conversions.suspected_duplicate,
    conversions.late_conversion,
    conversions.never_reached_offer,
    conversions.postback_on_lander_hit,
    conversions.conversion_elsewhere,
    conversions.zero_revenue,
    conversions.quick_conversion,
    conversions.other_funnel_conversion,
    sales.sale_on_two_hits,
    sales.refund,
    sales.lead_becomes_sale,
    sales.claimed_sale,
    sales.conversion_before_hit,
    sales.event_without_conversion,
    sales.ad_click_twice,
    sales.own_click_id,
    visits.several_visits,
    visits.gap_over_a_day,
    visits.offer_without_click,
    visits.two_countries,
    visits.custom_events,
    visits.another_domain,
    visits.long_history,
    traffic.unfilled_macros,
    traffic.no_external_id,
    traffic.anonymised_ip,
    traffic.cost_thousandfold,
    traffic.zero_cost,
    traffic.automated_clicks,
    traffic.burst,
    traffic.foreign_carrier,
    traffic.names_missing,
    texts.foreign_scripts,
    texts.hostile_text,
)
# It is in no file: it begins when somebody asks for it.
LIVE_STORY = visits.watched_sale
_LONGEST = timedelta(hours=2, minutes=30)


def add_stories(add: AddEvent, now: datetime) -> None:
    """Add every story, in the hours before `now`."""
    start = now.astimezone() - timedelta(hours=4)
    # A conversion on the day after its hit is a case of its own: let midnight pass first.
    if (start + _LONGEST).date() != start.date():
        start -= _LONGEST
    for number, story in enumerate(STORIES):
        story.add(add, milliseconds(start + timedelta(seconds=17.3 * number)))
