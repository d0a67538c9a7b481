"""Stories whose text is a trial for whatever shows it."""

from ffx.sandbox.data.account import LANDER_A, SHOP
from ffx.sandbox.data.clients import GALAXY, HAMBURG, IPHONE, SAO_PAULO, WINDOWS_PC
from ffx.sandbox.data.event import Event
from ffx.sandbox.data.sample_journey import SampleJourney, story

_HOSTILE_FIELDS: Event = {
    "t1": "\x1b[2J\x1b[31mred from here on",
    "t2": "\x1b]8;;https://phish.example.net/\x1b\\a link\x1b]8;;\x1b\\ \x1b]52;c;ZWNobw==\x07",
    "t3": "\u202egnp.exe\u202c \u2066turned\u2069 round",
    "t4": "zero\u200bwidth\u200d and \ufeffinvisible\u00ad",
    "t5": "[bold red]markup[/bold red] [/] :skull: \\",
    "t6": "=1+1",
    "t7": "@SUM(A1:A9)",
    "t8": '+cmd|" /C calc"!A0',
    "t9": "-2+3",
    "t10": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "t11": "two\nlines and\ta tab\r\nand a third",
    "t12": "long " + "and longer " * 400,
    "t13": "\\",
    "t14": "\x00\x07\x08\x7f\x9b31m",
    "t15": '"cost": "1", "quoted"',
    "t16": "javascript:alert(1)",
    "t17": "\u2028\u2029\u3164\U000e0041",
    "t18": "'; DROP TABLE events; --",
    "t19": "%0d%0aSet-Cookie: a=b",
    "t20": "  ",
}


@story(
    "Names and fields in many scripts, from right to left too, all of them legitimate.",
    visitor_id="afdxgaOi58huS3NTR2Z835qY1iS",
    hit_id="k4he908epzp6zbdhbr93war4h",
    command="ffx visitor {visitor} --since 2d",
)
def foreign_scripts(journey: SampleJourney) -> None:
    journey.client = {**SAO_PAULO, **IPHONE, "city": "Sa\u0303o Paulo"}  # a combining tilde
    journey.enter(
        campaign="عروض الربيع",
        fields={
            "t1": "מבצע אביב",
            "t2": "春のセール",
            "t3": "वसंत सेल",
            "t4": "🌷👩‍👩‍👧 sale 🇧🇷",
            "t5": "весенняя распродажа",
            "t6": "봄 세일",
            "t7": "Z\u0308u\u0308rich cafe\u0301",
        },
    )
    journey.view({**LANDER_A, "pageName": "صفحة الربيع"})
    journey.wait(seconds=37)
    journey.click({**LANDER_A, "pageName": "صفحة الربيع"})
    offer = journey.view_offer({**SHOP, "pageName": "サンプル商店"})
    journey.wait(minutes=15)
    journey.convert(offer, "24.9000", "उदाहरण-1015")


@story(
    "A visitor sends text that would steer a terminal, run in a spreadsheet or script a page.",
    visitor_id="afdwbpKyF2XUEioxdRYvks87v8a",
    hit_id="k5qcbrnve37bv2d08addxbr4h",
    command="ffx hit {hit}",
)
def hostile_text(journey: SampleJourney) -> None:
    agent = f"{GALAXY['userAgent']} \x1b]0;owned\x07\x1b[1A\x1b[2K"
    journey.client = {**HAMBURG, **WINDOWS_PC, "userAgent": agent}
    journey.enter(
        external_id='=HYPERLINK("https://phish.example.net/","open")',
        campaign="spring\u202e-ed",
        fields=_HOSTILE_FIELDS,
        referrer=("phish.example.net", "/<svg/onload=alert(1)>?q=\x1b[8m"),
    )
    journey.view()
    journey.wait(seconds=45)
    journey.click()
    offer = journey.view_offer()
    journey.wait(minutes=4)
    journey.custom_event(offer, 3, "\x1bP1$r0m\x1b\\", "| =1+1")
    journey.wait(minutes=6)
    journey.convert(offer, "24.9000", "\t=A-1016\x1b[0m")
