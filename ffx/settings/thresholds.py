"""The limits that rules go by where no document gives any: other trackers' figures, adjustable.

In the settings file:

    [findings]
    too_fast_seconds = 30
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ffx.errors import UsageError
from ffx.output.clean import clean
from ffx.output.words import perhaps

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every adjustable limit.

    Attributes:
        duplicate_minutes: equal amounts on one hit this close are suspected twins (C7).
        rebill_days: conversions on one hit this far apart are rebills, whatever they share (C7).
        too_fast_seconds: a conversion this soon after its hit is doubted (C11); Everflow has
            presets of 5, 15 and 30.
        fast_click_ms: a click this soon after its page is a program's, as Voluum counts (T8).
        burst_per_minute: more events a minute than a person makes, as Voluum counts (T9).
        cost_factor: a visit costing this many times the others was priced per thousand (T5).
    """

    duplicate_minutes: float = 10
    rebill_days: float = 25
    too_fast_seconds: float = 15
    fast_click_ms: float = 800
    burst_per_minute: float = 60
    cost_factor: float = 300


def read_thresholds(values: "Mapping[str, object]", *, source: str) -> Thresholds:
    """Put a table of the settings file over the defaults.

    Raises:
        UsageError: it has a name that is none of them, or a value that is no number above 0.
            `source` names the file.
    """
    known = [field.name for field in fields(Thresholds)]
    chosen: dict[str, float] = {}
    for name, value in values.items():
        if name not in known:
            raise UsageError(
                f"{source} has an unknown key: findings.{clean(name)}",
                hint=perhaps(name, known, otherwise=f"It knows {', '.join(known)}."),
                code="config",
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
            raise UsageError(
                f"{source} has no number above 0 under findings.{name}", code="config"
            )
        chosen[name] = float(value)
    return Thresholds(**chosen)
