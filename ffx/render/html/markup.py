"""HTML made of parts: every text is cleaned and escaped, unless it is markup of our own making."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ffx.output.clean import clean
from ffx.output.words import tenths

_VOID = frozenset({"br", "link", "meta"})

_LONG_FACT = 50  # characters, from which on a fact takes the whole width
_TAG = re.compile("<[^>]*>")

Attribute = str | float | bool | None


class Markup(str):
    """Text that is HTML already. Whatever is done to it otherwise makes ordinary text again."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Make remote text fit to stand in a page, between tags and in quotes."""
    return value if isinstance(value, Markup) else Markup(escape(clean(value), quote=True))


def joined(parts: Iterable[str]) -> Markup:
    """Put parts behind each other, without anything between them."""
    return Markup("".join(map(text, parts)))


def element(name: str, /, *content: str, **attributes: Attribute) -> Markup:
    """Make an element; `http_equiv` is the attribute http-equiv, and `class_` is class.

    Numbers have one decimal at most, True stands alone, None and False are left out.
    """
    opening = _opening(name, attributes)
    return Markup(opening if name in _VOID else f"{opening}{joined(content)}</{name}>")


def in_parts(name: str, content: Iterable[str], /, **attributes: Attribute) -> Iterator[Markup]:
    """Yield an element part by part, where the whole would be large."""
    yield Markup(_opening(name, attributes))
    yield from map(text, content)
    yield Markup(f"</{name}>")


def _opening(name: str, attributes: Mapping[str, Attribute]) -> str:
    words = [name]
    for key, value in attributes.items():
        label = key.strip("_").replace("_", "-")
        if value is True:
            words.append(label)
        elif value is not None and value is not False:
            shown = text(value) if isinstance(value, str) else tenths(value)
            words.append(f'{label}="{shown}"')
    return f"<{' '.join(words)}>"


def fact_list(facts: Iterable[tuple[str, str]], *, class_: str) -> Markup:
    """List names and what they stand for."""
    rows = (
        element(
            "div",
            element("dt", name),
            element("dd", value),
            class_="long-fact" if len(_TAG.sub("", value)) > _LONG_FACT else None,
        )
        for name, value in facts
    )
    return element("dl", *rows, class_=class_)


def remote_texts(texts: Iterable[str], separator: str = " · ") -> Markup:
    """Put remote texts on one line; one that runs from right to left turns no other round."""
    return Markup(text(separator).join(element("bdi", each) for each in texts))


def box_in_parts(content: Iterable[str], *, label: str, class_: str = "box") -> Iterator[Markup]:
    """Yield a box that scrolls in itself, by keys too, part by part."""
    return in_parts("div", content, class_=class_, role="region", aria_label=label, tabindex="0")
