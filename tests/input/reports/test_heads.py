"""The heads of networks' reports."""

from unicodedata import normalize

from ffx.input.reports.heads import fold, is_known, role_rank
from ffx.input.reports.networks import NETWORKS, ROLES


def test_the_words_of_thirty_networks_and_more_are_known() -> None:
    assert len(NETWORKS) >= 30
    for network, words in NETWORKS.items():
        assert set(words) == set(ROLES), network
        assert words["id"], network
        for role in ROLES:
            for word in filter(None, words[role].split("|")):
                assert role_rank(word, role) is not None, (network, word)
                assert role_rank(word.upper().replace(" ", "_"), role) is not None, word


def test_heads_are_known_whatever_their_spelling() -> None:
    for head in ("Click-ID", "CLICK ID", "click_id", " clickid ", "Click ID (hit)"):
        assert role_rank(head, "id") is not None, head
    assert role_rank("Payout (USD)", "revenue") == role_rank("payout", "revenue")
    assert fold(normalize("NFD", "Comissão")) == fold(normalize("NFC", "COMISSÃO")) == "comissao"
    for head in ("", "country", "column 1", "24.90"):
        assert not is_known(head), head
