"""ffx: who was this visitor, what happened to this hit, why did it not convert?

`Explorer` asks from a program what `ffx` asks from a command line; `ffx.library.explorer` tells
how.
The names in `__all__` are public, and nothing else is.
"""

from ffx.version import __version__

# Checkers know it by its name. The module that has it would be half of what the command line
# loads before it can hear a signal.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ffx.api.models import HitEvent, HitRow, VisitorInfo
    from ffx.errors import (
        AccountError,
        FfxError,
        NotFoundError,
        ServiceError,
        TemporaryError,
        UsageError,
    )
    from ffx.findings.diagnosis import Diagnosis
    from ffx.findings.rule import Finding
    from ffx.findings.subject import Evidence
    from ffx.findings.verdict import Verdict
    from ffx.library.answers import HitAnswer, VisitorAnswer
    from ffx.library.explorer import Explorer

__all__ = [
    "AccountError",
    "Diagnosis",
    "Evidence",
    "Explorer",
    "FfxError",
    "Finding",
    "HitAnswer",
    "HitEvent",
    "HitRow",
    "NotFoundError",
    "ServiceError",
    "TemporaryError",
    "UsageError",
    "Verdict",
    "VisitorAnswer",
    "VisitorInfo",
    "__version__",
]
_HOMES = {
    "ffx.library.answers": "HitAnswer VisitorAnswer",
    "ffx.errors": "AccountError FfxError NotFoundError ServiceError TemporaryError UsageError",
    "ffx.library.explorer": "Explorer",
    "ffx.findings.diagnosis": "Diagnosis",
    "ffx.findings.rule": "Finding",
    "ffx.findings.subject": "Evidence",
    "ffx.findings.verdict": "Verdict",
    "ffx.api.models": "HitEvent HitRow VisitorInfo",
}
if not TYPE_CHECKING:  # a checker that saw this would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Load a public name where it is first asked for: the command line starts with us."""
        for module, names in _HOMES.items():
            if name in names.split():
                from importlib import import_module

                value = getattr(import_module(module), name)
                globals()[name] = value
                return value
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
