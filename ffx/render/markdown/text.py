"""Text from strangers in Markdown: shown as typed, and the start of nothing.

CommonMark is what counts, and what ticket systems add to it: links of bare
addresses, mentions, issue numbers, emoji by name, formulas. Backslashes do not keep
those from acting, and are in the way where Markdown is shown as it stands. So a word
that might start something becomes a code span, in which nothing has a meaning.
"""

import re

from ffx.output.clean import clean
from ffx.output.words import plural

# Blanks beyond ASCII are left out: some renderers strip them at the end of a line.
_INERT = re.compile(r"""(?:[A-Za-z0-9.,;:'"()?!%/+=-]|[^\x00-\x7f\s])*""")
# Inert characters that do something together: addresses and domains, `:emoji:`, GitLab's
# `!1`, `%1` and `/close`, Jira's and GitHub's `AB-1`, `==marks==`.
_ACTIVE = re.compile(
    r"//|^/|\.[^\W\d_]|www\.|:(?!\d\d(?!\d))|[!%]\w|[A-Z]-\d|[-+=]{2}", re.IGNORECASE
)
# IDs are easier to find and to copy in code.
_ID = re.compile(r"(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}|[A-Za-z0-9]{20,}")
_BLOCK_START = re.compile(r"[-+=:]+|\d{1,9}[.)]")
_WRAPPED = re.compile(r"""(['"(]*)(.*?)(['",.;:?!)]*)""", re.DOTALL)
_BACKTICKS = re.compile(r"`+")


def prose(text: str) -> str:
    """Write text as it reads, its risky words as code.

    It is safe wherever in a line it stands; empty text stays empty.
    """
    cleaned = clean(text)
    first, *others = cleaned.split(" ")
    if "" in (first, *others):
        # Blanks that are more than one, or stand at an end, are kept by code alone.
        return code(cleaned) if cleaned else ""
    beginning = code(first) if _BLOCK_START.fullmatch(first) else _word(first)
    return " ".join([beginning, *map(_word, others)])


def code(text: str) -> str:
    """Write text as a code span; of nothing but blanks, which no one sees, their number."""
    content = clean(text)
    if not content.strip(" "):
        return f"({plural(len(content), 'blank')})" if content else "(empty)"
    runs = {len(run) for run in _BACKTICKS.findall(content)}
    mark = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    # A blank at each end is taken off again, if both ends have one.
    touches_mark = content.startswith("`") or content.endswith("`")
    pad = " " if touches_mark or (content.startswith(" ") and content.endswith(" ")) else ""
    return f"{mark}{pad}{content}{pad}{mark}"


def fenced(lines: str) -> str:
    """Write clean lines as a code block, without a line feed after it."""
    longest = max(map(len, _BACKTICKS.findall(lines)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, lines.removesuffix("\n"), fence])


def _word(word: str) -> str:
    before, core, after = _without_wrapping(word)
    starts_milestone = '%"' in word  # GitLab's, whose name may go on in the next word
    is_inert = _INERT.fullmatch(word) and not _ACTIVE.search(core) and not starts_milestone
    if is_inert and not _ID.fullmatch(core):
        return word
    return f"{before}{code(core)}{after}"


def _without_wrapping(word: str) -> tuple[str, str, str]:
    """Part a word from the quotes, brackets and stops around it."""
    match = _WRAPPED.fullmatch(word)
    before, core, after = match.groups() if match else ("", word, "")
    # A bracket that was opened inside is closed inside: `alert(1)`.
    inside = after.rfind(")") + 1 if core.count("(") > core.count(")") else 0
    return before, core + after[:inside], after[inside:]
