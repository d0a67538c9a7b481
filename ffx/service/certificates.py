"""Whom the service's certificate may come from, and what the environment says of it.

`SSL_CERT_FILE` and `SSL_CERT_DIR` come first, then what the system trusts, as curl has it. The
HTTP library's own list serves where the system has none.
"""

import os
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from ffx.errors import UsageError, reason_of
from ffx.output.clean import quoted

# Where systems keep them whose OpenSSL does not know: https://go.dev/src/crypto/x509/root_linux.go
_SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d")
_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)


def make_context(environ: Mapping[str, str], *, secure: bool) -> ssl.SSLContext:
    """Return the TLS context for a service; one that trusts nobody for plain http.

    Raises:
        UsageError: a variable names a file or folder that cannot be used.
    """
    if not secure:
        # Plain http never asks it, and loading no authorities saves the time.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _check_key_log(environ.get("SSLKEYLOGFILE", ""))
    file, folder = environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", "")
    return _named_context(file, folder) if file or folder else _system_context()


def _named_context(file: str, folder: str) -> ssl.SSLContext:
    if file and not Path(file).is_file():
        raise UsageError(
            f"SSL_CERT_FILE names {quoted(file)}, which is no file",
            hint="Name a file of certificates in PEM form, or unset the variable.",
        )
    if folder and not Path(folder).is_dir():
        raise UsageError(f"SSL_CERT_DIR names {quoted(folder)}, which is no folder")
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except ssl.SSLError as error:
        raise UsageError(
            f"SSL_CERT_FILE names {quoted(file)}, which holds no certificates",
            hint="It should hold certificates in PEM form.",
        ) from error
    except PermissionError as error:
        raise UsageError(f"SSL_CERT_FILE names {quoted(file)}, which may not be read") from error


def _system_context() -> ssl.SSLContext:
    if sys.platform in ("darwin", "win32"):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    # Those of OpenSSL itself: what an empty variable names is nothing.
    files = (paths.openssl_cafile, *_SYSTEM_FILES)
    file = next((name for name in files if name and Path(name).is_file()), None)
    folder = paths.openssl_capath if _has_certificates(paths.openssl_capath) else None
    if file or folder:
        try:
            return ssl.create_default_context(cafile=file, capath=folder)
        except (ssl.SSLError, PermissionError):  # it is the system's to mend
            pass
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _has_certificates(folder: str) -> bool:
    try:
        return bool(folder) and any(
            _HASHED_NAME.fullmatch(path.name) for path in Path(folder).iterdir()
        )
    except OSError:
        return False


def _check_key_log(name: str) -> None:
    """Open it as OpenSSL will, without waiting for whoever might read a pipe."""
    if not name or sys.flags.ignore_environment:
        return
    try:
        os.close(os.open(name, _APPENDING, 0o600))
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            f"SSLKEYLOGFILE names {quoted(name)}, which cannot be opened: {reason}",
            hint="Name a file that can be written, or unset the variable.",
        ) from error
