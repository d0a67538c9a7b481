"""The list of the sandbox's stories."""

from collections.abc import Iterable, Iterator

from ffx.output.width import wrap
from ffx.render.terminal.lines import Line
from ffx.sandbox.data.sample_journey import Story


def story_lines(stories: Iterable[Story], width: int) -> Iterator[Line]:
    """Yield each story: its name, what it is about, and the command that shows it."""
    for story in stories:
        yield [(story.name, "title")]
        for part in wrap(story.title, width - 2):
            yield [("  ", ""), (part, "")]
        yield [("  ", ""), (f"{story.command} --sandbox", "good")]
    yield []
    yield [("Each command can be pasted as it stands.", "faint")]


def plain_stories(stories: Iterable[Story]) -> str:
    """Write the stories for a pipe: name, visitor, hit, title, command, tab-separated."""
    rows = [("name", "visitorId", "hitId", "title", "command")]
    rows += [
        (story.name, story.visitor_id, story.hit_id, story.title, f"{story.command} --sandbox")
        for story in stories
    ]
    return "".join("\t".join(row) + "\n" for row in rows)
