"""Help pages on what all commands share: times, targets, output, settings and the like."""

from collections.abc import Mapping

_TIMES = """
A window of time is given in one of three ways:

  --since A [--until B]         from A to B; without --until, to now
  --on DATE, --on DATE..DATE    whole days; until now if that is earlier
  --around TIME [--within 1h]   so much on both sides of a time

Each time is one of these:

  90s 45m 24h 2d 1w 1w2d3h 1.5h     that long before now; a day is 24 hours
  '2 days'  '3 hours ago'           the same in words
  'last 7 days'  now-5m  P1DT2H     the same, as Grafana and ISO 8601 write it
  1mo 1y                            calendar months and years before now
  2026-03-01  20260301  2026/03/01  midnight; as an end, the end of that day
  2026-03  2026-W10                 the whole month or week, with --on
  '2026-03-01 09:00'                that moment, in the zone of --tz
  2026-03-01T09:00:00.250+02:00     that moment; also 20260301T0900Z
  'Sun 1 Mar 2026 09:00 +02:00'     as ffx prints it; also 'Mar 1, 2026 9am'
  'Sun, 01 Mar 2026 09:00:00 GMT'   as mails and servers write it
  15:00  15:00:30  2:30pm  noon     today
  now today yesterday               and with a time: 'yesterday 14:00'
  mon … sun                         the last one that has begun
  'last fri'  'last friday 14:00'   the one before today
  @1772355600  @1772355600000       Unix time, in seconds or milliseconds

--around a day, a month or a week is the whole of it. A weekday before a date
has to fit; a date without a year, as 'Sun 1 Mar', is the last such day.

What has no offset is read in the zone of --tz, else of FFX_TZ, else of the
settings file, else of the machine. Nothing is guessed: 8/9/2026 or EST is
refused. A local time that a clock change skips moves forward to the change; one
that exists twice is the earlier as a start and the later as an end.

Without any of them, ffx visitor searches 24 hours, then 7, 30 and 90 days, and
ffx diagnose everything since the visitor was first seen.
"""

_TARGETS = """
A TARGET is an ID, or any text that holds one:

  dkezmsf3bat8xdbz8rt039r4h              a hit; those that end in h can convert
  afdwb7QPV6Y59aTP3fQxZ3tX2ox            a visitor
  'https://shop.example.com/?vid=afdw…'  a page behind the funnel
  'https://offer.example.com/?sub1=dke…' an offer URL, whatever the parameter
  'https://track.example.com/pb/?hit=…'  a postback
  'dkezmsf3bat8xdbz8rt039r4h:A-1, 24.9'  a line of a conversion upload

ffx TARGET is ffx diagnose TARGET. CSV cells, webhook JSON, sentences, what mail
does to a text, percent-encoding done twice and zero-width padding are no
hindrance. Names of parameters that are ours come first (hit, vid), then those
that networks use, then the shape; utm_ tags come late, and another tracker's
click ID last. What was found in longer text is said on stderr, and where it is
not found, the other IDs of the text are proposed.

What can be no ID is refused before anything is asked: a placeholder such as
{hit} that the network did not fill in, digits only (the self-hosted product),
1.23457E+17 (a spreadsheet has lost the digits), a word, a UUID, an entrance
link, an asset ID. --as hit or --as visitor overrules the guess.

  -                 targets from stdin, one a line
  --from FILE       targets from a file: a line each, or a table (CSV, .xlsx),
                    whose column of IDs is taken, or named with --column NAME
  --ids-in FILE     every ID in a text, a mail or a log, once each; - is stdin
  --jobs N          how many at once; 2 unless told, 16 at most

Blank lines are skipped, comments (# and a blank come first), and totals.
"""

_OUTPUT = """
On a terminal results are tables, fitted to its width. In a pipe they are plain:
name and value, a blank line, a header, then a tab-separated line a row, with
whole values and full times. Notes, progress and errors go to stderr; -q leaves
errors, and what is missing from a result. With --complete that is exit 7.

  --json            the API's own reply, unaltered; of diagnose, its document
  --format jsonl    a JSON line a row
  --format csv      a header and a line a row, safe to open in a spreadsheet;
                    --bom puts the mark before it that Excel looks for
  --format xlsx     a workbook, with the extra funnelflux-ffx[excel]
  --format md       a block for a ticket; with --for support, the requests, too
  --format html     one page that loads nothing and runs nothing
  -o FILE           to a file; its ending tells the format, and a note what was
                    written. Where a list with --json ends early, a note has the
                    command that goes on with FILE

With several TARGETs, - or --from, --json writes one line a target: {"target",
"query", "reply"} or {"target", "error"}. Then an error is a record; otherwise
it is one JSON object, the last line of stderr.

What one run writes of a list is in the list's order. --resume asks what FILE
does not answer yet: first what was never asked, then what failed before; the
answers come behind those that are there. One run at a time writes FILE.

  --redact          aliases for what identifies a person or an account: IP
                    addresses, user agents, external, click and conversion IDs,
                    transactions, tracking fields and event data, referrer
                    paths, cities, providers and carriers; the same wherever
                    they stand. Texts in members that the API does not document
                    too, and a note names these; a target is its ID alone
  --redact=all      visitor and hit IDs, too
  --save FILE       keep request and reply as a case file, for you alone
  --case FILE       show a case file again, in any format, without asking;
                    it may come through a pipe, as <(command) and /dev/stdin do
  --force           replace FILE, though it holds another target's case, or the
                    answers of a list; the document of one TARGET needs none
"""

