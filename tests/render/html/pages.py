"""Pages as a reader of HTML takes them, and reports full of what strangers could write."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from ffx.api import members
from ffx.api.models import VisitorInfo
from ffx.render.target_report import TargetReport
from tests.render import reports

TAGS = frozenset({
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section",
    "h1", "h2", "h3", "p", "div", "span", "b", "bdi", "code", "pre", "ul", "ol", "li", "dl",
    "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "wbr", "details",
    "summary", "figure", "figcaption", "svg", "desc", "path", "rect", "circle", "text",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "role", "tabindex",
    "scope", "aria-label", "aria-labelledby", "aria-describedby", "aria-hidden", "width",
    "height", "viewbox", "x", "y", "rx", "cx", "cy", "r", "d", "transform", "data-name",
})  # fmt: skip
HOSTILE = (
    "<script>document.title='owned'</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title></svg></pre><iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    "]]>--><!--",
    "&lt;b&gt; &amp; &#60;",
    "\x1b]0;owned\x07\x00\u202egnp.exe\u2028",
)  # fmt: skip
VOID = frozenset({"meta", "wbr"})


@dataclass
class Read(HTMLParser):
    """A page as a reader of HTML takes it.

    Attributes:
        tags: every element's name and attributes.
        texts: name of an element to the texts directly in elements of that name.
        tables: rows of cells, of each table.
    """

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    tables: list[list[list[str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.texts.setdefault(tag, []).append("")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in {*self.open}:
            self.texts[tag][-1] += data
        if {"td", "th"} & {*self.open}:
            self.tables[-1][-1][-1] += data

    def named(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.tags
            if name == tag and attributes.items() <= found.items()
        ]


def read(text: str) -> Read:
    reader = Read()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def with_rows(report: TargetReport, hits: Iterable[dict[str, Any]]) -> TargetReport:
    return replace(report, journey=reports.journey(list(hits)))


def check_inert(text: str) -> Read:
    """Check that a page has no element and no attribute but ours, and no control character."""
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ud800-\udfff]", text
    )
    found = read(text)
    assert {tag for tag, _ in found.tags} <= TAGS
    assert {name for _, attributes in found.tags for name in attributes} <= ATTRIBUTES
    return found


def report_with(stranger: str, hits: list[dict[str, Any]]) -> TargetReport:
    """Make a diagnosed report that holds a text in each place that text can reach."""
    report = reports.diagnosed()
    assert report.diagnosis is not None
    finding = replace(
        report.diagnosis.findings[1],
        sentence=stranger,
        next_step=stranger,
        evidence=tuple(
            replace(each, value=stranger, place=stranger, hit_id=stranger)
            for each in report.diagnosis.findings[1].evidence
        ),
    )
    examination = replace(report.diagnosis.examination, findings=(finding,))
    history = replace(report.diagnosis.history, gaps=(stranger,))
    diagnosis = replace(
        report.diagnosis,
        examination=examination,
        history=history,
        notes=(stranger,),
        visitor_id=stranger,
    )
    verdict = replace(
        report.verdict,
        headline=stranger,
        details=(stranger,),
        conversions=(replace(reports.CONVERSION, transaction=stranger, place=stranger),),
    )
    return replace(
        with_rows(report, hits),
        question=stranger,
        account=stranger,
        command=stranger,
        address=stranger,
        visitor=VisitorInfo.model_validate(dict.fromkeys(members.VISITOR, stranger)),
        history=history,
        verdict=verdict,
        diagnosis=diagnosis,
    )
