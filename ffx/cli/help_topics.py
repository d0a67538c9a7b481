"""Help pages on what all commands share: times, targets, output, settings and the like."""

from collections.abc import Mapping

from ffx.cli.help_layout import NARROWEST, WIDTH, fit

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

Hours of a day have a day on both sides, since 16:00 alone is today's:

  --since 'last friday 14:00' --until 'last friday 16:00' --tz America/New_York

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

  -                 targets from stdin, one per line
  --from FILE       targets from a file: a line each, or a table (CSV, .xlsx),
                    whose column of IDs is taken, or named with --column NAME
  --ids-in FILE     every ID in a text, a mail or a log, once each; - is stdin
  --jobs N          how many at once; 2 unless told, 16 at most

Blank lines are skipped, comments (# and a blank come first), and totals.
"""

_OUTPUT = """
On a terminal results are tables, fitted to its width. In a pipe they are plain:
name and value, a blank line, a header, then a tab-separated line for each row,
with whole values and full times. Notes, progress and errors go to stderr; -q leaves
errors, and what is missing from a result. With --complete that is exit 7.

  --format table    the table in a pipe or a file, too, without colours
  --color always    the same in a pipe, with colours: for less -R
  --wide            of ffx visitor: every member of each row, below it
  --fields A,B      of ffx visitor: these below each row, or as the columns of
                    the plain lines; in csv, xlsx and jsonl of any command
  --json            the API's own reply, unaltered; of diagnose, its document
  --format jsonl    a JSON line per hit or event; of diagnose, per target
  --format csv      the same as rows under a header, safe to open in a
                    spreadsheet; --bom begins it with a mark for Excel
  --format xlsx     a workbook, with the extra funnelflux-ffx[excel]
  --format md       a block for a ticket; with --for support, the requests, too
  --format html     one page that loads nothing and runs nothing; --open shows it
                    in the browser ($BROWSER, or the system's), from a file that
                    you alone can read and that is kept for a day. Without a
                    browser the page is made, and a note names its file. For a
                    browser that may not read it: -o FILE.html --open
  -o FILE           to a file; its ending tells the format, and a note what was
                    written. Where a list with --json ends early, a note has the
                    command that goes on with FILE

--event, and of ffx visitor --limit and --reverse, choose rows in every format
but --json and the table of one line per target; what is left out is counted.
ffx help json: several TARGETs.

What one run writes of a list is in the list's order. --resume asks what FILE
does not answer yet: first what was never asked, then what failed before; the
answers come behind those that are there. One run at a time writes FILE.

  --redact          aliases for what identifies a person or an account; with
                    =all, visitor and hit IDs too: see ffx help redact
  --save FILE       keep request and reply as a case file, for you alone
  --case FILE       show a case file again, in any format, without asking
  --force           replace FILE, though it holds another case, or a list's answers
"""

_LISTS = """
A list of targets comes from a file, a pipe or a text:

  ffx diagnose --from ids.txt              one target per line
  ffx diagnose --from clicks.csv --column click_id
  ffx diagnose - <ids.txt                  the same from stdin
  ffx diagnose --ids-in mail.txt           every ID in a text, once each

Results stand in the order of the list. On a terminal and in a pipe they are one
line per target; --full writes whole views. For a spreadsheet and for programs:

  -o answers.csv                   a row per target of diagnose; of visitor and
                                   hit, a row per hit or event
  --findings -o findings.csv       of diagnose, a row per finding
  --json -o answers.json           a record per target: an answer or an error
  --json -o answers.json --resume  go on where it ended; ask again what failed
  … --resume --max-age 20h         ask older answers again, too

  --jobs N          how many at once; 2 unless told, 16 at most
  --deadline 10m    for the whole run; what is finished by then stays

A bad line is one record or one line, and the rest goes on. Ten failures in a row
that the service or the network gave end the run, and what was not asked is
counted. Exit code: 7 if some failed, the one that all have if all failed alike.
"""

_JSON = """
--json writes what the service sent, unaltered: all members, in its order, numbers
with their digits. ffx diagnose writes a document of its own, which is stable.

  ffx visitor ID --json | jq -r '.hits[].eventType'
  ffx hit ID --json | jq '.events[].revenue'
  ffx diagnose ID --json | jq '.verdict.converted'

Nothing found is a document too, so that .hits[] and .events[] work; the exit code
is 3. With several TARGETs, - or --from there is one line per target:

  {"target": …, "account": …, "made": …, "query": …, "reply": …}
  {"target": …, "account": …, "made": …, "error": {"code", "message", "hint", …}}

A record has the id behind its target where that is more than an ID. An error of a
single TARGET is one JSON object, the last line of stderr, and stdout is empty.
--format jsonl writes a line per row instead. ffx help members: what members are.
"""

_LOGIN = """
Make tokens in FunnelFlux Pro under Settings, API Access. Then:

  ffx auth login                     asks for both tokens, hidden
  ffx auth login <pair               from a file: the JSON, or one token per line
  ffx auth login --profile other     a second account, used by --profile other
  ffx auth list                      every account of this machine, and until when
  ffx auth status                    which account is in force, and until when
  ffx auth logout                    forget its tokens on this machine

The refresh token may be left out: an access token that has expired then has to
be renewed by hand. Tokens are never given as an option, since others see command
lines. They are kept in a file that you alone can read, and sent only to the
origin that they were logged in for.

Without a login, for a script: FFX_ACCESS_TOKEN, and FFX_REFRESH_TOKEN if there is
one. They are used alone, and never stored.
"""

_REDACT = """
--redact puts aliases, as ip#1, in the place of what identifies a person or an
account, in every format. The same value has the same alias within one run.

  hidden        IP addresses, user agents, external, click and conversion IDs,
                transactions, tracking fields, event data, referrer paths,
                cities, providers, carriers, and texts in members that the API
                does not document (a note names these); the same values inside
                other text, from six characters on; of a target, all but its ID
  shown         visitor and hit IDs, times, amounts, countries, devices, funnels,
                pages and networks
  --redact=all  hides visitor and hit IDs, too

  ffx diagnose ID --format md --redact     a block for a ticket
  ffx diagnose ID --save case.json --redact

Numbers of aliases begin anew with each run, so that --resume excludes it. Read
what you send: a name that somebody typed into a field of yours is a text.
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
       missing or differs; what watch --until waits for did not come in time
  9    the result could not be written
  129  hung up: the terminal was closed
  130  interrupted
  143  terminated

Several TARGETs: 7 if any failed, unless all failed alike, which gives that
code; otherwise 8 before 3 before 0. A reader that leaves early, as head does,
is no failure.
"""

_REFUSALS: Mapping[str, str] = {
    "P1": """The target is a placeholder: {hit}, {{clickid}}, [CLICKID], REPLACE, or empty.

The network did not fill it in, so that no hit is named. Nothing is asked, and the
exit code is 2. Look at the click parameter of the offer URL, and at hit= of the
postback, for the token that the network knows.""",
    "P4": """The target is digits only: an ID of the self-hosted product.

FunnelFlux Pro has other IDs. Nothing is asked, and the exit code is 2. --as hit or
--as visitor asks nevertheless.""",
    "P5": """The target is a UUID: the ID of a webhook's request.

Look into the webhook's JSON for the hit. Nothing is asked, and the exit code is 2.
--as hit or --as visitor asks nevertheless.""",
}
_INDENT = " " * 8

TOPICS: Mapping[str, tuple[str, str]] = {
    "times": ("How windows of time are given", _TIMES),
    "targets": ("What a TARGET may be", _TARGETS),
    "output": ("Where results go, and in what form", _OUTPUT),
    "members": ("What the members of a reply tell", ""),
    "lists": ("Many targets at once", _LISTS),
    "json": ("What --json writes", _JSON),
    "login": ("Tokens and accounts", _LOGIN),
    "redact": ("What --redact hides", _REDACT),
    "settings": ("The environment and the settings file", _SETTINGS),
    "exit-codes": ("What the end of a run says", _EXIT_CODES),
    "findings": ("What diagnose can tell", ""),
}
"""Name to title and text; those of members and findings are made, by `text_of`."""


def text_of(topic: str, *, width: int = 80) -> str:
    """Return a page, its title and its text, in lines of at most `width` cells, 80 at most."""
    title, text = TOPICS[topic]
    if topic == "members":
        from ffx.cli.help_members import page

        text = page()
    elif topic == "findings":
        text = _findings(max(min(width, WIDTH), NARROWEST))
    return fit(f"{title}\n\n{text.strip(chr(10))}\n", width)


def rule_page(word: str, *, width: int = 80) -> str:
    """Return what a rule of the catalogue says, by its ID or its name; nothing for other words."""
    from inspect import cleandoc

    from ffx.findings.engine import RULES
    from ffx.findings.rule import BASES

    if refusal := _REFUSALS.get(word.upper()):
        return fit(f"{word.upper()}, a refusal\n\n{refusal}\n", width)
    for rule in RULES:
        if word.casefold() in (rule.id.casefold(), rule.name):
            text = cleandoc(rule.run.__doc__ or "")
            legend = f"Weight: {rule.severity}. Class {rule.basis} is {BASES[rule.basis]}."
            parts = [f"{rule.id} {rule.name}", text, *_settings_in(text), legend]
            return fit("\n\n".join(parts) + "\n", width)
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


def _findings(width: int) -> str:
    from textwrap import wrap

    from ffx.findings.engine import RULES

    lines = [
        "The letter is the class of a finding: A is the provider's documentation, B is",
        "limits of other trackers ([findings] in the settings file sets them), C is our",
        "own reasoning. A rule is fine only where it saw all that it is about; else the",
        "reason says what it did not see. More on one of them: ffx help C7",
        "",
        "  P1, P4 and P5 are refusals: ffx help P1.",
    ]
    for rule in RULES:
        first = (rule.run.__doc__ or "").strip().splitlines()[0]
        lines.append(f"  {rule.id:<3} {rule.basis}  {rule.name}")
        lines += wrap(first, width, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "\n".join(lines)
