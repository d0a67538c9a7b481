"""Zones by name, and the way between wall clocks and instants.

A zone is a `ZoneInfo`, or None for the machine's own. The machine's own is never
frozen into an object: its rules changed over the years, so the system is asked
for each instant.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ffx.errors import UsageError
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Zone: TypeAlias = "ZoneInfo | None"

# What people call their zone, and the zone that most of them mean. Each of these stands for
# several (IST is India's, Israel's and Ireland's), or says winter when people mean the year.
AMBIGUOUS_ZONES = {
    "ADT": "America/Halifax",
    "AMT": "America/Manaus",
    "AST": "America/Halifax",
    "BST": "Europe/London",
    "CDT": "America/Chicago",
    "CST": "America/Chicago",
    "ECT": "America/Guayaquil",
    "EDT": "America/New_York",
    "EST": "America/New_York",
    "GST": "Asia/Dubai",
    "IST": "Asia/Kolkata",
    "MDT": "America/Denver",
    "MST": "America/Denver",
    "PDT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "SST": "Pacific/Pago_Pago",
    "WST": "Australia/Perth",
}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME = r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,3}"
# Files that lie beside the zones without being any: variants with leap seconds, links, "unset".
_NO_ZONE = r"(?:posix|right)/.*|posixrules|localtime|Factory"
# One type of local time, offset 0, named UTC: https://www.rfc-editor.org/rfc/rfc8536
_UTC_FILE = b"TZif" + bytes(32) + b"\0\0\0\1\0\0\0\4" + bytes(6) + b"UTC\0"
# What TZ may hold beside a name: https://pubs.opengroup.org/onlinepubs/9799919799/ (8.3)
_POSIX_RULE = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,3}(?::\d\d){0,2}.*"
_UTC_NAMES = frozenset({"", "UTC", "GMT", "Z"})
_OFFSET_REACH = 24  # hours; no offset is as long


class ResolvedTime(NamedTuple):
    """What a wall time came to.

    Attributes:
        instant: aware, UTC.
        note: a sentence if the wall time was skipped or exists twice, else empty.
    """

    instant: datetime
    note: str = ""


def read_zone(name: str) -> Zone:
    """Find a zone by its IANA name, in any case; None for `local`, the machine's own.

    Raises:
        UsageError: there is no such zone, or no zone data, or `name` is an
            abbreviation that several zones share.
    """
    name = name.strip()
    if name.lower() == "local":
        return None
    if name.upper() in AMBIGUOUS_ZONES:
        raise UsageError(
            f"the zone {quoted(name)} is ambiguous: "
            f"use a zone name such as {AMBIGUOUS_ZONES[name.upper()]} or an offset",
            hint="Offsets belong to a time, as in '2026-03-01 09:00-05:00'.",
        )
    # UTC must work on a machine without any zone data.
    if name.upper() == "UTC":
        return _load("UTC") or _utc_without_data()
    if zone := _load(name):
        return zone
    return _search(name)


def zone_name(zone: Zone) -> str:
    """Name a zone for people: `Europe/Berlin`, or `local time` if the machine does not tell."""
    return zone.key if zone else _machine_zone_name() or "local time"


def unknown_machine_zone(name: str, now: datetime) -> bool:
    """Tell whether the system takes `name`, the value of TZ, for UTC because it does not know it.

    `now` is aware. A zone whose clocks show UTC is known where there is data for it.
    """
    import time
    from pathlib import Path

    bare = name.strip().removeprefix(":")
    is_rule = bare.upper() in _UTC_NAMES or re.fullmatch(_POSIX_RULE, bare, re.ASCII)
    if is_rule or not hasattr(time, "tzset"):
        return False
    if bare.startswith("/"):
        return not Path(bare).is_file()
    # A zone that differs from UTC does so in one half of a year at least.
    moments = [now - timedelta(days=days) for days in range(0, 365, 90)]
    if any(_offset(moment, None) for moment in moments):
        return False
    zone = _load(bare)
    return zone is None or any(_offset(moment, zone) for moment in moments)


def to_local(instant: datetime, zone: Zone) -> datetime:
    """Return an aware datetime as the clocks of `zone` show it.

    Never fails: where the calendar ends (years 1 and 9999) or the system knows no
    local time, the result is in UTC, as its offset tells.
    """
    try:
        return instant.astimezone(zone)
    except (OverflowError, OSError, ValueError):
        return instant.astimezone(UTC)


def to_instant(wall: datetime, zone: Zone, *, end: bool) -> ResolvedTime:
    """Find the instant at which the clocks of `zone` show `wall`, a naive datetime.

    A time that a clock change skips becomes the change itself. Of a time that
    exists twice the earlier is taken, or with `end` the later. The note says so.
    """
    # The offsets around, then those of them that hold at the instant they lead to. It is
    # the same for both kinds of zone, and for changes of a whole day.
    reading = wall.replace(tzinfo=UTC)
    nearby = (reading + timedelta(hours=h) for h in range(-_OFFSET_REACH, _OFFSET_REACH + 1))
    candidates = {reading - _offset(instant, zone) for instant in nearby}
    instants = sorted(one for one in candidates if _wall(one, zone) == wall)

    if not instants:
        return _resolve_skipped(wall, zone)
    if len(instants) == 1:
        return ResolvedTime(instants[0])
    return _resolve_doubled(wall, instants[0], instants[-1], zone, end=end)


def format_moment(local: datetime, *, year: bool = True, offset: bool = True) -> str:
    """Write an aware datetime for people: `Wed 18 Nov 2026 16:20 +01:00`.

    Seconds and milliseconds appear when they are not zero. English in any locale.
    """
    text = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    if year:
        text += f" {local.year:04}"
    text += f" {local:%H:%M}"
    if local.second or local.microsecond >= 1000:
        text += f":{local:%S}"
    if local.microsecond >= 1000:
        text += f".{local.microsecond // 1000:03}"
    return f"{text} {_format_offset(local)}" if offset else text


def _format_offset(local: datetime) -> str:
    # The last six or nine characters: offsets of old years had seconds.
    return local.isoformat()[len(local.replace(tzinfo=None).isoformat()) :]


def _load(name: str) -> Zone:
    from zoneinfo import ZoneInfo

    if not re.fullmatch(_NAME, name) or re.fullmatch(_NO_ZONE, name, re.IGNORECASE):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # no file, a folder, a file of another kind
        return None


def _utc_without_data() -> "ZoneInfo":
    from io import BytesIO
    from zoneinfo import ZoneInfo

    return ZoneInfo.from_file(BytesIO(_UTC_FILE), key="UTC")


def _search(name: str) -> "ZoneInfo":
    """Find a zone whatever the case of its name, or raise with the names that come near."""
    from zoneinfo import available_timezones

    known = {
        key.lower(): key
        for key in available_timezones()
        if not re.fullmatch(_NO_ZONE, key, re.IGNORECASE)
    }
    if not known:
        raise UsageError(
            f"unknown zone {quoted(name)}: this machine has no zone data",
            hint="Install the tzdata package, or use --utc.",
        )
    wanted = name.lower().replace(" ", "_")
    if wanted in known and (zone := _load(known[wanted])):
        return zone
    near = [known[key] for key in _near(wanted, sorted(known))]
    raise UsageError(
        f"unknown zone {quoted(name)}",
        hint=f"Did you mean {' or '.join(near)}?" if near else "Try Europe/Berlin, UTC or local.",
    )


def _near(wanted: str, known: list[str]) -> list[str]:
    cities = [key for key in known if key.endswith(f"/{wanted}")]
    if cities or len(wanted) > 64:
        return cities
    from difflib import get_close_matches

    return get_close_matches(wanted, known)


def _machine_zone_name() -> str:
    """Return the IANA name of the machine's zone; empty when nobody can tell it."""
    import os
    from pathlib import Path

    name = os.environ.get("TZ")
    if name is None:
        try:
            target = str(Path("/etc/localtime").readlink())
        except OSError:
            return ""
        name = re.sub(r"^(?:posix|right)/", "", target.rpartition("zoneinfo/")[2])
    elif not name.strip(":"):
        return "UTC"  # which POSIX means by a TZ that is set and empty
    name = name.removeprefix(":").replace("Etc/UTC", "UTC")
    return name if _load(name) else ""


