"""Batches that a signal ends at any moment: their exit code, whole lines, nothing left behind."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ffx.sandbox.store import open_store
from ffx.settings.folders import cache_folder
from tests.conftest import Folders, Runner
from tests.fuzz.conftest import EXAMPLES

ENDS = {
    signal.SIGINT: (130, "interrupted"),
    signal.SIGTERM: (143, "terminated"),
    signal.SIGHUP: (129, "hung up"),
}
FORMATS = ((), ("--json",), ("--format", "csv"), ("--format", "jsonl"))
# What a faulty end says of itself.
NOISE = ("Traceback", "Exception", "Fatal", "panicked", "a fault in ffx")
PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")


@pytest.fixture(scope="module")
def targets(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return files of many hits and many visitors of the sandbox, whose file all tests share."""
    tmp_path = tmp_path_factory.mktemp("targets")
    open_store(now=datetime.now(UTC)).close()
    connection = sqlite3.connect(cache_folder() / "sandbox.sqlite3")
    files = {}
    for name in ("hit", "visitor"):
        query = f"SELECT DISTINCT {name}Id FROM events LIMIT 400"  # noqa: S608 (two words of ours)
        ids = [row[0] for row in connection.execute(query)]
        # Strangers are looked up as well.
        strangers = [f"{value[:-6]}{number:06d}" for number, value in enumerate(ids)]
        files[name] = str(tmp_path / name)
        Path(files[name]).write_text("\n".join([*ids, *strangers]))
    connection.close()
    return files


@PROC
@pytest.mark.parametrize("number", range(EXAMPLES or 6))
def test_an_interrupted_batch_is_whole_up_to_its_end(
    number: int, targets: dict[str, str], run_ffx: Runner, tmp_path: Path
) -> None:
    chosen = random.Random(number)  # noqa: S311 (no secret)
    command = ("visitor", "hit", "diagnose")[number % 3]
    came = chosen.choice(list(ENDS))
    form = chosen.choice(FORMATS)
    jobs = chosen.choice("128")
    window = ("--since", "30d") if command == "visitor" else ()
    listed = targets["visitor" if command == "visitor" else "hit"]
    out = tmp_path / "results.out"
    line = (command, "--sandbox", *form, *window, "--from", listed, "--jobs", jobs)

    with out.open("wb") as file:
        process = run_ffx.start(*line, stdout=file)
        # While the interpreter itself starts, it is not ours to say how it ends.
        while process.poll() is None and not _hears(process, signal.SIGTERM):
            time.sleep(0.002)
        time.sleep(chosen.random() * chosen.choice((0.02, 0.1, 0.3)))
        process.send_signal(came)
        _, err = process.communicate(timeout=30)

    code, words = ENDS[came]
    told = f"{' '.join(line)}, {came.name}: {process.returncode}\n{err.decode()}"
    # A quick machine may have been through with it.
    assert process.returncode == code or b" targets \xc2\xb7 " in err, told
    assert process.returncode != code or words in err.decode().splitlines()[-1], told
    assert not any(word.encode() in err for word in NOISE), told
    text = out.read_bytes()
    assert text.endswith(b"\n") or not text, told
    if form in (("--json",), ("--format", "jsonl")):
        assert all(map(json.loads, text.splitlines())), told
    if form == ("--format", "csv") and text:
        assert text.startswith(b"target,"), told
    assert not list(tmp_path.glob(".ffx-*")), told


def _hears(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Tell whether a process has a way of its own for a signal."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return True
    masks = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
    return not masks or bool(int(masks[0], 16) >> (number - 1) & 1)
