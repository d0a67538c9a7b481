"""What a run carries from the command line to its end: settings, output and clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ffx.output import Output
from ffx.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ffx.client import Client
    from ffx.zones import Zone


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program.

    `now` was read once, is aware and in UTC. `arguments` is the command line
    as typed, for messages that repeat it.
    """

    settings: Settings
    output: Output
    now: datetime
    environ: "Mapping[str, str]"
    arguments: tuple[str, ...]

    @property
    def zone(self) -> "Zone":
        return self.settings.zone

    def command(self, *words: str) -> str:
        """Write a command that asks the same service, ready to paste into a shell."""
        import shlex

        service = ("--sandbox",) if self.settings.is_sandbox else ()
        return shlex.join(("ffx", *words, *service))

    def client(self) -> "Client":
        """Make the client for the service in force.

        Raises:
            AccountError: there is no token.
            UsageError: the token is not one.
        """
        from ffx.client import Client

        if self.settings.is_sandbox:
            from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
            from ffx.sandbox.store import open_store

            return Client(
                "http://sandbox.localhost/v1",
                SANDBOX_TOKEN,
                limits=self.settings.limits,
                output=self.output,
                app=ExplorerApp(open_store(now=self.now)),
            )
        from ffx.settings import find_token

        return Client(
            self.settings.api_url,
            find_token(self.environ),
            limits=self.settings.limits,
            output=self.output,
        )
