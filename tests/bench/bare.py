"""The least that a program of this kind takes: typer, httpx, one request.

Where the development tools bring click, httpx would load a command line of
its own with it; that is kept out here as in ffx.
"""

import sys

sys.modules["httpx._main"] = None  # type: ignore[assignment]  # documented for imports

import httpx  # noqa: E402
import typer  # noqa: E402


def look_up(url: str, visitor: str, since: str, until: str) -> None:
    """Post once, and print what was answered."""
    body = {"visitorId": visitor, "timeStart": since, "timeEnd": until}
    reply = httpx.post(url, json=body, headers={"Authorization": "Bearer sample"})
    sys.stdout.write(reply.text)


if __name__ == "__main__":
    typer.run(look_up)
