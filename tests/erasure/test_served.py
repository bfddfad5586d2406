"""Through the served stack: a person's number is given, backed up, erased, and gone from the restored server too;
nothing of it, and no slip, is in any log; no file is anybody else's to read."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import world
from commands import ROOT, run, tongzhou
from live import free_port

pytestmark = pytest.mark.postgres
TOKEN, ENDED, TELEPHONE = "slip-of-household-one", "slip-that-has-ended", "13912345678"

FURNISH = f"""
import sys
sys.path[:0] = ["{ROOT}/src", "{ROOT}/tests"]
from tongzhou.cli.setup import opened
with opened(None):
    import datetime as dt, world
    from tongzhou.community import queries
    from tongzhou.doorway.resident import digest_of
    from tongzhou.ledger import door
    from tongzhou.people import staff
    made = world.furnish()
    now = dt.datetime.now(dt.UTC)
    with staff.owner() as owner:
        staff.give(owner, made["wu"], "law_desk", 1)
        queries.give_slip(owner, 1, digest_of("{TOKEN}"), now + dt.timedelta(days=3))
        queries.give_slip(owner, 2, digest_of("{ENDED}"), now - dt.timedelta(days=1))
"""
# A fault of the program in the middle of a request that carries a number: a table is not what it was.
BREAK = f"""
import sys
sys.path[:0] = ["{ROOT}/src"]
from tongzhou.cli.setup import opened
with opened(None, migrate=False):
    from tongzhou.people import staff
    with staff.owner() as owner:
        owner.execute("alter table people_vault_item rename column sealed to " + sys.argv[1])
"""


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in ("TONGZHOU_DATABASE", "DATABASE_URL", "TONGZHOU_KEYS")}
    env |= {"TONGZHOU_DATA_DIR": str(home), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tongzhou", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while ask(f"http://127.0.0.1:{port}", "/health")[0] != 200:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def ask(server: str, path: str, form: dict[str, Any] | None = None, who: str = "") -> tuple[int, str]:
    """A page; with `form`, what comes of sending it with the token that the page gave. `who` signs in before."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    if who:
        assert _asked(browser, server + "/login", {"username": who, "password": world.PASSWORD})[0] == 200
    return _asked(browser, server + path, form)


def _asked(browser: Any, address: str, form: dict[str, Any] | None) -> tuple[int, str]:
    def get(data: bytes | None = None) -> tuple[int, str]:
        try:
            asked = urllib.request.Request(address, data, {"Accept-Language": "en"})
            with browser.open(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    status, page = get()
    if form is None:
        return status, page
    given = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert given, page[-500:]
    form = {name: value(page) if callable(value) else value for name, value in form.items()}
    return get(urllib.parse.urlencode({**form, "csrfmiddlewaretoken": given[1]}, doseq=True).encode())


def say_fever(server: str) -> int:
    form = {
        "say": "unwell", "concern": "fever", "telephone": TELEPHONE,
        "id": lambda page: re.findall(r'name="id" value="([^"]+)"', page)[1],
    }  # fmt: skip
    return ask(server, f"/h/{TOKEN}", form)[0]


def found(server: str) -> list[str]:
    form = {"say": "find", "sort": "telephone", "number": TELEPHONE}
    status, page = ask(server, "/erasures/request", form, "wu")
    assert status == 200
    return re.findall(r'name="owner" value="([^"]+)"', page)


def test_given_backed_up_erased_restored_and_gone(tmp_path: Path) -> None:
    home, again = tmp_path / "home", tmp_path / "again"
    home.mkdir(mode=0o755)
    (home / "pages.log").touch(0o644)
    run(home, [sys.executable, "-c", FURNISH])
    with served(home) as server:
        assert "Your slip ends on" in ask(server, f"/h/{TOKEN}")[1]
        status, page = ask(server, f"/h/{ENDED}")
        assert status == 410 and "This slip has ended" in page
        assert ask(server, "/h/a-slip-that-never-was")[0] == 404
        assert ask(server, f"/h/{TOKEN}/photograph-of-{TELEPHONE}")[0] == 404
        assert say_fever(server) == 200
        run(home, [sys.executable, "-c", BREAK, "broken"])
        assert say_fever(server) == 500
        run(home, [sys.executable, "-c", BREAK.replace("rename column sealed to", "rename column broken to"), "sealed"])

        tongzhou(home, "backup", "--out", str(tmp_path / "b.tar"), "--keys", str(tmp_path / "k.tar"))
        owners = found(server)
        assert len(owners) == 1
        decide = {"form": "decide", "sort": "telephone", "owner": owners, "id": "0190f000-0000-7000-8000-000000000001",
                  f"keep-{owners[0]}": "erase"}  # fmt: skip
        status, page = ask(server, "/erasures/request", decide, "wu")
        assert status == 200 and "call-back number: erased" in page, page[-800:]
        assert found(server) == []
        (tmp_path / "list.jsonl").write_text(ask(server, "/erasures/list.jsonl")[1])
        assert ask(server, "/erasures/")[0] == 200
    for log in home.glob("*.log"):
        text = log.read_text(errors="replace")
        for secret in (TOKEN, ENDED, TELEPHONE, "a-slip-that-never-was", world.PASSWORD):
            assert secret not in text, (log.name, secret)
    assert "psycopg.errors.UndefinedColumn (42703)" in (home / "pages.log").read_text()
    assert home.stat().st_mode & 0o077 == 0
    # Static files are the program's own and public; the socket of a server that has stopped is gone.
    loose = [
        str(path) for path in home.rglob("*")
        if path.stat().st_mode & 0o077 and "static" not in path.parts and path.name != "pages.log"
    ]  # fmt: skip
    assert loose == []

    given = ["--keys", str(tmp_path / "k.tar"), "--erased", str(tmp_path / "list.jsonl")]
    told = json.loads(tongzhou(again, "restore", str(tmp_path / "b.tar"), *given, "--json").stdout)
    assert told["ok"] and told["owed"] == {}
    with served(again) as server:
        assert found(server) == []
        assert "erased again after a backup was restored" in ask(server, "/erasures/")[1]
        assert "Your slip ends on" in ask(server, f"/h/{TOKEN}")[1]


def test_a_log_that_anybody_can_fill_has_an_end(tmp_path: Path) -> None:
    from tongzhou.supervise import shorten_logs

    log = tmp_path / "pages.log"
    with log.open("ab") as writer:
        for _ in range(3):
            writer.write(b"x" * 60 + b"\n")
            writer.flush()
            shorten_logs(tmp_path, largest=100)
    assert log.read_bytes() == b"x" * 60 + b"\n" and (tmp_path / "pages.log.1").stat().st_size == 122
