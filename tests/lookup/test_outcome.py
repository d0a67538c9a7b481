"""What a result means, for every command: one table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ffx.api.wire import Query, hit_query, nothing_found, read_reply, visitor_query
from ffx.errors import ServiceError
from ffx.input.targets.claimed_sale import ClaimedSale
from ffx.input.targets.shapes import Command
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found
from ffx.lookup.outcome import CheckAnswer, command_for_all, outcome_of
from ffx.lookup.run import Run
from ffx.lookup.walk_requests import Gap
from ffx.output.streams import Output, Screen
from ffx.settings.settings import Limits, Settings

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
WINDOW = TimeRange(NOW - timedelta(days=1), NOW)
HIT = HitId("dkezmsf3bat8xdbz8rt039r4h")
VISITOR = VisitorId("afdwb7QPV6Y59aTP3fQxZ3tX2ox")
RUN = Run(
    Settings("sandbox:", "default", None, Limits()),
    Output(Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)),
    NOW,
    {},
    (),
)
OF_VISITOR = visitor_query(VISITOR, WINDOW)
OF_ITS_HIT = visitor_query(HIT)
OF_HIT = hit_query(HIT, None)
PERSON = f'{{"visitorId":"{VISITOR.text}"}}'
ROW = f'{{"hitId":"{HIT.text}","eventType":"view"}}'


def found(query: Query, body: str = "", *, window: TimeRange | None = WINDOW) -> Found:
    reply = read_reply(query, body.encode()) if body else nothing_found(query)
    target = Target(HIT) if "hitId" in query.body else Target(VISITOR)
    return Found(target, reply, window)


def history(has_more: str) -> str:
    return f'{{"visitor":{PERSON},"hits":[{ROW}],"hasMore":{has_more}}}'


NOTHING = found(OF_VISITOR)
NONE_HERE = found(OF_VISITOR, f'{{"visitor":{PERSON},"hits":[],"hasMore":false}}')
NONE_SENT = found(OF_VISITOR, f'{{"visitor":{PERSON},"hits":[],"hasMore":true}}')
NONE_WALKED = replace(NOTHING, gaps=(Gap(WINDOW, "none of it was sent"),), is_walked=True)
WHOLE = found(OF_VISITOR, history("false"))
CUT = found(OF_VISITOR, history("true"))
SILENT = found(OF_VISITOR, history("null"))
WITH_GAP = replace(CUT, gaps=(Gap(WINDOW, "more hits in one millisecond"),), is_walked=True)
HIT_ALONE = replace(
    found(OF_ITS_HIT), details={HIT.text: read_reply(OF_HIT, f'{{"events":[{ROW}]}}'.encode())}
)
OF_THE_HIT = f"the visitor of hit {HIT.text}"
YES, NO, UNKNOWN = CheckAnswer(True, ()), CheckAnswer(False, ()), CheckAnswer(None, ())
YES_IN_PART = CheckAnswer(True, ("the window ends before now",))
NO_IN_PART = CheckAnswer(False, ("the window ends before now",))

# What was found, for which command, with --complete or not, and what was judged of it; the exit
# code, and how the message begins.
OUTCOMES: tuple[tuple[Found, Command, bool, CheckAnswer | None, int, str], ...] = (
    (NOTHING, "visitor", False, None, 3, f"nothing found for visitor {VISITOR.text}"),
    (NOTHING, "diagnose", True, NO, 3, f"nothing found for visitor {VISITOR.text}"),
    (NONE_HERE, "visitor", False, None, 3, f"no hits of visitor {VISITOR.text} in this window"),
    (NONE_HERE, "diagnose", False, NO, 3, f"no hits of visitor {VISITOR.text} in this window"),
    (NONE_SENT, "visitor", False, None, 7, "the service sent no hit"),
    (NONE_SENT, "diagnose", True, NO, 7, "the service sent no hit"),
    (NONE_WALKED, "visitor", True, None, 7, "the service sent no hit"),
    (found(OF_ITS_HIT), "visitor", False, None, 3, f"nothing found for {OF_THE_HIT}"),
    (found(OF_ITS_HIT), "diagnose", False, NO, 3, f"nothing found for hit {HIT.text}"),
    (found(OF_HIT), "hit", False, None, 3, f"nothing found for hit {HIT.text}"),
    (WHOLE, "visitor", False, None, 0, ""),
    (WHOLE, "visitor", True, None, 0, ""),
    (CUT, "visitor", False, None, 0, ""),
    (CUT, "visitor", True, None, 7, "the result is incomplete"),
    (SILENT, "visitor", False, None, 0, ""),
    (SILENT, "visitor", True, None, 7, "the result is incomplete"),
    (WITH_GAP, "visitor", False, None, 7, "the history is incomplete"),
    (WITH_GAP, "visitor", True, None, 7, "the history is incomplete"),
    (HIT_ALONE, "diagnose", False, NO_IN_PART, 7, "the history is incomplete"),
    (WHOLE, "diagnose", False, UNKNOWN, 0, ""),
    (WHOLE, "diagnose", False, CheckAnswer(None, (), "it may be"), 7, "the answer is not known"),
    (WHOLE, "diagnose", False, YES, 0, ""),
    (WHOLE, "diagnose", False, NO, 8, "no"),
    (CUT, "diagnose", False, YES_IN_PART, 0, ""),
    (CUT, "diagnose", True, YES_IN_PART, 7, "the result is incomplete"),
    (CUT, "diagnose", False, NO_IN_PART, 7, "the history is incomplete"),
)  # fmt: skip


def test_a_result_means_the_same_to_everybody_who_asks() -> None:
    for result, command, wants_all, judged, code, message in OUTCOMES:
        outcome = outcome_of(RUN, result, command, wants_all=wants_all, check_answer=judged)
        told = (0, "") if outcome is None else (int(outcome.exit_code), outcome.message)
        assert told == (code, message), (command, wants_all, judged, result.reply.text)


def test_all_rows_are_proposed_where_somebody_knows_whose_they_are() -> None:
    of_somebody, nameless = (
        found(OF_ITS_HIT, f'{{"visitor":{visitor},"hits":[{ROW}],"hasMore":true}}')
        for visitor in (PERSON, "null")
    )

    for is_many in (False, True):
        assert " --all" in command_for_all(_run(), of_somebody, is_many=is_many)
        assert command_for_all(_run(), nameless, is_many=is_many) == ""


def _run() -> Run:
    """Make a run that has proposed nothing yet."""
    line = ("visitor", HIT.text)
    return Run(RUN.settings, RUN.output, NOW, {}, line)


def test_what_was_not_found_tells_the_refusal_that_said_so() -> None:
    refusal = ServiceError("no such visitor")
    refusal.status, refusal.request_id = 404, "req-7"
    outcome = outcome_of(RUN.restarted(NOW), replace(NOTHING, refusal=refusal), "visitor")

    assert outcome is not None
    assert (outcome.status, outcome.request_id) == (404, "req-7")
    assert outcome.hint == (
        "looked in  Wed 4 Mar 2026 14:30 +00:00 → Thu 5 Mar 14:30, account sandbox\n"
        "answer     no such visitor (for every ID? check FFX_API_URL)\n"
        f"wider      ffx visitor {VISITOR.text} --since 1y --sandbox\n"
        "perhaps    a known bot: those are never stored"
    )


def test_what_was_not_found_proposes_what_else_the_id_may_be() -> None:
    bot = "a known bot: those are never stored"
    other_kind = "as visitor ffx visitor v1 --sandbox"
    swapped = ClaimedSale(HIT.text, "")
    whole = "k3yyck910q7g90ceygzc7nr1"
    for text, others, claimed_sale, lines in (
        # A hit ID is no visitor's; what has no shape may be either.
        (HIT.text, (), None, [f"perhaps    {bot}"]),
        ("v1", (), None, [other_kind, f"perhaps    {bot}"]),
        # What the text held besides, each with the command that can ask for it.
        (
            "v1",
            (HIT, VISITOR),
            swapped,
            [
                f"also there ffx hit {HIT.text} --sandbox",
                f"also there ffx visitor {VISITOR.text} --sandbox",
                other_kind,
                f"perhaps    {bot}",
            ],
        ),
        # A hit in the place of the transaction, and what is no number of a sale's beside it.
        (
            "v1",
            (),
            swapped,
            [f"also there ffx hit {HIT.text} --sandbox", other_kind, f"perhaps    {bot}"],
        ),
        ("v1", (), ClaimedSale("A-1", ""), [other_kind, f"perhaps    {bot}"]),
        (
            whole,
            (),
            None,
            [
                f"repaired   ffx hit {whole}h --sandbox  (with the final h that can get lost)",
                f"perhaps    {bot}",
            ],
        ),
        (
            HIT.text.upper(),
            (),
            None,
            [
                f"repaired   ffx hit {HIT.text} --sandbox  (in small letters)",
                f"perhaps    {bot}",
            ],
        ),
    ):
        hit = HitId(text)
        target = Target(hit, others=others, claimed_sale=claimed_sale)
        outcome = outcome_of(
            RUN.restarted(NOW), Found(target, nothing_found(hit_query(hit, None))), "hit"
        )
        assert outcome is not None
        told = outcome.hint.splitlines()[1:]
        assert [line for line in told if not line.startswith("with a day")] == lines, text


def test_a_known_visitor_without_a_hit_in_the_window_is_looked_for_from_the_first_on() -> None:
    known = f'{{"visitor":{{{PERSON[1:-1]},"firstSeen":"@"}},"hits":[],"hasMore":false}}'
    for first_seen, command, line in (
        ("2026-03-01T00:30:00Z", "visitor", f"visitor {VISITOR.text} --since 2026-03-01 --all"),
        ("2026-03-01T00:30:00Z", "diagnose", f"diagnose {VISITOR.text}"),
        ("2026-03-05T00:30:00Z", "visitor", ""),
    ):
        here = found(OF_VISITOR, known.replace("@", first_seen))
        outcome = outcome_of(RUN.restarted(NOW), here, command)  # type: ignore[arg-type]
        assert outcome is not None
        told = outcome.hint.splitlines()[1:]
        wider = f"wider      ffx visitor {VISITOR.text} --since 1y --sandbox"
        assert told == [f"earlier    ffx {line} --sandbox" if line else wider], (command, told)


def test_an_id_whose_letters_were_altered_is_not_searched_more_widely() -> None:
    for text, is_told in (
        (HIT.text.upper(), False),
        (VISITOR.text.upper(), False),
        (VISITOR.text.lower(), False),
        (VISITOR.text, True),
        ("v1", True),
    ):
        visitor = VisitorId(text)
        nothing = nothing_found(visitor_query(visitor, WINDOW))
        outcome = outcome_of(
            RUN.restarted(NOW), Found(Target(visitor), nothing, WINDOW), "visitor"
        )

        assert outcome is not None
        assert (f"wider      ffx visitor {text} --since 1y" in outcome.hint) == is_told, text
        as_hit = f"as a hit   ffx visitor {text} --as hit --sandbox"
        assert (as_hit in outcome.hint) == (text == "v1"), text
        assert (f"repaired   ffx visitor {HIT.text} " in outcome.hint) == (
            text == HIT.text.upper()
        ), text


def test_a_repaired_id_is_not_told_where_ids_are_hidden() -> None:
    hit = HitId(HIT.text.upper())
    output = Output(RUN.output.screen)
    output.mask = lambda text: text
    outcome = outcome_of(
        replace(RUN, output=output), Found(Target(hit), nothing_found(hit_query(hit, None))), "hit"
    )

    assert outcome is not None
    assert "repaired" not in outcome.hint
