"""Turn what people paste into a visitor ID or a hit ID, or say why not.

`pasted.py` finds what may be an ID, `shapes.py` knows what IDs look like, and
here it is decided: which of the finds is meant, what is refused before anything
is asked, and what the reader should be told about the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias

from ffx.errors import UsageError
from ffx.input.targets import shapes
from ffx.input.targets.shapes import Kind, estimated_time, is_hit_shaped, is_visitor_shaped
from ffx.output.clean import clean, quoted, without_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    # Most targets are plain IDs, and compiling its patterns takes longer than reading one.
    from ffx.input.targets.claims import Claim, Placeholder
    from ffx.input.targets.pasted import Find, Finds

__all__ = [
    "Command",
    "HitId",
    "Kind",
    "Target",
    "VisitorId",
    "estimated_time",
    "is_hit_shaped",
    "is_visitor_shaped",
    "read_target",
]

Command: TypeAlias = Literal["visitor", "hit", "diagnose"]
"""What an ID is wanted for."""

_LONGEST_ID = 256
_ALSO_SHOWN = 3
_LONGEST_PLACEHOLDER = 23

# One word without what links, JSON and CSV are made of.
_WORD = re.compile(r"[^\s=&?{}\[\]\"<>,;/]+")
_PLAIN = re.compile(r"[\w.~-]+")

_FORMS = (
    "Give a hit ID such as dkezmsf3bat8xdbz8rt039r4h, a visitor ID such as\n"
    "afdwb7QPV6Y59aTP3fQxZ3tX2ox, or text that holds one: a link with vid= or clickid=,\n"
    "a postback with hit=, a line of a conversion upload, a webhook's JSON."
)
_WHO_FILLS = (
    "The network did not fill it in: see the offer URL's click parameter, and the postback's hit=."
)
_OVERRULE = "If it is one all the same, add --as hit or --as visitor."


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
        claim: the sale that the text is about; None where it tells of none.
        placeholders: what stands beside the ID and was never filled in.
    """

    id: VisitorId | HitId
    notes: tuple[str, ...] = ()
    warnings: Mapping[str, str] = field(default_factory=dict, compare=False)
    claim: Claim | None = field(default=None, compare=False)
    placeholders: tuple[Placeholder, ...] = field(default=(), compare=False)

    @property
    def kind(self) -> Kind:
        return "hit" if isinstance(self.id, HitId) else "visitor"


def read_target(
    text: str, *, command: Command, as_kind: Kind | None = None, now: datetime | None = None
) -> Target:
    """Read an ID, or any text that holds one.

    A plain ID is a hit for the command `hit`. For the others it is a hit if it is
    shaped like one, else a visitor. In longer text the kind that the command asks
    for comes first (for `diagnose` a hit), then names that are known, then shape.
    `as_kind` overrules the guess, and every refusal but that of a placeholder. `now`
    is the present time, by which the creation time of an asset ID is judged.

    Raises:
        UsageError: there is no ID, or not one to ask for. Its code is P1 for a
            placeholder, P4 for digits only, P5 for a UUID; or asset-id,
            entrance-link, visitor-id, not-an-id.
    """
    now = now or datetime.now(UTC)
    text = without_invisible(text)
    bare = text.strip(shapes.WRAPPING)
    if not bare:
        raise UsageError("the text is empty where an ID belongs", hint=_WHO_FILLS, code="P1")
    _refuse_placeholder(bare)
    word = bare.strip(shapes.PADDING)
    if (word.isascii() and word.isalnum()) or (as_kind and _PLAIN.fullmatch(word)):
        return _read_word(word, command=command, as_kind=as_kind, now=now)
    return _read_text(text, command=command, as_kind=as_kind, now=now)


def _read_text(text: str, *, command: Command, as_kind: Kind | None, now: datetime) -> Target:
    from ffx.input.targets import pasted

    finds = pasted.find_ids(text)
    wanted: Kind = as_kind or ("visitor" if command == "visitor" else "hit")
    find = _choose(finds, wanted=wanted, forced=as_kind is not None, now=now)
    if find is None:
        readable = pasted.fully_decoded(text)
        word = "" if finds.unread else _lone_word(readable)
        if word:
            return _read_word(word, command=command, as_kind=as_kind, now=now)
        _refuse_text(text, readable, finds)
    if command == "hit" and not as_kind:
        _refuse_visitor(find)
    # By its shape alone a visitor ID may still be meant as a hit.
    kind: Kind = as_kind or ("hit" if command == "hit" else find.kind)
    warnings = _warnings(find.text, kind, command=command)
    claim, placeholders = _beside(text, find, finds, warnings)
    notes = [_whereabouts(find, kind), *_others(finds, find), *warnings.values()]
    if finds.unread:
        notes.append(_unread(finds))
    target = _target(kind, find.text, notes, warnings)
    return replace(target, claim=claim, placeholders=placeholders)


