"""Run the program as the rows do, with its pauses written down and not slept."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from ffx.cli.app import main
from ffx.service.retry import Retries
from tests.conftest import SAMPLE_TOKEN
from tests.faults.bounds import at_most
from tests.faults.rows import STEERING
from tests.service.tokens import SECRETS

AGAIN = "  Try again in a while.\n"
# CPU seconds; no row costs more: the replies are small, and nobody waits in a loop.
_MOST = 3


@dataclass(frozen=True)
class Told:
    """A run that has ended: stderr with port and home taken out, the pauses it wanted."""

    code: int
    out: str
    err: str
    pauses: list[float]


Tell = Callable[..., Told]


def teller(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, home: Path
) -> Tell:
    """Return what runs a command line in this process, and checks what holds for every row.

    Pauses are the shortest that may be drawn: 0.25 s, then 0.5 s.
    """

    def tell(*arguments: str, port: int = 0) -> Told:
        pauses: list[float] = []
        calm = partial(Retries, pause=pauses.append, chance=lambda: 0.0)
        monkeypatch.setattr("ffx.service.client.Retries", calm)
        with at_most(_MOST, "this row"):
            code = main(arguments)
        out, err = (stream.decode() for stream in capsysbinary.readouterr())
        assert "Traceback" not in err
        assert "a fault in ffx itself" not in err
        assert not STEERING.search(err), err
        for secret in (*SECRETS, SAMPLE_TOKEN):
            assert secret not in out + err
        err = err.replace(str(home), "HOME")
        return Told(code, out, err.replace(f":{port}", ":PORT") if port else err, pauses)

    return tell


def assert_same_in_json(plain: Told, as_json: Told) -> None:
    """Check that `--json` ends alike and says the same, as an object on the last line."""
    assert as_json.code == plain.code
    assert as_json.pauses == plain.pauses
    if plain.code == 0:
        assert as_json.err == plain.err
        json.loads(as_json.out)
        return
    assert as_json.out == ""
    *notes, last = as_json.err.splitlines()
    record = json.loads(last)["error"]
    said = [f"ffx: {record['message']}", *(f"  {line}" for line in record["hint"].splitlines())]
    assert [*notes, *said] == plain.err.splitlines()
    assert record["retryable"] == (plain.code == 6)


class Numbered(Protocol):
    """A row of the table of faults."""

    @property
    def number(self) -> int: ...


def firsts(rows: Iterable[Numbered]) -> list[Numbered]:
    """Return the rows that are the first of their number."""
    return list({row.number: row for row in reversed([*rows])}.values())


def retried(what: str, *, tries: int = 3, hint: str = AGAIN) -> str:
    """Return what is said of a failure that never passes."""
    pauses = ("0.2", "0.5")[: tries - 1]
    notes = "".join(
        f"note: {what}; waiting {pause} s ({number} of {tries})\n"
        for number, pause in enumerate(pauses, 1)
    )
    return f"{notes}ffx: {what} (after {tries} tries)\n{hint}"


def once(what: str, pause: str = "0.2", *, tries: int = 3) -> str:
    return f"note: {what}; waiting {pause} s (1 of {tries})\n"
