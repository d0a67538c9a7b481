"""The README's recipes work as they stand, against the sandbox that is served."""

import itertools
import re
import shlex
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from ffx.cli.app import main
from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import open_store
from tests.conftest import Runner
from tests.readme import README

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# `# exit 8: …` is how the line ends; `# exit 3 if …` how it may end.
_EXIT = re.compile(r" +# exit (\d+)( if| when|:) .*$", re.M)
# One command of words that are the same to any shell: this process can run it as well.
_PLAIN = re.compile(r"ffx (?:'[^'\n]*'|[\w./:=@%+, -])+(?: # .*)?")
# What sets a machine or a shell up is no look-up.
RECIPES = [
    block
    for block in _BLOCK.findall(README.read_text(encoding="utf-8"))
    if "ffx " in block and not re.search(r"make |pipx|ffx completion", block)
]
LOOP = "while read"
FILES = {
    "ids.txt": "dkezmsf3bat8xdbz8rt039r4h\n# a comment\nk3yyck910q7g90ceygzc7nr1\n",
    "clicks.csv": "when,click_id\n1,dkezmsf3bat8xdbz8rt039r4h\n2,k3yyck910q7g90ceygzc7nr1\n",
    "mail.eml": "Hello,\nhit=dkezmsf3bat8xdbz8rt039r4h\nk3yyck910q7g90ceygzc7nr1\n",
    "visitors.txt": "afdwb7QPV6Y59aTP3fQxZ3tX2ox\nafdxd5CstUTgLNmftZppEdY9DOw\n",
}


@pytest.fixture
def served(
    own_surroundings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Serve the sandbox to the runs of a test, which stand in its folder.

    Those in this process ask it without a network.
    """
    store = open_store(now=datetime.now(UTC))
    app = ExplorerApp(store)
    monkeypatch.setattr(
        "ffx.service.client.open_transport", lambda *_, **__: httpx.WSGITransport(app)
    )
    server = SandboxServer(app)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FFX_API_URL", f"http://127.0.0.1:{server.server_port}/v1")
    for name in ("FFX_ACCESS_TOKEN", "ACCESS_TOKEN"):
        monkeypatch.setenv(name, SANDBOX_TOKEN)
    monkeypatch.setenv("REFRESH_TOKEN", "sample")
    yield
    server.shutdown()
    server.server_close()
    store.close()


@pytest.mark.parametrize(
    "recipe",
    [recipe for recipe in RECIPES if LOOP not in recipe],
    ids=lambda text: text.splitlines()[0][:50],
)
def test_a_recipe_works_as_it_stands(
    recipe: str,
    served: None,
    run_ffx: Runner,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)

    out = ""
    for is_plain, lines in itertools.groupby(recipe.replace("\\\n", "").splitlines(), _is_plain):
        if is_plain:
            for line in lines:
                run_here(line)
        else:
            out += run_in_shell(run_ffx, "\n".join(lines))

    made = [path for path in tmp_path.iterdir() if path.name not in FILES]
    assert out or capfd.readouterr().out or made
    assert all(path.stat().st_size for path in made)


def _is_plain(line: str) -> bool:
    return _PLAIN.fullmatch(line) is not None


def run_here(line: str) -> None:
    """Run a plain line in this process, and check that it ends as its comment says."""
    said = _EXIT.search(line)
    codes = {0} if said is None else {int(said[1])} if said[2] == ":" else {0, int(said[1])}

    assert main(shlex.split(line, comments=True)[1:]) in codes, line


def run_in_shell(run_ffx: Runner, lines: str) -> str:
    """Run lines by bash, check that each ends as its comment says, and return what they print."""
    done = run_ffx.in_shell(f"set -e -o pipefail\n{_EXIT.sub(_held, lines)}")
    assert (done.code, "Traceback" in done.err) == (0, False), done.err
    return done.out.decode()


def _held(comment: re.Match[str]) -> str:
    """Return what ends a script unless its line ends with the code that its comment names."""
    code, kind = comment.groups()
    return f" {'&& exit 99' if kind == ':' else ''} || [ $? = {code} ]"


def test_a_loop_tells_who_paid(served: None, run_ffx: Runner, tmp_path: Path) -> None:
    (recipe,) = (recipe for recipe in RECIPES if LOOP in recipe)
    (tmp_path / "ids.txt").write_text(FILES["ids.txt"].replace("# a comment\n", ""))

    assert run_in_shell(run_ffx, recipe) == (
        "dkezmsf3bat8xdbz8rt039r4h paid\nk3yyck910q7g90ceygzc7nr1: exit 8\n"
    )
