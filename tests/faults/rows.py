"""A row of the table of faults, and what every run must keep to whatever happens."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ffx.output.clean import clean
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID, Script

# A window that is long past, so that no advice depends on today.
WINDOW = ("--since", "2020-03-01", "--until", "2020-03-02")
VISITOR = ("visitor", VISITOR_ID, *WINDOW)
HIT = ("hit", HIT_ID)
# One try, and none after it: that would begin when all the time is over.
TRY = ("--timeout", "0.3s")

LOOKED = "looked in  Sun 1 Mar 2020 00:00 +00:00 → Tue 3 Mar 00:00, account NAME"
PERHAPS = "perhaps    another account · a known bot: those are never stored"

# What no stream may ever carry: all that steers a terminal, hides, or turns text around.
STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# Tries again come and go with the client's patience; a row holds whatever that is.
_RETRY = re.compile(r"note: .*; waiting [\d.]+ s \(\d of \d\)")


@dataclass(frozen=True)
class Outcome:
    """A run that has ended, with ports, tries and account names taken out of `err`."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


Ask = Callable[..., Outcome]


@dataclass(frozen=True)
class Row:
    """What the service says, and how the run must end.

    `err` is the whole of stderr without `--json`; `shows` stands in stdout.
    """

    name: str
    answer: Script
    code: int
    err: str = ""
    shows: str = ""

    def __str__(self) -> str:
        return self.name


def normal(err: str, port: int) -> str:
    """Take out of stderr what differs from run to run."""
    lines = [line for line in err.splitlines() if not _RETRY.fullmatch(line)]
    text = "".join(f"{line}\n" for line in lines)
    text = re.sub(r" \(after \d tries\)", "", text)
    text = re.sub(r"account (from )?\S+$", "account NAME", text, flags=re.MULTILINE)
    # In JSON the hint's line ends with an escape, or with the hint.
    text = re.sub(r'account (from )?[^\s"\\]+(?=\\n|")', "account NAME", text)
    return text.replace(f":{port}", ":PORT")


def assert_promises(code: int, out: bytes, err: str, *, as_json: bool = False) -> None:
    """Check what holds for every run, whatever was asked and answered."""
    assert "Traceback" not in err
    assert "a fault in ffx itself" not in err
    assert SAMPLE_TOKEN not in err
    assert SAMPLE_TOKEN.encode() not in out
    assert not STEERING.search(err), err
    text = out.decode()
    assert not STEERING.search(text if as_json else text.replace("\t", "")), text[:500]
    if as_json:
        if code in (0, 3, 7, 8):
            json.loads(text)
        else:
            assert text == ""
        if code:
            assert set(json.loads(err.splitlines()[-1])) == {"error"}


def by_number(rows: Iterable[object]) -> list[Any]:
    """Return the rows as cases of a test: those of one number are one case, which is named so.

    Each case of pytest's costs as much as half a run, and what a case ends with is its number's.
    """
    numbered: dict[str, list[object]] = {}
    for row in rows:
        numbered.setdefault(f"row {re.findall('[0-9]+', str(row))[0]}", []).append(row)
    return [pytest.param(each, id=number) for number, each in numbered.items()]


@contextmanager
def told_of(row: object) -> Iterator[None]:
    """Let what fails say which row it was."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"in {row}")
        raise


def firsts(rows: Iterable[Row]) -> set[str]:
    """Return the names of the rows that are the first of their number: `row 34: …`."""
    named: dict[str, str] = {}
    for row in rows:
        named.setdefault(row.name.partition(":")[0], row.name)
    return set(named.values())


def check_words(row: Row, ask: Ask, *question: str) -> Outcome:
    """Ask once: the run must end as the row says, with its words."""
    plain = ask(*(question or VISITOR))

    assert plain.err == (f"{row.err}\n" if row.err else "")
    assert plain.code == row.code
    assert row.shows in plain.text
    return plain


def check(row: Row, ask: Ask, *question: str) -> None:
    """Ask twice, once with `--json`: both must end as the row says, with the same words."""
    plain = check_words(row, ask, *question)
    as_json = ask(*(question or VISITOR), "--json")

    assert as_json.code == row.code
    if row.code == 0:
        return
    notes = [line for line in plain.lines if line.startswith("note: ")]
    said, *hints = plain.lines[len(notes) :]
    record = json.loads(as_json.lines[-1])["error"]
    assert as_json.lines[:-1] == notes
    assert said == f"ffx: {clean(record['message'])}"
    assert [line.removeprefix("  ") for line in hints] == [
        clean(line) for line in record["hint"].splitlines()
    ]
    assert record["retryable"] == (row.code == 6)
