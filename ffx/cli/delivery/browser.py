"""`--open`: a page shown in the browser, from a file that its reader alone can read."""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = 24 * 60 * 60  # seconds; a page holds addresses, and is no archive


def new_page() -> Path:
    """Name a new page in a folder of the user's own, from which those of other days are removed.

    Where no such folder can be had, it is in a new one among the temporary files.
    """
    from ffx.settings.folders import cache_folder

    folder = cache_folder() / "pages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        for page in _of_other_days(folder):
            page.unlink(missing_ok=True)
    except OSError:
        from tempfile import mkdtemp

        folder = Path(mkdtemp(prefix="ffx-"))
    return folder / f"{secrets.token_hex(8)}.html"


def show_page(run: Run, page: Path) -> None:
    """Open a page in the browser; where there is none, say so, however quiet the run is."""
    import webbrowser

    shown = False
    with suppress(OSError, webbrowser.Error):
        shown = webbrowser.open(page.resolve().as_uri())
    if not shown:
        run.output.loss(f"no browser could be started: open {page} in one")


def _of_other_days(folder: Path) -> "Iterator[Path]":
    oldest = time.time() - _DAY
    for page in folder.glob("*.html"):
        with suppress(OSError):  # another run has removed it
            if page.stat().st_mtime < oldest:
                yield page
