"""What pasted text says of a sale: its transaction and its amount, beside the ID."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from urllib.parse import parse_qsl

from ffx.input.targets.macros import has_macro, without_joints
from ffx.input.targets.shapes import WRAPPING

_POSTBACK = re.compile(r"/pb/?\?(?P<query>[^\s\"'<>]*)")
_TRANSACTION = re.compile(r"(?:^|[&;])tx=[^&;]")
_QUERY = re.compile(r"(?<![\w-])(?P<query>[A-Za-z_]{1,30}=[^\s\"'<>]*&[^\s\"'<>]*)")
_UPLOADED = re.compile(
    r"""
    ^ [ \t"']{0,9} (?P<id>[0-9A-Za-z]{1,300}) ["']?
    (?: [ \t]{0,9} : [ \t]{0,9} (?P<transaction>[^,;\t\n"']{0,300}?) ["']? )?
    [ \t]{0,9} [,;\t] [ \t"']{0,9} (?P<amount>[-+]?[0-9]{1,12}(?:[.][0-9]{0,9})?) [ \t"'\r]{0,9} $
    """,
    re.VERBOSE | re.MULTILINE,
)
_AMOUNT = re.compile(r"[-+]?[0-9]{1,12}(?:[.,][0-9]{1,9})?")
# A comma before three digits parts thousands in one country, and cents in another.
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+")
_TRANSACTIONS = frozenset(
    {"tx", "txid", "transaction", "transactionid", "conversiontransaction", "orderid"}
)
_AMOUNTS = frozenset({"rev", "revenue", "payout", "amount", "sum"})
# What deletes a conversion when it is uploaded.
_DELETES = -1
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class ClaimedSale:
    """The sale that the text is about, as written there; what it does not say is empty.

    `amount` is a plain decimal number with a point.
    """

    transaction: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A parameter beside the ID that was never filled in, and what it holds."""

    name: str
    text: str


def is_amount(text: str) -> bool:
    """Tell whether `text` is a plain decimal number with a point, as a claim has it."""
    return "," not in text and _AMOUNT.fullmatch(text) is not None


def find_claimed_sale(text: str, identity: str) -> ClaimedSale | None:
    """Return what decoded text says of the sale of this hit or visitor; None if nothing.

    Read are a postback or another query (`tx=`, `rev=`), a line of a conversion upload
    (`HIT:TX, PAYOUT`), and a CSV row under its header or of ID, transaction and amount.
    """
    for read in (_in_query, _in_upload, _in_row):
        claim = read(text, identity)
        if claim is not None:
            return claim if claim.transaction or claim.amount else None
    return None


def find_postback(text: str, identity: str) -> str:
    """Return the query of the first postback in decoded text, if it names this ID; or nothing."""
    postback = _POSTBACK.search(text)
    return postback["query"] if postback and identity in postback["query"] else ""


def names_transaction(query: str) -> bool:
    """Tell whether a postback's query names a transaction."""
    return _TRANSACTION.search(query) is not None


def unfilled_sale(postback: str) -> tuple[Placeholder, ...]:
    """Return the parameters of a sale that hold a macro in a postback's query: `tx={id}`."""
    return tuple(
        Placeholder(name, value.strip())
        for name, value in parse_qsl(postback.replace(";", "&"), max_num_fields=None)
        if without_joints(name) in _TRANSACTIONS | _AMOUNTS and has_macro(value)
    )


def _in_query(text: str, identity: str) -> ClaimedSale | None:
    for pattern in (_POSTBACK, _QUERY):
        for match in pattern.finditer(text):
            pairs = parse_qsl(match["query"].replace(";", "&"), max_num_fields=None)
            if any(value.strip(WRAPPING) == identity for _, value in pairs):
                return _claim_of(pairs)
    return None


def _in_upload(text: str, identity: str) -> ClaimedSale | None:
    for match in _UPLOADED.finditer(text):
        if match["id"] == identity:
            return _sale_of(match["transaction"] or "", match["amount"])
    return None


def _in_row(text: str, identity: str) -> ClaimedSale | None:
    rows = [row for row in _rows(text) if len(row) > 1]
    for number, row in enumerate(rows):
        if identity not in row:
            continue
        if number and len(rows[0]) == len(row):
            return _claim_of(zip(rows[0], row, strict=True))
        if len(row) == 3 and row[0] == identity and _AMOUNT.fullmatch(row[2]):
            return _sale_of(row[1], row[2])
    return None


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        separator = max(",;\t", key=line.count)
        if separator not in line or len(line) > csv.field_size_limit():
            continue
        for row in csv.reader(StringIO(line), delimiter=separator):
            yield [cell.strip() for cell in row[:_MOST_COLUMNS]]


def _claim_of(pairs: Iterable[tuple[str, str]]) -> ClaimedSale:
    known: Mapping[str, str] = {
        without_joints(name): value.strip() for name, value in reversed([*pairs])
    }

    def first(names: frozenset[str]) -> str:
        return next((value for name, value in known.items() if name in names and value), "")

    return _sale_of(first(_TRANSACTIONS), first(_AMOUNTS))


def _sale_of(transaction: str, amount: str) -> ClaimedSale:
    number = "" if _GROUPED.fullmatch(amount.strip()) else amount.strip().replace(",", ".")
    number = number if _AMOUNT.fullmatch(number) else ""
    if number and float(number) == _DELETES:
        return ClaimedSale()
    # A token that the network did not fill in is no sale's number.
    is_filled = not has_macro(transaction)
    return ClaimedSale(" ".join(transaction.split()) if is_filled else "", number)
