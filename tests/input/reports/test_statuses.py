"""What a report says of a conversion's fate."""

from ffx.input.reports.statuses import Status, read_status

WORDS: dict[Status, str] = {
    "approved": "approved|Approved (paid)|CONFIRMED|SALE|locked|bestätigt|validé|подтверждён|OK",
    "pending": "pending|On Hold|hold|in_review|offen|en attente|ожидает|new",
    "reversed": "rejected|Reversed|DECLINED|RFND|CGBK|chargeback|cancelled by advertiser|storniert"
    "|not approved|annulé|отклонен|trash|Voided",
    "": "|1|gold|24.90|whatever",
}


def test_words_of_networks_and_languages_are_known() -> None:
    for status, words in WORDS.items():
        for word in words.split("|"):
            assert read_status(word) == status, word
