"""ffx as a library: look visitors and hits up from a program, and diagnose them.

>>> from ffx import Explorer
>>> with Explorer.sandbox() as explorer:
...     answer = explorer.visitor("afdwb7QPV6Y59aTP3fQxZ3tX2ox", since="2d")
>>> [hit.eventType for hit in answer.hits]
['entrance', 'view', 'click', 'view', 'conversion']
>>> print(sum(hit.revenue for hit in answer.hits if hit.is_conversion))
24.9000

Nothing is printed, and nothing ends the program: what the command line says beside a result is
in `notes`, and what ends its run with an exit code is an error of the tree in `ffx.errors`. Calls
wait for the service, retries included; none of them changes anything there.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

from ffx.errors import FfxError, NotFoundError, UsageError
from ffx.findings.diagnose import diagnose
from ffx.input.targets.shapes import Command, Kind
from ffx.input.targets.target import Target, read_target
from ffx.library.answers import (
    Diagnosis,
    HitAnswer,
    VisitorAnswer,
    answer_about_hit,
    answer_about_visitor,
    answer_with_diagnosis,
)
from ffx.library.arguments import (
    Time,
    at_least_one,
    check_list,
    errors_in_argument_names,
    make_run,
    read_hint,
    read_kind,
    read_text,
    read_window,
)
from ffx.library.ordered_threads import map_in_order
from ffx.lookup.all_hits import find_all_hits
from ffx.lookup.details import MOST_HITS, find_with_details
from ffx.lookup.find import Found, LookupContext, find_hit, find_visitor
from ffx.lookup.outcome import outcome_of
from ffx.lookup.run import Run
from ffx.output.streams import NotesOutput
from ffx.service.retry import Gate
from ffx.settings.settings import (
    DEFAULT_MAX_BODY,
    DEFAULT_TIMEOUT,
    DEFAULT_TRY_TIMEOUT,
    SANDBOX_URL,
)

if TYPE_CHECKING:
    from ffx.service.client import Client

__all__ = ["Explorer"]
_F = TypeVar("_F", bound=Found)


class Explorer:
    """Looks visitors and hits up, with one account, one look-up at a time.

    A target is an ID, or any text that holds one: a URL, a postback, a line of a log. Times are
    those of the command line (`"2d"`, `"2026-03-01 09:00"`, `"yesterday"`), aware datetimes,
    dates, or timedeltas before now. `as_kind` overrules what an ID is taken for.

    Threads that share one wait for each other; `each` asks on several. An error carries the notes
    of its look-up as `__notes__`, which tracebacks show. Use it as a context, or close it.

    Every look-up raises:
        UsageError: the target, a time or a setting cannot be used; nothing was asked.
        NotFoundError: the service knows nothing of it in this window.
        AccountError: there is no token, it was refused, or the account may not.
        ServiceError: the service refused, or its answer cannot be read or trusted.
        TemporaryError: the network or the service failed, also when tried again.
    """

    def __init__(
        self,
        *,
        api_url: str | None = None,
        profile: str | None = None,
        access_token: str | None = None,
        refresh_token: str | None = None,
        tz: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        try_timeout: float = DEFAULT_TRY_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Settle which service and account to ask; nothing is sent yet.

        What is left out comes from the environment, otherwise from the settings file.

        Args:
            api_url: where the API is; `sandbox:` is the sample service.
            profile: whose stored tokens to use.
            access_token: used alone, in place of FFX_ACCESS_TOKEN; never stored.
            refresh_token: renews it, in memory.
            tz: the zone in which times without an offset are read.
            timeout: seconds for one request, retries included; a look-up may take several.
            try_timeout: seconds for one try of it.
            max_body: the largest reply, in bytes unpacked.
            environ: where FFX_ variables are; `os.environ` by default.

        Raises:
            UsageError: one of these cannot be read; the message names it.
        """
        self._notes = NotesOutput()
        self._run = make_run(
            self._notes,
            api_url=api_url,
            profile=profile,
            access_token=access_token,
            refresh_token=refresh_token,
            tz=tz,
            timeout=timeout,
            try_timeout=try_timeout,
            max_body=max_body,
            environ=os.environ if environ is None else environ,
        )
        self._client: Client | None = None
        self._is_closed = False
        self._mutex = threading.Lock()

    @classmethod
    def sandbox(cls, *, tz: str | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Ask the embedded sample service: it needs no account and no network.

        >>> Explorer.sandbox()
        <Explorer sandbox:>
        """
        return cls(api_url=SANDBOX_URL, tz=tz, environ=environ)

    def __repr__(self) -> str:
        return f"<Explorer {self._run.settings.api_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one; no look-up can follow."""
        with self._mutex:
            self._is_closed = True
            self._drop_client()

    def visitor(
        self,
        target: str,
        *,
        since: Time = None,
        until: Time = None,
        on: str | date | None = None,
        around: Time = None,
        within: str | timedelta | None = None,
        as_kind: Kind | None = None,
        every_hit: bool = False,
        max_hits: int = 100_000,
    ) -> VisitorAnswer:
        """Look a visitor up, by their ID or one of their hits.

        Without a time the last 24 hours are searched, then 7, 30 and 90 days. With `every_hit` as
        many requests are made as it takes to get every hit of the window, `max_hits` at the most;
        without a time, from the visitor's first hit to now.

        >>> with Explorer.sandbox(tz="UTC") as explorer:
        ...     answer = explorer.visitor("afdwgYpo0hHNwqHA0X7rM1xM9Y8", every_hit=True)
        >>> answer
        <VisitorAnswer afdwgYpo0hHNwqHA0X7rM1xM9Y8: 2500 hits, complete>
        >>> answer.visitor.country, answer.hits[0].is_entrance, answer.has_more
        ('United States', True, False)
        """
        with self._new_run() as run:
            most = at_least_one(max_hits, "max_hits")
            window = read_window(
                run, since=since, until=until, on=on, around=around, within=within
            )

            def look_up(context: LookupContext, parsed: Target) -> Found:
                if every_hit:
                    return find_all_hits(context, parsed, window, most_rows=most)
                return find_visitor(context, parsed, window)

            found = self._find(run, target, "visitor", as_kind, look_up)
            return answer_about_visitor(run, found, self._notes.sentences)

    def hit(
        self,
        target: str,
        *,
        at: Time = None,
        as_kind: Kind | None = None,
    ) -> HitAnswer:
        """Look up every event of a hit; `at` is roughly when it was, if its ID does not tell.

        >>> with Explorer.sandbox() as explorer:
        ...     answer = explorer.hit("https://track.example.com/pb/?hit=dkezmsf3bat8xdbz8rt039r4h")
        ...     explorer.hit("{clickid}")
        Traceback (most recent call last):
            ...
        ffx.errors.UsageError: '{clickid}' is a placeholder, not an ID
        >>> [(event.eventType, event.country) for event in answer.events]
        [('view', 'Germany'), ('conversion', 'Germany')]
        >>> answer.notes[0]
        "found hit ID dkezmsf3bat8xdbz8rt039r4h under 'hit'"
        """
        with self._new_run() as run:
            moment = read_hint(run, at)
            found = self._find(
                run,
                target,
                "hit",
                as_kind,
                lambda context, parsed: find_hit(context.client, parsed, moment),
            )
            return answer_about_hit(found, self._notes.sentences)

    def diagnose(
        self,
        target: str,
        *,
        since: Time = None,
        until: Time = None,
        on: str | date | None = None,
        around: Time = None,
        within: str | timedelta | None = None,
        as_kind: Kind | None = None,
        max_hits: int = 100_000,
    ) -> Diagnosis:
        """Say whether a hit or a visitor converted, and if not, why.

        The visitor's complete history is asked for, and some of their hits one by one. Of a
        history that may lack hits the verdict is never «no»: it is None, «not known», and
        `history.gaps` say what is missing. `notes` hold those of the look-up as well.

        >>> with Explorer.sandbox() as explorer:
        ...     diagnosis = explorer.diagnose("k3yyck910q7g90ceygzc7nr1")
        >>> diagnosis.verdict.converted, diagnosis.history.is_complete
        (False, True)
        >>> diagnosis.findings[0].name, diagnosis.findings[0].evidence[0].hit_id
        ('hit-cannot-convert', 'k3yyck910q7g90ceygzc7nr1')
        """
        with self._new_run() as run:
            most = at_least_one(max_hits, "max_hits")
            window = read_window(
                run, since=since, until=until, on=on, around=around, within=within
            )

            def look_up(context: LookupContext, parsed: Target) -> Found:
                return find_with_details(
                    context,
                    parsed,
                    window,
                    most_rows=most,
                    most_hits=MOST_HITS,
                )

            found = self._find(run, target, "diagnose", as_kind, look_up)
            return answer_with_diagnosis(run, diagnose(run, found), self._notes.sentences)

    @overload
    def each(
        self,
        targets: Iterable[str],
        look_up: Literal["diagnose"] = ...,
        *,
        jobs: int = 2,
        **arguments: Any,
    ) -> Iterator[Diagnosis | FfxError]: ...
    @overload
    def each(
        self, targets: Iterable[str], look_up: Literal["hit"], *, jobs: int = 2, **arguments: Any
    ) -> Iterator[HitAnswer | FfxError]: ...
    @overload
    def each(
        self,
        targets: Iterable[str],
        look_up: Literal["visitor"],
        *,
        jobs: int = 2,
        **arguments: Any,
    ) -> Iterator[VisitorAnswer | FfxError]: ...
    def each(
        self,
        targets: Iterable[str],
        look_up: Literal["diagnose", "hit", "visitor"] = "diagnose",
        *,
        jobs: int = 2,
        **arguments: Any,
    ) -> Iterator[Diagnosis | HitAnswer | VisitorAnswer | FfxError]:
        """Look many targets up, `jobs` at a time; yield what each call answers, in their order.

        An error is yielded in its target's place. `arguments` are those of the call that
        `look_up` names. Targets are taken as needed; after a rate limit all jobs pause.

        >>> with Explorer.sandbox() as explorer:
        ...     list(explorer.each(["k3yyck910q7g90ceygzc7nr1", "{clickid}"]))
        [<Diagnosis hit k3yyck910q7g90ceygzc7nr1: not converted, 1 finding>, \
UsageError("'{clickid}' is a placeholder, not an ID")]

        Raises:
            UsageError: `look_up` or `jobs` cannot be used.
        """
        check_list(targets, look_up)
        most = at_least_one(jobs, "jobs")
        gate = Gate(most)
        return map_in_order(targets, lambda: self._worker(look_up, arguments, gate), jobs=most)

    @contextmanager
    def _worker(
        self, look_up: str, arguments: Mapping[str, Any], gate: Gate
    ) -> Iterator[Callable[[str], Any]]:
        """Give the function that looks one target up on a thread of its own, errors as values.

        Its Explorer has this one's account and service, and shares the pauses at `gate`.
        """
        with closing(self._twin(gate)) as twin:

            def answer(target: str) -> Any:
                try:
                    return getattr(twin, look_up)(target, **arguments)
                except FfxError as error:
                    return error

            yield answer

    def _twin(self, gate: Gate) -> "Explorer":
        twin: Explorer = copy(self)
        twin._notes = NotesOutput()
        twin._run = replace(self._run, output=twin._notes)
        twin._mutex = threading.Lock()
        with self._mutex:
            with suppress(FfxError):  # each look-up says what is wrong with the account
                self._client = self._client or self._run.client()
            if self._client:
                self._client.retries.gate = gate
                twin._client = self._client.sibling(twin._notes)
        return twin

    @contextmanager
    def _new_run(self) -> Iterator[Run]:
        """Take the turn, and make a run of the present moment, with no notes as yet."""
        with self._mutex:
            if self._is_closed:
                raise UsageError("this Explorer is closed", hint="Make another one.")
            self._notes.sentences.clear()
            try:
                with errors_in_argument_names():
                    yield self._run.restarted(datetime.now(UTC))
            except FfxError as error:
                for sentence in self._notes.sentences:
                    error.add_note(sentence)
                if error.code == "token-refused":
                    # Somebody may log in again: the next look-up looks for the tokens anew.
                    self._drop_client()
                raise

    def _find(
        self,
        run: Run,
        text: str,
        command: Command,
        as_kind: Kind | None,
        look_up: Callable[[LookupContext, Target], _F],
    ) -> _F:
        target = read_target(
            read_text(text, "target"), command=command, as_kind=read_kind(as_kind), now=run.now
        )
        for note in target.notes:
            run.output.note(note)
        self._client = self._client or run.client()
        self._client.exchanges.clear()
        found = look_up(LookupContext(self._client, run.now, run.output.note), target)
        outcome = outcome_of(run, found, command)
        if isinstance(outcome, NotFoundError):
            raise outcome
        return replace(found, exchanges=tuple(self._client.exchanges))

    def _drop_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None
