"""One page about one target: it loads nothing, runs nothing, and reads well on paper too.

Everything but the words of this program is remote text: `markup` cleans
and escapes it, no link is made of it, and the page's own policy would stop what
slipped through.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import chain

from ffx.api.journey import Journey
from ffx.api.json_text import indented_parts
from ffx.api.models import Event, HitEvent, VisitorInfo
from ffx.findings.verdict import Conversion
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.window import describe_window
from ffx.input.times.zones import Zone, format_moment, to_local, zone_name
from ffx.output.clean import inert
from ffx.output.words import amount, non_empty, plural, unrepeated
from ffx.render.hit_groups import GROUPS
from ffx.render.html.findings import findings
from ffx.render.html.markup import Markup, element, fact_list, in_parts, remote_texts
from ffx.render.html.table import rows_table, small_table, table_in_parts
from ffx.render.html.timeline import timeline
from ffx.render.target_report import TargetReport
from ffx.version import __version__

_ONE_NAME = ("system", "browser")  # name and version
_SIGNS = {True: ("yes", "✓"), False: ("no", "✗"), None: ("unknown", "?")}


def page(report: TargetReport) -> str:
    """Return the whole document, in UTF-8, which ends with a line feed."""
    return "".join(parts_of_page(report))


def parts_of_page(report: TargetReport) -> Iterator[str]:
    """Yield the document part by part: a large one is never in memory as a whole."""
    is_one_of_many = report.kind == "hit" and report.found.reply.query.kind == "visitor"
    hit_id = report.id if is_one_of_many else ""
    shown, left_out = _shown_rows(report)
    reverse = report.choice.reverse
    main = chain(
        in_parts("section", _verdict(report), aria_label="Verdict"),
        _section("Summary", _summary(report)),
        _section("Timeline", [timeline(shown, report.zone, hit_id=hit_id), *left_out]),
        _findings_section(report),
        _section("Rows", rows_table(shown, report.zone, hit_id=hit_id, is_newest_first=reverse)),
        _section(_requests_title(report), _requests(report)),
    )
    header, footer = element("header", *_header(report)), element("footer", *_footer(report))
    body = in_parts("body", chain([header], in_parts("main", main), [footer]))
    head = element("head", *_head(report.question))
    yield "<!doctype html>\n"
    yield from in_parts("html", chain([head], body), lang="en")
    yield "\n"


def _shown_rows(report: TargetReport) -> tuple[Journey, list[Markup]]:
    """Return the rows that are shown, by time, and what is said of the others."""
    steps, over_limit, other_events = replace(report.choice, reverse=False).steps_of(
        report.journey
    )
    left_out = [f"{plural(over_limit, 'earlier row')} not shown"] if over_limit else []
    left_out += (
        [f"{plural(other_events, 'row')} of other events not shown"] if other_events else []
    )
    sentence = [element("p", f"As asked: {', '.join(left_out)}.")] if left_out else []
    return replace(report.journey, steps=tuple(steps)), sentence


@lru_cache(1)
def _style() -> Markup:
    """Read the page's style sheet; it is ours, and holds nothing that ends it early."""
    return Markup(files("ffx.render.html").joinpath("page.css").read_text("utf-8"))


