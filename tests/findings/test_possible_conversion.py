"""What is said before somebody waits for a conversion."""

from datetime import timedelta
from typing import Any

from ffx.api.journey import make_journey
from ffx.api.models import HitRow
from ffx.findings.possible_conversion import why_none_can_come
from tests.knowing import CLICK, ENTRANCE, LANDER_HIT, OFFER_HIT, READING, SHOP, SOLD, START
from tests.looping import each

NO_OFFER = (ENTRANCE, READING, CLICK)
CASES: dict[str, tuple[str, Any, bool, float, str]] = {
    "an offer's hit": (OFFER_HIT, (*NO_OFFER, SHOP), True, 1, ""),
    "a lander's hit": (LANDER_HIT, NO_OFFER, True, 1, "this hit is a view of a lander"),
    "an entrance's hit": (ENTRANCE["hitId"], NO_OFFER, True, 1, "this hit cannot take a"),
    "a lander's hit that is not known": (LANDER_HIT, (ENTRANCE,), True, 1, "this hit cannot take"),
    "a lander's hit that has one": (
        LANDER_HIT, (*NO_OFFER, {**SOLD, "hitId": LANDER_HIT}), True, 1, "",
    ),
    "a visitor under way": ("", NO_OFFER, True, 23, ""),
    "a session that is over": ("", NO_OFFER, True, 26, "no offer was reached, and the session"),
    "a session that is over, after an offer": ("", (*NO_OFFER, SHOP), True, 26, ""),
    "a session that is over, with rows missing": ("", NO_OFFER, False, 26, ""),
    "nothing known": ("", (), True, 26, ""),
}  # fmt: skip


@each("name", CASES)
def test_it_is_said_where_no_conversion_can_come_and_nowhere_else(name: str) -> None:
    hit_id, rows, is_whole, hours, reason = CASES[name]
    journey = make_journey([HitRow.model_validate(row) for row in rows])

    told = why_none_can_come(
        hit_id, journey, is_whole=is_whole, now=START + timedelta(hours=hours)
    )

    assert told.startswith(reason)
    assert bool(told) == bool(reason)
