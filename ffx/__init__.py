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
    from ffx.api.models import Amount, HitEvent, HitRow, VisitorInfo
    from ffx.errors import (
        AccountError,
        FfxError,
        NotFoundError,
        ServiceError,
        TemporaryError,
        UsageError,
    )
    from ffx.findings.diagnosis import History
    from ffx.findings.engine import Examination
    from ffx.findings.rule import Finding, Rule, Severity
    from ffx.findings.subject import Evidence
    from ffx.findings.verdict import Conversion, Verdict
    from ffx.input.targets.shapes import Kind
    from ffx.input.times.window import TimeRange
    from ffx.library.answers import Diagnosis, HitAnswer, VisitorAnswer
    from ffx.library.arguments import Time
    from ffx.library.explorer import Explorer

__all__ = [
    "AccountError",
    "Amount",
    "Conversion",
    "Diagnosis",
    "Evidence",
    "Examination",
    "Explorer",
    "FfxError",
    "Finding",
    "History",
    "HitAnswer",
    "HitEvent",
    "HitRow",
    "Kind",
    "NotFoundError",
    "Rule",
    "ServiceError",
    "Severity",
    "TemporaryError",
    "Time",
    "TimeRange",
    "UsageError",
    "Verdict",
    "VisitorAnswer",
    "VisitorInfo",
    "__version__",
]
_HOMES = {
    "ffx.library.answers": "Diagnosis HitAnswer VisitorAnswer",
    "ffx.errors": "AccountError FfxError NotFoundError ServiceError TemporaryError UsageError",
    "ffx.library.arguments": "Time",
    "ffx.library.explorer": "Explorer",
    "ffx.findings.diagnosis": "History",
    "ffx.findings.engine": "Examination",
    "ffx.findings.rule": "Finding Rule Severity",
    "ffx.findings.subject": "Evidence",
    "ffx.findings.verdict": "Conversion Verdict",
    "ffx.input.targets.shapes": "Kind",
    "ffx.input.times.window": "TimeRange",
    "ffx.api.models": "Amount HitEvent HitRow VisitorInfo",
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
