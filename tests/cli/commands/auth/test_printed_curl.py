"""The command that --curl prints carries no token, and asks as ffx does."""

import json
import shlex

import pytest

from tests.conftest import Runner
from tests.explorer import VISITOR_ID, Explorer, answer, history
from tests.service.tokens import OLD


def test_the_printed_curl_command_works_as_it_stands(
    service: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "curl is not installed, and the command that --curl prints is made for it"
    assert run_ffx.in_shell("command -v curl").code == 0, missing
    service.answer_with(answer(history()))
    hostile = "a'b!c1"

    for words in (("visitor", VISITOR_ID, "--since", "2020-03-01"), ("visitor", hostile, "--as",
                   "visitor", "--since", "2020-03-01")):  # fmt: skip
        printed = run_ffx(*words, "--curl")
        assert (printed.code, service.requests) == (0, [])
        assert "$FFX_ACCESS_TOKEN" in printed.out.decode()
        done = run_ffx.in_shell(
            f"{printed.out.decode().rstrip()} --silent --noproxy '*'",
            env={"FFX_ACCESS_TOKEN": OLD},
        )
        assert json.loads(done.out) == history(), done.err
        by_curl = service.requests.pop()
        ours = run_ffx(*words, "--json", env={"FFX_ACCESS_TOKEN": OLD})
        assert ours.code == 0, shlex.join(words)
        by_ffx = service.requests.pop()
        assert (by_curl.method, by_curl.path) == (by_ffx.method, by_ffx.path)
        assert by_curl.json["visitorId"] == by_ffx.json["visitorId"] == words[1]
        assert by_curl.json.keys() == by_ffx.json.keys()
        for name in ("authorization", "content-type"):
            assert by_curl.headers[name] == by_ffx.headers[name]
