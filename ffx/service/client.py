"""Send look-ups, and answer in our own errors. No other file sends with the HTTP library."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

from ffx.api.reply_shape import MAY_BE_INCOMPLETE
from ffx.api.wire import (
    Exchange,
    HttpAnswer,
    Query,
    Reply,
    read_reply,
)
from ffx.errors import AccountError, FfxError, NotFoundError, TemporaryError
from ffx.input.times.zones import Zone
from ffx.output.secrets import secrets
from ffx.output.streams import Output
from ffx.output.words import tenths
from ffx.service.account import Account
from ffx.service.deadline import AlarmClock, run_exchange
from ffx.service.exchange import ExchangeProgress, close
from ffx.service.headers import clock_difference, read_retry_after, request_id
from ffx.service.proxies import Route, find_route
from ffx.service.refresh import not_renewed, read_validation, validation_request
from ffx.service.retry import Retries, final_failure, run_deadline_error
from ffx.service.statuses import raise_for_status, server_message, without_echo
from ffx.service.transport import Sender, open_transport
from ffx.settings.credentials import Credentials
from ffx.settings.settings import Limits

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

T = TypeVar("T")


class NotSent(Exception):  # noqa: N818  # what was asked for, not an error
    """The request is to be printed, and was not sent."""

    def __init__(self, base_url: str, query: Query) -> None:
        super().__init__()
        self.base_url = base_url
        self.query = query


class Client:
    """The Explorer at one address, with one account's tokens; one look-up at a time.

    Without an account, nothing is sent. `app` stands in place of a network: a WSGI application,
    called in this process. `zone` is that of the times in messages. `retries` is shared by the
    clients of one run, and so is `alarm_clock`, where they are many: it keeps the deadlines of
    them all. `exchanges` grows with each look-up that was answered; answers' bodies are kept
    there if `keeps_bodies` is set.
    """

    def __init__(
        self,
        base_url: str,
        account: Account | None,
        *,
        limits: Limits,
        output: Output,
        environ: Mapping[str, str],
        app: "WSGIApplication | None" = None,
        zone: Zone = None,
        retries: Retries | None = None,
    ) -> None:
        self._base_url = base_url
        self._account = account
        self._limits = limits
        self._output = output
        self._environ = environ
        self._app = app
        self._zone = zone
        self.retries = retries or Retries()
        self.exchanges: list[Exchange] = []
        self.keeps_bodies = False
        self.alarm_clock: AlarmClock | None = None
        self._http: Sender | None = None
        self._is_closed = False
        # Whether the last answer was about another ID, and no left-over one.
        self._means_another = False
        self._last_stream: Any = None
        self._clock_was_compared = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one; whoever still asks gets no answer."""
        self._is_closed = True
        if self._http is not None:
            self._http.close()

    def sibling(self, output: Output | None = None) -> "Client":
        """Return another client of the same account, service and retries, for another thread.

        It tells `output`, by default the same as this one.
        """
        other = Client(
            self._base_url,
            self._account,
            limits=self._limits,
            output=output or self._output,
            environ=self._environ,
            app=self._app,
            zone=self._zone,
            retries=self.retries,
        )
        # One of them compares, for all.
        other._clock_was_compared = True
        other.keeps_bodies = self.keeps_bodies
        other.alarm_clock = self.alarm_clock
        return other

    def drop_bodies(self) -> None:
        """Keep no answer's body of those that came up to now."""
        for place, exchange in enumerate(self.exchanges):
            if exchange.body:
                self.exchanges[place] = replace(exchange, body=b"")

    def ask(self, query: Query, *, meanwhile: Callable[[], object] | None = None) -> Reply:
        """Send a look-up and read its reply: with a good token, and again where that may help.

        `meanwhile` is called once the request is on its way: whatever the
        caller will need next can be loaded while the service thinks.

        Raises:
            NotFoundError, AccountError, ServiceError, TemporaryError: what the
                service answered, or why it did not.
            NotSent: there is no account.
        """
        if self._account is None:
            raise NotSent(self._base_url, query)
        # After a rate limit every request of every job waits, and not only the next target.
        gate = self.retries.gate
        with gate.passed(self._limits.timeout) if gate else nullcontext():
            return self._ask(self._account, query, meanwhile)

    def _ask(
        self, account: Account, query: Query, meanwhile: Callable[[], object] | None
    ) -> Reply:
        now = self.retries.clock()
        if now >= self._limits.run_ends:
            raise run_deadline_error()
        deadline = min(now + self._limits.timeout, self._limits.run_ends)
        if account.needs_renewal(datetime.now(UTC)):
            self._renew(account, account.access_token, deadline)
        used = account.access_token
        try:
            return self._ask_with_token(account, query, deadline, meanwhile)
        except FfxError as error:
            may_help = account.may_have_expired(error.status or 0, datetime.now(UTC), used=used)
            if may_help and self._renew(account, used, deadline):
                return self._ask_with_token(account, query, deadline, None)
            raise

    def _ask_with_token(
        self,
        account: Account,
        query: Query,
        deadline: float,
        meanwhile: Callable[[], object] | None,
    ) -> Reply:
        def attempt() -> Reply:
            asked = datetime.now(UTC)
            kept = self._last_stream
            answer = self._post(query.path, query.body, account.access_token, deadline, meanwhile)
            was_kept = kept is not None and self._last_stream in (kept, None)
            body = answer.body if self.keeps_bodies else b""
            exchange = Exchange(query, asked, answer.status, request_id(answer), body)
            try:
                self._raise_for_status(answer)
            except NotFoundError:
                self.exchanges.append(exchange)
                raise
            self._compare_clocks(answer)
            try:
                reply = read_reply(query, answer.body)
            except FfxError as error:
                error.status, error.request_id = answer.status, request_id(answer)
                raise
            is_another = reply.is_about_another()
            if is_another and was_kept and not self._means_another:
                # It may be one that was left over, and its own is still to come.
                self._output.detail("the answer names another ID; asking over a new connection")
                self._drop_connection()
                return attempt()
            self._means_another = is_another
            self.exchanges.append(exchange)
            return reply

        try:
            reply = self._patiently(attempt, deadline)
        except AccountError as error:
            if error.code == "token-refused":
                error.hint = account.advice
            raise
        self.retries.credit()
        for warning in reply.warnings:
            say = self._output.loss if warning == MAY_BE_INCOMPLETE else self._output.note
            say(f"note: {warning}")
        return reply

    def validate(self, credentials: Credentials, *, deadline: float | None = None) -> Credentials:
        """Ask the service about a token pair, and return it as the service has it now.

        `deadline` is that of the look-up which needs it; None gives it one of its own.

        Raises:
            AccountError: it refused them.
            ServiceError, TemporaryError: it did not say.
        """
        until = self.retries.clock() + self._limits.timeout if deadline is None else deadline
        path, body = validation_request(credentials)

        def attempt() -> Credentials:
            answer = self._post(path, body, credentials.access_token, until, None)
            try:
                self._raise_for_status(answer)
            except FfxError as error:
                raise not_renewed(error) from error
            return read_validation(answer, origin=credentials.origin, now=datetime.now(UTC))

        return self._patiently(attempt, until)

    def _renew(self, account: Account, used: str, deadline: float) -> bool:
        """Tell whether there is a new token in place of `used`."""
        has_new = account.renew(
            used, lambda pair: self.validate(pair, deadline=deadline), now=datetime.now(UTC)
        )
        if has_new:
            self._output.detail("the access token had expired and was renewed")
        return has_new

    def _patiently(self, attempt: Callable[[], T], deadline: float) -> T:
        tried = 0
        while True:
            try:
                return attempt()
            except TemporaryError as failure:
                tried += 1
                seconds = self.retries.next_pause(failure, tried=tried, deadline=deadline)
                if seconds is None:
                    is_late = self.retries.is_late(failure, tried=tried, deadline=deadline)
                    failure.ends_run = is_late and deadline == self._limits.run_ends
                    raise final_failure(
                        failure, tried, now=datetime.now(UTC), zone=self._zone
                    ) from failure.__cause__
                tries = self.retries.policy.tries_for(failure)
                self._output.note(
                    f"note: {failure.message}; waiting {tenths(seconds)} s ({tried} of {tries})"
                )
                self.retries.pause(seconds)

    def _post(
        self,
        path: str,
        body: Mapping[str, str],
        token: str,
        deadline: float,
        meanwhile: Callable[[], object] | None,
    ) -> HttpAnswer:
        """Send one request, once, and return whatever was answered."""
        secrets.keep(token, body.get("refresh_token", ""))
        started = time.monotonic()
        seconds = min(self._limits.try_timeout, max(deadline - self.retries.clock(), 0.001))
        progress = ExchangeProgress(self._last_stream, stays_here=not self._is_secure)
        on_terminal = self._output.screen.stderr_is_terminal
        try:
            answer = run_exchange(
                lambda progress: self._exchange(path, body, token, progress),
                progress,
                seconds=seconds,
                where=self._where,
                meanwhile=meanwhile,
                still_waiting=self._say_that_it_takes_a_while if on_terminal else None,
                alarm_clock=self.alarm_clock,
            )
        except FfxError as failure:
            if progress.done.is_set() and self._http is not None:
                self._http.close()
            # Otherwise its thread may still hold the connection, so the next try makes its own.
            self._http, self._last_stream = None, None
            self._output.detail(f"POST {path} → {failure.message}")
            raise
        self._last_stream = progress.stream
        known = self._account.secrets if self._account else frozenset()
        for secret in sorted(
            {token, body.get("refresh_token", ""), *known}, key=len, reverse=True
        ):
            answer = without_echo(answer, secret)
        self._output.detail(_line_of(path, answer, time.monotonic() - started))
        return answer

    def _exchange(
        self, path: str, body: Mapping[str, str], token: str, progress: ExchangeProgress
    ) -> HttpAnswer:
        http = self._http or self._open()
        if progress.is_abandoned or self._is_closed:
            # Opening took longer than the try may, or than the run.
            http.close()
            raise TemporaryError("nobody waits for this answer")
        self._http = http
        answer = http.send(path, body, token, progress)
        if http.holds_more() or self._is_closed:
            http.close()
            close(progress.stream)  # one that was being made then is not known to it
            progress.stream = None
            if self._http is http:  # a try that nobody waits for may end after the next began
                self._http = None
        return answer

    def _drop_connection(self) -> None:
        if self._http is not None:
            self._http.close()
        self._http, self._last_stream = None, None

    def _open(self) -> Sender:
        limits = self._limits
        transport = open_transport(
            self._environ,
            self._output.detail,
            route=self._route,
            secure=self._is_secure,
            app=self._app,
        )
        return Sender(
            transport, self._base_url, seconds=limits.try_timeout, max_body=limits.max_body
        )

    def _raise_for_status(self, answer: HttpAnswer) -> None:
        """Raise what a status means; say with `-v` what the service says, and obey Retry-After."""
        try:
            raise_for_status(answer)
        except FfxError as error:
            # What it says may hold what nobody has learned to hide yet.
            if (message := server_message(answer)) and not self._output.is_masked:
                self._output.detail(f"the service says: {message[:200]}")
            if isinstance(error, TemporaryError):
                header = answer.headers.get("retry-after", "")
                error.retry_after = read_retry_after(header, now=datetime.now(UTC))
            raise

    def _compare_clocks(self, answer: HttpAnswer) -> None:
        """Say so, once, when this machine's clock is far from the service's."""
        if self._clock_was_compared:
            return
        self._clock_was_compared = True
        if difference := clock_difference(answer.headers.get("date", ""), now=datetime.now(UTC)):
            self._output.note(f"note: {difference}")

    def _say_that_it_takes_a_while(self) -> None:
        self._output.note("still waiting: the first look at old data takes a while …")

    @property
    def _is_secure(self) -> bool:
        return self._base_url.startswith("https")

    @cached_property
    def _route(self) -> Route:
        return Route() if self._app is not None else find_route(self._base_url, self._environ)

    @cached_property
    def _where(self) -> str:
        """Name the host for messages, with its port, and the proxy before it."""
        parts = urlsplit(self._base_url)
        where = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
        return f"{where} through the proxy {self._route.shown}" if self._route.proxy else where


def _line_of(path: str, answer: HttpAnswer, seconds: float) -> str:
    identity = request_id(answer)
    return (
        f"POST {path} → {answer.status} {answer.reason} in {seconds:.2f} s, "
        f"{len(answer.body):,} bytes{f', request {identity}' if identity else ''}"
    )
