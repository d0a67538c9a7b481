"""What a result means: found, not found, found in part, or answered no.

The one place that decides it, for one target and for many, for `diagnose` and for the library.
An outcome is None where everything was found that was asked for; otherwise it is an error, whose
class has the exit code.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from ffx.errors import AccountError, AnsweredNo, FfxError, NotFoundError, PartialError
from ffx.input.targets.shapes import (
    Command,
    estimated_time,
    is_damaged_visitor,
    is_hit_shaped,
    is_recased_hit,
    is_visitor_shaped,
    repaired_hit,
)
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.instants import read_time, to_rfc3339
from ffx.input.times.window import describe_window
from ffx.input.times.zones import to_local
from ffx.lookup.find import Found
from ffx.lookup.run import Run

# The code of an error that no row came, though the service has some.
NONE_SENT = "none-sent"
_MOST_GAPS = 5
_MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a diagnosis adds to what was found.

    Attributes:
        answer: what `--check` is answered; None where nothing is checked, or nobody knows.
        gaps: why the history may lack rows, a sentence each.
        unknown: why nobody knows the answer though no rows are missing, a sentence.
    """

    answer: bool | None
    gaps: tuple[str, ...]
    unknown: str = ""


def outcome_of(
    run: Run,
    found: Found,
    command: Command,
    *,
    wants_all: bool = False,
    check_answer: CheckAnswer | None = None,
    is_many: bool = False,
) -> FfxError | None:
    """Return what a result means for the exit code.

    `wants_all` makes rows that the service held back a loss, whatever the command is. With
    `check_answer`, a «no» and a verdict of absence need the whole history; a «yes» does not. With
    `is_many`, the command that is proposed asks for this one of the targets alone.
    """
    if not found.reply.rows and not found.details:
        return nothing_there(run, found, command)
    losses = _losses(run, found, command, is_many=is_many) if wants_all else ""
    if check_answer is None:
        if found.gaps:
            return _partial("the history is incomplete", _tell_gaps(run, found))
    elif not check_answer.answer and check_answer.gaps:
        return _partial("the history is incomplete", "\n".join(check_answer.gaps))
    if check_answer is not None and check_answer.unknown:
        return PartialError(
            "the answer is not known", hint=check_answer.unknown, code="incomplete"
        )
    if losses:
        return _partial("the result is incomplete", losses)
    return AnsweredNo("no") if check_answer is not None and check_answer.answer is False else None


def is_cut(found: Found) -> bool:
    """Tell whether the service held rows back, and said so."""
    return found.reply.has_more is True and not found.gaps


def how_to_get_all(run: Run, found: Found, *, is_many: bool = False) -> str:
    """Say, after a semicolon, which command gets every row; empty where none is to be proposed."""
    command = command_for_all(run, found, is_many=is_many)
    return f"; for all of them: {command}" if command else ""


def command_for_all(run: Run, found: Found, *, is_many: bool = False) -> str:
    """Write the command that gets every hit of a visitor: as it was typed, where that asks one.

    Empty where no command does, or where it was proposed, or is the one that runs.
    """
    if not isinstance(found.target.id, VisitorId) and not found.reply.visitor_id:
        return ""  # nobody knows whose hits to ask for
    # As it was typed it may hold more than an ID.
    if is_many or run.is_replay or run.output.is_masked:
        times: list[str] = []
        if found.window is not None:
            times += ["--since", to_rfc3339(found.window.start)]
            times += ["--until", to_rfc3339(found.window.end)]
        command = run.command("visitor", found.target.id.text, *times, "--all")
    else:
        command = run.again("--all")
    return command if run.propose(command) else ""


def command_from_first_seen(run: Run, found: Found, command: Command) -> str:
    """Write the command that begins with the visitor's first hit; empty where the window does."""
    first_seen = read_time(found.reply.first_seen)
    if found.window is None or first_seen is None or first_seen >= found.window.start:
        return ""
    if command == "diagnose":
        return run.command(command, found.target.id.text)  # it looks at a whole life by itself
    # The midnight before, in the zone in which the command will read it.
    day = f"{to_local(first_seen, run.zone):%Y-%m-%d}"
    visitor = found.reply.visitor_id or found.target.id.text
    return run.command("visitor", visitor, "--since", day, "--all")


def nothing_there(run: Run, found: Found, command: Command) -> FfxError:
    """Make the error for a result without rows: not found, unless rows were held back."""
    if not found.lacks_all:
        return _not_found(run, found, command)
    claim = "the service says that there are hits, and sends none of them"
    hint = _tell_gaps(run, found) if found.gaps else f"{_where(run, found)}\n{claim}"
    return PartialError("the service sent no hit", hint=hint, code=NONE_SENT)


def _not_found(run: Run, found: Found, command: Command) -> NotFoundError:
    """Say where we looked, and why nothing may be there."""
    advice = [_where(run, found)]
    if found.refusal is not None:
        answer = found.refusal.message
        advice.append(f"answer     {answer} (for every ID? check FFX_API_URL)")
    advice += _other_ids(run, found, command)
    advice += _perhaps(run, found, command)
    error = NotFoundError(_what_was_not_found(found, command), hint="\n".join(advice))
    if found.refusal is not None:
        error.status, error.request_id = found.refusal.status, found.refusal.request_id
    return error


def _where(run: Run, found: Found) -> str:
    window = f"{describe_window(found.window, run.zone)}, " if found.window else ""
    return f"looked in  {window}account {run.account}"


