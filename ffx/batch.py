"""One target or several, one after the other: views, or a JSON record each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffx.context import Run
from ffx.errors import ExitCode, FfxError
from ffx.jsontext import indented, on_one_line
from ffx.lookup import Found, not_found
from ffx.output import error_record
from ffx.render.clean import inert, quoted
from ffx.targets import Kind, Target, read_target

if TYPE_CHECKING:
    from ffx.client import Client

View = Callable[[Found], None]

# So many failures in a row are no accident, and the rest would fail as well.
_MOST_FAILURES_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked for: the texts as typed, and how to look one up."""

    command: Kind
    texts: tuple[str, ...]
    as_kind: Kind | None
    find: "Callable[[Client, Target], Found]"


def look_up_all(run: Run, asked: Asked, view: View, *, as_json: bool) -> int:
    """Look up what was asked for, write it, and return the exit code.

    Raises:
        FfxError: what ended the look-up of a single target.
    """
    if len(asked.texts) == 1:
        return _look_up_one(run, asked, view, as_json=as_json)
    return _look_up_several(run, asked, view, as_json=as_json)


def _look_up_one(run: Run, asked: Asked, view: View, *, as_json: bool) -> int:
    target = _read(run, asked, asked.texts[0])
    with run.client() as client:
        found = asked.find(client, target)
    if as_json:
        text = found.reply.text
        on_terminal = run.output.screen.stdout_is_terminal
        run.output.document(f"{inert(indented(text) if on_terminal else text.strip())}\n")
    else:
        view(found)
    if not found.reply.rows:
        raise not_found(run, found)
    return ExitCode.OK


def _look_up_several(run: Run, asked: Asked, view: View, *, as_json: bool) -> int:
    failures: list[FfxError] = []
    missing = in_a_row = 0
    with run.client() as client:
        for number, text in enumerate(asked.texts, start=1):
            try:
                found = asked.find(client, _read(run, asked, text))
            except FfxError as error:
                failures.append(error)
                in_a_row += 1
                _tell_failure(run, text, error, as_json=as_json)
                if in_a_row == _MOST_FAILURES_IN_A_ROW and number < len(asked.texts):
                    left = len(asked.texts) - number
                    run.output.note(f"ended after {in_a_row} failures in a row; {left} not asked")
                    break
                continue
            in_a_row = 0
            missing += not found.reply.rows
            if as_json:
                run.output.document(_record(text, found))
                continue
            view(found)
            if not found.reply.rows:
                run.output.error(not_found(run, found))
            elif number < len(asked.texts):
                run.output.result("\n")
    return _exit_code(failures, missing=missing, asked=len(asked.texts))


def _read(run: Run, asked: Asked, text: str) -> Target:
    target = read_target(text, command=asked.command, as_kind=asked.as_kind, now=run.now)
    for note in target.notes:
        run.output.note(f"note: {note}")
    return target


def _tell_failure(run: Run, text: str, error: FfxError, *, as_json: bool) -> None:
    if as_json:
        run.output.document(_line({"target": text, "error": error_record(error)}))
    else:
        run.output.note(f"ffx: {quoted(text)} failed:")
        run.output.error(error)


def _record(text: str, found: Found) -> str:
    """Write one target's JSON line; the reply stands in it as it was sent."""
    import json

    head = json.dumps({"target": text, "query": dict(found.reply.query.body)})
    reply = on_one_line(found.reply.text)
    return f'{head[:-1]}, "reply": {inert(reply)}}}\n'


def _line(record: Mapping[str, object]) -> str:
    import json

    return f"{json.dumps(record)}\n"


def _exit_code(failures: list[FfxError], *, missing: int, asked: int) -> int:
    if failures:
        alike = {failure.exit_code for failure in failures}
        whole = len(failures) == asked and len(alike) == 1
        return alike.pop() if whole else ExitCode.PARTIAL
    return ExitCode.NOT_FOUND if missing else ExitCode.OK
