"""What pasted text says of a sale, beside the ID; and what says nothing of one."""

from ffx.input.targets.claimed_sale import ClaimedSale, find_claimed_sale
from ffx.input.targets.target import read_target

H = "dkezmsf3bat8xdbz8rt039r4h"
V = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
_SALE = ClaimedSale("A-9", "99.00")
_PB = "https://track.example.com/pb/"

_TEXTS = {
    f"{_PB}?hit={H}&tx=A-9&rev=99.00": _SALE,
    f"{_PB}?tx=A-9&rev=99.00&hit={H}": _SALE,
    f"{_PB}?hit={H}&amp;tx=A-9&amp;rev=99.00": _SALE,
    f"GET /pb?hit={H}&tx=A-9&rev=99.00 HTTP/1.1": _SALE,
    "https://a.example.com/?u="
    f"https%3A%2F%2Ft.example.com%2Fpb%2F%3Fhit%3D{H}%26tx%3DA-9": ClaimedSale("A-9"),
    f"{_PB}?hit={H}&tx=+A-9+&rev=99,00": _SALE,
    f"{_PB}?hit={H}&rev=24.9": ClaimedSale("", "24.9"),
    # Escapes in a value are the value's own.
    f"{_PB}?hit={H}&tx=Order%20A%26B&rev=5": ClaimedSale("Order A&B", "5"),
    f"{_PB}?hit={H}&tx=%20A-9%20&rev=99.00": _SALE,
    f"https://a.example/?x=1&u=https%3A%2F%2Ft.example.com%2Fpb%2F%3Fhit%3D{H}%26tx%3DA%2520B": (
        ClaimedSale("A B")
    ),
    # A token that was not filled in is no number of a sale; a comma may part thousands.
    f"{_PB}?hit={H}&tx={{transaction_id}}&rev=5": ClaimedSale("", "5"),
    f"{_PB}?hit={H}&tx=A-9&rev=1,234": ClaimedSale("A-9"),
    f"{_PB}?hit={H}&tx=A-9&rev=1,23": ClaimedSale("A-9", "1.23"),
    f"{_PB}?hit={H}&tx=A-9": ClaimedSale("A-9"),
    f"{_PB}?vid={V}&tx=A-9": ClaimedSale("A-9"),
    f"hit={H}&tx=A-9&payout=99.00": _SALE,
    f"{H}:A-9, 99.00": _SALE,
    f"{H} : A-9 ; 99.00": _SALE,
    f"{H}, 99.00": ClaimedSale("", "99.00"),
    f"{H},A-9,99.00": _SALE,
    f"Hit ID;Transaction ID;Payout\n{H};A-9;99.00": _SALE,
    f'"date","hit","tx","revenue"\n"2026-11-28","{H}","A-9","99.00"': _SALE,
}
_SILENT = (
    H,
    f"{_PB}?hit={H}",
    f"{_PB}?hit={H}&tx=&rev=",
    f"{_PB}?hit={H}&rev=free",
    f"{_PB}?hit={H}&rev=-1&tx=A-9",  # deletes a conversion
    f"{H}:A-9, -1",
    f"https://shop.example.com/?clickid={H}&sub1=A-9",
    f"date;place\n2026-11-28;{H}",
    f"the hit {H}, which should have brought 24.90",
)


def test_a_sale_is_read_of_postbacks_uploads_and_rows() -> None:
    for text, claimed_sale in _TEXTS.items():
        identity = V if V in text else H
        target = read_target(text, command="diagnose")
        assert (target.id.text, target.claimed_sale) == (identity, claimed_sale), text


def test_other_text_claims_no_sale() -> None:
    for text in _SILENT:
        assert read_target(text, command="diagnose").claimed_sale is None, text
        assert find_claimed_sale(text, H) is None, text


def test_a_transaction_in_escapes_is_a_transaction() -> None:
    for tail, lacks in (("&tx=%20A%20", False), ("&tx=%26", False), ("&tx=", True), ("", True)):
        target = read_target(f"{_PB}?hit={H}{tail}", command="diagnose")
        assert target.lacks_transaction is lacks, tail
        assert ("P6" in target.warnings) is lacks, tail


def test_another_ids_sale_is_not_this_ones() -> None:
    other = "k4t85878amhwrv5s1psp4jr4h"
    assert find_claimed_sale(f"{_PB}?hit={other}&tx=A-9 for {H}", H) is None
    assert find_claimed_sale(f"{other}:A-9, 1\n{H}:B-1, 2", other) == ClaimedSale("A-9", "1")


def test_a_hit_in_the_place_of_the_transaction_is_told() -> None:
    swapped = read_target(f"{_PB}?hit=A-1001&tx={H}", command="diagnose")
    assert swapped.id.text == "A-1001"
    assert swapped.warnings["P3"] == (
        f"tx holds {H}, which looks like a hit ID, and the hit's place holds 'A-1001': "
        "the two may be swapped"
    )
    both = read_target(f"{_PB}?hit={H}&tx=5f2b8c9e1a7d4e3f60b1c2d3", command="diagnose")
    assert "P3" not in both.warnings


def test_a_placeholder_beside_the_id_is_a_warning_and_an_empty_field_is_none() -> None:
    target = read_target(f"https://shop.example.com/?clickid={{hit}}&vid={V}", command="diagnose")
    assert [(each.name, each.text) for each in target.placeholders] == [("clickid", "{hit}")]
    assert target.warnings["P7"] == "'clickid' holds the placeholder '{hit}'"
    assert target.notes[-1] == target.warnings["P7"]
    empty = read_target(f"https://shop.example.com/?clickid=&vid={V}", command="diagnose")
    assert (empty.placeholders, "P7" in empty.warnings) == ((), False)


def test_a_macro_in_the_sale_of_a_postback_is_a_warning() -> None:
    for tail, told in (
        ("&tx={transaction_id}&rev=24.90", [("tx", "{transaction_id}")]),
        ("&tx=A-1001&rev=%7Bpayout%7D", [("rev", "{payout}")]),
        ("&tx=A-1001&rev=24.90", []),
        ("&tx=A-1001&rev=24.90&note={text}", []),
    ):
        target = read_target(f"{_PB}?hit={H}{tail}", command="diagnose")
        assert [(each.name, each.text) for each in target.placeholders] == told, tail
        assert ("P7" in target.warnings) is bool(told), tail
