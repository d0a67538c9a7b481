"""Link previews, mail filters and data centres by their names; and the people beside them."""

from typing import Any

from ffx.api.models import VisitorInfo
from ffx.findings.rules.robots import automation_signs
from ffx.sandbox.data.clients import GALAXY, WINDOWS_PC
from tests.findings.making import detail, outcome_of, row, subject, told_by

_PREVIEWS = [
    *["WhatsApp/2.23.20.0 A", "WhatsApp/2.2345 N", "Viber", "Viber/13.3.0", "TelegramBot"],
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    *["Barracuda Sentinel (EE)", "BarracudaCentral", "Mozilla/5.0 (compatible; Proofpoint)"],
    *["Mimecast-URL-Scan", "Mozilla/5.0 (Mimecast)", "facebookexternalhit/1.1", "Iframely/1.3.1"],
    *["SkypeUriPreview Preview/0.5", "Slackbot-LinkExpanding 1.0", "Discordbot/2.0"],
]
_PEOPLE = [
    str(GALAXY["userAgent"]),
    str(WINDOWS_PC["userAgent"]),
    f"{GALAXY['userAgent']} WhatsApp",  # a browser that an app opened
    f"{GALAXY['userAgent']} Viber/20.1",
    f"{GALAXY['userAgent']} Telegram-Android/10.2",
    f"{GALAXY['userAgent']} Instagram 300.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Microsoft Outlook 16.0.5134; ms-office; MSOffice 16)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) GSA/300.0 Mobile/15E148",
]
_CENTRES = [
    *["Google LLC", "GOOGLE", "Google Cloud", "Microsoft Corporation", "Microsoft Azure"],
    *["Facebook", "Meta", "Meta Platforms Ireland", "Oracle Corporation", "Oracle Cloud"],
    *["Tencent cloud computing", "M247 Europe SRL", "M247 Ltd", "Alibaba (US)", "Aliyun"],
    *["Huawei Clouds", "Datacamp Limited", "G-Core Labs", "Psychz Networks", "QuadraNet"],
    *[
        "Hivelocity",
        "Zenlayer Inc",
        "UpCloud Ltd",
        "IONOS SE",
        "IBM Cloud",
        "Equinix",
        "Namecheap",
    ],
    *["Amazon.com", "DigitalOcean, LLC", "OVH SAS", "Hetzner Online GmbH", "Namecheap"],
]
_NETWORKS_OF_PEOPLE = [
    *["Google Fiber", "Google Fiber Inc.", "Google Fi", "iCloud Private Relay", "Akamai"],
    *["Cloudflare WARP", "Cloudflare, Inc.", "Fastly", "Zscaler", "Netskope Inc", "Forcepoint"],
    *["Vodafone Gateway", "Deutsche Telekom AG", "T-Mobile USA", "Comcast Cable", "1&1 Versatel"],
    *["Example Metal Works", "Metanet", "Metaphor Telecom", "Microsoftware House", "Coracle Net"],
    *["Opera Software", "Orange S.A.", "Telefonica Germany", "Example Mobile", "Starlink"],
]


def _outcome(**members: Any) -> str:
    known = {"userAgent": GALAXY["userAgent"], "isp": "Example Mobile", "deviceType": "mobile"}
    visitor = VisitorInfo.model_validate({**known, **members})
    return outcome_of(automation_signs, subject([], visitor=visitor))


def test_previews_and_filters_are_known_by_name_and_browsers_in_apps_are_people() -> None:
    for agent in _PREVIEWS:
        assert _outcome(userAgent=agent) == "1 told", agent
    for agent in _PEOPLE:
        assert _outcome(userAgent=agent) == "fine", agent


def test_data_centres_are_known_by_their_operators_and_relays_are_people() -> None:
    for operator in _CENTRES:
        assert _outcome(isp=operator) == "1 told", operator
    for operator in _NETWORKS_OF_PEOPLE:
        assert _outcome(isp=operator) == "fine", operator


def test_a_mail_filter_is_known_by_its_referrer_and_its_speed_together() -> None:
    def outcome(referrer: str, wait: float) -> str:
        people = {"userAgent": WINDOWS_PC["userAgent"], "isp": "Example Broadband"}
        rows = [
            row("a1r0", "entrance", 0.25),
            row("a1r1", "view", 0.5, pageId="p1"),
            row("a1r2", "click", 0.5 + wait, pageId="p1"),
        ]
        hits = {hit: [detail(hit, "view", 0, **people)] for hit in ("a1r1", "a1r2")}
        hits["a1r0"] = [detail("a1r0", "entrance", 0, referrerDomain=referrer, **people)]
        return outcome_of(automation_signs, subject(rows, details=hits))

    filters = [
        *["urldefense.proofpoint.com", "urldefense.com", "linkprotect.cudasvc.com"],
        *["protect-eu.mimecast.com", "url.us.m.mimecastprotect.com"],
        "eur01.safelinks.protection.outlook.com",
    ]
    for referrer in filters:
        assert outcome(referrer, 0.1) == "1 told", referrer
        # A person reads the page that the filter let through.
        assert outcome(referrer, 12) == "fine", referrer
    assert outcome("ads.example.com", 0.1) == "fine"
    assert outcome("notmimecast.com.example.com", 0.1) == "fine"


def test_fine_is_said_of_device_and_network_alone_where_both_are_known() -> None:
    for known, expected in (
        ({"userAgent": GALAXY["userAgent"], "isp": "Example Mobile"}, "fine"),
        ({"browser": "Chrome", "connectionType": "cable"}, "fine"),
        ({"userAgent": GALAXY["userAgent"]}, "not checked"),
        ({"isp": "Example Mobile"}, "not checked"),
        ({"isp": "M247"}, "1 told"),
    ):
        about = subject([], visitor=VisitorInfo.model_validate(known))
        assert outcome_of(automation_signs, about) == expected, known
    assert told_by(automation_signs, subject([])) == []
