"""The settings file: `config.toml` in the user's configuration folder.

profile = "main"             # which profile is in force
tz = "Europe/Berlin"

[findings]                   # limits of what diagnose doubts
too_fast_seconds = 30

[fields]                     # what t1 to t20 are called
t1 = "country"

[profiles.main]
api_url = "https://api.example.com/v1"
tz = "America/New_York"
"""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ffx.errors import UsageError
from ffx.output.clean import clean, quoted
from ffx.settings.folders import config_folder

if TYPE_CHECKING:
    from ffx.settings.field_names import FieldNames
    from ffx.settings.thresholds import Thresholds

FILE_NAME = "config.toml"
_LARGEST = 2**20  # bytes
_KEYS = ("api_url", "tz")
_PROFILE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says; empty texts where it says nothing, and None for whole tables."""

    profile: str = ""
    common: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    thresholds: "Thresholds | None" = None
    field_names: "FieldNames | None" = None

    def get(self, profile: str, key: str) -> str:
        """Return a profile's own value, or the one for all of them, or nothing."""
        return self.profiles.get(profile, {}).get(key) or self.common.get(key, "")


def config_path() -> Path:
    """Return where this user's settings are."""
    return config_folder() / FILE_NAME


def read_config(path: Path) -> Config:
    """Read the file; one that is not there says nothing.

    Raises:
        UsageError: it may not be read, is not TOML, or has an unknown key or a value of
            the wrong type; the message names the file, and the line or the key.
    """
    try:
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise _config_error(path, "is no ordinary file")  # a pipe would never open
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except PermissionError as error:
        # It may name another service than the default, which is to see no token then.
        raise _config_error(
            path,
            "may not be read: permission denied",
            hint="Let your user read it, or move it away.",
        ) from error
    except OSError as error:
        raise _config_error(path, f"cannot be read: {(error.strerror or '').lower()}") from error
    values = _parse_toml(path, content)
    tables = values.pop("profiles", {})
    if not isinstance(tables, dict):
        raise _config_error(
            path, "has 'profiles' as a value, where tables belong: [profiles.NAME]"
        )
    source = f"the settings file {clean(str(path))}"
    thresholds = field_names = None
    if (findings := _table(path, values, "findings")) is not None:
        from ffx.settings.thresholds import read_thresholds

        thresholds = read_thresholds(findings, source=source)
    if (names := _table(path, values, "fields")) is not None:
        from ffx.settings.field_names import read_field_names

        field_names = read_field_names(names, source=source)
    profile = values.pop("profile", "")
    if not isinstance(profile, str):
        raise _config_error(path, "has no text under 'profile'")
    return Config(
        read_profile_name(profile, source=f"{path.name}: profile") if profile else "",
        _texts(path, values, ""),
        {
            read_profile_name(name, source=f"{path.name}: profiles"): _texts(
                path, table, f"profiles.{name}."
            )
            for name, table in tables.items()
        },
        thresholds,
        field_names,
    )


def _parse_toml(path: Path, content: bytes) -> dict[str, Any]:
    import tomllib

    if len(content) > _LARGEST:
        raise _config_error(path, f"is over {_LARGEST // 2**20} MiB, larger than any settings")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _config_error(
            path,
            f"is not UTF-8, as TOML is (at line {line})",
            hint="Save it again as UTF-8: editors offer that as its encoding.",
        ) from error
    except RecursionError as error:
        raise _config_error(path, "is not TOML: it nests too deeply") from error
    except tomllib.TOMLDecodeError as error:
        raise _config_error(path, f"is not TOML: {clean(str(error))}") from error
    except ValueError as error:  # which Python makes of thousands of digits
        raise _config_error(path, "is not TOML: it holds a number too long") from error


def is_profile_name(name: str) -> bool:
    return re.fullmatch(_PROFILE_NAME, name) is not None


def read_profile_name(name: str, *, source: str) -> str:
    """Check a profile's name: letters, digits, dots, dashes and underscores."""
    if not is_profile_name(name):
        raise UsageError(
            f"{source} {quoted(name)} is no name for a profile",
            hint="Letters, digits, dots, dashes and underscores, 64 at the most.",
        )
    return name


def _table(path: Path, values: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Take a table out of the file's values; None where it has none of that name."""
    table = values.pop(name, None)
    if not isinstance(table, dict | None):
        raise _config_error(path, f"has '{name}' as a value, where a table belongs: [{name}]")
    return table


def _texts(path: Path, table: object, prefix: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise _config_error(
            path, f"has '{clean(prefix.rstrip('.'))}' as a value, where a table belongs"
        )
    for key, value in table.items():
        if key not in _KEYS:
            from ffx.output.words import perhaps

            known = [*_KEYS, "profile", "profiles", "findings", "fields"]
            hint = perhaps(key, known, otherwise=f"It knows {', '.join(_KEYS)}, profile.")
            raise _config_error(path, f"has an unknown key: {clean(prefix + key)}", hint=hint)
        if not isinstance(value, str):
            raise _config_error(path, f"has no text under {clean(prefix + key)}")
    return dict(table)


def _config_error(path: Path, reason: str, *, hint: str = "") -> UsageError:
    return UsageError(f"the settings file {clean(str(path))} {reason}", hint=hint, code="config")