def _policy() -> Markup:
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return Markup(
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _head(question: str) -> Iterator[Markup]:
    yield element("meta", charset="utf-8")
    yield element("meta", http_equiv="Content-Security-Policy", content=_policy())
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield element("meta", name="referrer", content="no-referrer")
    yield element("meta", name="robots", content="noindex, nofollow")
    yield element("meta", name="color-scheme", content="light dark")
    yield element("meta", name="generator", content=f"ffx {__version__}")
    yield element("title", f"{question} – ffx")
    yield element("style", _style())


def _section(title: str, content: Iterable[Markup]) -> Iterator[Markup]:
    name = title.lower()
    heading = element("h2", title, id=name)
    return in_parts("section", chain([heading], content), aria_labelledby=name, class_=name)


def _header(report: TargetReport) -> Iterator[Markup]:
    yield element("h1", report.question)
    facts = [
        f"account {report.account}",
        f"times in {zone_name(report.zone)}",
        f"made {_time_made(report)}",
    ]
    yield element("p", " · ".join(facts), class_="faint")


def _time_made(report: TargetReport) -> str:
    return format_moment(to_local(report.made, report.zone).replace(second=0, microsecond=0))


def _verdict(report: TargetReport) -> Iterator[Markup]:
    verdict = report.verdict
    name, sign = _SIGNS[verdict.converted]
    yield element(
        "div",
        element("span", sign, class_="sign", aria_hidden="true"),
        element(
            "div",
            element("p", verdict.headline, class_="headline"),
            *(element("p", sentence) for sentence in verdict.details),
        ),
        class_=f"verdict {name}",
    )
    if verdict.conversions:
        header = ("conversion", "revenue", "transaction", "after its hit", "place", "hit")
        cells = partial(_conversion, zone=report.zone)
        yield from table_in_parts(header, verdict.conversions, cells, label="Conversions")
    if gaps := _gaps(report):
        heading = element("h3", "The history is incomplete")
        items = (element("li", gap) for gap in gaps)
        yield element("div", heading, element("ul", *items), class_="incomplete")


def _conversion(conversion: Conversion, zone: Zone) -> tuple[str, ...]:
    after = conversion.after_hit
    return (
        long_time(conversion.time, zone),
        conversion.revenue,
        conversion.transaction,
        elapsed(after) if after is not None else "",
        conversion.place,
        conversion.hit_id,
    )


def _gaps(report: TargetReport) -> tuple[str, ...]:
    """Say what is missing of the history; nothing where there is none."""
    history = report.history
    has_answer = report.diagnosis is not None or report.found.reply.rows
    return history.gaps if history is not None and has_answer else ()


def _summary(report: TargetReport) -> Iterator[Markup]:
    facts: dict[str, list[str]] = {
        "hit": [report.id] if report.kind == "hit" else [],
        "visitor": [report.visitor_id],
        "rows": _counts(report),
        "cost": non_empty(amount(report.journey.cost)),
        "revenue": non_empty(amount(report.journey.revenue)),
    }
    who = _visitor_facts(report)
    if isinstance(who, VisitorInfo):
        facts["first seen"] = non_empty(long_time(who.firstSeen, report.zone))
        facts["last seen"] = non_empty(long_time(who.lastSeen, report.zone))
    found = report.found
    if found.window is not None:
        facts["searched"] = [describe_window(found.window, report.zone)]
    if found.refusal is not None:
        facts["answer"] = non_empty(found.refusal.message)
    for label, names in GROUPS["Visitor"].items():
        facts.setdefault(label, non_empty(*(getattr(who, name, None) for name in names)))
    lines = [
        (label, remote_texts(unrepeated(texts), " " if label in _ONE_NAME else " · "))
        for label, texts in facts.items()
        if any(texts)
    ]
    yield fact_list(lines, class_="facts")
    if found.reply.warnings:
        yield element("h3", "Odd about the reply")
        yield element("ul", *(element("li", warning) for warning in found.reply.warnings))


def _counts(report: TargetReport) -> list[str]:
    journey = report.journey
    is_history = report.found.reply.query.kind == "visitor"
    rows = plural(len(journey.steps), "hit" if is_history else "event")
    visits = [plural(journey.visits, "visit")] if journey.visits else []
    return [*visits, rows, journey.conversions_text]


def _visitor_facts(report: TargetReport) -> VisitorInfo | Event | None:
    """Return the visitor's summary, or an event of their hit; None without either."""
    if report.visitor is not None:
        return report.visitor
    first = next((step.row for step in report.journey.steps), None)
    return first if isinstance(first, HitEvent) else None


def _findings_section(report: TargetReport) -> Iterator[Markup]:
    if report.diagnosis is not None:
        yield from _section("Findings", findings(report.diagnosis, report.zone))


def _requests_title(report: TargetReport) -> str:
    return "Request" if len(report.found.exchanges) == 1 else "Requests"


def _requests(report: TargetReport) -> Iterator[Markup]:
    rows = [
        (
            to_rfc3339(each.asked),
            f"POST {report.address}{each.query.path}",
            " · ".join(f"{name} {value}" for name, value in each.query.body.items()),
            str(each.status),
            each.request_id,
        )
        for each in report.found.exchanges
    ]
    if rows:
        header = ("asked", "address", "for", "status", "request ID")
        yield small_table(header, rows, label="Requests")
    # Cleaned it would be no JSON any more: what is dangerous becomes a JSON escape. Quotes are
    # text between tags, and there are so many of them that they would be a third of a page.
    laid_out = indented_parts(report.found.reply.parts())
    lines = (Markup(escape(inert(part), quote=False)) for part in laid_out)
    summary = element("summary", "The service's reply, as sent (JSON)")
    code = in_parts("pre", in_parts("code", lines), tabindex="0")
    yield from in_parts("details", chain([summary], code))


def _footer(report: TargetReport) -> Iterator[Markup]:
    yield element("p", "The command that made this page:")
    yield element("pre", element("code", report.command))
    yield element("p", f"ffx {__version__} · {report.address}", class_="faint")
