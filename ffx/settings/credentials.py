"""The token pairs on disk: one file, readable by its owner alone, never half written.

`credentials.json` in the user's configuration folder holds a pair a profile,
each bound to the origin it was logged in for. The file is written anew beside
the old one, synced and renamed; a lock beside it lets one process at a time
renew a token.
"""

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ffx.errors import AccountError
from ffx.output.clean import clean
from ffx.settings.config import is_profile_name
from ffx.settings.folders import config_folder
from ffx.signals import make_temporary

FILE_NAME = "credentials.json"
LOCK_TIMEOUT = 10.0
LAST_MOMENT = 253_402_300_799.0  # Unix time: the end of the year 9999, where calendars end
_UNFINISHED = ".new"
# A link could lead to a file that others control, and a pipe would never open.
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LOG_IN_AGAIN = "It is left as it is. Move it away, and log in again: ffx auth login"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token pair.

    Attributes:
        origin: scheme, host and port that the tokens may be sent to.
        refresh_token: empty where there is none.
        expires_at: Unix time in seconds; None where it is not known.
        api_url: the address that they were logged in at; empty where it was not kept.
    """

    origin: str
    access_token: str
    refresh_token: str = ""
    expires_at: float | None = None
    api_url: str = ""

    def __repr__(self) -> str:
        return f"Credentials(origin={self.origin!r}, tokens hidden)"

    def renewed(self, newer: "Credentials") -> "Credentials":
        """Return the pair after a renewal; a refresh token that did not change is kept."""
        return replace(
            newer,
            refresh_token=newer.refresh_token or self.refresh_token,
            api_url=newer.api_url or self.api_url,
        )


class CredentialsFile:
    """All profiles' credentials, in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, profile: str) -> Credentials | None:
        """Return a profile's pair; None where there is none.

        Raises:
            AccountError: others could read the file, it is not ours, or it
                cannot be read; the message names its path.
        """
        return _read_entry(self._profiles().get(profile), self.path, profile)

    def store(self, profile: str, credentials: Credentials) -> None:
        """Keep a profile's pair.

        Raises:
            OSError: it could not be written; the old file stands.
            AccountError: the old file cannot be read.
        """
        entry = {
            "origin": credentials.origin,
            "access_token": credentials.access_token,
            "refresh_token": credentials.refresh_token,
            "expires_at": credentials.expires_at,
            **({"api_url": credentials.api_url} if credentials.api_url else {}),
        }
        self._write({**self._profiles(), profile: entry})

    def forget(self, profile: str) -> bool:
        """Remove a profile's pair; tell whether there was one."""
        profiles = self._profiles()
        if profile not in profiles:
            return False
        del profiles[profile]
        self._write(profiles)
        return True

    def address_of(self, profile: str) -> str:
        """Return the address that a profile was logged in at; empty where none is known.

        What is wrong with the file is reported where its tokens are needed.
        """
        with suppress(AccountError):
            stored = self.load(profile)
            return "" if stored is None else stored.api_url
        return ""

    def profiles(self) -> list[str]:
        """Return the names of those who are logged in, without names that no profile can have."""
        entries = self._profiles().items()
        return sorted(
            name for name, entry in entries if entry is not None and is_profile_name(name)
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock that one process at a time may have.

        Where the folder cannot be written, nobody can store a token either,
        and there is nothing to guard.

        Raises:
            AccountError: somebody else has held it for ten seconds.
        """
        from filelock import FileLock, Timeout

        try:
            self._make_folder()
            lock = FileLock(f"{self.path}.lock", mode=0o600)
            lock.acquire(timeout=LOCK_TIMEOUT)
        except Timeout as error:
            raise AccountError(
                f"waited {LOCK_TIMEOUT:g} s for another ffx that renews the token",
                hint=f"Try again. If no other ffx runs, remove {clean(str(self.path))}.lock.",
                code="locked",
            ) from error
        except OSError:
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def _profiles(self) -> dict[str, object]:
        text = self._read()
        if text is None:
            return {}
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._file_error("is not JSON") from error
        profiles = value.get("profiles") if isinstance(value, dict) else None
        if not isinstance(profiles, dict):
            raise self._file_error("has no profiles in it")
        return profiles

    def _read(self) -> str | None:
        try:
            descriptor = os.open(self.path, _READING)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if self.path.is_symlink():
                raise self._file_error("is a link") from error
            raise self._file_error(f"cannot be read: {(error.strerror or '').lower()}") from error
        try:
            self._check(os.fstat(descriptor))
        except AccountError:
            os.close(descriptor)
            raise
        with os.fdopen(descriptor, "rb") as file:
            try:
                return file.read(2**20).decode("utf-8")
            except UnicodeDecodeError as error:
                raise self._file_error("is not JSON in UTF-8") from error

    def _check(self, facts: os.stat_result) -> None:
        if not stat.S_ISREG(facts.st_mode):
            raise self._file_error(
                "is a folder" if stat.S_ISDIR(facts.st_mode) else "is no ordinary file"
            )
        if sys.platform == "win32":
            return
        if facts.st_uid != os.getuid():
            raise self._file_error("belongs to somebody else")
        if facts.st_mode & 0o077:
            raise AccountError(
                f"the credentials in {clean(str(self.path))} can be read by others",
                hint=f"Close them: chmod 600 {clean(str(self.path))}",
                code="credentials-open",
            )

    def _file_error(self, reason: str) -> AccountError:
        return AccountError(
            f"the credentials file {clean(str(self.path))} {reason}",
            hint=_LOG_IN_AGAIN,
            code="credentials-unusable",
        )

    def _make_folder(self) -> None:
        # Each folder by itself: with `parents`, those above get whatever umask leaves.
        for folder in (*reversed(self.path.parent.parents), self.path.parent):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)

    def _write(self, profiles: dict[str, object]) -> None:
        self._make_folder()
        self._remove_leftovers()
        # It is 0600 from the first byte.
        descriptor, fresh = make_temporary(
            self.path.parent, prefix=f"{FILE_NAME}.", suffix=_UNFINISHED
        )
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"profiles": profiles}, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except BaseException:
            with suppress(OSError):
                fresh.unlink()
            raise

    def _remove_leftovers(self) -> None:
        """Remove what writers left that were killed at it; whoever writes holds the lock."""
        for left in self.path.parent.glob(f"{FILE_NAME}.*{_UNFINISHED}"):
            with suppress(OSError):
                left.unlink()


def credentials_path() -> Path:
    """Return where this user's credentials are."""
    return config_folder() / FILE_NAME


def own_credentials() -> CredentialsFile:
    """Return this user's own file, which may not be there yet."""
    return CredentialsFile(credentials_path())


def _read_entry(entry: object, path: Path, profile: str) -> Credentials | None:
    if entry is None:
        return None
    values = entry if isinstance(entry, dict) else {}
    origin, access = values.get("origin"), values.get("access_token")
    refresh, expires = values.get("refresh_token") or "", values.get("expires_at")
    if not (isinstance(origin, str) and isinstance(access, str) and isinstance(refresh, str)):
        raise AccountError(
            f"the profile {clean(profile)} in {clean(str(path))} is damaged",
            hint=_LOG_IN_AGAIN,
            code="credentials-unusable",
        )
    address = values.get("api_url")
    known = Credentials(
        origin, access, refresh, api_url=address if isinstance(address, str) else ""
    )
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        return known
    is_moment = 0 < expires <= LAST_MOMENT
    return replace(known, expires_at=float(expires) if is_moment else None)
