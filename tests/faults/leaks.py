"""The tests' own tokens are looked for in every byte that any test's run wrote.

That is what tests read of stdout and stderr, what they leave unread, what other
processes send through pipes, and every file in the folders of a test but the one
that is there for tokens.
"""

import functools
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.service.tokens import SECRETS

KEEPS_TOKENS = "credentials.json"
_MOST = 64 * 2**20  # bytes of a file; those that are larger hold nothing but size


class LeakedError(AssertionError):
    """A token was written where none belongs."""


def watch(*secrets: str) -> None:
    """Look from here on at all that tests read of what was written."""
    _searched.extend(secret.encode() for secret in (*SECRETS, *secrets))
    pytest.CaptureFixture.readouterr = _searching(  # type: ignore[method-assign]
        pytest.CaptureFixture.readouterr
    )
    subprocess.Popen.communicate = _searching(  # type: ignore[method-assign]
        subprocess.Popen.communicate
    )


def search(texts: Iterable[str | bytes | None], place: str) -> None:
    """Raise an error if a token stands in one of `texts`, which is told by its `place` alone."""
    for text in texts:
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text or b""
        for number, secret in enumerate(_searched):
            if secret in data:
                message = f"token {number} stands in {place}"
                raise LeakedError(message)


def search_report(report: pytest.TestReport) -> None:
    """Search what a test wrote and did not read; a token in it fails the test."""
    try:
        if report.passed:
            search((text for _, text in report.sections), "what was written and not read")
    except LeakedError as error:
        report.outcome = "failed"
        report.longrepr = str(error)


def search_files(folders: Iterable[Path]) -> None:
    """Search every file below `folders`, but for those that keep tokens, behind a link too."""
    found = (
        Path(top) / name for each in folders for top, _, names in os.walk(each) for name in names
    )
    files = [path for path in found if path.is_file()]
    keepers = {path.stat().st_ino for path in files if path.name == KEEPS_TOKENS}
    for path in files:
        if path.stat().st_ino not in keepers:
            with path.open("rb") as file:
                search([file.read(_MOST)], str(path))


_searched: list[bytes] = []


def _searching(read: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(read)
    def searched(*arguments: Any, **more: Any) -> Any:
        texts = read(*arguments, **more)
        search(texts, "what was written")
        return texts

    return searched
