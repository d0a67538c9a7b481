"""What a run says of itself: the commands that it was started by, and that it proposes."""

from dataclasses import replace

from ffx.output.streams import Output
from tests.lookup.test_outcome import RUN


def test_what_is_hidden_stays_hidden_in_the_quotes_of_a_shell() -> None:
    output = Output(RUN.output.screen)
    output.mask = lambda text: text.replace("O'Brien", "name#1").replace("a b", "text#1")
    run = replace(RUN, output=output, arguments=("hit", "s1=O'Brien&s2=a b", "--json"))

    assert run.again("--all") == "ffx hit 's1=name#1&s2=text#1' --json --all"
    assert run.is_own("ffx hit 's1=name#1&s2=text#1' --json")
    assert (
        replace(RUN, arguments=run.arguments).again()
        == """ffx hit 's1=O'"'"'Brien&s2=a b' --json"""
    )
