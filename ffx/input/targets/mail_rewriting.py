"""Undo what mail does to a text: encoded characters, broken lines, rewritten links."""

import re

from ffx.input.targets.shapes import is_hit_shaped, is_visitor_shaped

# A mail's source spells = as =3D. A visitor ID may begin with 3D, so what follows must fit.
_EQUALS_SIGN = re.compile("=3D(?=(?:[0-9a-z]{22,28}|[0-9A-Za-z]{27})(?![0-9A-Za-z]))")
_LINE_BREAK = re.compile(r"=[ \t]{0,9}\r?\n")
_BROKEN_WORD = re.compile(
    r"(?<![0-9A-Za-z])(?P<head>[0-9A-Za-z]{1,28})=\r?\n(?P<tail>[0-9A-Za-z]{1,28})(?![0-9A-Za-z])"
)
# Link protection of mail: version 2 spells % as - and / as _, version 3 leaves the link readable.
_PROOFPOINT_2 = re.compile(
    r"(?:https?://)?urldefense\.(?:proofpoint\.)?com/v2/url\?"
    r"(?:[a-z]=[^\s&;\"'<>]{0,400}&){0,6}?u=(?P<link>[^\s&;\"'<>]{1,20000})"
    r"(?:&[a-z]=[^\s&;\"'<>]{0,400}){0,6}",
    re.IGNORECASE,
)
_PROOFPOINT_3 = re.compile(
    r"(?:https?://)?urldefense\.(?:proofpoint\.)?com/v3/__(?P<link>[^\s\"'<>]{1,2000}?)__;"
    r"[^\s\"'<>]{0,2000}",
    re.IGNORECASE,
)
_TO_PERCENT = str.maketrans("-_", "%/")


def undo_rewriting(text: str) -> str:
    """Return `text` as it was before a mail's source and its link protection rewrote it.

    What is encoded in percent stays so.
    """
    if "=\n" in text or "=\r\n" in text:
        text = _without_line_breaks(text)
    text = _EQUALS_SIGN.sub("=", text)
    if "urldefense" in text:
        text = _PROOFPOINT_2.sub(lambda match: match["link"].translate(_TO_PERCENT), text)
        text = _PROOFPOINT_3.sub(lambda match: match["link"], text)
    return text


def _without_line_breaks(text: str) -> str:
    # Where = is spelled out, one at a line's end is a break. Elsewhere it may end `clickid=`.
    if "=3D" in text:
        return _LINE_BREAK.sub("", text)
    return _BROKEN_WORD.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    word = match["head"] + match["tail"]
    return word if is_hit_shaped(word) or is_visitor_shaped(word) else match[0]