def _beside(
    text: str, find: Find, finds: Finds, warnings: dict[str, str]
) -> tuple[Claim | None, tuple[Placeholder, ...]]:
    """Return what stands beside an ID, the sale and the placeholders; warn of what is odd."""
    from ffx.input.targets import pasted
    from ffx.input.targets.claims import Placeholder, find_claim

    readable = pasted.fully_decoded(text)
    claim = find_claim(readable, find.text)
    postback = pasted.find_postback(readable, find.text)
    if postback and pasted.lacks_transaction(postback):
        warnings["P6"] = "the postback has no tx=: repeats of it cannot be told apart"
    transaction = claim.transaction if claim else ""
    if is_hit_shaped(transaction) and not (
        is_hit_shaped(find.text) or is_visitor_shaped(find.text)
    ):
        retry = _command("diagnose", transaction)
        warnings["P3"] = (
            f"tx holds {transaction}, which looks like a hit ID, and the hit's place holds "
            f"{quoted(find.text)}: the two may be swapped; try {retry}"
        )
    unfilled = [parameter for parameter in finds.unfilled if parameter.text]
    if unfilled:
        warnings["P7"] = _emptiness(unfilled[0])
    return claim, tuple(Placeholder(each.name, each.text) for each in unfilled)


def _target(kind: Kind, text: str, notes: Iterable[str], warnings: Mapping[str, str]) -> Target:
    return Target(HitId(text) if kind == "hit" else VisitorId(text), tuple(notes), warnings)


def _read_word(word: str, *, command: Command, as_kind: Kind | None, now: datetime) -> Target:
    _check(word, forced=as_kind is not None, now=now)
    guess: Kind = "hit" if command == "hit" or is_hit_shaped(word) else "visitor"
    kind = as_kind or guess
    warnings = _warnings(word, kind, command=command)
    return _target(kind, word, warnings.values(), warnings)


def _lone_word(text: str) -> str:
    """Return the one word that the text is, or nothing."""
    bare = text.strip(shapes.WRAPPING)
    _refuse_placeholder(bare)
    word = bare.strip(shapes.PADDING)
    return word if _WORD.fullmatch(word) else ""


def _choose(finds: Finds, *, wanted: Kind, forced: bool, now: datetime) -> Find | None:
    """Return the likeliest ID that may be asked for; None if there is nothing like one."""

    def unlikeliness(find: Find) -> tuple[bool, bool, bool, int]:
        # A network's own transaction ID may look like a visitor ID, so a hit's name wins over it.
        doubtful = wanted == "visitor" and not forced and find.has_strange_name
        return find.is_altered, doubtful, find.kind != wanted, find.rank

    first_refusal: UsageError | None = None
    for find in sorted(finds.ids, key=unlikeliness):
        try:
            _check(find.text, forced=forced, now=now)
        except UsageError as error:
            first_refusal = first_refusal or error
        else:
            return find
    if first_refusal:
        raise first_refusal
    return None


def _check(text: str, *, forced: bool, now: datetime) -> None:
    """Refuse what cannot be an ID, and unless `forced` what is known as something else."""
    if len(text) > _LONGEST_ID:
        raise UsageError(
            f"{quoted(text)} has {len(text):,} characters: an ID has {_LONGEST_ID} at most",
            hint=_FORMS,
            code="not-an-id",
        )
    if any(character.isspace() for character in text):
        raise UsageError(
            f"{quoted(text)} holds a blank: no ID does", hint=_FORMS, code="not-an-id"
        )
    if clean(text) != text:
        raise UsageError(
            f"{quoted(text)} holds a control character: no ID does", hint=_FORMS, code="not-an-id"
        )
    _refuse_placeholder(text)
    if forced:
        return
    if text.isascii() and text.isdecimal():
        raise UsageError(
            f"{quoted(text)} has digits only: so do IDs of the self-hosted FunnelFlux, not of Pro",
            hint=f"The Pro service cannot know it. {_OVERRULE}",
            code="P4",
        )
    if shapes.is_uuid(text):
        _refuse_uuid(text)
    if created := shapes.asset_created(text, now=now):
        raise UsageError(
            f"{quoted(text)} is an asset ID (a funnel's, a page's), made on {created:%Y-%m-%d}",
            hint=f"Look for a hit ID or a visitor ID. {_OVERRULE}",
            code="asset-id",
        )


def _refuse_placeholder(text: str) -> None:
    # The longest placeholder without brackets is `inserttransactionidhere`.
    if text.isalnum() and len(text) > _LONGEST_PLACEHOLDER:
        return
    from ffx.input.targets.macros import is_placeholder

    if is_placeholder(text):
        raise UsageError(f"{quoted(text)} is a placeholder, not an ID", hint=_WHO_FILLS, code="P1")


