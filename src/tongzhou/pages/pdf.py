"""A paper as PDF: HTML that needs nothing beside it, printed by headless Chromium where the server has one.

Chromium runs in a profile of its own that is thrown away, without scripts, cookies and network, one at a time, and is
ended with everything that it started when its time is over.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tongzhou.pages.browser import chromium as chromium
from tongzhou.problems import NoPrinter, PrinterBusy, PrintTooLong

SECONDS = 20.0  # for one paper
WAIT = 10.0  # for the paper before it
ALONE = Path(tempfile.gettempdir()) / f"tongzhou-print-{os.getuid()}.lock"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
SWITCHES = (
    "--headless=new", "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-extensions",
    "--disable-background-networking", "--disable-sync", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--no-pdf-header-footer",
    "--generate-pdf-document-outline", "--export-tagged-pdf",
)  # fmt: skip


def printed(html: str, seconds: float = SECONDS, program: str | None = None) -> bytes:
    """The paper as PDF. Raises NoPrinter where there is no Chromium, PrinterBusy where another paper does not end, and
    PrintTooLong after `seconds`; whoever asked can still print the page from a browser."""
    found = program or chromium()
    if found is None:
        raise NoPrinter()
    with _alone(), tempfile.TemporaryDirectory(prefix="tongzhou-print-") as folder:
        page, paper = Path(folder, "paper.html"), Path(folder, "paper.pdf")
        closed = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        page.write_text(re.sub(r"<head[^>]*>", lambda head: head[0] + closed, html, count=1))
        # Root cannot have Chromium's own sandbox; what it reads is our page, without scripts and network.
        own = ("--no-sandbox",) if os.getuid() == 0 else ()
        command = [found, *SWITCHES, *own, f"--user-data-dir={folder}/profile", f"--print-to-pdf={paper}"]
        _run([*command, page.as_uri()], folder, seconds)
        if not paper.exists() or not (told := paper.read_bytes()).startswith(b"%PDF"):
            raise NoPrinter()
        return told


def _run(command: list[str], folder: str, seconds: float) -> None:
    with subprocess.Popen(
        command, cwd=folder, env={"HOME": folder, "PATH": os.defpath}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise PrintTooLong() from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def _alone() -> Iterator[None]:
    """One paper at a time on this machine, in whichever process."""
    with ALONE.open("w") as file:
        until = time.monotonic() + WAIT
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise PrinterBusy() from None
                time.sleep(0.1)
        yield
