"""`ffx watch`: new hits and conversions of one visitor as they come."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ffx import signals
from ffx.cli import completion, options
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import LeafCommand
from ffx.errors import FfxError
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from datetime import datetime

    from ffx.api.journey import Journey, Step
    from ffx.api.models import Event, HitRow
    from ffx.cli.delivery.new_rows import NewRowsWriter
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.lookup.watch import News

app = make_app()

_EXAMPLES = """
Examples:
  ffx watch afdwqUv2RkLmZ8cTn4BsYxH6eJd --sandbox
  ffx watch dkezmsf3bat8xdbz8rt039r4h --until conversion --sandbox
  if ffx watch dkezmsf3bat8xdbz8rt039r4h --until conversion --for 10m --sandbox; then echo paid; fi
"""

_MOST_OLD_ROWS = 10
_LAST_LOOK = 2.0  # seconds
_MOST_CHANGES = 10  # of the rows that changed, went or came back at one look

Until = Annotated[
    str | None,
    options.text_option(
        "--until",
        "EVENT",
        "End with the first such event, as conversion; of a hit, with its own alone.",
        completion.events,
    ),
]
For = Annotated[str | None, options.text_option("--for", "DURATION", "End after so long.")]
Every = Annotated[
    str | None,
    options.text_option(
        "--every",
        "DURATION",
        "The pause between two looks, 10s at least. [default: 10s, growing to 60s]",
    ),
]
Rows = Annotated[options.RowFormat, typer.Option("--format", help="What rows are written as.")]


@app.command("watch", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
def watch(  # one parameter an option
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A visitor, a hit, or text that holds one.")
    ],
    *,
    until: Until = None,
    length: For = None,
    every: Every = None,
    since: options.Since = None,
    as_kind: options.As = None,
    form: Rows = options.RowFormat.TABLE,
    fields: options.Fields = None,
    csv_raw: options.CsvRaw = False,
) -> None:
    """Show a visitor's hits and conversions as they come.

    What is there already comes first: in a pipe all of it, on a terminal the
    newest 10 rows. Then each new row is shown once, also one that was stored
    late. What changed, or is no longer there, is said on stderr. Ctrl-C ends it.

    With --until the exit code is 0 once the event is there, which it may be at
    the start, and 8 when the time of --for is over.
    """
    from ffx.cli.delivery.curl_requests import print_request
    from ffx.cli.delivery.new_rows import writer_for
    from ffx.cli.file_as_target import refuse_file
    from ffx.input.targets.target import read_target
    from ffx.input.times.window import read_range
    from ffx.lookup.watch import Watcher, follow, steady_clock
    from ffx.service.client import NotSent
    from ffx.service.retry import RetryPolicy

    run: Run = ctx.obj
    pause, most = _read_seconds(every, "--every"), _read_seconds(length, "--for")
    refuse_file(target, takes_lists=False)
    read = read_target(
        target,
        command="visitor",
        as_kind=as_kind,
        now=run.now,
        service=run.service,
    )
    window = read_range(
        since=since, until=None, on=None, around=None, within=None, now=run.now, zone=run.zone
    )
    for note in (*read.notes, *(window.notes if window is not None else ())):
        run.output.note(note)
    run.output.said_once = set()
    if form is options.RowFormat.TABLE and options.is_typed(ctx, "form"):
        run.output.draw()
    writer = writer_for(run, target, form, fields, csv_raw=csv_raw)
    view = _WatchView(run, read, until or "", writer)
    with run.client() as client, signals.raised():
        # The next look is the next try.
        client.retries.policy = RetryPolicy(tries=1, slow_tries=1)
        now = steady_clock(run)
        watcher = Watcher(client, read, window, view.tell_narrowed, now, run.output.note)
        try:
            for news in follow(
                watcher.look,
                run=run,
                every=pause,
                most=_longest_watch(run, most),
                tell=view.tell,
                announce=view.tell_next,
            ):
                if view.tell_look(news):
                    view.tell_end()
                    return
        except NotSent as request:
            print_request(run, request, None)
            run.output.note("note: more requests follow: the same again and again")
            return
        except (KeyboardInterrupt, FfxError):
            view.tell_end()
            raise
    view.tell_end()
    view.raise_outcome()


def _read_seconds(text: str | None, option: str) -> float | None:
    """Read a duration of ten seconds or more, in seconds; None where none was typed.

    Raises:
        UsageError: it is shorter, or no duration.
    """
    from ffx.errors import UsageError
    from ffx.input.times.moments import parse_duration
    from ffx.lookup.watch import SHORTEST_PAUSE
    from ffx.settings.settings import LONGEST_WAIT

    if text is None:
        return None
    seconds = min(parse_duration(text, option=option).total_seconds(), LONGEST_WAIT)
    if seconds < SHORTEST_PAUSE:
        raise UsageError(
            f"{option} is {SHORTEST_PAUSE:g}s at least",
            hint="The provider asks not to poll. For one look, use ffx visitor.",
        )
    return seconds


def _longest_watch(run: Run, most: float | None) -> float:
    """Return for how many seconds to watch: as asked, and no longer than the run may last.

    The last look is at their end, and needs a moment itself.
    """
    import time

    left = max(run.settings.limits.run_ends - time.monotonic() - _LAST_LOOK, 0)
    return left if most is None else min(left, most)


class _WatchView:
    """Shows what a watch finds, and knows what it waits for.

    `until` is the name of an event; empty where none is awaited.
    """

    def __init__(self, run: Run, target: "Target", until: str, writer: "NewRowsWriter") -> None:
        self._run = run
        self._target = target
        self._hit_id = target.hit_id
        self._until = until
        self._writer = writer
        self._began = run.stopwatch()
        self._found: Found | None = None
        self._was_cut = False
        self._has_begun = False
        self._looks = self._rows = self._conversions = 0

    def tell_look(self, news: "News") -> bool:
        """Show and tell what a look brought; return whether what is awaited is there."""
        from ffx.api.journey import make_journey
        from ffx.lookup.watch import changed_members, name_row

        output = self._run.output
        output.end_progress()
        output.measure(self._run.environ)
        self._looks += 1
        self._found, self._was_cut = news.found, self._was_cut or news.is_cut
        hits = news.found.reply.history().hits
        journey = make_journey(hits, is_cut=news.is_cut)
        self._tell_beginning(news, journey)
        if news.is_cut:
            output.loss("note: there are more hits than one answer holds: not all are seen")
        changed = (
            f"{name_row(after)}: {changed_members(before, after)}"
            for before, after in news.changed
        )
        self._tell_rows("changed", list(islice(changed, _MOST_CHANGES)), len(news.changed))
        for what, rows in (("no longer there", news.gone), ("there again", news.again)):
            self._tell_rows(what, list(map(name_row, rows[:_MOST_CHANGES])), len(rows))
        return self._show(news, hits, journey) if news.new else False

    def _tell_rows(self, what: str, rows: list[str], count: int) -> None:
        """Note what became of `rows` that were shown before, and how many of `count` are left."""
        for row in rows:
            self._run.output.note(f"note: {what}: {row}")
        if count > len(rows):
            self._run.output.note(f"note: {what}: {count - len(rows):,} more")

    def _show(self, news: "News", hits: "list[HitRow]", journey: "Journey") -> bool:
        from ffx.cli.delivery.new_rows import NewRows

        place_of = {id(row): place for place, row in enumerate(hits)}
        new = set(news.new)
        are_new = [place_of[id(step.row)] in new for step in journey.steps]
        steps = [step for step, is_new in zip(journey.steps, are_new, strict=True) if is_new]
        if False in are_new and any(are_new[: _last_place(are_new)]):
            self._note_each_time("note: stored late: a row that is older than one shown before")
        shown = steps if self._rows else self._newest(steps)
        places = [place_of[id(step.row)] for step in shown]
        with signals.held():  # what was written is counted, whenever Ctrl-C comes
            self._writer(NewRows(news.found.reply, journey, shown, places))
            self._rows += len(steps)
            self._conversions += sum(step.row.is_conversion for step in steps)
        awaited = [step.row for step in steps if self._is_awaited(step.row)]
        if awaited and all(self._hit_id not in ("", row.hitId) for row in awaited):
            hit = awaited[-1].hitId or "–"
            self._note_each_time(
                f"note: this {self._until} is of hit {hit}, not of the one watched"
            )
            return False
        return bool(awaited)

    def _newest(self, steps: "list[Step]") -> "list[Step]":
        """Return what is shown of the rows that are there at the start."""
        left = len(steps) - _MOST_OLD_ROWS
        if left <= 0 or not self._run.output.screen.stdout_is_terminal:
            return steps
        from ffx.output.words import plural

        command = self._run.command("visitor", self._target.id.text)
        self._run.output.note(f"{plural(left, 'earlier row')} not shown: {command}")
        return steps[left:]

    def _is_awaited(self, row: "Event") -> bool:
        from ffx.api.kinds import plain_name

        event = plain_name(self._until)
        return bool(event) and plain_name(row.eventType or "") == event

    def _tell_beginning(self, news: "News", journey: "Journey") -> None:
        """Say who is watched, and whether there is anything to wait for."""
        from ffx.findings.possible_conversion import why_none_can_come

        output, reply = self._run.output, news.found.reply
        name = f"{self._target.kind} {self._target.id.text}"
        if self._looks == 1:
            output.note(f"watching {name}, account {self._run.account}; Ctrl-C ends it")
        if not reply.rows:
            if self._looks == 1 and not news.is_cut:
                output.note(f"nothing of this {self._target.kind} so far")
            return
        if self._has_begun:
            return
        self._has_begun = True
        if self._hit_id and reply.visitor_id:
            output.note(f"note: the hit is of visitor {reply.visitor_id}")
        total = reply.history().visitor
        counted = total.totalHits if total is not None else None
        is_whole = reply.has_more is False and (counted is None or counted <= reply.rows)
        reason = why_none_can_come(self._hit_id, journey, is_whole=is_whole, now=self._run.clock())
        if reason:
            output.note(f"note: no conversion is to be expected: {reason}")

    def tell(self, words: str) -> None:
        self._note_each_time(f"note: {words}")

    def tell_narrowed(self, start: "datetime") -> None:
        from ffx.input.times.formatting import long_time

        since = long_time(start.isoformat(), self._run.zone)
        self._note_each_time(
            f"note: more hits than one answer holds; watching those since {since}"
        )

    def tell_next(self, moment: "datetime") -> None:
        from ffx.input.times.formatting import format_clock

        words = f"the next look is at {format_clock(moment, self._run.zone)}"
        self._run.output.progress(words)
        if not self._run.output.screen.stderr_is_terminal:
            self._note_each_time(words)

    def tell_end(self) -> None:
        """Say what was seen, unless there was no look."""
        if not self._looks:
            return
        from datetime import timedelta

        from ffx.input.times.formatting import elapsed
        from ffx.output.words import plural

        took = elapsed(timedelta(seconds=self._run.stopwatch() - self._began))
        counts = f"{plural(self._rows, 'row')}, {plural(self._conversions, 'conversion')}"
        self._run.output.note(f"seen: {counts}; {plural(self._looks, 'look')} in {took}")

    def raise_outcome(self) -> None:
        """Raise what the end of the time means; nothing where rows came and no event was awaited.

        Raises:
            AnsweredNo: the event did not come.
            NotFoundError: no row came.
            PartialError: the same, and not every row could be seen.
        """
        from ffx.errors import AnsweredNo, PartialError
        from ffx.lookup.outcome import nothing_there
        from ffx.output.clean import clean

        awaited = clean(self._until)
        if self._rows and not awaited:
            return
        if self._was_cut:
            raise PartialError(
                f"no {awaited or 'row'} was seen, and not every row could be", code="incomplete"
            )
        if not awaited:
            if self._found is not None:
                raise nothing_there(self._run, self._found, "visitor")
        else:
            raise AnsweredNo(
                f"no {awaited} of {self._target.kind} {self._target.id.text} in this time"
            )

    def _note_each_time(self, sentence: str) -> None:
        """Write a note each time that its reason comes, where others are written once."""
        self._run.output.note(sentence)
        if self._run.output.said_once is not None:
            self._run.output.said_once.discard(sentence)


def _last_place(are_new: list[bool]) -> int:
    """Return the place of the last row that is not new."""
    return len(are_new) - 1 - are_new[::-1].index(False)
