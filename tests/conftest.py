"""What every test stands on: surroundings of its own, a service, and ways to run the program."""

import contextlib
import gc
import itertools
import os
import shlex
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ffx.output.secrets import secrets
from tests import forks, messages
from tests.explorer import Explorer
from tests.faults import bounds, exits, leaks

# Each example may take its time on a busy machine. An ordinary run tries the same ones every time,
# so that a change turns it red and not chance; FFX_FUZZ says how many others are tried instead.
settings.register_profile(
    "ffx",
    max_examples=int(os.environ.get("FFX_FUZZ") or 20),
    derandomize=not os.environ.get("FFX_FUZZ"),
    deadline=None,
)
settings.load_profile("ffx")

SAMPLE_TOKEN = "sample-token-AbC123._~+/=-secret"

# Whatever of the user's own could change what the program does or shows.
_TAKEN_AWAY = frozenset({
    "COLORTERM", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM", "CLICOLOR",
    "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "TERMINAL_WIDTH", "TZ",
    "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONOPTIMIZE", "PYTHONDEVMODE", "PYTHONWARNINGS",
    "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONUNBUFFERED",
    # Without byte code each process would translate the whole program again.
    "PYTHONDONTWRITEBYTECODE",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
    "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LANG", "LANGUAGE",
})  # fmt: skip
_REPOSITORY = Path(__file__).parent.parent
_HOMES = itertools.count()
_unused: list[Path] = []

# Without forks a process's peak is told by its parent, and a small parent has no peak of its own
# to hide it.
_MEASURING = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(str(peak * (1 if sys.platform == "darwin" else 1024)))
sys.exit(code)
"""


@dataclass(frozen=True)
class Finished:
    """A run that has ended: `peak` bytes of memory if asked for.

    On a terminal `out` has what both streams wrote, with the terminal's own
    line ends.
    """

    code: int
    out: bytes
    err: str
    peak: int = 0


def pytest_configure(config: pytest.Config) -> None:
    """Watch every run of the program: how it ends, and that it writes no token."""
    import_module("httpx")  # a test's short time-out is no time to load it
    bounds.hear_ctrl_c()
    bounds.hear_hang_ups()
    exits.watch()
    leaks.watch(SAMPLE_TOKEN)
    is_worker = hasattr(config, "workerinput")  # and not whoever gathers the reports
    config.pluginmanager.register(messages.Fewer() if is_worker else exits.Table())


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Let one more run than there are processors: some tests wait for a deadline or a terminal."""
    return (yield) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is collected: it stays to the end."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


def pytest_itemcollected(item: pytest.Item) -> None:
    exits.tell_rows(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with bounds.bounded(bounds.LONGEST_TEST, item.name):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    leaks.search_report(report)
    return report


@dataclass(frozen=True)
class Folders:
    """What all tests of this process share: the folder of users' folders, and the cache."""

    homes: Path
    cache: Path


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folders]:
    """Take away, once, proxies, the user's settings, and what the terminal says of itself.

    The cache is one for all: making the sandbox's data takes a while. And pytest reads a folder
    through for each new name, so the users' folders stand in one that it does not know.
    """
    shared = Folders(tmp_path_factory.mktemp("h"), tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            upper = name.upper()
            if upper in _TAKEN_AWAY or upper.startswith(("FFX_", "XDG_", "LC_")):
                patch.delenv(name)
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("BROWSER", "true")  # no window opens, whatever a test asks for
        patch.setenv("TZ", "UTC")
        patch.setenv("XDG_CACHE_HOME", str(shared.cache))
        yield shared
    leaks.search_files([shared.cache])


@pytest.fixture(autouse=True)
def own_surroundings(request: pytest.FixtureRequest, folders: Folders) -> Iterator[None]:
    """Give the test a user's folder, which is empty, and watch what its runs do.

    How they end is noted, and the files that they leave are searched for tokens. Tokens that
    another test has used are no secrets here: some are ordinary IDs. The next test has the folder
    too if nobody used it.
    """
    if not _unused:
        _unused.append(folders.homes / str(next(_HOMES)))
        _unused[0].mkdir()
    home = _unused.pop()
    mode = home.stat().st_mode
    before = dict(os.environ)
    known = secrets._tokens, secrets._search
    secrets._tokens, secrets._search = frozenset(), None
    os.environ.update(_at_home(home))
    searched = [home]
    if "tmp_path" in request.fixturenames:
        searched.append(request.getfixturevalue("tmp_path"))
    exits.begin()
    yield
    exits.tell(request.node)
    secrets._tokens, secrets._search = known
    _set_environment(before)
    leaks.search_files(searched)
    if home.exists() and home.stat().st_mode == mode and not any(home.iterdir()):
        _unused.append(home)


def _at_home(home: Path) -> dict[str, str]:
    below = {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "STATE")}
    return {"HOME": str(home), "USERPROFILE": str(home), **below}


