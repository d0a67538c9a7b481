"""Texts outside memory: what they come back as, and what stays of them."""

import pickle
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffx.errors import ExitCode, OutputError
from ffx.output.spool import Picked, Spool

MORE_THAN_MEMORY_TAKES = ["x" * 2**20] * 6


def spool_of(texts: list[str]) -> Spool:
    spool = Spool()
    for text in texts:
        spool.add(text)
    return spool


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let temporary files be made in a folder of the test's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def full(folder: Path) -> Iterator[None]:
    """Let no file grow beyond five million bytes."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, usual[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@settings(max_examples=40)
@given(texts=st.lists(st.text()), memory=st.integers(1, 50), data=st.data())
def test_texts_come_back_as_they_were(texts: list[str], memory: int, data: st.DataObject) -> None:
    places = st.lists(st.integers(0, len(texts) - 1)) if texts else st.just([])
    order = data.draw(places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ffx.output.spool._MOST_IN_MEMORY", memory)
        spool = Spool()
        for number, text in enumerate(texts):
            spool.add(text)
            assert spool[number] == spool[-1] == text

    assert list(spool) == texts
    picked = Picked(spool, order)
    assert list(picked) == [texts[place] for place in order]
    assert list(picked[1:]) == list(picked)[1:]


def test_lone_surrogates_come_back_too() -> None:
    assert list(spool_of(["\ud800"])) == ["\ud800"]


def test_it_can_be_pickled_wherever_it_stands() -> None:
    for texts in (["a", "\ud800"], MORE_THAN_MEMORY_TAKES):
        pickled = pickle.dumps(spool_of(texts))
        assert list(pickle.loads(pickled)) == texts  # noqa: S301  # it is our own


def test_its_file_has_no_name(folder: Path) -> None:
    spool = spool_of(MORE_THAN_MEMORY_TAKES)

    assert list(folder.iterdir()) == []
    assert list(spool) == MORE_THAN_MEMORY_TAKES


def test_little_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    assert list(spool_of(["little"])) == ["little"]


@pytest.mark.usefixtures("full")
def test_a_full_disk_is_an_error_in_words(folder: Path) -> None:
    with pytest.raises(OutputError) as caught:
        spool_of(MORE_THAN_MEMORY_TAKES)

    assert caught.value.exit_code == ExitCode.OUTPUT
    assert caught.value.message == (
        f"cannot keep hits in a temporary file in {folder}: file too large"
    )
    assert "TMPDIR" in caught.value.hint


def test_so_is_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(OutputError, match="in /nowhere: no such file or directory"):
        spool_of(MORE_THAN_MEMORY_TAKES)
