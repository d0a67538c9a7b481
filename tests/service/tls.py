"""A service that speaks TLS, with certificates made for the test; and one too old to do so."""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.explorer import Explorer

if TYPE_CHECKING:  # it takes a while, and few tests need it
    import trustme

_PROTOCOL_VERSION_ALERT = bytes.fromhex("15 0301 0002 02 46")


@dataclass
class SecureExplorer(Explorer):
    """An Explorer behind TLS."""

    context: ssl.SSLContext = field(
        default_factory=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/v1"

    def _serve(self, connection: socket.socket) -> None:
        secure = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        with self._changed:
            self._open[self._open.index(connection)] = secure
        with suppress(OSError):
            secure.do_handshake()
        super()._serve(secure)


class AncientExplorer(Explorer):
    """A server that answers every greeting with «your protocol is too new»."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/v1"

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.recv(65_536)
            connection.sendall(_PROTOCOL_VERSION_ALERT)
            while connection.recv(65_536):
                pass
        with self._changed:
            self._open.remove(connection)
        connection.close()


def serve_securely(
    authority: "trustme.CA", *names: str, not_after: datetime | None = None
) -> SecureExplorer:
    """Make a service whose certificate is for these names."""
    service = SecureExplorer()
    authority.issue_cert(*names, not_after=not_after).configure_cert(service.context)
    return service


def write_authority(authority: "trustme.CA", folder: Path) -> str:
    """Write the authority's certificate, for SSL_CERT_FILE."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)
