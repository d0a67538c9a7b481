"""Limits from the settings file: every one can be set, and what cannot be read is named."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import ExitCode, UsageError
from ffx.settings.thresholds import Thresholds, read_thresholds
from tests.looping import each

_NAMES = [field.name for field in fields(Thresholds)]
_SOURCE = "the settings file config.toml"


def refusal_of(values: dict[str, Any]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_thresholds(values, source=_SOURCE)
    return caught.value


def test_an_empty_table_changes_nothing() -> None:
    assert read_thresholds({}, source=_SOURCE) == Thresholds()


def test_the_limits_are_those_that_the_rules_document() -> None:
    assert Thresholds() == Thresholds(
        duplicate_minutes=10,
        rebill_days=25,
        too_fast_seconds=15,
        fast_click_ms=800,
        burst_per_minute=60,
        cost_factor=300,
    )


@given(
    st.dictionaries(
        st.sampled_from(_NAMES),
        st.one_of(st.integers(1, 10**11), st.floats(1e-9, 1e11, allow_nan=False)),
    )
)
def test_what_is_set_holds_and_the_rest_stays(values: dict[str, Any]) -> None:
    read = read_thresholds(values, source=_SOURCE)
    usual = Thresholds()

    assert {name: getattr(read, name) for name in _NAMES} == {
        name: values.get(name, getattr(usual, name)) for name in _NAMES
    }


@each(
    "value",
    [0, -1, 0.0, float("nan"), float("inf"), True, False, "15", "", [15], {}, None, 10**400],
)
def test_a_limit_is_a_number_above_zero(value: object) -> None:
    for name in _NAMES:
        error = refusal_of({name: value})

        assert (error.exit_code, error.code) == (ExitCode.USAGE, "config")
        assert error.message == f"{_SOURCE} has no number above 0 under findings.{name}"


@each(
    ("name", "hint"),
    [
        ("too_fast_second", "Perhaps too_fast_seconds."),
        ("fast_click", "Perhaps fast_click_ms."),
        ("burst", "Perhaps burst_per_minute."),
        ("colour", f"It knows {', '.join(_NAMES)}."),
        ("", f"It knows {', '.join(_NAMES)}."),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, hint: str) -> None:
    error = refusal_of({"cost_factor": 5, name: 1})

    assert (error.exit_code, error.code, error.hint) == (ExitCode.USAGE, "config", hint)
    assert error.message == f"{_SOURCE} has an unknown key: findings.{name}"


def test_a_hostile_name_is_shown_with_escapes() -> None:
    assert refusal_of({"x\x1b[2J\u202e": 1}).message.endswith(r"findings.x\u{1b}[2J\u{202e}")
