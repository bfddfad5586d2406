"""The player's telephone: what is said and asked through the server's own doors, with tokens and slips."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import time
import urllib.parse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
R = TypeVar("R")
AWAY = (OSError, http.client.HTTPException)
NOBODY_HOME = (502, 503, 504)  # the database or the server is away: asked again
PATIENCE = 300.0  # seconds for which a server that is away is asked again


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the socket of the pages."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


@dataclass
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Telephone:
    """Connections to the server, used by several at once. What finds nobody at home is said again, with the same id."""

    pages: Path  # the socket of the pages
    connections: int = 4
    stop: Event | None = None  # once it is set nobody is asked again
    lost: int = 0  # requests that had to be said again
    _free: queue.LifoQueue[UnixConnection] = field(default_factory=queue.LifoQueue)
    _pool: ThreadPoolExecutor | None = None

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.connections)
        for _ in range(self.connections):
            self._free.put(UnixConnection(self.pages))

    def together(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """The answers in the order of the items, asked on all connections at once."""
        assert self._pool is not None
        return list(self._pool.map(work, items))

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def facts(self, token: str, facts: Sequence[dict[str, Any]], device: str) -> dict[str, Any]:
        """Send facts as a phone's queue does; the receipt."""
        payload = msgspec.json.encode({"device": device, "facts": facts})
        answer = self._ask("POST", "/api/facts", payload, {**_bearer(token), "Content-Type": "application/json"})
        if answer.status == 200:
            return answer.json()  # type: ignore[no-any-return]
        told = answer.json()
        return {"accepted": 0, "known": 0, "waiting": [], "refused": [{"n": n, **told} for n in range(len(facts))]}

    def today(self, token: str) -> dict[str, Any]:
        answer = self._ask("GET", "/api/today", None, _bearer(token))
        return answer.json() if answer.status == 200 else {"lines": [], "rounds": [], "n": 0, "late": 0}

    def press(self, token: str, acts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        payload = msgspec.json.encode({"acts": acts})
        answer = self._ask("POST", "/api/today", payload, {**_bearer(token), "Content-Type": "application/json"})
        if answer.status != 200:
            return [{"refused": answer.json()} for _ in acts]
        return answer.json()["acts"]  # type: ignore[no-any-return]

    def rows(self, token: str, noun: str, **asked: str) -> list[dict[str, Any]]:
        """All rows of a noun that somebody sees, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            address = f"/api/rows/{noun}?{urllib.parse.urlencode({**asked, 'limit': '500'})}"
            answer = self._ask("GET", address, None, _bearer(token))
            if answer.status != 200:
                return found
            told = answer.json()
            found += told["rows"]
            if not told["next"]:
                return found
            asked["after"] = told["next"]

    def slip(self, token: str, form: dict[str, Any]) -> Answer:
        """What a household sends with its page."""
        cookie = "player0player0player0player0play"  # the form and its cookie say the same: that is all that is asked
        sent = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": cookie}, doseq=True).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={cookie}"}
        return self._ask("POST", f"/h/{token}", sent, headers)

    def _ask(self, method: str, path: str, payload: bytes | None, headers: dict[str, str]) -> Answer:
        connection = self._free.get()
        until = time.monotonic() + PATIENCE
        try:
            while True:
                try:
                    connection.request(method, path, payload, headers)
                    response = connection.getresponse()
                    answer = Answer(response.status, response.read())
                    if answer.status not in NOBODY_HOME or time.monotonic() > until:
                        return answer
                    wait = 0.2
                except AWAY:
                    connection.close()
                    if time.monotonic() > until or (self.stop and self.stop.is_set()):
                        raise
                    wait = 0.1
                self.lost += 1
                time.sleep(wait)
        finally:
            self._free.put(connection)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code_of(answer: Answer) -> str:
    """The code of a refusal; a page tells none, so its status stands for it."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return f"page_{answer.status}"
    return str(told.get("code", answer.status)) if isinstance(told, dict) else str(answer.status)
