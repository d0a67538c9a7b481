"""The sandbox's stories with some of their members out of shape: more for rules to trip over."""

import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import STORIES, Story
from ffx.sandbox.store import open_store
from tests.findings.varying import Told, tell
from tests.fuzz.conftest import fuzzed
from tests.fuzz.replies import member_values
from tests.fuzz.running import Answer, Asked
from tests.fuzz.test_bodies import MORE, ask, check_agreement, formats
from tests.fuzz.values import write

Change = tuple[int, str, Any]
_ROWS = 12  # of which the changed ones are, often enough


@cache
def told(story: Story) -> Told:
    """Return a story as the sandbox tells it."""
    now = datetime.now(UTC)
    return tell(story, ExplorerApp(open_store(now=now)), now)


def changes_of(names: list[str]) -> st.SearchStrategy[list[Change]]:
    """Draw rows by number, with a member of each and its new value."""
    named, rows = st.sampled_from(names), st.integers(0, _ROWS)

    @st.composite
    def change(draw: st.DrawFn) -> Change:
        name = draw(named)
        return draw(rows), name, draw(member_values(name))

    return st.lists(change(), max_size=8)


def altered(reply: dict[str, Any], name: str, changes: list[Change]) -> bytes:
    made = copy.deepcopy(reply)
    for row, member, value in changes:
        if row < len(made[name]):
            made[name][row][member] = value
    return write(made).encode("utf-8", "surrogatepass")


NAMES = [*members.HIT_EVENT, *sorted(members.TIMES | members.NUMBERS) * 3, *["eventType"] * 6]


@fuzzed(5)
@given(
    story=st.sampled_from([story for story in STORIES if story.name != "long-history"]),
    command=st.sampled_from(["visitor", "hit", "diagnose", "diagnose", "diagnose a visitor"]),
    changes=changes_of(NAMES),
    own_changes=changes_of(NAMES),
    more=st.sampled_from(MORE),
    formats=formats,
)
def test_a_story_out_of_shape_has_one_outcome_in_every_format(
    story: Story,
    command: str,
    changes: list[Change],
    own_changes: list[Change],
    more: tuple[str, ...],
    formats: tuple[str, ...],
) -> None:
    whole = told(story)

    def says(asked: Asked) -> Answer:
        if asked.path.endswith("/visitor"):
            return 200, {}, altered(whole.visitor, "hits", changes)
        reply = whole.hits.get(asked.body["hitId"], {"events": []})
        return 200, {}, altered(reply, "events", own_changes)

    word, _, by_visitor = command.partition(" ")
    target = story.visitor_id if by_visitor or command == "visitor" else story.hit_id
    window = ("--since", "30d") if target == story.visitor_id else ()
    line = (word, target, *window, *more)
    check_agreement({name: ask(says, name, *line) for name in formats})
