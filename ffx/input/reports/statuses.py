"""What a report says of a conversion's fate, in the networks' words and in several languages."""

from typing import Literal, TypeAlias

from ffx.input.reports.heads import fold

Status: TypeAlias = Literal["approved", "pending", "reversed", ""]
"""Empty where a word is not known."""

_WORDS: dict[Status, str] = {
    "approved": """
        approved accepted confirmed paid payable locked closed valid validated sale lead complete
        completed success successful active actioned billed bill ok yes won settled cleared
        qualified delivered install deposit rebill jvsale testsale
        bestätigt genehmigt freigegeben bezahlt aprobado aprobada confirmado confirmada pagado
        approuvé validé confirmé payé aprovado pago approvato confermato pagato goedgekeurd betaald
        zatwierdzony подтвержден подтверждён одобрен оплачен принят
    """,
    "pending": """
        pending open hold onhold holded new waiting unconfirmed processing inprocess inreview
        review extended tracked unpaid deferred delayed initial underreview offen ausstehend
        pendiente
        enattente pendente inattesa openstaand oczekujący ожидает вожидании вобработке холд новый
    """,
    "reversed": """
        rejected reject reversed reversal declined decline denied cancelled canceled cancel
        cancellation refunded refund rfnd cgbk chargeback chargedback insf returned return trash
        spam void voided invalid invalidated fraud fraudulent deleted duplicate disapproved
        notapproved corrected scrubbed error failed expired disqualified unqualified clawback
        abgelehnt storniert storno rechazado rechazada cancelado cancelada anulado rejeté refusé
        annulé recusado rejeitado rifiutato annullato afgekeurd geweigerd odrzucony anulowany
        отклонен отклонён отменен отменён возврат треш
    """,
}
_KINDS: dict[str, Status] = {
    fold(word): status for status, words in _WORDS.items() for word in words.split()
}


def read_status(text: str) -> Status:
    """Tell what a status means: its first known word counts, a «not» before it turns it round.

    >>> read_status("Approved (paid)"), read_status("RFND"), read_status("on hold")
    ('approved', 'reversed', 'pending')
    """
    if whole := _KINDS.get(fold(text)):
        return whole
    words = [fold(word) for word in text.replace("/", " ").replace("_", " ").split()]
    for before, word in zip(["", *words], words, strict=False):
        if status := _KINDS.get(word):
            is_turned = before in ("not", "nicht", "no", "non", "не") and status == "approved"
            return "reversed" if is_turned else status
    return ""
