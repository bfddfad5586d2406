"""A real server for browser tests: granian in a process of its own on the current test database.

with live() as server:            # pages, facts and static files
    page.goto(server.url + "/doorway/")
    server.kill(); server.start() # the same port again
with live(streams=True) as server: ...   # the whole stack: Caddy, pages, event streams, followers
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """One granian; `kill` is SIGKILL, `start` takes the same port again."""

    def __init__(self, home: Path, database: str, port: int) -> None:
        self.home, self.database, self.port = home, database, port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        binary = str(Path(sys.executable).with_name("granian"))
        with (self.home / "live.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    binary,
                    "--interface",
                    "wsgi",
                    "--port",
                    str(self.port),
                    "--workers",
                    "1",
                    "--blocking-threads",
                    "2",
                    "--no-access-log",
                    "--log-level",
                    "warning",
                    "--static-path-route",
                    "/static",
                    "--static-path-mount",
                    str(self.home / "static"),
                    "tongzhou.wsgi:application",
                ],
                env=environment(self.home, self.database),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError((self.home / "live.log").read_text(errors="replace")[-2000:])
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not come up within 30 s")

    def kill(self) -> None:
        """As a power cut: the whole process group at once."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait(10)
        self.process = None


@contextmanager
def live(*, streams: bool = False, behind: list[str] | None = None) -> Iterator[Any]:
    """A running server on a free port; with `streams` the whole stack behind Caddy (`.url` on both)."""
    from django.conf import settings
    from django.core.management import call_command

    from tongzhou.cli.setup import compile_messages

    compile_messages()
    call_command("collectstatic", interactive=False, verbosity=0)
    home, database = settings.INSTALLATION.home, settings.DATABASES["default"]["NAME"]
    if streams:
        with _stack(home, database, behind or []) as stack:
            yield stack
        return
    server = Server(home, database, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def _stack(home: Path, database: str, behind: list[str]) -> Iterator[Any]:
    from tongzhou.supervise import Supervisor

    before = os.environ.get("TONGZHOU_DATABASE")
    os.environ.update(environment(home, database))
    supervisor = Supervisor(home, free_port(), workers=1, behind=behind, say=lambda _sentence: None)
    try:
        supervisor.start()
        supervisor.url = supervisor.origin  # type: ignore[attr-defined]
        yield supervisor
    finally:
        supervisor.stop()
        if before is None:
            os.environ.pop("TONGZHOU_DATABASE", None)
        else:
            os.environ["TONGZHOU_DATABASE"] = before


def environment(home: Path, database: str) -> dict[str, str]:
    source = str(Path(__file__).resolve().parents[1] / "src")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tongzhou.settings",
        "TONGZHOU_DATA_DIR": str(home),
        "TONGZHOU_DATABASE": database,
        "TONGZHOU_FAST_PASSWORDS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")])),
    }


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def chromium(more: Sequence[str] = ()) -> Iterator[Any]:
    """Debian's Chromium, with `more` arguments; the test is skipped, with how to install it, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: ./tongzhou test installs it")
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        pytest.skip("needs Chromium and a Chinese font: apt-get install -y chromium fonts-wqy-zenhei")
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
