"""Rows 36, 37, 92 to 96 and 140: many targets, and what may come between."""

import threading
import time
from functools import partial
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.service.retry import Retries, RetryPolicy
from tests.answering import Question, Says
from tests.conftest import Runner
from tests.explorer import Explorer, answer, events, together
from tests.faults.lists import HITS, Serve, found, left_over, listed, records
from tests.faults.rows import assert_promises


@pytest.mark.fault(36)
def test_row_36_a_long_wait_ends_a_batch_at_once_and_keeps_what_is_there(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(question: Question) -> Says:
        if question.target >= HITS[5]:
            return Says({"message": "slow down"}, 429, {"Retry-After": "3600"})
        return found(question)

    service = serve(says)
    code = main(["hit", "--from", listed(tmp_path, *HITS[:200]), "--json", "--jobs", "4"])

    assert code == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    got = records(out)
    assert [record["target"] for record in got[:5]] == HITS[:5]
    assert got[5]["error"]["code"] == "http-429"
    assert "The service asks to come back at" in got[5]["error"]["hint"]
    assert "ended: the service asks to come back at" in err
    not_asked, given_up = left_over(err)
    assert not_asked + given_up + len(got) == 200
    # The gate closes for all jobs at once: who was on the way comes back, and nobody follows.
    assert len(got) <= len({each.target for each in service.questions}) <= 200 - not_asked < 20


@pytest.mark.fault(37)
def test_row_37_a_batch_that_is_refused_for_ever_ends_and_keeps_what_is_there(
    serve: Serve,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "ffx.service.client.Retries", partial(Retries, policy=RetryPolicy(first_pause=0.001))
    )
    service = serve(lambda asked: found(asked) if asked.target < HITS[5] else Says({}, 429))

    code = main(["hit", "--from", listed(tmp_path, *HITS[:100]), "--json", "--jobs", "4"])

    assert code == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    got = records(out)
    assert [record["target"] for record in got if "reply" in record] == HITS[:5]
    assert {record["error"]["code"] for record in got if "error" in record} == {"http-429"}
    assert "ended after 1" in err
    not_asked, given_up = left_over(err)
    assert not_asked + given_up + len(got) == 100
    assert len(got) <= len(set(service.targets)) <= 100 - not_asked


@pytest.mark.parametrize(("behind", "connections"), [(HITS[2:3], 2), ([], 1)])
@pytest.mark.fault(140)
def test_row_140_what_an_answer_leaves_behind_is_not_the_next_targets_answer(
    behind: list[str],
    connections: int,
    explorer: Explorer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second, *left = [together(answer(events(hitId=hit))) for hit in [*HITS[:2], *behind]]
    # In one piece, so that it is read together.
    explorer.answer_with((first + b"".join(left),), (second,))

    assert main(["hit", "--from", listed(tmp_path, *HITS[:2]), "--json", "--jobs", "1"]) == 0

    out, err = capsys.readouterr()
    got = [record["reply"]["events"][0]["hitId"] for record in records(out)]
    assert got == HITS[:2]
    assert "note:" not in err
    assert explorer.connections == connections


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.fault(92)
def test_row_92_blank_lines_comments_and_doubled_ones(
    end: bytes, serve: Serve, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    service = serve(found)
    path = tmp_path / "ids.txt"
    first, second = (hit.encode() for hit in HITS[:2])
    lines = [
        b"\xef\xbb\xbf# ticket 7",
        b"",
        first,
        b"  ",
        second,
        first + b" ",
        b"\t" + first,
        b"",
    ]
    path.write_bytes(end.join(lines))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == HITS[:2]
    assert sorted(service.targets) == HITS[:2]
    assert "note: 2 targets given before, not asked again\n" in err


BAD = [
    (b"\xff\xfe\xfdd", "line 2: it is not UTF-8", "\\xff\\xfe\\xfdd"),
    (b"dkez\0msf", "line 2: it holds a NUL character", "dkez\\u{0}msf"),
    (b"x" * 1_000_000, "line 2: it has over 100,000 characters", "x" * 60 + "…"),
    (b"dkez\x1b[31mmsf", "line 2: 'dkez\\u{1b}[31mmsf' holds no ID", "dkez\x1b[31mmsf"),
]


# All of them in JSON, which repeats them; each of the others meets one or two.
@pytest.mark.parametrize(
    ("line", "message", "shown", "more"),
    [
        *((*bad, ("--json",)) for bad in BAD),
        (*BAD[0], ()),
        (*BAD[1], ("--format", "csv")),
        (*BAD[2], ("--format", "jsonl")),
        (*BAD[3], ()),
    ],
    ids=["UTF-8", "NUL", "1 MB", "ESC", "UTF-8 plain", "NUL csv", "1 MB jsonl", "ESC plain"],
)
@pytest.mark.fault(93)
def test_row_93_a_bad_line_is_one_failure_and_the_rest_goes_on(
    more: tuple[str, ...],
    line: bytes,
    message: str,
    shown: str,
    serve: Serve,
    capsysbinary: pytest.CaptureFixture[bytes],
    tmp_path: Path,
) -> None:
    service = serve(found)
    name = listed(tmp_path, HITS[0], line, HITS[1])

    assert main(["hit", "--from", name, *more]) == ExitCode.PARTIAL

    out, err = capsysbinary.readouterr()
    assert_promises(2, b"", err.decode())
    assert b"\x1b" not in out
    assert b"\0" not in out
    assert sorted(service.targets) == HITS[:2]
    if more == ("--json",):
        first, bad, last = records(out)
        assert ("reply" in first, "reply" in last) == (True, True)
        assert bad["target"] == shown
        assert message in bad["error"]["message"]
    else:
        where, _, why = message.partition(": ")
        [told] = [each for each in err.decode().splitlines() if each.startswith("ffx: ")]
        assert told.startswith(f"ffx: {where}: '{shown[:4]}")
        assert why in told
        assert HITS[1].encode() in out


@pytest.mark.parametrize("more", [(), ("--json",), ("--format", "csv"), ("--format", "jsonl")])
@pytest.mark.fault(94)
def test_row_94_one_of_many_fails(
    more: tuple[str, ...], serve: Serve, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = HITS[617]

    def says(question: Question) -> Says:
        if question.target == bad:
            return Says({"message": "not this one"}, 422)
        return found(question)

    serve(says)

    asked = HITS[560:680] if more == ("--json",) else HITS[600:620]
    name = listed(tmp_path, *asked)
    assert main(["hit", "--from", name, "--jobs", "8", *more]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    shown = [line for line in out.splitlines() if "yes" in line or "Entrance" in line]
    assert len(shown) == len(asked) - 1
    assert err.count(bad) == err.count("not this one") == 1
    where = f"line {asked.index(bad) + 1}: "
    told = f"failed: '{bad}': " if more == ("--json",) else f"ffx: {where}'{bad}' failed:\n"
    assert told in err
    assert err.splitlines()[-1].startswith(
        f"{len(asked):,} targets · {len(asked) - 1} found · 1 failed · "
    )


@pytest.mark.fault(95)
def test_row_95_memory_does_not_grow_with_the_list(run_ffx: Runner, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.txt"
        with path.open("w") as file:
            for number in range(count):
                # Each is asked once, and most are given many times over.
                file.write(f"dkezmsf3bat8xdbz8rt{number % (count // 60):06d}\n")
        finished = run_ffx("hit", "--from", str(path), "--sandbox", "--json", measured=True)
        assert finished.code == ExitCode.NOT_FOUND, finished.err
        assert finished.out.count(b"\n") == count // 60
        return finished.peak

    assert main(["hit", HITS[0], "--sandbox"]) == ExitCode.NOT_FOUND  # which makes the sandbox
    assert peak(12_000) - peak(1_200) < 3 * 2**20


@pytest.mark.parametrize("status", [401, 400])
@pytest.mark.fault(96)
def test_row_96_a_token_that_expires_half_way_is_renewed_once(
    status: int, serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = threading.Lock()
    fresh = "fresh-token-of-the-second-half"
    looked_up = 0

    def says(question: Question) -> Says:
        nonlocal looked_up
        if "auth" in question.path:
            time.sleep(0.05)  # in which the other jobs meet their own refusals
            return Says({"tokens": {"access_token": fresh, "refresh_token": "r2"}})
        with good:
            looked_up += 1
            has_expired = looked_up > 30 and question.token != fresh
        return Says({"message": "expired"}, status) if has_expired else found(question)

    service = serve(says)
    monkeypatch.setenv("FFX_REFRESH_TOKEN", "r1")

    assert main(["hit", *HITS[:90], "--json", "--jobs", "8"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == HITS[:90]
    assert all("reply" in record for record in records(out))
    renewals = [question for question in service.questions if "auth" in question.path]
    assert [question.body for question in renewals] == [{"refresh_token": "r1"}]
    assert fresh not in out + err
