"""`--open`: a page shown in the browser, from a file that its reader alone can read."""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE_NAMES = "[0-9a-f]" * 16 + ".html"
_DAY = 24 * 60 * 60  # seconds; a page holds addresses, and is no archive


def new_page() -> Path:
    """Name a new page in a folder of the user's own, from which those of other days are removed.

    Where no such folder can be had, it is in a new one among the temporary files. A link
    is no such folder: what it leads to may be public, and hold files of others.
    """
    from ffx.settings.folders import cache_folder

    folder = cache_folder() / "pages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            raise NotADirectoryError(folder)
        folder.chmod(0o700)
        for page in _old_pages(folder):
            page.unlink(missing_ok=True)
    except OSError:
        from tempfile import mkdtemp

        folder = Path(mkdtemp(prefix="ffx-"))
    return folder / f"{secrets.token_hex(8)}.html"


def show_page(run: Run, page: Path) -> None:
    """Open a page in the browser; where there is none, say so, however quiet the run is."""
    import webbrowser

    shown = False
    # What BROWSER holds, say a blank or an open quote, the library reads with little care.
    with suppress(OSError, webbrowser.Error, IndexError, ValueError):
        shown = webbrowser.open(page.resolve().as_uri())
    if not shown:
        run.output.loss(f"no browser could be started: open {page} in one")


def _old_pages(folder: Path) -> "Iterator[Path]":
    oldest = time.time() - _DAY
    for page in folder.glob(_PAGE_NAMES):
        with suppress(OSError):  # another run has removed it
            if page.stat().st_mtime < oldest:
                yield page
