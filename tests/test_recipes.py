"""The README's recipes work as they stand, against the sandbox served to a shell."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import open_store
from tests.conftest import Runner
from tests.readme import README

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# `# exit 8: …` is how the line ends; `# exit 3 if …` how it may end.
_EXIT = re.compile(r" +# exit (\d+)( if| when|:) .*$", re.M)
# What sets a machine or a shell up is no look-up.
RECIPES = [
    block
    for block in _BLOCK.findall(README.read_text(encoding="utf-8"))
    if "ffx " in block and not re.search(r"make |pipx|ffx completion", block)
]
FILES = {
    "ids.txt": "dkezmsf3bat8xdbz8rt039r4h\n# a comment\nk3yyck910q7g90ceygzc7nr1\n",
    "clicks.csv": "when,click_id\n1,dkezmsf3bat8xdbz8rt039r4h\n2,k3yyck910q7g90ceygzc7nr1\n",
    "mail.eml": "Hello,\nhit=dkezmsf3bat8xdbz8rt039r4h\nk3yyck910q7g90ceygzc7nr1\n",
    "visitors.txt": "afdwb7QPV6Y59aTP3fQxZ3tX2ox\nafdxd5CstUTgLNmftZppEdY9DOw\n",
}


@pytest.fixture
def served(own_surroundings: None) -> Iterator[str]:
    from datetime import UTC, datetime

    store = open_store(now=datetime.now(UTC))
    server = SandboxServer(ExplorerApp(store))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    store.close()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda text: text.splitlines()[0][:50])
def test_a_recipe_works_as_it_stands(
    recipe: str, served: str, run_ffx: Runner, tmp_path: Path
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)

    done = run_ffx.in_shell(
        f"set -e -o pipefail; cd '{tmp_path}'\n{_EXIT.sub(_held, recipe)}",
        env={
            "FFX_API_URL": served,
            "FFX_ACCESS_TOKEN": SANDBOX_TOKEN,
            "ACCESS_TOKEN": SANDBOX_TOKEN,
            "REFRESH_TOKEN": "sample",
        },
        seconds=60,
    )

    assert (done.code, "Traceback" in done.err) == (0, False), done.err
    made = [path for path in tmp_path.iterdir() if path.name not in FILES]
    assert done.out or made
    assert all(path.stat().st_size for path in made)


def _held(comment: re.Match[str]) -> str:
    """Return what ends a recipe unless its line ends with the code that its comment names."""
    code, kind = comment.groups()
    return f" {'&& exit 99' if kind == ':' else ''} || [ $? = {code} ]"


def test_a_loop_tells_who_paid(served: str, run_ffx: Runner, tmp_path: Path) -> None:
    (recipe,) = (recipe for recipe in RECIPES if "while read" in recipe)
    (tmp_path / "ids.txt").write_text(FILES["ids.txt"].replace("# a comment\n", ""))

    done = run_ffx.in_shell(
        f"cd '{tmp_path}'\n{recipe}",
        env={"FFX_API_URL": served, "FFX_ACCESS_TOKEN": SANDBOX_TOKEN},
    )

    assert done.out.decode() == (
        "dkezmsf3bat8xdbz8rt039r4h paid\nk3yyck910q7g90ceygzc7nr1: exit 8\n"
    )
