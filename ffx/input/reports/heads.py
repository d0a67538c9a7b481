"""The heads of reports' columns, whatever their spelling: what a column of this head is for."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from unicodedata import combining, normalize

from ffx.errors import UsageError
from ffx.input.reports.networks import COMMON, NETWORKS, ROLES, Role
from ffx.output.clean import quoted

# How a placeholder begins that nobody filled in, as `{clickid}`: a cell, and no head.
_OPENS_PLACEHOLDER = re.compile(r"\s*(?:[{\[<]|##)")
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


@lru_cache(4096)
def fold(name: str) -> str:
    """Return a head without case, accents, blanks and punctuation.

    >>> fold("Click-ID "), fold("Comissão"), fold("Comissa\u0303o")
    ('clickid', 'comissao', 'comissao')
    """
    parts = normalize("NFKD", name.replace("ł", "l")).casefold()
    return "".join(part for part in parts if part.isalnum() and not combining(part))


def place_of_column(
    heads: Sequence[str], name: str, *, fold: Callable[[str], str], whole: str
) -> int | None:
    """Return the place of a column: of the very same name first, then as `fold` has them.

    None where there is none.

    Raises:
        UsageError: there are two; the message calls the table what `whole` does.
    """
    for wanted, known in (
        (name.strip(), [head.strip() for head in heads]),
        (fold(name), [fold(head) for head in heads]),
    ):
        if wanted and known.count(wanted) > 1:
            raise UsageError(
                f"{whole} has {known.count(wanted)} columns {quoted(name)}",
                hint="Rename the one that is not meant.",
            )
        if wanted and wanted in known:
            return known.index(wanted)
    return None


def role_rank(head: str, role: Role) -> int | None:
    """Tell how likely a column of this head has a role: 0 is the likeliest; None if it is unknown.

    What stands in brackets is left out where the whole is not known: `Payout (USD)`.
    """
    ranks = _ranks()[role]
    whole = ranks.get(fold(head))
    return whole if whole is not None else ranks.get(fold(_IN_BRACKETS.sub("", head)))


def is_known(head: str) -> bool:
    """Tell whether some network has a column of this head."""
    if _OPENS_PLACEHOLDER.match(head):
        return False
    return any(role_rank(head, role) is not None for role in ROLES)


@cache
def _ranks() -> dict[Role, dict[str, int]]:
    """Return each role's words by rank: the common ones first, then the networks' own."""
    ranks: dict[Role, dict[str, int]] = {role: {} for role in ROLES}
    for table in (COMMON, *NETWORKS.values()):
        for role in ROLES:
            for word in filter(None, table[role].split("|")):
                ranks[role].setdefault(fold(word), len(ranks[role]))
    return ranks
