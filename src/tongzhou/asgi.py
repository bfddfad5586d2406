"""Event streams: which places on the board have changed, to those whose roles cover them.

A plain ASGI application beside the WSGI pages: all of Django on ASGI costs two and a half times as much.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from tongzhou.database.roles import APP  # noqa: E402
from tongzhou.people.scope import holder_in, set_scope  # noqa: E402
from tongzhou.people.session import USER, SessionStore  # noqa: E402

HEARTBEAT = 15.0  # seconds; rights are read again at each
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Hub:
    """One LISTEN for the process, one queue for each open page."""

    def __init__(self) -> None:
        self.queues: set[asyncio.Queue[list[int]]] = set()
        self.task: asyncio.Task[None] | None = None

    def join(self) -> asyncio.Queue[list[int]]:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.listen())
        queue: asyncio.Queue[list[int]] = asyncio.Queue(maxsize=100)
        self.queues.add(queue)
        return queue

    async def listen(self) -> None:
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                given: dict[str, Any] = {
                    **settings.INSTALLATION.connection(APP),
                    "dbname": settings.DATABASES["default"]["NAME"],
                }
                async with await psycopg.AsyncConnection.connect(**given, autocommit=True) as listening:
                    await listening.execute("listen board")
                    async for notice in listening.notifies():
                        places = [int(place) for place in notice.payload.split(",") if place]
                        for queue in self.queues:
                            with contextlib.suppress(
                                asyncio.QueueFull
                            ):  # a page that cannot keep up reloads at its next event
                                queue.put_nowait(places)
            await asyncio.sleep(1)


hub = Hub()


def in_scope(session: str, places: list[int] | None) -> list[int] | None:
    """Those of `places` that the session's counts scope covers; None where it may see no counts at all."""
    connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        store = SessionStore(session or None)
        staff = store.get(USER)
        if staff is None:
            return None
        holder, _owes = holder_in(store, int(staff))
        if not holder.sees("counts"):
            return None
        set_scope(holder)
        with connection.cursor() as cursor:
            cursor.execute("select p from unnest(%s::integer[]) p where p <@ tongzhou_scope('counts')", [places or []])
            return [row[0] for row in cursor.fetchall()]


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    if scope["path"] != "/stream/board":
        await _answer(send, 404)
        return
    session = _session(scope)
    if await asyncio.to_thread(in_scope, session, None) is None:
        await _answer(send, 403)
        return
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ],
        }
    )
    queue = hub.join()
    gone = asyncio.create_task(_gone(receive))
    try:
        await _event(send, b": open\n\n")
        while not gone.done():
            waiting = asyncio.create_task(queue.get())
            await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
            changed = waiting.result() if waiting.done() and not waiting.cancelled() else []
            seen = await asyncio.to_thread(in_scope, session, changed)
            if seen is None:
                return  # the rights are gone
            if seen:
                await _event(send, b"event: changed\ndata: " + ",".join(map(str, seen)).encode() + b"\n\n")
            elif not changed:
                await _event(send, b": still here\n\n")
    finally:
        hub.queues.discard(queue)
        gone.cancel()
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session(scope: dict[str, Any]) -> str:
    raw = next((value for name, value in scope["headers"] if name.lower() == b"cookie"), b"")
    cookies: SimpleCookie = SimpleCookie(raw.decode("latin-1"))
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


async def _event(send: Send, payload: bytes) -> None:
    await send({"type": "http.response.body", "body": payload, "more_body": True})


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b""})
