"""The sink before the others: it hides values, keeps a case file and chooses rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ffx.api.json_text import on_one_line, read_object
from ffx.cli.delivery.delivery_options import DeliveryOptions
from ffx.cli.delivery.destination import tell_file
from ffx.cli.delivery.left_out_rows import LeftOutRows, events_and_times
from ffx.cli.delivery.sinks import Sink
from ffx.errors import FfxError
from ffx.input.targets.shapes import Command
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.case_file import Case, write_case
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS, Redactor
from ffx.output.spool import Picked, Spool
from ffx.version import __version__


class PreparingSink(Sink):
    """Hides what is to be hidden, keeps a case file, chooses rows; then `sink` writes the rest.

    Of the rows of a walk any may tell what is to be hidden in those before it, and which are
    the newest is known at the end. Until then they are kept outside memory.
    """

    def __init__(self, run: Run, sink: Sink, command: Command, delivery: DeliveryOptions) -> None:
        super().__init__(run)
        self._sink = sink
        self._command = command
        self._case = delivery.case
        self._redactor = delivery.redactor
        self._save = None if delivery.save is None else Path(delivery.save)
        self._left_out = LeftOutRows(delivery.choice)
        self._chooses = delivery.chooses_rows
        self._rows = Spool()
        self._text = self._visitor = ""
        self.tells_of_cuts, self.says_why = sink.tells_of_cuts, sink.says_why
        self.says_missing = sink.says_missing
        # A case file holds a whole reply.
        self.takes_rows = sink.takes_rows and self._save is None

    def take_own_columns(self, heads: Sequence[str]) -> None:
        """Hand them on; with a redactor none, since nobody knows what they hold."""
        if self._redactor is None:
            self._sink.take_own_columns(heads)

    def take_own_cells(self, row: Sequence[str]) -> None:
        if self._redactor is None:
            self._sink.take_own_cells(row)

    def write_header(self) -> None:
        self._sink.write_header()

    def write_found(self, text: str, found: Found) -> None:
        if self._redactor is not None:
            found = redacted(found, self._redactor)
            # What was pasted may hold an address or a name: the ID alone is written.
            text = found.target.id.text
        if self._save is not None:
            write_case(self._save, self._case_of(found))
        self._sink.write_found(text, self._with_chosen_rows(found) if self._chooses else found)
        if self._save is not None:
            tell_file(self.run, "case saved to", self._save)

    def write_failed(self, text: str, error: FfxError) -> None:
        if self._redactor is not None:
            text = self._redactor.text(text)
            error.message = self._redactor.text(error.message)
            error.hint = self._redactor.text(error.hint)
        self._sink.write_failed(text, error)

    def write_rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        self._text, self._visitor = text, visitor
        for row in rows:
            if self._redactor is not None:
                self._redactor.learn_json(row)
            self._rows.add(row if self._redactor is None else on_one_line(row))

    def end_rows(self) -> None:
        if not self._rows:
            return
        text, visitor, spool = self._text, self._visitor, self._rows
        if self._redactor is not None:
            # First the visitor, whose ID may stay, and then what it is called.
            visitor = self._redactor.json(visitor) if visitor else ""
            text = self._redactor.text(text)
            spool = Spool()
            for row in self._rows:
                spool.add(self._redactor.json(row))
        rows = self._pick(spool, map(read_object, spool)) if self._chooses else spool
        self._sink.write_rows(text, rows, visitor)
        self._sink.end_rows()

    def sums(self) -> list[str]:
        return self._sink.sums()

    def end(self) -> None:
        self._sink.end()
        self._left_out.tell(self.run)

    def _with_chosen_rows(self, found: Found) -> Found:
        rows = self._pick(found.reply.row_texts(), found.reply.parsed_rows())
        return replace(found, reply=found.reply.with_rows_replaced(rows, has_more=None))

    def _pick(
        self, sent: Sequence[str] | Spool, read: Iterable[Mapping[str, object]]
    ) -> Sequence[str]:
        """Return the chosen of some rows, and count the others."""
        events, times = events_and_times(read)
        places = self._left_out.choice.places(events, times)
        self._left_out.add(events, left_out=len(events) - len(places))
        return Picked(sent, places)

    def _case_of(self, found: Found) -> Case:
        hidden: frozenset[str] = self._case.redacted if self._case else frozenset()
        if self._redactor is not None:
            hidden |= REDACTED_MEMBERS | (ID_MEMBERS if self._redactor.hides_ids else frozenset())
        diagnosis = None
        if hidden and self._command == "diagnose":
            # Rules could not come to it again, from aliases.
            from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
            from ffx.findings.diagnosis import document_of

            diagnosis = document_of(diagnosis_of(found))
        return Case(
            command=self._command,
            version=__version__,
            saved=self.run.now,
            account=self.run.account,
            address=self.run.settings.api_url,
            found=found,
            details=found.details,
            redacted=hidden,
            diagnosis=diagnosis,
            failures=found.failures,
        )


def redacted(found: Found, redactor: Redactor) -> Found:
    """Return what was found with aliases in it, single hits included."""
    for reply in found.details.values():
        redactor.learn_reply(reply)
    hidden = redactor.found(found)
    details = {
        redactor.alias("hitId", hit): redactor.reply(reply)
        for hit, reply in hidden.details.items()
    }
    return replace(hidden, details=details, failures=tuple(map(redactor.text, hidden.failures)))
