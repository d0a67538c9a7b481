"""Everything that can go wrong, by what the reader would do next.

    FfxError
    ├── UsageError        2  fix the call
    ├── NotFoundError     3  widen the window, or stop
    ├── AccountError      4  log in
    ├── ServiceError      5  report it
    ├── TemporaryError    6  try again later
    ├── PartialError      7  read the error records
    ├── AnsweredNo        8  branch
    └── OutputError       9  make room

An error is a sentence that says what happened and a `hint` that says what to
try. The command line turns it into text and an exit code in one place.
"""

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise

# As the system's loader of libraries says it, and every call of the system.
_NO_MEMORY = ("failed to map segment", "cannot allocate memory")


class ExitCode(IntEnum):
    """What a script learns from the end of a run."""

    OK = 0
    FAULT = 1
    USAGE = 2
    NOT_FOUND = 3
    ACCOUNT = 4
    SERVICE = 5
    TEMPORARY = 6
    PARTIAL = 7
    CHECK_NO = 8
    OUTPUT = 9
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class FfxError(Exception):
    """A failure that a reader can act on.

    Attributes:
        message: one sentence, what happened.
        hint: what to try; may have several lines, or be empty.
        code: a stable word for scripts.
        status: the HTTP status, where the service gave one.
        request_id: the service's name for the request, where it gave one.
    """

    exit_code = ExitCode.FAULT
    code = "fault"
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        status: int | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.code
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        return self.message


class UsageError(FfxError):
    """The call or the settings are wrong; nothing was asked."""

    exit_code = ExitCode.USAGE
    code = "usage"


class NotFoundError(FfxError):
    """The service knows nothing of this ID in this window."""

    exit_code = ExitCode.NOT_FOUND
    code = "not-found"


class AccountError(FfxError):
    """No token, a refused one, or an account that may not."""

    exit_code = ExitCode.ACCOUNT
    code = "account"


class ServiceError(FfxError):
    """The service refused, or its answer cannot be read or trusted."""

    exit_code = ExitCode.SERVICE
    code = "service"


class TemporaryError(FfxError):
    """The network or the service failed in a way that passes.

    Attributes:
        retry_after: seconds to wait as the service asked; None if it did not.
        ends_run: whether the run's deadline leaves no time to ask again.
    """

    exit_code = ExitCode.TEMPORARY
    code = "temporary"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        status: int | None = None,
        request_id: str = "",
        retry_after: float | None = None,
        ends_run: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, code=code, status=status, request_id=request_id)
        self.retry_after = retry_after
        self.ends_run = ends_run


class PartialError(FfxError):
    """Some targets failed, or rows could not be had; the rest was written."""

    exit_code = ExitCode.PARTIAL
    code = "partial"


class AnsweredNo(FfxError):  # noqa: N818  # an answer, not an error
    """What `--check` asked is answered no, for certain; no failure."""

    exit_code = ExitCode.CHECK_NO
    code = "no"


class OutputError(FfxError):
    """The result could not be written."""

    exit_code = ExitCode.OUTPUT
    code = "output"


def reason_of(error: BaseException) -> str:
    """Return what the system says of an error, in small letters; else the error's own words."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def is_short_of_memory(error: BaseException) -> bool:
    """Tell whether an exception says that the system gave no more memory."""
    words = str(error).casefold()
    return isinstance(error, MemoryError) or (
        isinstance(error, ImportError | OSError) and any(each in words for each in _NO_MEMORY)
    )


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Tell from a command line whether errors are to be written as JSON."""
    before = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    follows = dict(pairwise(before))
    return "--json" in before or "--format=json" in before or follows.get("--format") == "json"
