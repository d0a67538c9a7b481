"""What every measurement has at hand: the tools, a folder, a static server, a number of runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench import samples
from tests.bench.commands import Command
from tests.bench.servers import static_server
from tests.bench.tools import Tools, keep_quiet

_SMALL, _LARGE = 5, 1_000
_PATH = "v1/reporting/explorer"


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the benchmark.

    Attributes:
        folder: a temporary folder, whose `home` is the home of every command.
        root: the address of the static server.
        now: when the sample data ends.
    """

    tools: Tools
    folder: Path
    root: str
    now: datetime
    is_quick: bool

    @property
    def runs(self) -> int:
        """How often a command of a fraction of a second is run."""
        return 3 if self.is_quick else 21

    @property
    def small(self) -> str:
        """The address of a service whose visitor has a handful of hits."""
        return f"{self.root}/small/v1"

    @property
    def large(self) -> str:
        """The address of a service whose visitor has 1,000 hits."""
        return f"{self.root}/large/v1"

    @property
    def replies(self) -> Path:
        """The folder that the static server serves."""
        return self.folder / "root"

    @property
    def window(self) -> tuple[str, str]:
        """What `--since 2d` would ask for."""
        return f"{self.now - timedelta(days=2):%FT%TZ}", f"{self.now:%FT%TZ}"

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment of a command: nothing of the user's own but PATH."""
        home = self.folder / "home"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            **more,
        }

    def ffx(
        self, url: str, *arguments: str, on_terminal: bool = False, into: Path | None = None
    ) -> Command:
        """Return the installed program, asking the service at `url`."""
        environ = self.environ(FFX_API_URL=url, FFX_ACCESS_TOKEN=samples.TOKEN)
        words = (self.tools.ffx, *arguments)
        return Command(words, environ, on_terminal=on_terminal, into=into)

    def httpie(self, url: str) -> Command | None:
        """Return the look-up of a visitor as HTTPie makes it."""
        if self.tools.http is None:
            return None
        start, end = self.window
        words = (
            *(self.tools.http, "--ignore-stdin", "POST", f"{url}/reporting/explorer/visitor"),
            f"Authorization:Bearer {samples.TOKEN}",
            *(f"visitorId={samples.VISITOR_ID}", f"timeStart={start}", f"timeEnd={end}"),
        )
        return Command(words, self.environ())


@contextmanager
def prepared(tools: Tools, folder: Path, *, is_quick: bool) -> Iterator[Bench]:
    """Write the replies, serve them, and yield what the measurements need."""
    now = datetime.now(UTC).replace(microsecond=0)
    keep_quiet(folder / "home")
    root = folder / "root"
    for name, count in (("small", _SMALL), ("large", _LARGE)):
        place = root / name / _PATH
        place.mkdir(parents=True)
        (place / "visitor").write_bytes(samples.visitor_reply(count, now))
        (place / "hit").write_bytes(samples.hit_reply(now))
    with static_server(tools.nginx, root, folder) as url:
        yield Bench(tools, folder, url, now, is_quick)