def _refuse_uuid(uuid: str) -> NoReturn:
    raise UsageError(
        f"{quoted(uuid)} is a UUID, as webhooks number their requests: no hit or visitor has one",
        hint=f"Take the ID of the hit or the visitor from the webhook's body. {_OVERRULE}",
        code="P5",
    )


def _refuse_visitor(find: Find) -> None:
    if find.kind == "visitor" and find.is_named:
        raise UsageError(
            f"the text holds a visitor ID under {quoted(find.name)}, and no hit ID",
            hint=f"For the visitor's hits: {_command('visitor', find.text)}",
            code="visitor-id",
        )


def _refuse_text(text: str, readable: str, finds: Finds) -> NoReturn:
    """Say what kind of text it is that holds no ID; `readable` is it decoded."""
    from ffx.input.targets import pasted

    if link := pasted.find_entrance_link(readable):
        funnel, source = link
        raise UsageError(
            f"this is an entrance link: it holds funnel {funnel} and traffic source {source}, "
            "but no hit and no visitor",
            hint="Open it, and paste the address of a page behind it: its vid= is the visitor.",
            code="entrance-link",
        )
    if finds.unfilled:
        parameter = finds.unfilled[0]
        raise UsageError(_emptiness(parameter), hint=_WHO_FILLS, code="P1")
    _refuse_placeholder(pasted.find_placeholder(readable))
    if uuid := shapes.find_uuid(readable):
        _refuse_uuid(uuid)
    unread = f"; {_unread(finds)}" if finds.unread else ""
    raise UsageError(
        f"{quoted(text.strip())} holds no ID that ffx knows{unread}", hint=_FORMS, code="not-an-id"
    )


def _whereabouts(find: Find, kind: Kind) -> str:
    place = f"under {quoted(find.name)}" if find.name else "in the text"
    return f"found {kind} ID {find.text} {place}"


def _others(finds: Finds, chosen: Find) -> list[str]:
    """Name the other IDs of the text and the first parameter that was never filled in."""
    others: dict[str, Find] = {}
    for find in finds.ids:
        if find.text != chosen.text:
            others.setdefault(find.text, find)
    notes = []
    if others:
        shown = [_described(find) for find in list(others.values())[:_ALSO_SHOWN]]
        if len(others) > len(shown):
            shown.append(f"{len(others) - len(shown):,} more")
        notes.append(f"the text also holds {', '.join(shown)}")
    # A placeholder is a warning.
    notes += [_emptiness(each) for each in finds.unfilled[:1] if not each.text]
    return notes


def _emptiness(parameter: Find) -> str:
    if parameter.text:
        return f"{quoted(parameter.name)} holds the placeholder {quoted(parameter.text)}"
    return f"{quoted(parameter.name)} is empty"


def _described(find: Find) -> str:
    place = f" under {quoted(find.name)}" if find.name else ""
    return f"{find.kind} ID {quoted(find.text)}{place}"


def _warnings(text: str, kind: Kind, *, command: Command) -> dict[str, str]:
    """Say what is odd about an ID, by the finding it is; it is asked for all the same."""
    if shapes.is_recased_hit(text):
        retry = _command(command, text.lower())
        words = f"{text} has capitals, and hit IDs have none: if nothing is found, try {retry}"
        if kind == "visitor" and shapes.is_cut_visitor(text):
            cut = f"visitor IDs have 27 characters, this has {len(text)}"
            # Networks raise all letters; both kinds of them are a visitor ID's own.
            words = (
                f"{words}; or it may be cut: {cut}"
                if text == text.upper()
                else f"{text} may be cut: {cut}"
            )
        return {"P2": words}
    if kind == "hit":
        if is_hit_shaped(text):
            return {}
        if is_visitor_shaped(text):
            retry = _command("visitor", text)
            return {"P3": f"{text} looks like a visitor ID, not a hit: for its hits, {retry}"}
    else:
        if is_visitor_shaped(text):
            return {}
        if is_hit_shaped(text):
            retry = _command("hit", text)
            return {"P3": f"{text} looks like a hit ID, not a visitor: for the hit, {retry}"}
    return _length_doubts(text, kind)


def _length_doubts(text: str, kind: Kind) -> dict[str, str]:
    if shapes.is_cut_hit(text):
        return {
            "P2": f"{text} may be cut: hit IDs have 22 characters or more, this has {len(text)}"
        }
    if shapes.is_cut_visitor(text):
        return {"P2": f"{text} may be cut: visitor IDs have 27 characters, this has {len(text)}"}
    return {"": f"{quoted(text)} does not look like a {kind} ID; it is asked for as it stands"}


def _unread(finds: Finds) -> str:
    return f"the last {finds.unread:,} characters were not searched"


def _command(name: Command, text: str) -> str:
    import shlex

    return f"ffx {name} {shlex.quote(text)}"