def _offset(instant: datetime, zone: Zone) -> timedelta:
    return to_local(instant, zone).utcoffset() or timedelta()


def _wall(instant: datetime, zone: Zone) -> datetime:
    return to_local(instant, zone).replace(tzinfo=None)


def _resolve_skipped(wall: datetime, zone: Zone) -> ResolvedTime:
    from bisect import bisect_right

    # The clock shows less than `wall` at the first of these seconds and more at the last.
    first = wall.replace(tzinfo=UTC, microsecond=0) - timedelta(hours=_OFFSET_REACH)
    seconds = range(2 * _OFFSET_REACH * 3600 + 2)
    change = first + timedelta(
        seconds=bisect_right(
            seconds, wall, key=lambda second: _wall(first + timedelta(seconds=second), zone)
        )
    )
    return ResolvedTime(
        change,
        f"{_format_wall(wall)} does not exist in {zone_name(zone)}, a clock change skips it: "
        f"moved forward to {format_moment(to_local(change, zone))}",
    )


def _resolve_doubled(
    wall: datetime, earlier: datetime, later: datetime, zone: Zone, *, end: bool
) -> ResolvedTime:
    offsets = [_format_offset(to_local(instant, zone)) for instant in (earlier, later)]
    return ResolvedTime(
        later if end else earlier,
        f"{_format_wall(wall)} exists twice in {zone_name(zone)}, "
        f"at {offsets[0]} and again at {offsets[1]}: "
        + (f"took the later, {offsets[1]}" if end else f"took the earlier, {offsets[0]}"),
    )


def _format_wall(wall: datetime) -> str:
    return format_moment(wall, offset=False)
