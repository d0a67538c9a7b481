"""A loop over cases runs each of them, and says which one failed."""

import pytest

from tests.looping import each


def test_each_case_runs_with_what_else_is_given() -> None:
    seen = []

    @each("b", ["x", "y"])
    @each(("c", "d"), [(1, 2), (3, 4)])
    def note(a: str, b: str, c: int, d: int) -> None:
        seen.append((a, b, c, d))

    note("a")

    assert seen == [("a", b, c, d) for b in ("x", "y") for c, d in ((1, 2), (3, 4))]


def test_what_fails_says_in_which_case() -> None:
    @each("number", [1, 2, 3])
    def is_no_two(number: int) -> None:
        assert number != 2

    with pytest.raises(AssertionError) as caught:
        is_no_two()

    assert caught.value.__notes__ == ["in the case {'number': 2}"]


def test_no_case_is_no_test() -> None:
    with pytest.raises(AssertionError, match="shows nothing"):
        each("number", [])
