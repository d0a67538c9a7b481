"""A story: one case that support meets, as sample data."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ffx.sandbox.event import AddEvent
from ffx.sandbox.journey import Journey, count_hit_ids


@dataclass(frozen=True)
class Story:
    """A case to look at.

    Attributes:
        name: one word, for commands and links.
        title: what support meets.
        visitor_id: whose story it is.
        hit_id: the hit that a ticket would name.
        command: the ffx command that shows it best, without --sandbox.
        tell: lets the visitor make their journey.
    """

    name: str
    title: str
    visitor_id: str
    hit_id: str
    command: str
    tell: Callable[[Journey], None] = field(repr=False)

    def add(self, add: AddEvent, start: int) -> None:
        """Tell the story into a database, beginning at `start`, in milliseconds."""
        hit_ids = count_hit_ids(self.hit_id[:22])
        self.tell(Journey(add, self.visitor_id, hit_ids, start))


def story(
    title: str, *, visitor_id: str, hit_id: str, command: str
) -> Callable[[Callable[[Journey], None]], Story]:
    """Make a story of the function that tells it; its name is the story's.

    Hit IDs count up from the one that ends in r0, the first 22 characters being
    those of `hit_id`. `{visitor}` and `{hit}` in the command stand for the IDs.
    """

    def make(tell: Callable[[Journey], None]) -> Story:
        return Story(
            name=tell.__name__.replace("_", "-"),
            title=title,
            visitor_id=visitor_id,
            hit_id=hit_id,
            command=command.format(visitor=visitor_id, hit=hit_id),
            tell=tell,
        )

    return make
