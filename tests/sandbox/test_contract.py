"""The sandbox keeps to our description of the Explorer, whatever it is sent."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def described(store: Store) -> Any:
    """Return our description of the Explorer, put to the sandbox."""
    import schemathesis  # it loads for a second, and is collected where no test of it runs
    from schemathesis.config import SchemathesisConfig

    schema = schemathesis.openapi.from_path(DESCRIPTION, config=SchemathesisConfig(seed=7))
    schema.app = ExplorerApp(store)
    return schema


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("path", [VISITOR, HIT, VALIDATE])
def test_every_answer_is_as_described(path: str, mode: str, described: Any) -> None:
    from schemathesis import GenerationMode

    @given(described[path]["POST"].as_strategy(generation_mode=GenerationMode(mode)))
    @settings(
        max_examples=EXAMPLES or 10,
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


@each("story", STORIES)
def test_every_story_is_as_described(story: Story, described: Any) -> None:
    window = {
        "timeStart": (NOW - timedelta(days=2)).isoformat(),
        "timeEnd": NOW.isoformat(),
    }
    for path, body in (
        (VISITOR, {"visitorId": story.visitor_id, **window}),
        (VISITOR, {"hitId": story.hit_id}),
        (HIT, {"hitId": story.hit_id}),
    ):
        case = described[path]["POST"].Case(body=body, media_type="application/json")
        response = case.call_and_validate(headers=AUTHORISED)
        assert response.status_code == 200
        assert response.json().get("hits", response.json().get("events"))
