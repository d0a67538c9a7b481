"""Which column of a report is which: by their heads, and by what their cells hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ffx.errors import UsageError
from ffx.input.reports.amounts import Mark, decimal_mark, holds_nothing, is_amount
from ffx.input.reports.heads import fold, place_of_column, role_rank
from ffx.input.reports.networks import ROLES, Role
from ffx.input.reports.report_table import ReportTable
from ffx.input.reports.report_times import DayOrder, day_order, is_report_time
from ffx.input.reports.statuses import read_status
from ffx.input.targets.shapes import is_hit_shaped, is_recased_hit
from ffx.output.clean import quoted
from ffx.output.words import perhaps

# So much of a column must be of a kind before it passes for it.
_MOST = 0.6
# Fewer hits than this in a column without a known head are an accident.
_SOME = 0.2
_MOST_SHOWN = 20


@dataclass(frozen=True)
class Columns:
    """The places of a report's columns, from 0; None where it has no such column.

    Attributes:
        mark: what stands before the decimals of amounts.
        order: of day and month in times.
    """

    id: int
    revenue: int | None
    transaction: int | None
    time: int | None
    status: int | None
    mark: Mark
    order: DayOrder

    @property
    def places(self) -> Mapping[Role, int | None]:
        return {role: getattr(self, role) for role in ROLES}


def choose_columns(table: ReportTable, named: Mapping[Role, str]) -> Columns:
    """Choose the columns of a report; `named` are those that somebody named.

    Raises:
        UsageError: a name is not among the heads; no column may hold IDs; two may, and
            nothing tells which.
    """
    places: dict[Role, int | None] = {
        role: find_column(table.heads, name, option=f"--{role}") for role, name in named.items()
    }
    taken = {place for place in places.values() if place is not None}
    for role in ROLES:
        if role in places:
            continue
        place = find_id_column(table, taken) if role == "id" else _likeliest(table, role, taken)
        places[role] = place
        taken |= {place} if place is not None else set()
    identity = places["id"]
    if identity is None:
        raise UsageError(
            "no column holds hit IDs, and none is called as those are that do",
            hint=f"Name it with --id. The report has {_shown(table.heads)}.",
        )
    return Columns(
        id=identity,
        revenue=places["revenue"],
        transaction=places["transaction"],
        time=places["time"],
        status=places["status"],
        mark=decimal_mark(_cells(table, places["revenue"])),
        order=day_order(_cells(table, places["time"])),
    )


def find_column(heads: Sequence[str], name: str, *, option: str) -> int:
    """Return the place of the column that somebody named, in whatever case and accents.

    Raises:
        UsageError: there is no such column, or there are two.
    """
    place = place_of_column(heads, name, fold=fold, whole="the report")
    if place is not None:
        return place
    shown = {fold(head): quoted(head) for head in reversed(heads)}
    near = perhaps(fold(name), shown, shown=shown)
    raise UsageError(
        f"the report has no column {quoted(name)}, as {option} has it",
        hint=f"{near} It has {_shown(heads)}.".lstrip(),
    )


def find_id_column(
    table: ReportTable, taken: set[int] | frozenset[int] = frozenset()
) -> int | None:
    """Return the place of the column that holds hit IDs: by its cells, then by its head.

    None where there is none.

    Raises:
        UsageError: two columns hold different IDs, and nothing tells which are meant.
    """
    shares = {
        place: _share(table, place, _holds_hit)
        for place in range(len(table.heads))
        if place not in taken
    }
    best = max(shares.values(), default=0.0)
    if best >= _SOME:
        # A few cells may be empty or placeholders; another column of IDs is rather as full.
        good = [place for place, share in shares.items() if share >= best - _SOME / 2]
        if len({_texts(table, place) for place in good}) == 1:
            return good[0]
        known = [place for place in good if _rank(table, place, "id") is not None]
        if len(known) == 1:
            return known[0]
        names = " and ".join(quoted(table.heads[place]) for place in good[:3])
        raise UsageError(
            f"{len(good)} columns hold hit IDs: {names}", hint="Name the one with --id NAME."
        )
    return _likeliest(table, "id", taken)


def _likeliest(table: ReportTable, role: Role, taken: set[int] | frozenset[int]) -> int | None:
    """Return the column whose head stands highest among a role's, and whose cells fit it.

    Raises:
        UsageError: there are two of the same head, and their cells differ.
    """
    ranked: dict[int, list[int]] = {}
    for place in range(len(table.heads)):
        rank = _rank(table, place, role)
        if rank is not None and place not in taken and _fits(table, place, role):
            ranked.setdefault(rank, []).append(place)
    if not ranked:
        return None
    best = ranked[min(ranked)]
    if len({_texts(table, place) for place in best}) > 1:
        raise UsageError(
            f"the report has {len(best)} columns {quoted(table.heads[best[0]])}",
            hint=f"Rename the one that is not meant, or name another with --{role}.",
        )
    return best[0]


def _rank(table: ReportTable, place: int, role: Role) -> int | None:
    """Tell how likely a column has a role by its head; of two lines of heads by either."""
    known = (role_rank(name, role) for name in table.spellings[place])
    return next((rank for rank in known if rank is not None), None)


def _fits(table: ReportTable, place: int, role: Role) -> bool:
    if role == "revenue":
        return _share(table, place, lambda text: is_amount(text) or holds_nothing(text)) >= _MOST
    if role == "time":
        return _share(table, place, is_report_time) >= _MOST
    if role == "status":
        # Of words that nobody knows a column of statuses may be full; of numbers not.
        return _share(table, place, lambda text: bool(read_status(text))) > 0
    return True


def _share(table: ReportTable, place: int, holds: Callable[[str], bool]) -> float:
    """Return how many of a column's cells in the sample hold something, of those with a text."""
    known = [text for text in _cells(table, place) if text.strip()]
    return sum(map(holds, known)) / len(known) if known else 0.0


def _holds_hit(text: str) -> bool:
    bare = text.strip()
    return is_hit_shaped(bare) or is_recased_hit(bare) or _has_hit_inside(bare)


def _has_hit_inside(text: str) -> bool:
    if len(text) < 22 or text.isalnum():
        return False
    from ffx.input.targets.pasted import find_ids

    return any(candidate.kind == "hit" for candidate in find_ids(text).ids)


def _cells(table: ReportTable, place: int | None) -> list[str]:
    if place is None:
        return []
    return [cells[place] for cells in table.readable if place < len(cells)]


def _texts(table: ReportTable, place: int) -> tuple[str, ...]:
    return tuple(text.strip() for text in _cells(table, place))


def _shown(heads: Sequence[str]) -> str:
    names = [quoted(head) for head in heads if head.strip()][:_MOST_SHOWN]
    if len(heads) > len(names):
        names.append(f"{len(heads) - len(names):,} more")
    return ", ".join(names) or "no heads"
