"""What a run carries from the command line to its end: settings, output and clock."""

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ffx.errors import UsageError
from ffx.lookup.proposals import Proposals, is_same, with_options
from ffx.output.streams import Output
from ffx.settings.settings import SANDBOX_URL, Settings, has_own_token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from wsgiref.types import WSGIApplication

    from ffx.input.times.zones import Zone
    from ffx.service.account import Account
    from ffx.service.client import Client


def present_time() -> datetime:
    return datetime.now(UTC)


def pause(seconds: float) -> None:
    from ffx.output.pausing import pause_while_read

    pause_while_read(seconds)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program.

    Attributes:
        now: its beginning, read once: aware, in UTC.
        arguments: the command line as typed, for messages that repeat it.
        run_wide: those of its options that say which service, account and zone.
        prints_curl: whether requests are printed and not sent.
        case_account: whose case file is shown again; empty where the service is asked.
        clock: what time it is by now, in UTC; somebody may set it.
        stopwatch: the seconds since some moment; nobody sets it.
        pause: waits so many seconds, or until nobody can read what is written.
    """

    settings: Settings
    output: Output
    now: datetime
    environ: "Mapping[str, str]" = field(repr=False)  # it may hold tokens
    arguments: tuple[str, ...]
    run_wide: tuple[str, ...] = ()
    prints_curl: bool = False
    case_account: str = ""
    clock: Callable[[], datetime] = present_time
    stopwatch: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] = pause
    proposals: Proposals = field(default_factory=Proposals)

    def restarted(self, now: datetime) -> "Run":
        """Return the same run begun anew, as a program does that asks again and again."""
        return replace(self, now=now, proposals=Proposals())

    @property
    def zone(self) -> "Zone":
        return self.settings.zone

    @property
    def service(self) -> tuple[str, ...]:
        """The options that say which service, account and zone, for commands to paste."""
        return self.run_wide or (("--sandbox",) if self.settings.is_sandbox else ())

    def command(self, name: str, target: str, *options: str) -> str:
        """Write a command that asks the same service, ready to paste into a shell."""
        service = self.service
        # Nothing else: a zone may be named after somebody's city.
        shown = self.output.mask(target)
        if shown.startswith("-"):
            return shlex.join(("ffx", name, *options, *service, "--", shown))
        return shlex.join(("ffx", name, shown, *options, *service))

    def again(self, *options: str, without: str = "") -> str:
        """Write the command line as it was typed, with more options, ready to paste.

        Options that stand there already are not added. `without` is an option, of no value, to
        leave out.
        """
        words = [word for word in self.arguments if not without or word != without]
        return shlex.join(["ffx", *self._shown(with_options(words, options))])

    def propose(self, command: str) -> bool:
        """Tell whether a command is to be proposed now: it is not if it was, or is the run's own.

        A TARGET alone means `diagnose`.
        """
        return not self.is_own_command(command) and self.proposals.is_new(command)

    def is_own_command(self, command: str) -> bool:
        """Tell whether a command is the one that this run was started by."""
        typed = self._shown(self.arguments)
        return is_same(command, typed) or is_same(command, ["diagnose", *typed])

    def _shown(self, words: "Sequence[str]") -> list[str]:
        """Return words as they may be said, before a shell's quotes part what is to be hidden."""
        return [self.output.mask(word) for word in words]

    def point_to(self, name: str, target: str) -> None:
        """Name the next command to a person at a terminal, unless they know it already."""
        if self.output.gives_hints and self.propose(command := self.command(name, target)):
            self.output.hint(f"next: {command}")

    @property
    def is_replay(self) -> bool:
        return bool(self.case_account)

    @property
    def account(self) -> str:
        """Whose data this is, as the views name it."""
        if self.case_account:
            return self.case_account
        if self.settings.is_sandbox:
            return "sandbox"
        from_environment = has_own_token(self.environ) and not self.settings.is_profile_typed
        return "FFX_ACCESS_TOKEN" if from_environment else self.settings.profile

    def client(self) -> "Client":
        """Make the client for the service in force.

        Raises:
            AccountError: there is no token, or it belongs to another origin.
            UsageError: the token is not one.
        """
        if self.is_replay:
            # Its address is a stranger's, and is to see no token.
            raise UsageError("a case file is shown without asking anybody")
        self.output.detail(f"account {self.account}")
        if self.settings.is_sandbox:
            return self._sandbox_client()
        from ffx.service.account import find_account
        from ffx.settings.credentials import own_credentials

        if self.prints_curl:
            return self.client_without_account()
        file = own_credentials()
        account = find_account(self.environ, self.settings, file, self.output.note)
        return self._make_client(self.settings.api_url, account)

    def client_without_account(self) -> "Client":
        """Make a client that can ask about tokens that are not in force yet."""
        return self._make_client(self.settings.api_url, None)

    def _sandbox_client(self) -> "Client":
        if self.prints_curl:
            raise UsageError(
                "the embedded sandbox has no address that curl could ask",
                hint="Serve it: ffx sandbox serve",
            )
        from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
        from ffx.sandbox.live import LiveStore
        from ffx.sandbox.store import open_store
        from ffx.service.account import Account
        from ffx.settings.credentials import Credentials

        pair = Credentials(SANDBOX_URL, SANDBOX_TOKEN)
        account = Account(pair, profile="sandbox", file=None, note=self.output.note)
        app = ExplorerApp(LiveStore(open_store(now=self.now), clock=self.clock))
        return self._make_client("http://localhost/v1", account, app)

    def _make_client(
        self, base_url: str, account: "Account | None", app: "WSGIApplication | None" = None
    ) -> "Client":
        from ffx.service.client import Client

        return Client(
            base_url,
            account,
            limits=self.settings.limits,
            output=self.output,
            environ=self.environ,
            zone=self.zone,
            app=app,
        )


def service_options(
    *, api_url: str | None, profile: str | None, tz: str | None
) -> tuple[str, ...]:
    """Return the options that say which service, account and zone, for commands to paste."""
    words: list[str] = []
    if api_url == SANDBOX_URL:
        words.append("--sandbox")
    elif api_url is not None:
        words += ["--api-url", api_url]
    words += ["--profile", profile] if profile is not None else []
    words += ["--tz", tz] if tz is not None else []
    return tuple(words)
