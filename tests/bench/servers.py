"""Servers on the loopback for the length of a block, each in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.commands import CommandFailed
from tests.bench.samples import HIT_ASKED_FOR

_SECONDS_TO_START = 10
# One process, so that it reads what its starter may read; a POST gets the file that a GET would.
# nginx reads the body of a request for a file only where that is to be mirrored.
_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  tcp_nodelay on;
  map $request_body $hit {{ '~"hitId": *"(?<id>[0-9a-z]+)"' $id; }}
  server {{
    listen 127.0.0.1:{port};
    root {root};
    error_page 405 =200 $uri;
    location ~ /hit$ {{
      mirror /nowhere;
      sub_filter_types application/json;
      sub_filter_once off;
      sub_filter "{placeholder}" $hit;
    }}
    location = /nowhere {{ internal; return 204; }}
  }}
}}
"""


@contextmanager
def static_server(nginx: str | None, root: Path, folder: Path) -> Iterator[str]:
    """Serve the files under `root`, also to a POST, and yield the address.

    Each is about the hit that was asked for.

    With nginx, where there is one; `folder` takes what it writes for itself.
    """
    if nginx is None:
        with service("--folder", str(root)) as url:
            yield url
        return
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(folder=folder, port=port, root=root, placeholder=HIT_ASKED_FOR)
    )
    process = subprocess.Popen(
        [nginx, "-p", folder, "-e", folder / "nginx.log", "-c", config],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_SECONDS_TO_START)


@contextmanager
def service(*arguments: str) -> Iterator[str]:
    """Run `tests.bench.service` with these arguments and yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.service", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CommandFailed("the benchmark's own server did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS_TO_START)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise CommandFailed("nginx did not start")
