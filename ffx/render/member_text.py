"""The value of a member as text for a person: clean, and never invisible."""

from ffx.api.members import TRACKING
from ffx.input.targets.macros import has_macro
from ffx.output.clean import clean

UNFILLED = "← unfilled"
"""Stands behind a value that a traffic source was to fill in, and did not."""
# What a traffic source fills in.
_FILLED = frozenset({*TRACKING, "externalId", "subCampaign"})


def shown(text: str) -> str:
    """Return text clean, and in quotes where nobody would see it."""
    return clean(text) if text.strip() else f"'{clean(text)}'"


def value_text(value: object) -> str:
    """Return a value of any type; empty where it says nothing."""
    if value is None or value == "":
        return ""
    return shown(value) if isinstance(value, str) else clean(json_or_words(value))


def json_or_words(value: object) -> str:
    """Return parsed JSON as JSON text; in words that it nests too deeply to be written."""
    import json

    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "nested too deeply to be shown here"


def is_unfilled(member: str, value: object) -> bool:
    """Tell by the value as sent, since a shown invisible character has braces of its own."""
    return member in _FILLED and isinstance(value, str) and has_macro(value)
