"""Markdown as a ticket system reads it, and texts that try to be more than text in it."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:  # few tests read Markdown, and all would wait for what does
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# What we write ourselves; links, images, HTML, emphasis, quotes and rules are never ours.
OURS = frozenset({
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open",
    "bullet_list_close", "list_item_open", "list_item_close", "strong_open", "strong_close",
    "inline", "text", "code_inline", "fence",
})  # fmt: skip

ATTACKS = (
    "`", "``", "`a`b", "` `", "a```", "\\", "ends in \\", "\\`", "[x](javascript:alert(1))",
    "![x](http://example.com/x.png)", "[x]: http://example.com", "[^1]",
    "<script>alert(1)</script>", "<http://example.com>", "<!-- x", "&amp; &#35; &", "# heading",
    "heading #", "- list", "* list", "+ list", "1. list", "2) list", "12345. list", "> quote",
    "---", "- - -", "***", "===", "=", "~~~", "~~gone~~", "| a | b |", "a|b", "--|--",
    ": defined", "**bold**", "_it_", "a_b_c", "__b__", "https://example.com/a?b=c",
    "see http://example.com.", "www.example.com", "example.com", "javascript:alert(1)",
    "a@example.com", "@mention", "'@mention'", "#123", "GH-123", "AB-1", "!7", "%7", "/close",
    ":skull:", ":+1:", ":100:", "$x$", "{#id}", "{{campaign.name}}", "==m==", "^up^", "  two",
    "two  ", "a  b", "\ttab", "a\nb", "a\r\n\r\n# b", "    code", "a  \nb", "\xa0", "\u3000x",
    "x\u2003", "\x0b\x0c", "\u2028# x", "\u202egnp.exe", "zero\u200bwidth", "\ud800", "\x00",
    "\x1b[2J", "サンプル", "مبيعات", "e\u0301", "🌷 sale",
)  # fmt: skip

# What acts in some ticket system although it is no CommonMark.
ACTS = re.compile(
    r"[`*_\[\]<>&#@|~^$\\{}]|//|www\.|\w\.[a-z]|:[a-z+-]|:\d{3}|(?<!\w)[!%]\w|[a-z]-\d|[-+=]{2}|^/",
    re.IGNORECASE,
)

texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.lists(st.sampled_from(ATTACKS), max_size=3).map(" ".join),
    st.text("`*_[]()<>!&#@|~\\/:.-+=%$ '\"a1\n", max_size=20),
    st.text(st.characters(), max_size=12),
).filter(lambda text: text.strip(" ") != "")


@cache
def _commonmark(*more: str) -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(more)


def kinds_of(markdown: str) -> set[str]:
    """Return the names of all tokens, with and without tables and strikethrough."""
    readers = (_commonmark(), _commonmark("table", "strikethrough"))
    return {token.type for reader in readers for token in _tokens(reader, markdown)}


def shown(markdown: str) -> str:
    """Return the text that people see, a line for each paragraph, item, heading and code block."""
    lines: list[str] = []
    for token in _parsed(_commonmark(), markdown):
        if token.type == "inline":
            lines.append("".join(child.content for child in token.children or ()))
        elif token.type == "fence":
            lines.append(token.content)
    return "\n".join(lines)


def headings_of(markdown: str) -> list[str]:
    tokens = _parsed(_commonmark(), markdown)
    return [
        "".join(child.content for child in after.children or ())
        for token, after in pairwise(tokens)
        if token.type == "heading_open"
    ]


def outside_code(markdown: str) -> list[str]:
    """Return the texts that stand in no code: what a ticket system looks for links in."""
    return [token.content for token in _tokens(_commonmark(), markdown) if token.type == "text"]


def code_blocks(markdown: str) -> list[str]:
    return [token.content for token in _parsed(_commonmark(), markdown) if token.type == "fence"]


@lru_cache(maxsize=4)
def _parsed(reader: "MarkdownIt", markdown: str) -> "list[Token]":
    """Read a text once for all that is asked about it."""
    return reader.parse(markdown)


def _tokens(reader: "MarkdownIt", markdown: str) -> Iterator["Token"]:
    for token in _parsed(reader, markdown):
        yield token
        yield from token.children or ()
