"""Times in words: the same in every locale."""

import re
from datetime import UTC, datetime
from pathlib import Path

import ffx
from ffx.input.times.formatting import format_day_and_clock

# What strftime writes in the words, or the order, of a locale.
_OF_A_LOCALE = re.compile(r"%-?[aAbBcxXpP]|\bctime\(|\bstrftime\(")


def test_months_have_their_english_names() -> None:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    for month, name in enumerate(names, start=1):
        moment = datetime(2026, month, 5, 9, 8, 7, tzinfo=UTC)
        assert format_day_and_clock(moment, None) == f"05 {name} 09:08:07"
        assert format_day_and_clock(moment.replace(second=0), None) == f"05 {name} 09:08:00"


def test_no_time_is_written_in_the_words_of_a_locale() -> None:
    formats = re.compile(r":(%[^}\"']*)}")
    for path in Path(ffx.__file__).parent.rglob("*.py"):
        for each in formats.findall(path.read_text(encoding="utf-8")):
            assert not _OF_A_LOCALE.search(each), f"{path}: {each}"