_SETTINGS = """
Options go before the environment, and that before the settings file.

  FFX_ACCESS_TOKEN, FFX_REFRESH_TOKEN   tokens; used alone, never stored
  FFX_PROFILE                           --profile
  FFX_API_URL                           --api-url
  FFX_TZ                                --tz
  NO_COLOR, FORCE_COLOR, TERM=dumb      colours off, on, off
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE  as for other programs
  FFX_DEBUG=1                           the traceback of a fault in ffx

The settings file is config.toml in the folder ffx of your configuration folder
(~/.config on Linux). All of it may be left out:

  profile = "main"             # which account
  tz = "Europe/Berlin"

  [profiles.main]
  api_url = "https://api.example.com/v1"

  [fields]                     # what t1 to t20 are called
  t1 = "country"
  [fields."Example Ads"]       # of one traffic source
  t2 = "campaign"

  [findings]                   # limits of what diagnose doubts, with defaults
  too_fast_seconds = 15
  duplicate_minutes = 10
  rebill_days = 25
  fast_click_ms = 800
  burst_per_minute = 60
  cost_factor = 300

Tokens are kept by ffx auth login, in a file beside it that you alone can read.
"""

_EXIT_CODES = """
  0    found; with --check, yes
  1    a fault in ffx itself: please report it
  2    usage or settings: an option, a time, a placeholder where an ID belongs
  3    nothing found for this ID in this window
  4    no token, a refused one, or an account that may not
  5    the service refused, or its answer cannot be read or trusted
  6    temporary: network, time-out, rate limit, the service's own trouble
  7    partial: some TARGETs failed, or a history is incomplete, as where
       --deadline ended it; with --complete, rows are missing
  8    --check was answered no, on a complete history; in a report something is
       missing or differs
  9    the result could not be written
  129  hung up: the terminal was closed
  130  interrupted
  143  terminated

Several TARGETs: 7 if any failed, unless all failed alike, which gives that
code; otherwise 8 before 3 before 0. A reader that leaves early, as head does,
is no failure.
"""

_WIDTH = 79
_INDENT = " " * 9

TOPICS: Mapping[str, tuple[str, str]] = {
    "times": ("How windows of time are given", _TIMES),
    "targets": ("What a TARGET may be", _TARGETS),
    "output": ("Where results go, and in what form", _OUTPUT),
    "settings": ("The environment and the settings file", _SETTINGS),
    "exit-codes": ("What the end of a run says", _EXIT_CODES),
    "findings": ("What diagnose can tell", ""),
}
"""Name to title and text; the findings' text is made of the rules, by `text_of`."""


def text_of(topic: str) -> str:
    """Return a page: its title, and its text."""
    title, text = TOPICS[topic]
    return f"{title}\n\n{(text or _findings()).strip(chr(10))}\n"


def rule_page(word: str) -> str:
    """Return what a rule of the catalogue says, by its ID or its name; nothing for other words."""
    from inspect import cleandoc

    from ffx.findings.engine import RULES
    from ffx.findings.rule import BASES

    for rule in RULES:
        if word.casefold() in (rule.id.casefold(), rule.name):
            text = cleandoc(rule.run.__doc__ or "")
            legend = f"Weight: {rule.severity}. Class {rule.basis} is {BASES[rule.basis]}."
            parts = [f"{rule.id} {rule.name}", text, *_settings_in(text), legend]
            return "\n\n".join(parts) + "\n"
    return ""


def _settings_in(text: str) -> list[str]:
    """Return the limits that a rule's text names, as they stand in the settings file."""
    from dataclasses import fields

    from ffx.settings.thresholds import Thresholds

    limits = [each for each in fields(Thresholds) if f"`{each.name}`" in text]
    if not limits:
        return []
    lines = [f"  {each.name} = {each.default:g}" for each in limits]
    return [
        "\n".join(["Setting, with its default, in the settings file:", "  [findings]", *lines])
    ]


def _findings() -> str:
    from textwrap import wrap

    from ffx.findings.engine import RULES

    lines = [
        "The letter is the class of a finding: A is the provider's documentation, B is",
        "limits of other trackers ([findings] in the settings file sets them), C is our",
        "own reasoning. More on one of them: ffx help C7",
        "",
        "  P1, P4 and P5 are refusals: a placeholder, digits only, a UUID.",
    ]
    for rule in RULES:
        first = (rule.run.__doc__ or "").strip().splitlines()[0]
        lines.append(f"  {rule.id:<3} {rule.basis}  {rule.name}")
        lines += wrap(first, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "\n".join(lines)
