"""The README's pictures: what each command really prints, as drawings.

`python -m tests.pictures` draws them anew; `test_pictures.py` holds them true.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from tests.readme import run, without_times

FOLDER = Path(__file__).parent / "pictures"
PICTURES = {
    "visitor": "ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --utc --sandbox",
    "hit": "ffx hit dkezmsf3bat8xdbz8rt039r4h --utc --sandbox",
    "diagnose": "ffx k3yyck910q7g90ceygzc7nr1 --utc --sandbox",
    "reconcile": "ffx reconcile report.csv --utc --sandbox",
}
# Of a long view the beginning is enough.
_MOST_LINES = {"reconcile": 36}
_CELL, _LINE, _MARGIN = 8.0, 18, 16  # pixels
# What `ffx.render.lines` paints with; the classes are those of the style sheet below.
_CODES = {"1": "b", "2": "d", "31": "r", "32": "g", "33": "y"}
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_STYLE = (
    "text{font:13.3px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#24292f;"
    "white-space:pre}.b{font-weight:bold}.d{fill:#6e7781}.r{fill:#b3261e}.g{fill:#116329}"
    ".y{fill:#8a5700}.paper{fill:#f6f8fa;stroke:#d0d7de}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.d{fill:#8b949e}.r{fill:#ff7b72}"
    ".g{fill:#56d364}.y{fill:#e3b341}.paper{fill:#0d1117;stroke:#30363d}}"
)


_Line: TypeAlias = list[tuple[str, tuple[str, ...]]]


def picture(name: str) -> str:
    """Run a picture's command on a terminal, and draw what it shows."""
    command = PICTURES[name]
    shown = run(f"{command} --color always").rstrip("\n").splitlines()[: _MOST_LINES.get(name)]
    lines: list[_Line] = [[(f"$ {command}", ("b",))], []]
    lines += [list(_spans(line)) for line in shown]
    widest = max(sum(len(text) for text, _ in line) for line in lines)
    width, height = widest * _CELL + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN
    drawn = "\n".join(_drawn(line, number) for number, line in enumerate(lines) if line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{html.escape(command)}">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="paper" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" '
        f'rx="8"/>\n{drawn}\n</svg>\n'
    )


def words_of(svg: str) -> str:
    """Return what a picture says, without the times that differ from day to day."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg)
    plain = "\n".join(html.unescape(re.sub("<[^>]*>", "", text)) for text in texts)
    return without_times(plain)


def _spans(line: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    classes: tuple[str, ...] = ()
    for number, part in enumerate(_SGR.split(line)):
        if number % 2:
            codes = part.split(";") if part else ["0"]
            classes = () if "0" in codes else (*classes, *(_CODES[code] for code in codes))
        elif part:
            yield part, classes


def _drawn(line: _Line, number: int) -> str:
    """Draw a line's spans, each at the column where it stands in the terminal."""
    spans = []
    column = 0
    for text, classes in line:
        if text.strip():
            place = f'x="{_MARGIN + column * _CELL:g}" textLength="{len(text) * _CELL:g}"'
            style = f' class="{" ".join(classes)}"' if classes else ""
            spans.append(f"<tspan {place}{style}>{html.escape(text, quote=False)}</tspan>")
        column += len(text)
    return f'<text y="{_MARGIN + (number + 1) * _LINE - 5}">{"".join(spans)}</text>'


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PICTURES:
        (FOLDER / f"{each}.svg").write_text(picture(each), encoding="utf-8")
