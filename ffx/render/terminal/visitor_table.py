"""The visitor view's summary on a terminal, and what stands below its timeline."""

from collections.abc import Iterator

from ffx.api.journey import Journey
from ffx.api.models import Amount, VisitorInfo
from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, format_moment, to_local, zone_name
from ffx.output.clean import clean
from ffx.output.width import clip, pad, wrap, wrap_facts
from ffx.output.words import identity, non_empty, plural, unrepeated, whole_number
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends

_LABEL = 10
_MOST_LINES = 4


def summary_lines(
    visitor: VisitorInfo | None, visitor_id: str, journey: Journey, frame: Frame
) -> Iterator[Line]:
    """Yield who this is, where, on what, and how much there is of them."""
    yield from both_ends(
        [("Visitor ", "label"), (identity(visitor_id) or "without an ID", "title")],
        [f"account {clean(frame.account)}", f"times in {zone_name(frame.zone)}"],
        frame.width,
    )
    # Of a time without a hit the counts would read as those of the visitor's life.
    counts = [plural(journey.visits, "visit"), _hits(visitor, journey), journey.conversions_text]
    seen = _seen(visitor, frame.zone)
    facts = {"when": [seen, *(counts if journey.steps else ["no hit was sent"])]}
    if visitor is not None:
        facts["where"] = [
            ", ".join(unrepeated(non_empty(visitor.city, visitor.region, visitor.country))),
            *non_empty(visitor.ip),
            *_network(visitor),
        ]
        facts["device"] = [
            " ".join(
                non_empty(visitor.deviceBrand, visitor.deviceModelName or visitor.deviceModel)
            ),
            *non_empty(visitor.deviceType),
            " ".join(non_empty(visitor.deviceOS, visitor.deviceOSVersion)),
            " ".join(non_empty(visitor.browser, visitor.browserVersion)),
            *non_empty(visitor.language),
        ]
    room = frame.width - len(INDENT) - _LABEL
    for label, words in facts.items():
        yield from _labelled(label, wrap_facts(words, room, most=_MOST_LINES))
    if visitor is not None and visitor.userAgent:
        yield from _labelled("agent", [clip(clean(visitor.userAgent), room)])


def incomplete_lines(
    *, has_more: bool | None, rows: int, total: Amount | None, command: str, frame: Frame
) -> Iterator[Line]:
    """Yield the loud lines when the service held rows back; nothing when it did not.

    `command` gets them; empty where there is none to propose.
    """
    if has_more is False:
        return
    if has_more:
        of_all = "" if total is None else f" of {whole_number(total)}"
        hits = "hit" if rows == 1 and not of_all else "hits"
        words = f"Incomplete: the service returned {rows:,}{of_all} {hits}."
        words += " For all of them:" if command else ""
    else:
        words = "Perhaps incomplete: the service did not say whether there is more."
        words += " To look:" if command else ""
    yield []
    for part in wrap(words, frame.width, most=_MOST_LINES):
        yield [(part, "loud")]
    if command:
        # Never wrapped: it is there to be copied.
        yield [(f"{INDENT}{clean(command)}", "loud")]


def _hits(visitor: VisitorInfo | None, journey: Journey) -> str:
    """Count the rows, and name the service's own count where that is another."""
    rows = len(journey.steps)
    total = visitor.totalHits if visitor is not None else None
    if total is None or total == rows:
        return plural(rows, "hit")
    if total > rows:
        return f"{rows:,} of {whole_number(total)} hits"
    return f"{plural(rows, 'hit')} where the service counts {whole_number(total)}"


def _seen(visitor: VisitorInfo | None, zone: Zone) -> str:
    if visitor is None:
        return ""
    first, last = read_time(visitor.firstSeen), read_time(visitor.lastSeen)
    if first is None:
        return " → ".join(non_empty(visitor.firstSeen, visitor.lastSeen))
    started = to_local(first, zone).replace(microsecond=0)
    text = format_moment(started)
    if last is None:
        return " → ".join([text, *non_empty(visitor.lastSeen)])
    ended = to_local(last, zone).replace(microsecond=0)
    if ended == started:
        return text
    if (ended.date(), ended.utcoffset()) == (started.date(), started.utcoffset()):
        return f"{text} → {ended:%H:%M:%S}"
    return f"{text} → " + format_moment(
        ended,
        year=ended.year != started.year,
        offset=ended.utcoffset() != started.utcoffset(),
    )


def _network(visitor: VisitorInfo) -> list[str]:
    """Name the network, its kind, and a carrier that is another."""
    carrier = visitor.mobileCarrier if visitor.mobileCarrier != visitor.isp else None
    kind = f" ({clean(visitor.connectionType)})" if visitor.connectionType else ""
    names = non_empty(visitor.isp, carrier)
    return [*names[:-1], f"{names[-1]}{kind}"] if names else non_empty(visitor.connectionType)


def _labelled(label: str, lines: list[str]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        yield [(INDENT, ""), (pad(label if number == 0 else "", _LABEL), "label"), (line, "")]
