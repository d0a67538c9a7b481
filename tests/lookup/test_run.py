"""What a run says of itself: the commands that it was started by, and that it proposes."""

from dataclasses import replace

from ffx.lookup.proposals import Proposals
from ffx.output.streams import Output
from tests.lookup.test_outcome import RUN


def test_what_is_hidden_stays_hidden_in_the_quotes_of_a_shell() -> None:
    output = Output(RUN.output.screen)
    output.mask = lambda text: text.replace("O'Brien", "name#1").replace("a b", "text#1")
    run = replace(RUN, output=output, arguments=("hit", "s1=O'Brien&s2=a b", "--json"))

    assert run.again("--all") == "ffx hit 's1=name#1&s2=text#1' --json --all"
    assert run.is_own_command("ffx hit 's1=name#1&s2=text#1' --json")
    assert (
        replace(RUN, arguments=run.arguments).again()
        == """ffx hit 's1=O'"'"'Brien&s2=a b' --json"""
    )


def test_a_list_of_any_length_fills_no_memory_with_what_was_proposed() -> None:
    run = replace(RUN, proposals=Proposals())
    asked = [run.command("visitor", f"v{number}", "--all") for number in range(1_001)]

    assert all(map(run.propose, asked))
    assert not any(map(run.propose, asked[1:]))
    assert run.propose(asked[0])
