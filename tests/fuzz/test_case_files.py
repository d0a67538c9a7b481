"""Case files of strangers: one that `--save` wrote, with any of its members out of shape."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explorer import HIT_ID
from tests.fuzz.conftest import fuzzed
from tests.fuzz.running import Ended, Service, run
from tests.fuzz.test_bodies import FORMATS
from tests.fuzz.test_command_lines import GOOD
from tests.fuzz.values import anything, write

COMMANDS = ("visitor", "hit", "diagnose")
_GONE = object()


@pytest.fixture(scope="module")
def saved() -> dict[str, str]:
    """Return what `--save` writes, by command; made at the first use."""
    return {}


def save(command: str, saved: dict[str, str]) -> dict[str, Any]:
    if command not in saved:
        run([command, HIT_ID, "--save", "made.json", "--json"], Service(GOOD))
        saved[command] = Path("made.json").read_text()
    case: dict[str, Any] = json.loads(saved[command])
    return case


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every value inside `value`."""
    inner: Any = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def put(case: Any, place: tuple[str | int, ...], value: object) -> Any:
    """Return `case` with another value in a place, or without it."""
    if not place:
        return case if value is _GONE else value
    *before, last = place
    here = case
    for key in before:
        here = here[key]
    if value is _GONE:
        del here[last]
    else:
        here[last] = value
    return case


def show(command: str, form: str) -> Ended:
    line = [command, "--case", "case.json", *([] if form == "terminal" else ["--format", form])]
    return run(line, Service(GOOD), on_terminal=form == "terminal")


@fuzzed(12)
@given(
    command=st.sampled_from(COMMANDS),
    shown=st.sampled_from(COMMANDS),
    data=st.data(),
    forms=st.permutations(FORMATS).map(lambda names: names[:2]),
)
def test_any_case_file_is_shown_or_refused(
    command: str, shown: str, data: st.DataObject, forms: list[str], saved: dict[str, str]
) -> None:
    case: Any = save(command, saved)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(case)))
        case = put(case, place, data.draw(st.one_of(st.just(_GONE), anything, anything)))
    Path("case.json").write_bytes(write(case).encode("utf-8", "surrogatepass"))

    codes = {form: show(shown, form).code for form in forms}

    assert set(codes.values()) <= {0, 2, 3, 7}
    assert len(set(codes.values())) == 1, codes


@fuzzed(10)
@given(
    command=st.sampled_from(COMMANDS),
    at=st.integers(0, 10_000),
    new=st.binary(max_size=6),
    taken=st.integers(0, 50),
)
def test_any_damaged_case_file_is_shown_or_refused(
    command: str, at: int, new: bytes, taken: int, saved: dict[str, str]
) -> None:
    save(command, saved)
    content = saved[command].encode()
    place = at % len(content)
    Path("case.json").write_bytes(content[:place] + new + content[place + taken :])

    assert show(command, "json").code in (0, 2, 3, 7)


@fuzzed(8)
@given(data=st.data())
def test_any_case_file_is_compared_or_refused(data: st.DataObject, saved: dict[str, str]) -> None:
    case = save("diagnose", saved)
    place = data.draw(st.sampled_from(places(case)))
    Path("case.json").write_bytes(
        write(put(case, place, data.draw(anything))).encode("utf-8", "surrogatepass")
    )

    ended = run(["diagnose", HIT_ID, "--case", "case.json"], Service(GOOD))

    assert ended.code in (0, 2, 7)
