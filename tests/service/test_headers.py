from datetime import UTC, datetime

from ffx.service.headers import clock_difference
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)


@each(
    ("header", "says"),
    [
        ("Thu, 05 Mar 2026 14:30:00 GMT", ""),
        ("Thu, 05 Mar 2026 14:25:00 GMT", ""),
        ("Thu, 05 Mar 2026 14:24:00 GMT", "6 min ahead of"),
        ("Thu, 05 Mar 2026 17:45:00 GMT", "3 h 15 min behind"),
        ("Thu, 05 Mar 2020 14:30:00 GMT", "52584 h 0 min ahead of"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "69897105 h 30 min behind"),
        ("", ""),
        ("yesterday", ""),
        ("Thu, 05 Mar 2026 17:45:00 -0000", ""),
        ("Thu, 05 Mar 99999 14:30:00 GMT", ""),
        ("\x1b[31m", ""),
    ],
)
def test_a_clock_that_is_minutes_off_is_told(header: str, says: str) -> None:
    told = clock_difference(header, now=NOW)

    assert told == (
        f"this machine's clock is {says} the service's; windows go by this machine's"
        if says
        else ""
    )
