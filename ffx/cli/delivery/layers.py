"""What stands before a sink: aliases for what identifies somebody, and a case file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ffx.api.jsontext import on_one_line
from ffx.cli.delivery.destination import tell_file
from ffx.cli.delivery.sinks import Before, RowSink, Sink
from ffx.errors import FfxError
from ffx.input.targets.target import Command
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.casefile import Case, write_case
from ffx.lookup.share.redactor import Redactor
from ffx.output.spool import Spool
from ffx.version import __version__


class Redacted(Before):
    """Hides what is to be hidden before `sink` sees it."""

    def __init__(self, sink: Sink, redactor: Redactor) -> None:
        super().__init__(sink)
        self._redactor = redactor

    def take_columns(self, heads: Sequence[str]) -> None:
        """Leave them out: nobody can tell what they hold."""

    def begin(self, row: Sequence[str]) -> None:
        """Leave them out as well."""

    def found(self, text: str, found: Found) -> None:  # noqa: ARG002  # one shape for all sinks
        # What was pasted may hold an address or a name: the ID alone is told.
        hidden = redacted(found, self._redactor)
        self._sink.found(hidden.target.id.text, hidden)

    def failed(self, text: str, error: FfxError) -> None:
        super().failed(self._redactor.text(text), self._masked(error))

    def row_sink(self) -> RowSink | None:
        inner = self._sink.row_sink()
        return None if inner is None else _RedactedRows(inner, self._redactor)

    def _masked(self, error: FfxError) -> FfxError:
        error.message = self._redactor.text(error.message)
        error.hint = self._redactor.text(error.hint)
        return error


class _RedactedRows(Redacted):
    """The same, of rows that come part by part.

    Any row may tell what is to be hidden in those before it, so none is written before
    all are there. Until then they are kept outside memory.
    """

    def __init__(self, sink: RowSink, redactor: Redactor) -> None:
        super().__init__(sink, redactor)
        self._rows = sink
        self._kept = Spool()
        self._text = self._visitor = ""

    def rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        self._text, self._visitor = text, visitor
        for row in rows:
            self._redactor.learn_json(row)
            self._kept.add(on_one_line(row))

    def end_rows(self) -> None:
        if not self._kept:
            return
        about = self._redactor.json(self._visitor) if self._visitor else ""
        hidden = map(self._redactor.json, self._kept)
        self._rows.rows(self._redactor.text(self._text), hidden, about)
        self._rows.end_rows()


class Saving(Before):
    """Keeps what is found as a case file, and hands it on to `sink`.

    `redacted` are the members whose values are aliases by now.
    """

    def __init__(
        self, sink: Sink, run: Run, path: Path, command: Command, redacted: frozenset[str]
    ) -> None:
        super().__init__(sink)
        self._run = run
        self._path = path
        self._command = command
        self._redacted = redacted

    def found(self, text: str, found: Found) -> None:
        case = Case(
            command=self._command,
            version=__version__,
            saved=self._run.now,
            account=self._run.account,
            address=self._run.settings.api_url,
            found=found,
            details=found.details,
            redacted=self._redacted,
            diagnosis=self._diagnosis(found),
            failures=found.failures,
        )
        write_case(self._path, case)
        self._sink.found(text, found)
        tell_file(self._run, "case saved to", self._path)

    def row_sink(self) -> None:
        """A case file holds a whole reply, so rows do not come part by part."""

    def _diagnosis(self, found: Found) -> Mapping[str, object] | None:
        """Return the diagnosis where rules could not come to it again, from aliases."""
        if not self._redacted or self._command != "diagnose":
            return None
        from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
        from ffx.findings.diagnosis import document_of

        return document_of(diagnosis_of(found))


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
