"""What it comes down to: converted, when and for how much; or how far the visitor got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ffx.api import kinds as events
from ffx.api.journey import total_of
from ffx.api.models import Event
from ffx.findings.phrases import cite_page
from ffx.findings.sale_check import SaleCheck, check_claimed_sale
from ffx.findings.sales import without_leads
from ffx.findings.subject import Subject, place_of
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.instants import read_time
from ffx.output.width import clip
from ffx.output.words import amount

_MOST_CANDIDATES = 3
_LONGEST_AMOUNT = 40


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion; texts as sent, or aliases; `after_hit` None where its hit is not known."""

    hit_id: str
    time: str
    revenue: str
    transaction: str
    place: str
    after_hit: timedelta | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to «did it convert?».

    Attributes:
        converted: of the hit in question, or of the visitor; where the text claims a sale,
            of that sale. None is «not known».
        reached_offer: the same of having seen an offer.
        headline: one sentence.
        details: more sentences, as many as help.
        conversions: the visitor's, oldest first, on whichever hit.
    """

    converted: bool | None
    reached_offer: bool | None
    headline: str
    details: tuple[str, ...]
    conversions: tuple[Conversion, ...]


def judge(subject: Subject) -> Verdict:
    """Judge by what is known; never «no» by a history that may lack rows."""
    known = subject.known_conversions
    own: Sequence[Event] = subject.hit_conversions if subject.hit_id else known
    sale = check_claimed_sale(subject)
    is_there = own if sale is None else sale.own
    is_whole = subject.is_complete and not (sale is not None and sale.perhaps)
    converted = True if is_there else False if is_whole else None
    knows_offers = subject.is_complete and subject.knows_offers
    reached = True if subject.reached_offer else False if knows_offers else None
    if sale is not None and own and not sale.own:
        headline, details = _not_the_claimed_one(subject, sale, own)
    elif own:
        headline, details = _converted(subject, own)
    elif converted is None:
        headline, details = _not_known(subject)
    else:
        headline, details = _not_converted(subject, known)
    return Verdict(converted, reached, headline, tuple(details), _conversions(subject, known))


def _not_the_claimed_one(
    subject: Subject, sale: SaleCheck, own: Sequence[Event]
) -> tuple[str, list[str]]:
    transaction = sale.claimed.transaction
    name = (
        f"transaction {subject.cite('conversionTransaction', transaction)}"
        if transaction
        else f"amount {sale.claimed.amount}"
    )
    headline, details = _converted(subject, own)
    whose = "hit" if subject.hit_id else "visitor"
    if sale.perhaps:
        lacking = "a transaction" if transaction else "an amount"
        headline, details = _converted(subject, sale.perhaps)
        return f"It is not known whether the sale with the {name} is on this {whose}.", [
            f"A conversion without {lacking} may be it: {_in_a_sentence(headline)}",
            *details,
        ]
    where = "on another hit of the visitor" if sale.elsewhere else f"not on this {whose}"
    if not sale.elsewhere and not sale.is_known:
        where = "not among the rows that came back"
    return f"The sale with the {name} is {where}.", [
        f"Another sale is there: {_in_a_sentence(headline)}",
        *details,
    ]


def _in_a_sentence(headline: str) -> str:
    return f"{headline[:1].lower()}{headline[1:]}"


def _not_known(subject: Subject) -> tuple[str, list[str]]:
    if not subject.steps and not subject.details:
        if subject.gaps:
            return "Not known whether it converted: the service sent no hit.", []
        return "Nothing was found.", []
    return "Not known whether it converted: the history is incomplete.", [
        f"In the rows that came back, the visitor {_farthest(subject)}."
    ]


def _not_converted(subject: Subject, known: Sequence[Event]) -> tuple[str, list[str]]:
    if any(row.hitId for row in known):
        return "No conversion of this hit; the visitor converted on another one.", []
    if known:
        return "No conversion of this hit; the visitor has a conversion without a hit ID.", []
    is_known = bool(subject.hit_id) and "hitId" not in subject.redacted
    if is_known and not events.can_convert(subject.hit_id):
        view = subject.view_of(subject.hit_id)
        if view is not None and events.is_page(view):
            return "No conversion of this hit, a view of a lander.", (
                _candidates(subject)
                if subject.offers
                else ["The visitor has no view of an offer."]
            )
        return "No conversion, and this hit cannot take one.", _candidates(subject)
    return "No conversion.", [f"The visitor {_farthest(subject)}."]


def _converted(subject: Subject, own: Sequence[Event]) -> tuple[str, list[str]]:
    taken_back = [row for row in own if row.revenue is not None and row.revenue < 0]
    sales = [row for row in without_leads(own) if row not in taken_back]
    rows = sales or own
    timed = [row for row in rows if read_time(row.eventTime) is not None]
    last = (timed or rows)[-1]
    count = f" {len(rows)} times" if len(rows) > 1 else ""
    total = total_of(row.revenue for row in rows)
    stated = sum(row.revenue is not None for row in rows)
    some = f", {stated} of them" if stated < len(rows) else ""
    worth = f"{some} for {clip(amount(total), _LONGEST_AMOUNT)}" if total is not None else ""
    in_all = " in all" if worth and stated > 1 else ""
    if not sales and worth:
        only = "negative amounts alone" if stated > 1 else "a negative amount alone"
        worth = f", with {only}:{worth.removeprefix(' for')}"
    when = ""
    if timed:
        on = "last on" if len(rows) > 1 else "on"
        when = f", {on} {long_time(last.eventTime, subject.zone)}"
    after = subject.after_hit(last)
    is_later = after is not None and after >= timedelta(0)
    later = f", {elapsed(after)} after its hit" if after is not None and is_later else ""
    details = _taken_back(taken_back, own) if sales else []
    if not subject.knows_hit_conversions:
        details.append("There may be more conversions: the history is incomplete.")
    return f"Converted{count}{worth}{in_all}{when}{later}.", details


def _taken_back(rows: Sequence[Event], own: Sequence[Event]) -> list[str]:
    """Say what refunds and the like have left of the sum, where each amount is stated."""
    total = total_of(row.revenue for row in rows)
    if total is None:
        return []
    what = "A negative amount" if len(rows) == 1 else f"{len(rows):,} negative amounts"
    sentence = f"{what} of {amount(total)}{' in all' if len(rows) > 1 else ''} came in, too"
    left = None if any(row.revenue is None for row in own) else total_of(r.revenue for r in own)
    return [f"{sentence}; {amount(left)} is left." if left is not None else f"{sentence}."]


def _candidates(subject: Subject) -> list[str]:
    """Name the offers' hits, of which the postback should have named one."""
    hits = dict.fromkeys(
        subject.alias("hitId", step.row.hitId or "")
        for step in subject.offers
        if events.can_convert(step.row.hitId or "")
    )
    if not hits:
        return ["A conversion belongs to a view of an offer, whose hit ID ends in h."]
    shown = list(reversed(hits))[:_MOST_CANDIDATES]  # the latest first, as in the finding
    more = f", and {len(hits) - len(shown)} more" if len(hits) > len(shown) else ""
    noun = "view of an offer is" if len(hits) == 1 else "views of offers are"
    return [f"The visitor's {noun} {', '.join(shown)}{more}."]


def _farthest(subject: Subject) -> str:
    """Say how far the visitor got: «reached the offer 'Example Shop'»."""
    if subject.offers:
        row = subject.offers[-1].row
        return f"reached the offer{cite_page(subject, row)}"
    if subject.reached_offer:
        return "reached an offer"
    no_offer = ", and reached no offer" if subject.knows_offers else ""
    if subject.clicks:
        return f"clicked on a page{no_offer}"
    pages = [step.row for step in subject.views if events.is_page(step.row)]
    if pages:
        return f"saw the page{cite_page(subject, pages[-1])}{no_offer}"
    return "entered, and saw no page" if subject.entrances else "has no view of a page"


def _conversions(subject: Subject, known: Sequence[Event]) -> tuple[Conversion, ...]:
    return tuple(
        Conversion(
            hit_id=subject.alias("hitId", row.hitId or ""),
            time=row.eventTime or "",
            revenue=amount(row.revenue),
            transaction=subject.alias("conversionTransaction", row.conversionTransaction or ""),
            place=subject.alias("place", place_of(row)),
            after_hit=subject.after_hit(row),
        )
        for row in known
    )
