"""Every story of the sandbox, redacted: its shape stays, its secrets go."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import cycle

from ffx.api.json_text import read_document
from ffx.api.members import is_alias
from ffx.api.wire import Exchange, hit_query, read_reply, visitor_query
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS, Redactor
from ffx.output.clean import clean
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import Story
from tests.findings.varying import TRIED
from tests.looping import each
from tests.sandbox.calling import HIT, NOW, VISITOR, call, sample_store

WINDOW = TimeRange(NOW - timedelta(days=2), NOW)


@cache
def answers(story: Story) -> list[Found]:
    """Look a story up: its visitor, and its hit; of one that repeats itself a few rows will do."""
    app = ExplorerApp(sample_store(), page_size=12)
    made = []
    for path, query, target in (
        (VISITOR, visitor_query(VisitorId(story.visitor_id), WINDOW), VisitorId),
        (HIT, hit_query(HitId(story.hit_id)), HitId),
    ):
        body = call(app, path, dict(query.body)).text.encode()
        exchange = Exchange(query, NOW, 200, "sandbox-1", body)
        identity = target(story.visitor_id if target is VisitorId else story.hit_id)
        made.append(Found(Target(identity), read_reply(query, body), exchanges=(exchange,)))
    return made


@dataclass(frozen=True)
class Leaf:
    """A value that is no list and no object, with the member that it stands in."""

    member: str
    value: object


def leaves(value: object, member: str = "") -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, member)
    else:
        yield Leaf(member, value)


def shape(value: object) -> object:
    """Return a value's members and lengths, its numbers by their digits, and no text."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return "text" if type(value) is str else value


# IDs are hidden like the rest: every other story has them hidden.
@each(("story", "hides_ids"), zip(TRIED, cycle([False, True])))
def test_a_story_keeps_its_shape_and_loses_its_secrets(story: Story, hides_ids: bool) -> None:
    redactor = Redactor(hides_ids=hides_ids)
    hidden = REDACTED_MEMBERS | (ID_MEMBERS if hides_ids else frozenset())
    sent_leaves: list[Leaf] = []
    shown_leaves: list[Leaf] = []
    texts = ""
    for found in answers(story):
        shown = redactor.found(found)
        sent_value, shown_value = (read_document(one.reply.text).value for one in (found, shown))
        sent_leaves += leaves(sent_value)
        shown_leaves += leaves(shown_value)
        texts += shown.reply.text + clean(json.dumps(shown_value, ensure_ascii=False))

        assert shape(shown_value) == shape(sent_value)
        assert shown.reply.rows == found.reply.rows == len(shown.reply.row_texts())
        assert shown.exchanges[0].body.decode() == shown.reply.text
        if hides_ids:  # whatever is hidden otherwise is hidden then
            assert Redactor(hides_ids=True).found(shown) == shown

    aliases: dict[tuple[str, object], object] = {}
    cities = {leaf.value for leaf in sent_leaves if leaf.member == "city"}
    for sent, seen in zip(sent_leaves, shown_leaves, strict=True):
        if sent.member in hidden and str(sent.value).strip():
            assert is_alias(str(seen.value))
            word = str(seen.value).partition("#")[0]
            assert aliases.setdefault((word, sent.value), seen.value) == seen.value
        elif sent.member == "region" and sent.value in cities:
            assert seen.value == redactor.alias("city", str(sent.value))
        else:
            assert seen == sent
    assert len(set(aliases.values())) == len(aliases)
    ids = {leaf.value for leaf in sent_leaves if leaf.member in ID_MEMBERS}
    for _, secret in aliases:
        if len(str(secret).strip()) >= 6 and (hides_ids or secret not in ids):
            assert str(secret) not in texts
            assert json.dumps(secret)[1:-1] not in texts
            assert clean(str(secret)) not in texts
