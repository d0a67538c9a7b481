"""What affiliate networks, and trackers, call the columns of their reports: a table of words.

By network, since two of them may mean different things by one word. What a network's own click ID
is called is left out where it never holds ours.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["id", "revenue", "transaction", "time", "status"]
"""What a column is for."""

ROLES: tuple[Role, ...] = ("id", "revenue", "transaction", "time", "status")

# The likeliest words of each role come first: of two columns the one that stands higher is taken.
COMMON: Mapping[Role, str] = {
    "id": (
        "hit id|hit|hitid|clickid|click id|ffp_clickid|ff_clickid|external click id|aff click id"
        "|affiliate click id|publisher click id|sub id|subid|sub id 1|subid1|sub 1|sub1|s1|s2|s3"
        "|s4|s5|sub 2|sub2|sub 3|sub3|sub 4|sub4|sub 5|sub5|sub id 2|subid2|sub id 3|subid3"
        "|sub id 4|subid4|sub id 5|subid5|aff_sub|aff sub|tid|tracking id|cid|ref|reference"
    ),
    "revenue": (
        "payout|commission|earnings|publisher commission|your commission|commission amount"
        "|net earnings|earned|paid|reward|payment|my earnings|revenue|conversion payout|cpa"
        "|amount|net amount|price|value|conversion value|total|turnover|sale amount|sales amount"
        "|order value|betrag|provision|auszahlung|vergütung|umsatz|importe|comisión|ingresos"
        "|montant|rémunération|revenu|comissão|valor|receita|importo|provvigione|commissie"
        "|vergoeding|bedrag|prowizja|kwota|выплата|доход|сумма|комиссия|вознаграждение"
    ),
    "transaction": (
        "transaction id|transaction|trans id|txid|tx id|tx|txn id|transactionid|order id|orderid"
        "|order number|order no|order|conversion id|action id|lead id|sale id|event id|receipt"
        "|invoice|transaktionsnummer|transaktions-id|bestellnummer|auftragsnummer|pedido"
        "|id transacción|numéro de commande|id da transação|numero ordine|ordernummer"
        "|номер заказа|id транзакции|id конверсии"
    ),
    "time": (
        "conversion time|conversion date|conversion datetime|event date|event time|action date"
        "|action time|transaction date|transaction time|sale date|order date|postback time"
        "|lead date|date|datetime|date time|time|created|created at|timestamp|day|click date"
        "|click time|datum|zeitpunkt|fecha|date de conversion|data|data e hora|data ordine|дата"
        "|время"
    ),
    "status": (
        "status|conversion status|commission status|transaction status|action status|order status"
        "|sale status|lead status|state|approval|approval status|disposition|validation"
        "|transaction type|type|zustand|estado|statut|situação|stato|статус|состояние"
    ),
}


def _heads(
    identity: str, revenue: str = "", transaction: str = "", time: str = "", status: str = ""
) -> Mapping[Role, str]:
    return {
        "id": identity,
        "revenue": revenue,
        "transaction": transaction,
        "time": time,
        "status": status,
    }


NETWORKS: Mapping[str, Mapping[Role, str]] = {
    "AdCombo": _heads("clickid|subid", "revenue|payout", "trans id", "datetime", "status"),
    "Admitad": _heads(
        "subid|subid1|subid2|subid3|subid4",
        "payment sum|reward|payment",
        "order id|action id",
        "action time|closing date",
        "status",
    ),
    "affilinet": _heads(
        "subid",
        "provision|commission",
        "order id|param",
        "registration date",
        "transaction status",
    ),
    "Affise": _heads(
        "sub1|sub2|sub3|sub4|sub5|sub6|sub7|sub8",
        "payout|income|payouts",
        "action id|conversion id",
        "created at|date",
        "status",
    ),
    "Amazon Associates": _heads(
        "ascsubtag|tracking id", "ad fees($)|ad fees|bounty earnings", "", "date shipped|date"
    ),
    "Awin": _heads(
        "click ref|clickref|click ref 1|click ref 2|click ref 3|click ref 4|click ref 5"
        "|click ref 6",
        "commission|commission amount|publisher commission",
        "transaction id|order ref|id",
        "transaction date|date",
        "commission status",
    ),
    "Belboon": _heads(
        "subid|click ref",
        "eventcommission|commission",
        "eventid|order code",
        "eventdate",
        "eventstatus",
    ),
    "BuyGoods": _heads(
        "subid|subid 2|subid 3|subid 4|subid 5",
        "commission amount|commission",
        "order id",
        "order date|date created",
        "order status",
    ),
    "CAKE": _heads(
        "sub id|subid|sub id 2|sub id 3|sub id 4|sub id 5|subid 1",
        "price|paid|payout",
        "transaction id|conversion id",
        "conversion date",
        "disposition",
    ),
    "CJ": _heads(
        "sid|shopper id",
        "commission|publisher commission|commission amount|publisher commission (usd)"
        "|commission (usd)",
        "order id|commission id|action id",
        "event date|posting date",
        "action status|status",
    ),
    "ClickBank": _heads(
        "tid|tracking id|affiliate tracking id|aff_sub1",
        "net sale amount|amount|affiliate payout",
        "receipt",
        "date|transaction time",
        "transaction type|txn type",
    ),
    "ClickDealer": _heads(
        "s1|s2|s3|s4|s5", "payout|price", "conversion id", "conversion date", "disposition|status"
    ),
    "Post Affiliate Pro": _heads(
        "data 1|data1|data 2|data2|extra data 1",
        "commission",
        "order id|id",
        "created|date created",
        "status",
    ),
    "CrakRevenue": _heads(
        "aff sub|aff sub 1|aff sub 2|aff sub 3|aff sub 4|aff sub 5",
        "payout",
        "transaction id|conversion id",
        "date|datetime",
        "status",
    ),
    "Daisycon": _heads(
        "sub id|sub_id|sub id 2|sub_id_2|sub id 3|sub_id_3",
        "commission|commissie|publisher commission",
        "affiliatemarketing id|transaction id",
        "date transaction|transaction date|date",
        "status",
    ),
    "Digistore24": _heads(
        "campaign key|campaignkey|sid1|sid2|sid3|sid4|sid5|cid",
        "earnings|amount affiliate|affiliate amount|provision",
        "order id|transaction id|bestell-id",
        "date|datum",
        "transaction type|billing status",
    ),
    "Dr.Cash": _heads("sub1|sub2|sub3|sub4|sub5", "payout", "uuid|order id", "created", "status"),
    "easy": _heads("subid", "provision", "criterion", "trackingtime", "status"),
    "eBay Partner Network": _heads(
        "custom id|customid",
        "earnings|epn earnings",
        "epn transaction id|checkout transaction id",
        "event date|update date",
        "event type|transaction status",
    ),
    "Effiliation": _heads("effi_id|effiid|id compteur", "commission", "ref", "date", "statut"),
    "Everflow": _heads(
        "sub1|sub2|sub3|sub4|sub5|sub 1|sub 2|sub 3|sub 4|sub 5",
        "payout",
        "conversion id|transaction id|order id",
        "conversion date|date",
        "status|conversion status",
    ),
    "FlexOffers": _heads(
        "fobs|sub tracking|subtracking|sub id",
        "commission",
        "order id|sale id",
        "event date|click date",
        "status",
    ),
    "FuseClick": _heads(
        "affiliate sub id1|affiliate sub id2|affiliate sub id3|affiliate sub id4"
        "|affiliate sub id5|affiliate click id",
        "payout",
        "transaction id",
        "conversion time",
        "conversion status",
    ),
    "HitPath": _heads("c1|c2|c3|sub id", "amount|commission", "lead id", "lead date", "status"),
    "Impact": _heads(
        "subid1|subid2|subid3|sub id 1|sub id 2|sub id 3|shared id|sharedid",
        "payout|action earnings|earnings",
        "action id|oid",
        "action date|event date",
        "state|action status|status",
    ),
    "Income Access": _heads(
        "afp|afp1|afp2|dynamic variable|clickid",
        "commission|cpa commission",
        "player id",
        "date|registration date",
        "status",
    ),
    "LinkTrust": _heads(
        "sid|sub id|clickid|affiliate reference id|referenceid",
        "payout|amount",
        "transaction id|conversion id",
        "conversion date|date",
        "status",
    ),
    "MaxBounty": _heads(
        "sub id|s1|s2|s3|s4|s5", "earnings|payout|rate", "conversion id", "date|time", "status"
    ),
    "Mobidea": _heads(
        "external id|data1|data2|data3", "revenue|payout", "conversion id", "date", "status"
    ),
    "MyAffiliates": _heads("payload", "commission|income", "customer id", "date", "status"),
    "OGAds": _heads(
        "aff_sub|aff_sub2|aff_sub3|aff_sub4|aff_sub5",
        "payout",
        "session id",
        "datetime|date",
        "status",
    ),
    "Offer18": _heads(
        "aff_sub1|aff_sub2|aff_click_id|aff click id",
        "payout|affiliate payout",
        "tid|conversion id",
        "conversion time|date",
        "status",
    ),
    "Partnerize": _heads(
        "publisher reference|publisher_reference|pubref|clickref",
        "publisher commission|publisher_commission|total publisher commission",
        "conversion reference|conversion_reference|conversion id",
        "conversion time|conversion date|conversion_time",
        "conversion status|item status",
    ),
    "Perform[cb]": _heads(
        "sub id|subid1|sid", "payout|commission", "transaction id", "date", "status"
    ),
    "Rakuten Advertising": _heads(
        "u1|member id (u1)|member id|tracking code (u1)",
        "total commission|commission|commissions",
        "order id",
        "transaction date|process date",
        "transaction type|status",
    ),
    "Scaleo": _heads(
        "aff_click_id|affiliate click id|sub_id1|sub_id2|sub_id3",
        "payout|affiliate payout",
        "transaction id|adv order id",
        "added timestamp|conversion date",
        "conversion status|status",
    ),
    "ShareASale": _heads(
        "affiliate tracking|afftrack|user info|subid",
        "commission",
        "trans id|transid|order number",
        "trans date|transdate",
        "voided|lock status",
    ),
    "Skimlinks": _heads(
        "custom id|customid",
        "commission|publisher amount|publisher commission",
        "commission id|order id",
        "transaction date|date",
        "status|payment status",
    ),
    "Sovrn Commerce": _heads(
        "cuid", "revenue|commission", "commission id", "commission date|date", "status"
    ),
    "Swaarm": _heads(
        "pub sub id|publisher sub id|pub click id|publisher click id",
        "payout",
        "postback id|conversion id",
        "event time|time",
        "status|decision",
    ),
    "Trackier": _heads(
        "p1|p2|p3|p4|p5|aff click id",
        "payout",
        "txn id|conversion id",
        "created|conversion time",
        "status",
    ),
    "TradeDoubler": _heads(
        "epi|epi 1|epi1|epi 2|epi2",
        "commission|publisher commission|affiliate commission",
        "order nr|order number|lead nr",
        "time of event|time of transaction|date of event",
        "status|pending status",
    ),
    "TradeTracker": _heads(
        "reference|sub id",
        "commission|commissie",
        "transaction id|id",
        "registration date|date",
        "assessment|transaction status",
    ),
    "TUNE (HasOffers)": _heads(
        "affiliate sub id|affiliate sub id 1|affiliate sub id 2|affiliate sub id 3"
        "|affiliate sub id 4|affiliate sub id 5|affiliate info 1|affiliate info 2"
        "|affiliate info 3|stat.affiliate_info1",
        "payout|stat.payout",
        "transaction id|stat.ad_id|conversion id",
        "date / time|datetime|session datetime|stat.datetime",
        "conversion status|status|stat.conversion_status",
    ),
    "Voluum, Binom, Keitaro": _heads(
        "external id|click id|cid|sub_id|subid",
        "payout|revenue|conversion revenue",
        "transaction id|tid",
        "postback timestamp|conversion time|postback time",
        "conversion type|status",
    ),
    "Webgains": _heads(
        "click ref|clickref|clickref2",
        "commission",
        "transaction id|order reference",
        "date|transaction date",
        "status",
    ),
    "Zeydoo": _heads(
        "ymid|sub id|subid", "payout|income", "conversion id", "date|created", "status"
    ),
}
