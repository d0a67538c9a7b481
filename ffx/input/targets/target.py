"""Turn what people paste into a visitor ID or a hit ID, or say why not.

`pasted.py` finds what may be an ID, `shapes.py` knows what IDs look like, and
here it is decided: which of the candidates is meant, what is refused before anything
is asked, and what the reader should hear about the rest.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ffx.errors import UsageError
from ffx.input.targets import shapes
from ffx.input.targets.oddities import oddities
from ffx.input.targets.refusals import (
    WHO_FILLS,
    check_id,
    describe_unfilled,
    describe_unread,
    refuse_damaged_visitor,
    refuse_placeholder,
    refuse_text,
)
from ffx.input.targets.shapes import (
    Command,
    DateCheck,
    Kind,
    check_date,
    is_hit_shaped,
    is_visitor_shaped,
)
from ffx.output.clean import quoted, without_invisible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # Most targets are plain IDs, and compiling its patterns takes longer than reading one.
    from ffx.input.targets.claimed_sale import ClaimedSale, Placeholder
    from ffx.input.targets.pasted import Candidate, Candidates

_ALSO_SHOWN = 3

# One word without what links, JSON and CSV are made of.
_WORD = re.compile(r"[^\s=&?{}\[\]\"<>,;/]+")
_PLAIN = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class VisitorId:
    text: str


@dataclass(frozen=True, slots=True)
class HitId:
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """An ID to ask for.

    Attributes:
        id: the ID, as it stood in the text.
        notes: a sentence each for stderr: where the ID was found, what else was
            there, and what looks wrong with it.
        warnings: those of them that are findings, by their place in the catalogue: P2, P3,
            P6, P7.
        claimed_sale: the sale that the text is about; None where it tells of none.
        placeholders: what stands beside the ID and was never filled in.
        lacks_transaction: whether the text is a postback without tx=.
        others: what else in the text may be asked for, the likeliest first.
    """

    id: VisitorId | HitId
    notes: tuple[str, ...] = ()
    warnings: Mapping[str, str] = field(default_factory=dict, compare=False)
    claimed_sale: ClaimedSale | None = field(default=None, compare=False)
    placeholders: tuple[Placeholder, ...] = field(default=(), compare=False)
    lacks_transaction: bool = field(default=False, compare=False)
    others: tuple[VisitorId | HitId, ...] = field(default=(), compare=False)

    @property
    def kind(self) -> Kind:
        return "hit" if isinstance(self.id, HitId) else "visitor"

    @property
    def hit_id(self) -> str:
        """The hit in question; empty where the target is a visitor."""
        return self.id.text if isinstance(self.id, HitId) else ""


def read_target(
    text: str,
    *,
    command: Command,
    as_kind: Kind | None = None,
    now: datetime | None = None,
    service: Sequence[str] = (),
) -> Target:
    """Read an ID, or any text that holds one.

    A plain ID is a hit for the command `hit`. For the others it is a hit if it is
    shaped like one, else a visitor. In longer text the kind that the command asks
    for comes first (for `diagnose` a hit), then names that are known, then shape.
    `as_kind` overrules the guess, and every refusal but that of a placeholder. `now`
    is the present time, by which the creation time of an asset ID is judged. `service` are
    options that say which service and account is asked, for the command that a refusal proposes.

    Raises:
        UsageError: there is no ID, or not one to ask for. Its code is P1 for a
            placeholder, P2 for a visitor ID without its capitals where a hit is wanted,
            P4 for digits only, P5 for a UUID; or asset-id, entrance-link, visitor-id,
            spreadsheet-number, not-an-id.
    """
    now = now or datetime.now(UTC)
    text = without_invisible(text)
    bare = text.strip(shapes.WRAPPING)
    if not bare:
        raise UsageError("the text is empty where an ID belongs", hint=WHO_FILLS, code="P1")
    refuse_placeholder(bare)
    word = bare.strip(shapes.PADDING)
    if (word.isascii() and word.isalnum()) or (as_kind and _PLAIN.fullmatch(word)):
        return _read_word(word, command=command, as_kind=as_kind, now=now)
    return _read_text(text, command=command, as_kind=as_kind, now=now, service=service)


def holds_id(text: str) -> bool:
    """Tell whether `text` is an ID by its shape, or holds one, or a known name for one."""
    word = without_invisible(text).strip(shapes.PADDING)
    if word.isascii() and word.isalnum():
        return is_hit_shaped(word) or is_visitor_shaped(word) or shapes.is_recased_hit(word)
    from ffx.input.targets import pasted

    candidates = pasted.find_ids(text)
    return bool(candidates.ids or candidates.unfilled)


def may_be_asked(candidate: Candidate, *, now: datetime) -> bool:
    """Tell whether something found in a text can be an ID of ours, by its form and its date."""
    is_foreign = (
        not candidate.is_named and check_date(candidate.text, now=now) is DateCheck.IMPOSSIBLE
    )
    with suppress(UsageError):
        check_id(candidate.text, forced=False, now=now)
        return not is_foreign
    return False


def _read_text(
    text: str, *, command: Command, as_kind: Kind | None, now: datetime, service: Sequence[str]
) -> Target:
    from ffx.input.targets import pasted
    from ffx.input.targets.claimed_sale import Placeholder, names_transaction, unfilled_sale

    candidates = pasted.find_ids(text, now=now)
    wanted: Kind = as_kind or ("visitor" if command == "visitor" else "hit")
    likely = _by_likelihood(candidates, wanted=wanted, forced=as_kind is not None, now=now)
    candidate = _choose(likely, forced=as_kind is not None, now=now)
    if candidate is None:
        readable = pasted.fully_decoded(text)
        word = "" if candidates.unread else _lone_word(readable)
        if word:
            return _read_word(word, command=command, as_kind=as_kind, now=now)
        refuse_text(text, readable, candidates)
    if command == "hit" and not as_kind:
        _refuse_visitor(candidate, likely, service)
    # By its shape alone a visitor ID may still be meant as a hit.
    kind: Kind = as_kind or ("hit" if command == "hit" else candidate.kind)
    claimed_sale, postback = _sale_in(text, candidate)
    lacks_transaction = bool(postback) and not names_transaction(postback)
    unfilled = [parameter for parameter in candidates.unfilled if parameter.text]
    placeholders = (
        *(Placeholder(each.name, each.text) for each in unfilled),
        *unfilled_sale(postback),
    )
    warnings = oddities(
        candidate.text,
        kind,
        now=now,
        claimed_sale=claimed_sale,
        placeholders=placeholders,
        lacks_transaction=lacks_transaction,
    )
    others = _others(likely, candidate, now=now)
    notes = [
        _whereabouts(candidate, kind),
        *_notes_on_others(others, candidates),
        *warnings.values(),
    ]
    if candidates.unread:
        notes.append(describe_unread(candidates))
    return Target(
        id_of(kind, candidate.text),
        tuple(notes),
        warnings,
        claimed_sale=claimed_sale,
        placeholders=placeholders,
        lacks_transaction=lacks_transaction,
        others=tuple(id_of(other.kind, other.text) for other in others),
    )


def _sale_in(text: str, candidate: Candidate) -> tuple[ClaimedSale | None, str]:
    """Return the sale that a text claims, and the query of the postback that it is, if any.

    The outermost reading that tells is taken: in an inner one, a value may look like two.
    """
    from ffx.input.targets import pasted
    from ffx.input.targets.claimed_sale import find_claimed_sale, find_postback

    readings = list(pasted.readings(text))
    claims = (find_claimed_sale(each, candidate.text) for each in readings)
    postbacks = (find_postback(each, candidate.text) for each in readings)
    return next(filter(None, claims), None), next(filter(None, postbacks), "")


def id_of(kind: Kind, text: str) -> VisitorId | HitId:
    return HitId(text) if kind == "hit" else VisitorId(text)


def _read_word(word: str, *, command: Command, as_kind: Kind | None, now: datetime) -> Target:
    check_id(word, forced=as_kind is not None, now=now)
    if command == "hit" and not as_kind:
        refuse_damaged_visitor(word)
    guess: Kind = "hit" if command == "hit" or is_hit_shaped(word) else "visitor"
    kind = as_kind or guess
    warnings = oddities(word, kind, now=now)
    return Target(id_of(kind, word), tuple(warnings.values()), warnings)


def _lone_word(text: str) -> str:
    """Return the one word that the text is, or nothing."""
    bare = text.strip(shapes.WRAPPING)
    refuse_placeholder(bare)
    word = bare.strip(shapes.PADDING)
    return word if _WORD.fullmatch(word) else ""


def _by_likelihood(
    candidates: Candidates, *, wanted: Kind, forced: bool, now: datetime
) -> list[Candidate]:
    """Sort what was found, each text once: first what is likeliest the ID that is meant."""
    from ffx.input.targets.pasted import Rank

    def unlikeliness(candidate: Candidate) -> tuple[bool, Rank, bool, bool, bool, DateCheck, Rank]:
        when = (
            check_date(candidate.text, now=now) if candidate.kind == "hit" else DateCheck.MISSING
        )
        # A network's own transaction ID may look like a visitor ID, so a hit's name wins over it.
        is_doubtful = wanted == "visitor" and not forced and candidate.has_strange_name
        return (
            when is DateCheck.IMPOSSIBLE and not candidate.is_named,
            max(candidate.rank, Rank.VALUE),  # what is altered, or in a source's tag, comes late
            is_doubtful,
            candidate.kind != wanted,
            not candidate.is_named,
            when,
            candidate.rank,
        )

    likely: dict[str, Candidate] = {}
    for candidate in sorted(candidates.ids, key=unlikeliness):
        likely.setdefault(candidate.text, candidate)
    return list(likely.values())


def _choose(likely: list[Candidate], *, forced: bool, now: datetime) -> Candidate | None:
    """Return the first that may be asked for; None if there is nothing like an ID."""
    first_refusal: UsageError | None = None
    for candidate in likely:
        try:
            check_id(candidate.text, forced=forced, now=now)
        except UsageError as error:
            first_refusal = first_refusal or error
        else:
            return candidate
    if first_refusal:
        raise first_refusal
    return None


def _others(likely: list[Candidate], chosen: Candidate, *, now: datetime) -> list[Candidate]:
    """Return what else may be asked for."""
    others = []
    for candidate in likely:
        if candidate.text != chosen.text:
            with suppress(UsageError):
                check_id(candidate.text, forced=False, now=now)
                others.append(candidate)
    return others


def _refuse_visitor(candidate: Candidate, likely: list[Candidate], service: Sequence[str]) -> None:
    """Refuse a visitor where a hit is wanted: by its name, or by its shape and damage."""
    refuse_damaged_visitor(candidate.text)
    if candidate.kind == "visitor" and candidate.is_named:
        hits = [_described(other) for other in likely if other.kind == "hit"]
        but = f"but {hits[0]}, which looks like another tracker's" if hits else "and no hit ID"
        import shlex

        command = shlex.join(("ffx", "visitor", candidate.text, *service))
        raise UsageError(
            f"the text holds a visitor ID under {quoted(candidate.name)}, {but}",
            hint=f"For the visitor's hits: {command}",
            code="visitor-id",
        )


def _whereabouts(candidate: Candidate, kind: Kind) -> str:
    place = f"under {quoted(candidate.name)}" if candidate.name else "in the text"
    return f"found {kind} ID {candidate.text} {place}"


def _notes_on_others(others: list[Candidate], candidates: Candidates) -> list[str]:
    """Name the other IDs of the text and the first parameter that was never filled in."""
    notes = []
    if others:
        shown = [_described(candidate) for candidate in others[:_ALSO_SHOWN]]
        if len(others) > len(shown):
            shown.append(f"{len(others) - len(shown):,} more")
        notes.append(f"the text also holds {', '.join(shown)}")
    # A placeholder is a warning.
    notes += [describe_unfilled(each.name) for each in candidates.unfilled[:1] if not each.text]
    return notes


def _described(candidate: Candidate) -> str:
    place = f" under {quoted(candidate.name)}" if candidate.name else ""
    return f"{candidate.kind} ID {quoted(candidate.text)}{place}"