def _set_environment(variables: Mapping[str, str]) -> None:
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


@pytest.fixture
def home(own_surroundings: None) -> Path:
    """Return the user's own folder."""
    return Path(os.environ["HOME"])


@pytest.fixture
def explorer(own_surroundings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Explorer]:
    """Start a service, and let the program ask it: in this process and in others."""
    with Explorer() as service:
        monkeypatch.setenv("FFX_API_URL", service.url)
        monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
        yield service


@dataclass(frozen=True)
class Runner:
    """Runs the program in a process of its own, with the test's own surroundings.

    The process is a fork of one that has loaded the program, unless it is to be `new`.
    """

    folder: Path
    new: bool = False
    module: str = "ffx"

    def __call__(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        measured: bool = False,
        seconds: float = bounds.LONGEST_WAIT,
    ) -> Finished:
        """Run to the end; `measured` asks for the peak of memory."""
        process = self._open(
            arguments,
            measured=measured,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=surroundings(env),
        )
        with process:
            try:
                out, err = process.communicate(stdin, timeout=seconds)
            except BaseException:
                process.kill()
                raise
        peak = self._peak_of(process) if measured else 0
        return Finished(process.returncode, out, err.decode(errors="backslashreplace"), peak)

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, **streams: Any
    ) -> subprocess.Popen[bytes]:
        """Start, and leave the rest to the caller."""
        streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams}
        streams = {"stdout": subprocess.PIPE, **streams}
        return self._open(arguments, env=surroundings(env), **streams)

    def in_shell(
        self,
        script: str,
        *,
        env: Mapping[str, str] | None = None,
        seconds: float = bounds.LONGEST_WAIT,
    ) -> Finished:
        """Run a line of bash, in which `ffx` is the program and `python` this Python."""
        runs = '"$PYTHON" -m ffx'
        if not self.new and sys.platform == "linux":
            from tests.forks.process import words_in_a_shell

            runs = shlex.join(words_in_a_shell())
        functions = f'ffx() {{ {runs} "$@"; }}; python() {{ "$PYTHON" "$@"; }}; '
        # No variable of the environment, where Python has others whose names begin so.
        functions = f"PYTHON={shlex.quote(sys.executable)}; {functions}"
        done = subprocess.run(
            ["bash", "-c", functions + script],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            env=surroundings(env),
        )
        return Finished(
            done.returncode, done.stdout, done.stderr.decode(errors="backslashreplace")
        )

    def on_terminal(
        self,
        *arguments: str,
        columns: int = 100,
        env: Mapping[str, str] | None = None,
        stderr_too: bool = True,
        seconds: float = bounds.LONGEST_WAIT,
    ) -> Finished:
        """Run on a terminal of so many columns; without `stderr_too` stderr is a file."""
        import fcntl
        import pty
        import termios

        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        with tempfile.TemporaryFile() as errors:
            try:
                process = self._open(
                    arguments,
                    stdin=slave,
                    stdout=slave,
                    stderr=slave if stderr_too else errors,
                    env=surroundings({"TERM": "xterm-256color", **(env or {})}),
                )
            finally:
                os.close(slave)
            parts = []
            # On Linux the last reader meets an error where others meet an end.
            with contextlib.suppress(OSError):
                while part := os.read(master, 1 << 16):
                    parts.append(part)
            code = process.wait(seconds)
            os.close(master)
            errors.seek(0)
            err = errors.read().decode()
        return Finished(code, b"".join(parts), err)

    def _open(
        self, arguments: Sequence[str], *, measured: bool = False, **more: Any
    ) -> subprocess.Popen[bytes]:
        if not self.new and (sys.platform == "linux" or not measured):
            return forks.start(arguments, self.module, **more)
        words = [sys.executable, "-m", self.module, *arguments]
        if measured:
            words = [sys.executable, "-c", _MEASURING, str(self.folder / "peak"), *words]
        return subprocess.Popen(words, **more)

    def _peak_of(self, process: subprocess.Popen[bytes]) -> int:
        """Return the most memory that a process took; a fork's has what it was forked with."""
        return getattr(process, "peak", 0) or int((self.folder / "peak").read_text())


@pytest.fixture
def run_ffx(own_surroundings: None, tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.fixture
def run_new_ffx(own_surroundings: None, tmp_path: Path) -> Runner:
    """Return what runs the program from the start of Python on, for tests of that start."""
    return Runner(tmp_path, new=True)


@pytest.fixture
def run_striking_ffx(own_surroundings: None, tmp_path: Path) -> Runner:
    """Return what runs the program after the code in STRIKING, once all is loaded."""
    return Runner(tmp_path, module="tests.forks.striking")


def surroundings(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a process that is to run the program from here."""
    return {**os.environ, "PYTHONPATH": str(_REPOSITORY), **(changes or {})}


RunFfx = Callable[..., Finished]
