"""The man page, made of the program's own help: `completions/ffx.1`.

`python -m tests.manpage` writes it anew; `test_manpage.py` holds it true.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ffx.cli.app import root_command
from ffx.cli.help_topics import TOPICS, text_of
from ffx.version import __version__

PAGE = Path(__file__).parent.parent / "completions" / "ffx.1"
_WHAT = "look up visitors and hits of FunnelFlux Pro, and say why one did not convert"


def manual() -> str:
    """Return the man page as roff."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    root: Any = root_command()
    context = root.context_class(root, info_name="ffx")
    yield f'.TH FFX 1 "" "ffx {__version__}" "User Commands"'
    yield from (".SH NAME", f"ffx \\- {_WHAT}")
    yield from (".SH SYNOPSIS", ".B ffx", "[OPTIONS] COMMAND [ARGS]...")
    yield from (".SH DESCRIPTION", *_paragraphs(root.help))
    yield from (
        "It asks the Explorer of FunnelFlux Pro and reads; nothing it does changes, resets or",
        "deletes data.",
    )
    yield from (".SH OPTIONS", "They may stand anywhere on the line before \\-\\-.")
    yield from _options(root, context)
    for name, command in _commands(root, context):
        yield f".SH {_roff(name.upper())}"
        yield from _command(command, name)
    for topic, (title, _) in TOPICS.items():
        yield f".SH {_roff(title.upper())}"
        text = text_of(topic).partition("\n\n")[2]
        yield from (".nf", *(_roff(line) for line in text.splitlines()), ".fi")
    yield from (".SH SEE ALSO", ".BR jq (1)")


def _commands(group: Any, context: Any, before: str = "ffx") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        below = getattr(command, "commands", None)
        yield f"{before} {name}", command
        if below is not None:
            yield from _commands(command, context, f"{before} {name}")


def _command(command: Any, name: str) -> Iterator[str]:
    context = command.context_class(command, info_name=name)
    pieces = " ".join(piece for piece in command.collect_usage_pieces(context) if piece)
    yield f".B {_roff(name)}"
    yield _roff(pieces)
    yield from (".PP", *_paragraphs(command.help or ""))
    yield from _options(command, context)
    examples = re.findall(r"^  (ffx .*|if ffx .*)$", command.epilog or "", re.MULTILINE)
    if examples:
        yield from (".PP", "Examples:", ".PP", ".nf", ".RS 2")
        yield from (_roff(example) for example in examples)
        yield from (".RE", ".fi")


def _options(command: Any, context: Any) -> Iterator[str]:
    for param in command.params:
        record = param.get_help_record(context)
        if record is not None and not getattr(param, "hidden", False):
            yield from (".TP", f".B {_roff(record[0])}", _roff(record[1]))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield _roff(" ".join(paragraph.split()))


def _roff(text: str) -> str:
    """Spell text so that roff takes nothing in it for its own."""
    spelled = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{spelled}" if spelled[:1] in (".", "'") else spelled


if __name__ == "__main__":
    PAGE.write_text(manual(), encoding="utf-8")
