"""Make text from strangers safe to show.

Visitors write their own user agents, and a server writes its own errors. What
could steer a terminal, turn text around or hide in it is shown as an escape;
everything else passes as it came, `[brackets]` and `:colons:` included.
"""

import re
from functools import lru_cache

from ffx.output.secrets import secrets, without_passwords

# Unicode 17: categories Cc, Cf, Cs, Zl and Zp, all that Default_Ignorable_Code_Point
# lists (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt), and the
# blanks that pass for letters. A table, since Python's own grows with its version.
_DANGEROUS = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_DANGEROUS_RUN = re.compile(f"[{_DANGEROUS}]")
# Zero-width padding that copying from chats and mail leaves around an ID.
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    r"""Show what is dangerous as a visible escape, `\u{202e}`, and the rest as it is.

    One line in, one line out: line ends and tabs are dangerous too.
    """
    if text.isascii() and text.isprintable():
        return text
    return _DANGEROUS_RUN.sub(_visible, text)


def inert(json_text: str) -> str:
    r"""Spell what is dangerous inside JSON text as `\u` escapes; no value changes.

    In valid JSON such a character stands inside a string, or is white space
    between values, which becomes a blank. Line feeds stay.
    """
    if json_text.isascii() and json_text.replace("\n", "").isprintable():
        return json_text
    return _DANGEROUS_RUN.sub(_json_escape, json_text)


def quoted(text: str, *, limit: int = 60) -> str:
    """Return `text` for a message: cleaned, in quotes, and clipped to `limit` characters.

    Tokens and passwords in it are hidden before.
    """
    shown = clean(without_passwords(secrets.excerpt(text))[: limit + 1])
    return f"'{shown[:limit]}…'" if len(shown) > limit else f"'{shown}'"


def without_invisible(text: str) -> str:
    """Return `text` without the zero-width characters that copying leaves in it."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


# Remembered, so that millions of the same character share one escape.
@lru_cache(1024)
def json_escape(character: str) -> str:
    r"""Spell one character as JSON does: `\u202e`, and a pair beyond U+FFFF."""
    code = ord(character)
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"


@lru_cache(1024)
def visible_escape(character: str) -> str:
    r"""Spell one character for people: `\u{202e}`."""
    return f"\\u{{{ord(character):x}}}"


def _visible(match: re.Match[str]) -> str:
    return visible_escape(match[0])


def _json_escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\r\t":
        return " "
    return character if character == "\n" else json_escape(character)