def _what_was_not_found(found: Found, command: Command) -> str:
    query = found.reply.query
    if _is_known(found):
        return f"no hits of visitor {found.reply.visitor_id} in this window"
    if "hitId" not in query.body:
        return f"nothing found for visitor {found.target.id.text}"
    # A diagnosis looks for the hit itself as well.
    whose = "the visitor of " if query.kind == "visitor" and command != "diagnose" else ""
    return f"nothing found for {whose}hit {query.body['hitId']}"


def _is_known(found: Found) -> bool:
    """Tell whether the service knows the visitor, of whom it has no hit in the window."""
    return found.reply.query.kind == "visitor" and bool(found.reply.visitor_id)


def _other_ids(run: Run, found: Found, command: Command) -> list[str]:
    """Propose what else the text held, and the ID as it may have been before it was altered."""
    target = found.target
    advice = []
    # With the transaction in its place, the hit may stand in that of the transaction.
    swapped = target.claimed_sale.transaction if target.claimed_sale else ""
    hits = [HitId(swapped)] if is_hit_shaped(swapped) and swapped != target.id.text else []
    for other in (*target.others[:_MOST_OTHERS], *hits):
        is_visitor = command == "hit" and isinstance(other, VisitorId)
        name = "visitor" if is_visitor else command
        advice += _proposed(run, "also there", run.command(name, other.text))
    repaired = repaired_hit(target.id.text, now=run.now)
    # Nobody has learned what is to be hidden of an ID that was never asked for.
    if repaired and not run.output.is_masked and HitId(repaired) not in target.others:
        is_same = target.id.text.lower() == repaired
        why = "in small letters" if is_same else "with the final h that can get lost"
        advice += _proposed(run, "repaired", run.command(command, repaired), why)
    return advice


def _perhaps(run: Run, found: Found, command: Command) -> list[str]:
    """Say what else to ask, a command a line, and then why nothing may be there."""
    advice = []
    target = found.target.id.text
    if found.reply.query.kind == "visitor":
        # An ID whose letters were altered on its way is in no window.
        is_altered = is_recased_hit(target) or is_damaged_visitor(target)
        is_narrow = found.window is not None and run.now - found.window.start < timedelta(days=360)
        if earlier := command_from_first_seen(run, found, command):
            advice += _proposed(run, "earlier", earlier)
        elif is_narrow and not is_altered:
            advice += _proposed(run, "wider", run.command(command, target, "--since", "1y"))
    else:
        estimate = estimated_time(target)
        if "timeStart" not in found.reply.query.body and estimate is not None:
            dated = run.command("hit", target, "--at", f"{estimate:%Y-%m-%d}")
            advice += _proposed(run, "with a day", dated, "an estimate, from the ID")
    advice += _as_other_kind(run, found.target, command)
    if _is_known(found):
        return advice  # neither of another account, nor a bot
    reasons = [] if run.settings.is_sandbox else [_other_accounts(run)]
    reasons.append("a known bot: those are never stored")
    return [*advice, f"perhaps    {' · '.join(reasons)}"]


def _as_other_kind(run: Run, target: Target, command: Command) -> list[str]:
    """Propose to take a visitor's ID for a hit's, or the other way round, if its shape may be."""
    text = target.id.text
    if is_damaged_visitor(text) or is_recased_hit(text):
        return []
    name = "visitor" if command == "hit" else command
    if isinstance(target.id, HitId):
        if is_hit_shaped(text):
            return []
        choice = () if command == "hit" or is_visitor_shaped(text) else ("--as", "visitor")
        return _proposed(run, "as visitor", run.command(name, text, *choice))
    if is_visitor_shaped(text):
        return []
    choice = () if is_hit_shaped(text) else ("--as", "hit")
    return _proposed(run, "as a hit", run.command(name, text, *choice))


def _proposed(run: Run, label: str, command: str, why: str = "") -> list[str]:
    """Return the line that proposes a command; none where it was proposed, or is the run's own."""
    reason = f"  ({why})" if why else ""
    return [f"{label:<10} {command}{reason}"] if run.propose(command) else []


def _other_accounts(run: Run) -> str:
    """Say that it may be another account's, and name those that are logged in here."""
    from ffx.settings.credentials import own_credentials

    names: list[str] = []
    if not run.is_replay:
        with suppress(AccountError):  # whoever wants its tokens hears what is wrong with it
            names = own_credentials().profiles()
    others = [name for name in names if name != run.account]
    if not others:
        return "another account"
    more = f", and {len(others) - _MOST_OTHERS} more" if len(others) > _MOST_OTHERS else ""
    return f"another account (--profile {', '.join(others[:_MOST_OTHERS])}{more})"


def _losses(run: Run, found: Found, command: Command, *, is_many: bool) -> str:
    """Say what of the rows that were asked for is not there, a line each; empty if nothing."""
    from ffx.output.words import plural

    lines = [_tell_gaps(run, found)] if found.gaps else []
    if found.reply.has_more is None:
        lines.append("the service did not say whether it held rows back")
    elif is_cut(found):
        how = "" if command == "diagnose" else how_to_get_all(run, found, is_many=is_many)
        lines.append(f"the service returned {plural(found.reply.rows, 'hit')}{how}")
    return "\n".join([*lines, *found.failures])


def _tell_gaps(run: Run, found: Found) -> str:
    """Say what a walk could not get, a line each."""
    lines = [
        f"{gap.reason}: {describe_window(gap.window, run.zone)}" for gap in found.gaps[:_MOST_GAPS]
    ]
    more = len(found.gaps) - len(lines)
    return "\n".join([*lines, *([f"and {more:,} more such windows"] if more else [])])


def _partial(message: str, hint: str) -> PartialError:
    return PartialError(message, hint=hint, code="incomplete")
