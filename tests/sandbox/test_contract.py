"""The sandbox keeps to our description of the Explorer, whatever it is sent."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.data.stories import STORIES, Story
from ffx.sandbox.rfc3339 import read_moment
from ffx.sandbox.store import Store
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each
from tests.sandbox.calling import NOW

DESCRIPTION = Path(__file__).with_name("explorer-openapi.yaml")
AUTHORISED = {"Authorization": f"Bearer {SANDBOX_TOKEN}"}
VISITOR, HIT, VALIDATE = "/reporting/explorer/visitor", "/reporting/explorer/hit", "/auth/validate"


def test_every_answer_is_as_described(store: Store) -> None:
    """One test for all: each process that runs one would load schemathesis, for over a second."""
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    described = schemathesis.openapi.from_path(DESCRIPTION, config=SchemathesisConfig(seed=7))
    described.app = ExplorerApp(store)
    check_answers(described=described)
    check_stories(described=described)


@each(("path", "mode"), itertools.product((VISITOR, HIT, VALIDATE), ("positive", "negative")))
def check_answers(path: str, mode: str, described: Any) -> None:
    from schemathesis import GenerationMode

    @given(described[path]["POST"].as_strategy(generation_mode=GenerationMode(mode)))
    @settings(
        max_examples=EXAMPLES or 5,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        if mode == "positive":
            put_times_in_order(case.body)
        case.call_and_validate(headers=AUTHORISED)

    check()


def put_times_in_order(body: object) -> None:
    """Mend what a schema cannot ask for."""
    if isinstance(body, dict) and "timeStart" in body and "timeEnd" in body:
        start, end = read_moment(body["timeStart"]), read_moment(body["timeEnd"])
        if start and end and end < start:
            body["timeStart"], body["timeEnd"] = body["timeEnd"], body["timeStart"]


@each(("number", "story"), enumerate(STORIES))
def check_stories(number: int, story: Story, described: Any) -> None:
    """Ask for each story's visitor, by their ID or by the hit in turn, and for every third hit."""
    from schemathesis.specs.openapi.checks import ignored_auth  # which asks twice more

    window = {
        "timeStart": (NOW - timedelta(days=2)).isoformat(),
        "timeEnd": NOW.isoformat(),
    }
    by_visitor, by_hit = {"visitorId": story.visitor_id, **window}, {"hitId": story.hit_id}
    asked = [(VISITOR, by_hit if number % 2 else by_visitor), (HIT, by_hit)]
    for path, body in asked[: 1 if number % 3 else 2]:
        case = described[path]["POST"].Case(body=body, media_type="application/json")
        response = case.call_and_validate(headers=AUTHORISED, excluded_checks=[ignored_auth])
        assert response.status_code == 200
        assert response.json().get("hits", response.json().get("events"))
