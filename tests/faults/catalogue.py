"""All rows of the table of faults, by number: how each ends, and which tests hold it."""

from dataclasses import dataclass

ROWS = range(1, 107)

# Where the tests of a row are told apart by its number.
ACCOUNT = "faults/test_account_rows.py::test_a_row[{}-"
NETWORK = "faults/test_network_rows.py::test_a_row[{}-"
EXCHANGE = "faults/test_transport.py::test_a_broken_exchange_is_told_in_one_sentence[row {}:"
LATE = "faults/test_transport.py::test_an_answer_that_does_not_come_ends_at_the_deadline[row {}:"
TRANSPORT = "faults/test_transport.py::test_row_{}_"
REDIRECTS = "faults/test_redirects.py::test_row_{}_"
STATUS = "faults/test_statuses.py::test_a_status_means_one_thing[row {}:"
BODY = "faults/test_bodies.py::test_a_body_is_read_or_refused_as_the_table_says[row {}:"
AS_SENT = "faults/test_replies.py::test_json_is_the_reply_as_sent[row {}"
PACKED = "faults/test_sizes.py::test_a_packed_body_is_unpacked_once[row {}:"
TOO_BIG = "faults/test_sizes.py::test_what_is_too_big_names_the_limit_and_the_option[row {}:"
MEMORY = "faults/test_process.py::test_memory_stays_bounded[row {}:"
CLOCKS = "faults/test_time_rows.py::test_a_clock_change_makes_the_widest_window_and_is_said[{}:"
ACCOUNTS = "faults/test_account_rows.py::test_row_{}_"
TOKEN_FILES = "faults/test_account_files.py::test_row_{}_"
ARGUMENTS = "faults/test_settings.py::test_row_{}_"
BODIES = "faults/test_replies.py::test_row_{}_"
LISTS = "faults/test_batch_rows.py::test_row_{}_"
STREAMS = "faults/test_batch_streams.py::test_row_{}_"
VIEWS = "faults/test_views.py::test_row_{}_"
NETWORKS = "faults/test_network_rows.py::test_row_{}_"
SECURE = "faults/test_secure_rows.py::test_row_{}_"
PROCESS = "faults/test_process.py::test_row_{}_"
SIZES = "faults/test_sizes.py::test_row_{}_"
STATUSES = "faults/test_statuses.py::test_row_{}_"
TERMINAL = "faults/test_terminal.py::test_row_{}_"
TIMES = "faults/test_time_rows.py::test_row_{}_"
SURROUNDINGS = "faults/test_surroundings.py::test_row_{}_"
MOMENTS = "faults/test_signals.py::test_rows_89_91_and_110_"

FILES = "faults/test_account_files.py::test_rows_11_and_12_a_file_that_cannot_be_trusted"
HOSTILE = "faults/test_terminal.py::test_rows_74_to_77_"
TYPED = "faults/test_time_rows.py::test_rows_101_and_102_"
SIGNALS = "faults/test_batch_streams.py::test_rows_89_and_9"
REQUEST = "faults/test_process.py::test_row_89_a_signal_ends_a_request_and_waits_for_nothing["
FLAT = "cli/delivery/test_sources.py::test_memory_stays_flat"
TMUX = "terminal/test_state.py::"


@dataclass(frozen=True)
class Fault:
    """A row: the exit codes that it names, and the beginnings of the names of its tests.

    In these, `{}` stands for the row's number.
    """

    number: int
    case: str
    exits: frozenset[int]
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}: {self.case}"

    @property
    def names(self) -> list[str]:
        return [f"tests/{test.format(self.number)}" for test in self.tests]

    def is_held_by(self, node: str) -> bool:
        return any(node.startswith(name) for name in self.names)


def _fault(number: int, case: str, exits: int | set[int], *tests: str) -> Fault:
    codes = {exits} if isinstance(exits, int) else exits
    return Fault(number, case, frozenset(codes), tests)


