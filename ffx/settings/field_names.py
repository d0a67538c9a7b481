"""What the customer calls the tracking fields `t1` to `t20`: names from the settings file.

The API sends columns, and their names differ from one traffic source to the next:

    [fields]
    t1 = "country"

    [fields."Example Ads"]       # a traffic source, by its name or its ID
    t2 = "campaign"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ffx.errors import UsageError
from ffx.output.clean import clean
from ffx.output.words import perhaps

_LONGEST = 40
TRACKING = tuple(f"t{number}" for number in range(1, 21))


class OfSource(Protocol):
    """A row, as far as it tells its traffic source."""

    @property
    def trafficSourceId(self) -> str | None: ...  # noqa: N802  # the API's own name
    @property
    def trafficSourceName(self) -> str | None: ...  # noqa: N802


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Names of the columns: those of all sources, and those of each that has its own."""

    common: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def for_row(self, member: str, row: OfSource) -> str:
        """Return a column with the name that it has for a row's source: `t1 (country)`."""
        for source in (row.trafficSourceId, row.trafficSourceName):
            own = self.sources.get(source or "", {})
            if member in own:
                return f"{member} ({own[member]})"
        return self._with(member, [self.common[member]] if member in self.common else [])

    def for_all_sources(self, member: str) -> str:
        """Return a column with every name that it has: `t1 (country/geo)`, for headers."""
        names = [
            names[member] for names in (self.common, *self.sources.values()) if member in names
        ]
        return self._with(member, list(dict.fromkeys(names)))

    def _with(self, member: str, names: list[str]) -> str:
        return f"{member} ({'/'.join(names)})" if names else member


def read_field_names(table: Mapping[str, object], *, source: str) -> FieldNames:
    """Read the table of the settings file that `source` names.

    Raises:
        UsageError: it has a key that is no column, or a name that is no short text.
    """
    common = {name: value for name, value in table.items() if not isinstance(value, dict)}
    own = {name: value for name, value in table.items() if isinstance(value, dict)}
    return FieldNames(
        _names(common, source, "fields"),
        {name: _names(names, source, f"fields.{name}") for name, names in own.items()},
    )


def _names(table: Mapping[str, object], source: str, place: str) -> dict[str, str]:
    names = {}
    for key, name in table.items():
        if key not in TRACKING:
            raise UsageError(
                f"{source} has an unknown key: {clean(place)}.{clean(key)}",
                hint=perhaps(key, TRACKING, otherwise="Columns are t1 to t20."),
                code="config",
            )
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST or clean(name) != name:
            raise UsageError(
                f"{source} has no short text under {clean(place)}.{key}", code="config"
            )
        names[key] = name
    return names
