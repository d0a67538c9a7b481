"""What a ticket or a page tells about one target: the answer, and how it was come by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ffx.api.journey import Journey
from ffx.findings.diagnosis import Diagnosis
from ffx.findings.verdict import Verdict
from ffx.input.targets.shapes import Kind
from ffx.lookup.find import Found
from ffx.settings.field_names import FieldNames

if TYPE_CHECKING:
    from ffx.api.models import VisitorInfo
    from ffx.input.times.zones import Zone


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a document about one target holds; remote texts as sent, or aliases.

    Attributes:
        kind: what `id` names: a visitor or a hit.
        question: what was asked, for people: «What happened to visitor …?»
        account: whose data it is, as the views name it.
        command: the exact command, ready to paste.
        address: where the service is, without a path of its own: the base URL.
        journey: the rows, by time: a visitor's hits, or the events of a hit.
        diagnosis: None where no rules were asked for.
        field_names: what the customer calls the tracking fields.
        made: when, in UTC.
    """

    kind: Kind
    id: str
    question: str
    account: str
    zone: "Zone"
    command: str
    address: str
    made: datetime
    found: Found
    visitor: "VisitorInfo | None"
    journey: Journey
    verdict: Verdict
    diagnosis: Diagnosis | None
    field_names: FieldNames = field(default_factory=FieldNames)