CATALOGUE = [
    _fault(1, "no token anywhere", 4, ACCOUNTS),
    _fault(2, "an expired token is renewed", 0, ACCOUNT, ACCOUNTS),
    _fault(3, "an expired token, and the service says 400", 0, ACCOUNT),
    _fault(4, "400 or 401, of unknown expiry, without a refresh token", {4, 5}, ACCOUNT),
    _fault(5, "the renewal is refused", 4, ACCOUNT),
    _fault(6, "the renewal's answer is unusable", 5, ACCOUNT),
    _fault(7, "expires_at is odd", 0, ACCOUNT),
    _fault(8, "eight processes renew at once", 0,
           "settings/test_credentials.py::test_eight_processes_with_one_expired_token_renew_it_once"),
    _fault(9, "the lock is held by somebody stuck", 4, TOKEN_FILES,
           "settings/test_credentials.py::test_one_process_at_a_time_has_the_lock"),
    _fault(10, "killed while storing", 0, TOKEN_FILES,
           "settings/test_credentials.py::test_killed_a_hundred_times_while_storing"),
    _fault(11, "others can read the tokens", 4, f"{FILES}_is_named_and_left[11-",
           "settings/test_credentials.py::test_a_file_that_is_open_to_others_is_refused"),
    _fault(12, "the file of tokens is none", 4, f"{FILES}_is_named_and_left[12-",
           "settings/test_credentials.py::test_a_broken_file_is_named_and_left_as_it_is"),
    _fault(13, "HOME cannot be written to", 0, TOKEN_FILES),
    _fault(14, "a token that is none", 2, ACCOUNT, ARGUMENTS),
    _fault(15, "403", 4, ACCOUNT, STATUS.replace("row {}", "row 43: 403").rstrip(":")),
    _fault(16, "a second 401 after a renewal", 4, ACCOUNT),
    _fault(17, "the name is not found", 6, SECURE),
    _fault(18, "refused, unreachable, no network at all", 6, NETWORKS, TRANSPORT, SURROUNDINGS),
    _fault(19, "dropped packets", 6, NETWORKS),
    _fault(20, "the server says nothing", 6, NETWORK, LATE),
    _fault(21, "a byte at a time", 6, LATE, TRANSPORT),
    _fault(22, "closes before an answer, then works", 0, NETWORK, EXCHANGE),
    _fault(23, "closes in the body", 6, NETWORK, EXCHANGE),
    _fault(24, "reset in the body", 6, NETWORKS, TRANSPORT),
    _fault(25, "what answers does not speak HTTP", {5, 6}, EXCHANGE, LATE, TRANSPORT),
    _fault(26, "broken HTTP", 5, EXCHANGE),
    _fault(27, "hostile headers and reason phrases", {0, 5}, EXCHANGE),
    _fault(28, "a certificate that is refused", 5, SECURE),
    _fault(29, "TLS that is too old", 5, SECURE),
    _fault(30, "SSL_CERT_FILE names nothing", 2, SECURE),
    _fault(31, "a proxy that cannot be used", 2, SECURE),
    _fault(32, "a proxy that refuses", 6, SECURE),
    _fault(33, "an address that is not safe", 2, ARGUMENTS),
    _fault(34, "redirects", 5, REDIRECTS),
    _fault(35, "429, and come back soon", 0, NETWORK),
    _fault(36, "429, and come back in an hour", 6, NETWORK, NETWORKS, LISTS),
    _fault(37, "429 for ever", 6, NETWORK, LISTS),
    _fault(38, "Retry-After is odd", {0, 6}, NETWORK),
    _fault(39, "500, 502 or 503, then works", 0, NETWORK),
    _fault(40, "503 for ever", 6, NETWORK, NETWORKS),
    _fault(41, "504 or silence, twice", 6, NETWORK),
    _fault(42, "404", {3, 5}, STATUS, STATUSES),
    _fault(43, "a status that refuses", 5, STATUS, STATUSES),
    _fault(44, "a status without a usable body", {5, 6}, STATUS, LATE),
    _fault(45, "201 and 203", 0, STATUS),
    _fault(46, "an empty body", 5, STATUS),
    _fault(47, "a web page", 5, BODY),
    _fault(48, "JSON cut in the middle", 6, NETWORK, BODY),
    _fault(49, "more than one JSON value", 5, BODY),
    _fault(50, "NaN and Infinity", 5, BODY),
    _fault(51, "1e400", 0, BODY, AS_SENT),
    _fault(52, "large whole numbers", 0, BODY, AS_SENT),
    _fault(53, "5,000 digits", 5, BODY),
    _fault(54, "a doubled key", 0, BODY, AS_SENT),
    _fault(55, "a lone surrogate", 0, BODY, AS_SENT),
    _fault(56, "invalid UTF-8", 0, BODY, AS_SENT),
    _fault(57, "a BOM", 0, BODY),
    _fault(58, "UTF-16 and UTF-32", 5, BODY),
    _fault(59, "control characters as they are", 5, BODY),
    _fault(60, "deep nesting", 5, BODY),
    _fault(61, "no object at the top", 5, BODY),
    _fault(62, "nothing documented in it", {3, 5}, BODY,
           "faults/test_replies.py::test_a_hits_reply_is_no_different[row {}:"),
    _fault(63, "no hits", 3, BODY, BODIES),
    _fault(64, "members missing or null", 0, BODY, AS_SENT,
           "faults/test_replies.py::test_json_tells_absent_null_and_empty_apart[row {}"),
    _fault(65, "unknown members", 0, BODY,
           "faults/test_replies.py::test_json_tells_absent_null_and_empty_apart[row {}"),
    _fault(66, "members of another type", 0, BODY, AS_SENT),
    _fault(67, "hasMore is odd", 0, BODY),
    _fault(68, "hasMore", 0, BODIES),
    _fault(69, "rows in no order, or twice", 0, BODY, VIEWS),
    _fault(70, "times that cannot be read", 0, BODY),
    _fault(71, "gzip that is none, or cut", 6, NETWORK, PACKED),
    _fault(72, "gzip bombs and other codings", 5, PACKED, TOO_BIG, MEMORY),
    _fault(73, "300 MB", 5, TOO_BIG, SIZES, MEMORY),
    _fault(74, "what steers a terminal", 0, HOSTILE, AS_SENT, TMUX),
    _fault(75, "what hides, or turns text around", 0, HOSTILE, AS_SENT, TMUX),
    _fault(76, "line ends and tabs in a cell", 0, HOSTILE),
    _fault(77, "markup", 0, HOSTILE),
    _fault(78, "a megabyte in a cell", 0, TERMINAL),
    _fault(79, "formulas", 0, VIEWS),
    _fault(80, "scripts", 0, VIEWS,
           "render/html/test_page_in_chromium.py::test_strangers_texts_stay_text",
           "render/html/test_page.py::test_hostile_text_is_shown_in_every_place_and_acts_in_none"),
    _fault(81, "a reader that leaves early", 0, PROCESS, STREAMS),
    _fault(82, "a full disk", 9, PROCESS, STREAMS, SURROUNDINGS),
    _fault(83, "stdout is closed", 9, PROCESS),
    _fault(84, "stdin is closed", 2, STREAMS),
    _fault(85, "stdin is a terminal", 2, STREAMS),
    _fault(86, "a locale that cannot hold the text", 0, TERMINAL),
    _fault(87, "a plain terminal", 0, TERMINAL),
    _fault(88, "any width", 0, TERMINAL),
    _fault(89, "Ctrl-C", 130, REQUEST, STREAMS, SIGNALS, MOMENTS),
    _fault(90, "a second Ctrl-C", 130, PROCESS, SIGNALS),
    _fault(91, "SIGTERM", 143, REQUEST, SIGNALS, MOMENTS),
    _fault(92, "blank lines, comments, duplicates", 0, LISTS),
    _fault(93, "bad lines", 7, LISTS),
    _fault(94, "one of a thousand fails", 7, LISTS),
    _fault(95, "a million lines", 0, LISTS, STREAMS, FLAT),
    _fault(96, "the token expires half-way", 0, LISTS),
    _fault(97, "the clock is off", 0, ACCOUNT),
    _fault(98, "a day with a clock change", 0, CLOCKS),
    _fault(99, "a local time that exists twice", 0, CLOCKS),
    _fault(100, "a local time that does not exist", 0, CLOCKS),
    _fault(101, "a time that cannot be read", 2, TYPED),
    _fault(102, "an ambiguous date or zone", 2, TYPED, TIMES),
    _fault(103, "a window that is none", 2, TIMES),
    _fault(104, "an unknown zone", 2, ARGUMENTS,
           "input/times/test_zones.py::test_without_zone_data_utc_works_and_others_say_so"),
    _fault(105, "an ID that is none", 2, ARGUMENTS),
    _fault(106, "settings that are none", 2, TOKEN_FILES),
]  # fmt: skip
