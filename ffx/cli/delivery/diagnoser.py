"""The diagnosis of what was found, for each command that shows one."""

from typing import TYPE_CHECKING

from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ffx.findings.diagnose import OlderJourney
    from ffx.lookup.find import Found
    from ffx.lookup.share.case_file import Case
    from ffx.lookup.share.redactor import Redactor


def read_older(run: Run, path: str) -> "OlderJourney":
    """Read the case file with which a diagnosis is compared."""
    from ffx.cli.delivery.case_replay import open_case
    from ffx.findings.diagnose import OlderJourney, subject_of

    replayed, case = open_case(run, path, "diagnose")
    visitor_id = case.found.reply.visitor_id
    return OlderJourney(visitor_id, subject_of(replayed, case.found).journey, case.saved)


def diagnoser(
    run: Run, redactor: "Redactor | None", older: "OlderJourney | None", case: "Case | None"
) -> "Callable[[Found], Found]":
    """Return the function that diagnoses what was found, in aliases where there is a redactor."""
    from ffx.findings.diagnose import diagnose
    from ffx.findings.subject import hide_nothing

    if case is not None and case.redacted and case.diagnosis is not None:
        return _kept_diagnosis(case.diagnosis, redactor)

    def finish(found: "Found") -> "Found":
        if redactor is not None:
            learn_found(redactor, found)
        return diagnose(
            run,
            found,
            alias=hide_nothing if redactor is None else redactor.alias,
            older=older,
            redacted=frozenset() if case is None else case.redacted,
        )

    return finish


def _kept_diagnosis(
    document: "Mapping[str, object]", redactor: "Redactor | None"
) -> "Callable[[Found], Found]":
    """Return the function that puts the kept diagnosis into a redacted case.

    Rules cannot read aliases, and so cannot come to it again.
    """
    from ffx.findings.diagnose import with_diagnosis
    from ffx.findings.kept_diagnosis import in_words_of_the_file, read_diagnosis

    diagnosis = in_words_of_the_file(read_diagnosis(document))

    def finish(found: "Found") -> "Found":
        if redactor is None:
            return with_diagnosis(found, diagnosis)
        learn_found(redactor, found)
        hidden = in_words_of_the_file(read_diagnosis(document, redactor.alias))
        return with_diagnosis(found, hidden)

    return finish


def learn_found(redactor: "Redactor", found: "Found") -> None:
    """Teach a redactor all that was found, before anything of it is written."""
    redactor.learn_value(f"{found.target.kind}Id", found.target.id.text)
    for reply in (found.reply, *found.details.values()):
        redactor.learn_reply(reply)


def what_a_diagnosis_asks(_: object = None) -> str:
    """Say what a diagnosis asks for after its first request."""
    return "the rest of the history, and up to 12 hits one by one"
