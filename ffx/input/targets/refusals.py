"""What is refused before anything is asked, and the words for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from ffx.errors import UsageError
from ffx.input.targets import shapes
from ffx.output.clean import clean, quoted

if TYPE_CHECKING:
    from datetime import datetime

    from ffx.input.targets.pasted import Candidates

_LONGEST_ID = 256
_LONGEST_WORD = 15
_LONGEST_PLACEHOLDER = 23
# Macros and addresses have these; an ID that has been asked for never did.
_SIGNS = r"[$@#%(~*|]"
_E_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
# A word of a sentence: letters alone, joined by hyphens or apostrophes.
_SPOKEN_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"

_FORMS = (
    "Give a hit ID such as dkezmsf3bat8xdbz8rt039r4h, a visitor ID such as "
    "afdwb7QPV6Y59aTP3fQxZ3tX2ox, or text that holds one: a link with vid= or clickid=, "
    "a postback with hit=, a line of a conversion upload, a webhook's JSON."
)
WHO_FILLS = (
    "The network did not fill it in: see the offer URL's click parameter, and the postback's hit=."
)
OVERRULE = "If it is one all the same, add --as hit or --as visitor."


def check_id(text: str, *, forced: bool, now: datetime) -> None:
    """Refuse what cannot be an ID, and unless `forced` what is known as something else.

    Raises:
        UsageError: with the code and the reason.
    """
    if len(text) > _LONGEST_ID:
        raise _no_id(
            f"{quoted(text)} has {len(text):,} characters: an ID has {_LONGEST_ID} at most"
        )
    if not forced:
        _refuse_spreadsheet_number(text)
    if any(character.isspace() for character in text):
        raise _no_id(f"{quoted(text)} holds a blank: no ID does")
    if clean(text) != text:
        raise _no_id(f"{quoted(text)} holds a control character: no ID does")
    refuse_placeholder(text)
    if re.fullmatch(_E_MAIL, text):
        raise _no_id(f"{quoted(text)} is an e-mail address, not an ID")
    if sign := re.search(_SIGNS, text):
        raise UsageError(
            f"{quoted(text)} holds the sign {sign[0]}: no ID does",
            hint=f"It may be a placeholder. {WHO_FILLS}",
            code="not-an-id",
        )
    if not forced:
        _refuse_known(text, now)


def _refuse_known(text: str, now: datetime) -> None:
    """Refuse what is known as something else than an ID of a hit or a visitor."""
    if text.isascii() and text.isdecimal():
        _refuse_digits(text)
    if shapes.is_uuid(text):
        _refuse_uuid(text)
    if len(text) <= _LONGEST_WORD and re.fullmatch(_SPOKEN_WORD, text):
        raise UsageError(
            f"{quoted(text)} is a word: an ID has digits",
            hint=f"Put a text that has blanks in quotes. {OVERRULE}",
            code="not-an-id",
        )
    if created := shapes.asset_created(text, now=now):
        raise UsageError(
            f"{quoted(text)} is an asset ID (a funnel's, a page's), made on {created:%Y-%m-%d}",
            hint=f"Look for a hit ID or a visitor ID. {OVERRULE}",
            code="asset-id",
        )


def refuse_placeholder(text: str) -> None:
    # The longest placeholder without brackets is `inserttransactionidhere`.
    if text.isalnum() and len(text) > _LONGEST_PLACEHOLDER:
        return
    from ffx.input.targets.macros import is_placeholder

    if is_placeholder(text):
        raise UsageError(f"{quoted(text)} is a placeholder, not an ID", hint=WHO_FILLS, code="P1")


def refuse_damaged_visitor(text: str) -> None:
    """Refuse a visitor ID without its capitals where a hit is wanted."""
    if shapes.is_damaged_visitor(text):
        raise UsageError(
            f"{quoted(text)} is no hit ID: it looks like {describe_damage(text)}",
            hint=f"The capitals cannot be guessed: look for a place that kept them. {OVERRULE}",
            code="P2",
        )


def describe_damage(text: str) -> str:
    """Say what happened to the letters of a visitor ID."""
    letters = "small" if text == text.lower() else "capital"
    return f"a visitor ID whose letters were all made {letters}"


def refuse_text(text: str, readable: str, candidates: Candidates) -> NoReturn:
    """Say what kind of text it is that holds no ID; `readable` is it decoded."""
    from ffx.input.targets import pasted

    if link := pasted.find_entrance_link(readable):
        funnel, source = link
        raise UsageError(
            f"this is an entrance link: it holds funnel {funnel} and traffic source {source}, "
            "but no hit and no visitor",
            hint="Open it, and paste the address of a page behind it: its vid= is the visitor.",
            code="entrance-link",
        )
    if candidates.unfilled:
        parameter = candidates.unfilled[0]
        raise UsageError(
            describe_unfilled(parameter.name, parameter.text), hint=WHO_FILLS, code="P1"
        )
    refuse_placeholder(pasted.find_placeholder(readable))
    if uuid := shapes.find_uuid(readable):
        _refuse_uuid(uuid)
    for number in candidates.numbers[:1]:
        _refuse_digits(number.text, number.name)
    _refuse_spreadsheet_number(readable)
    _refuse_broken(readable)
    unread = f"; {describe_unread(candidates)}" if candidates.unread else ""
    raise _no_id(f"{quoted(text.strip())} holds no ID that ffx knows{unread}")


def _refuse_broken(text: str) -> None:
    """Refuse an ID with one blank in it, and propose it without."""
    parts = text.strip(shapes.PADDING).split()
    joined = "".join(parts)
    has_digit = any(character.isdigit() for character in joined)
    is_shaped = shapes.is_hit_shaped(joined) or shapes.is_visitor_shaped(joined)
    if len(parts) == 2 and has_digit and is_shaped:
        raise UsageError(
            f"{quoted(text.strip())} holds a blank: no ID does",
            hint=f"Without the blank it may be one: {joined}",
            code="not-an-id",
        )


def describe_unfilled(name: str, text: str = "") -> str:
    """Say what stands where a parameter was not filled in."""
    if text:
        return f"{quoted(name)} holds the placeholder {quoted(text)}"
    return f"{quoted(name)} is empty"


def describe_unread(candidates: Candidates) -> str:
    return f"the last {candidates.unread:,} characters were not searched"


def _no_id(message: str) -> UsageError:
    return UsageError(message, hint=_FORMS, code="not-an-id")


def _refuse_digits(digits: str, name: str = "") -> NoReturn:
    place = f" under {quoted(name)}" if name else ""
    raise UsageError(
        f"{quoted(digits)}{place} has digits only: "
        "so do IDs of the self-hosted FunnelFlux, not of Pro",
        hint=f"The Pro service cannot know it. {OVERRULE}",
        code="P4",
    )


def _refuse_uuid(uuid: str) -> NoReturn:
    raise UsageError(
        f"{quoted(uuid)} is a UUID, as webhooks number their requests: no hit or visitor has one",
        hint=f"Take the ID of the hit or the visitor from the webhook's body. {OVERRULE}",
        code="P5",
    )


def _refuse_spreadsheet_number(text: str) -> None:
    if number := shapes.find_spreadsheet_number(text):
        raise UsageError(
            f"{quoted(number)} is a number that a spreadsheet made of an ID: its digits are lost",
            hint="Take the report as it was downloaded, and open it with that column as text.",
            code="spreadsheet-number",
        )
