import os
import ssl
import sys
from pathlib import Path

import pytest

from ffx.errors import UsageError
from ffx.service.certificates import make_context
from tests.looping import each
from tests.service.tls import write_authority

# Other systems keep theirs elsewhere than in files.
FILES = pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="no file holds them here")


def system_keeps(
    monkeypatch: pytest.MonkeyPatch, *, file: str = "", folder: str = "", known: bool = True
) -> None:
    """Let the system's certificates be these; OpenSSL has been told of them if `known`."""
    paths = ssl.DefaultVerifyPaths(
        "", "", "SSL_CERT_FILE", file if known else "", "SSL_CERT_DIR", folder
    )
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: paths)
    monkeypatch.setattr("ffx.service.certificates._SYSTEM_FILES", () if known else (file,))


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


@FILES
@each("known", [True, False])
@each("environ", [{}, {"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}])
def test_the_systems_certificates_are_taken(
    environ: dict[str, str], known: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import trustme

    file = write_authority(trustme.CA(), tmp_path)
    system_keeps(monkeypatch, file=file, known=known)

    assert authorities(make_context(environ, secure=True)) == 1


@FILES
def test_a_folder_of_the_systems_serves_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "0123abcd.0").touch()
    system_keeps(monkeypatch, folder=str(tmp_path))

    # What is in it is read when it is needed.
    assert authorities(make_context({}, secure=True)) == 0


@FILES
@each("file", ["", "/nowhere/at.all", "junk"])
def test_a_system_without_any_leaves_the_librarys_own(
    file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "junk").write_bytes(b"\0junk")
    system_keeps(monkeypatch, file=str(tmp_path / file) if file == "junk" else file)

    assert authorities(make_context({}, secure=True)) > 50


def test_what_the_environment_names_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import trustme

    file = write_authority(trustme.CA(), tmp_path)

    for environ in ({"SSL_CERT_FILE": file}, {"SSL_CERT_FILE": file, "SSL_CERT_DIR": "/"}):
        assert authorities(make_context(environ, secure=True)) == 1
    assert authorities(make_context({"SSL_CERT_DIR": str(tmp_path)}, secure=True)) == 0


@each("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
def test_a_name_with_an_escape_is_shown_safe(variable: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        make_context({variable: f"{tmp_path}/none/\x1b[31m"}, secure=True)

    assert caught.value.message.startswith(f"{variable} names '")
    assert caught.value.message.isprintable()


def test_keys_are_logged_where_the_file_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "keys"
    log.write_text("kept\n")
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))

    assert make_context(os.environ, secure=True).keylog_filename == str(log)
    assert log.read_text().startswith("kept\n")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
def test_a_key_log_that_cannot_be_opened_is_refused(make: object, tmp_path: Path) -> None:
    log = tmp_path / "keys"
    assert callable(make)
    make(log)

    with pytest.raises(UsageError, match=r"^SSLKEYLOGFILE names .*, which cannot be opened: "):
        make_context({"SSLKEYLOGFILE": str(log)}, secure=True)
    # Plain http has no keys.
    make_context({"SSLKEYLOGFILE": str(log)}, secure=False)


@each("secure", [True, False])
def test_certificates_are_always_checked(secure: bool) -> None:
    context = make_context({}, secure=secure)

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
