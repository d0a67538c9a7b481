"""The text of an error: the lines below its sentence, and its record for scripts."""

from ffx.errors import FfxError
from ffx.output.secrets import secrets


def advice_of(error: FfxError) -> list[str]:
    """Return the lines below an error's sentence: what to try, and the request's name."""
    lines = [f"  {line}" for line in error.hint.splitlines()]
    if error.request_id and error.request_id not in f"{error.message}{error.hint}":
        status = f"status {error.status}, " if error.status else ""
        lines.append(f"  {status}request {error.request_id}")
    return lines


def error_record(error: FfxError) -> dict[str, object]:
    """Return an error as scripts get it; `status` and `requestId` only where there are any."""
    record: dict[str, object] = {
        "code": error.code,
        "message": secrets.hide(error.message),
        "hint": secrets.hide(error.hint),
        "retryable": error.retryable,
    }
    if error.status is not None:
        record["status"] = error.status
    if error.request_id:
        record["requestId"] = secrets.hide(error.request_id)
    return record
