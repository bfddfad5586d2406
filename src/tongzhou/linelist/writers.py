"""Who writes the batches of a list: this process while it is short, two more of their own once it is long.

Reading, folding and sealing are the interpreter's work and the rest is the database's; one process does them one after
the other. Two that write while this one reads keep two cores busy: 100,000 rows in about half the time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that begins reads this file before Django is set up
    from tongzhou.ledger.append import Authority
    from tongzhou.linelist.appending import Taken
    from tongzhou.linelist.rows import Good

SHORT = 3  # batches that are written here: processes need a second before they can begin
PROCESSES = 2
SELDOM = (20_000, 20, 100)  # looking for circles among rows, which have none, took a quarter of the time


class Writers:
    """Takes batches one by one; each is whole or not at all, whichever process writes it."""

    def __init__(self, pools: ExitStack, authority: Authority, heads: dict[str, str], week: str) -> None:
        self._pools = pools
        self._given = (authority, heads, week)
        self._taken = 0
        self._pool: Executor = pools.enter_context(ThreadPoolExecutor(1))
        self.at_once = 1

    def take(self, batch: Sequence[Good]) -> Future[Taken]:
        self._taken += 1
        if self._taken == SHORT and not multiprocessing.current_process().daemon:
            self._pool, self.at_once = self._pools.enter_context(_processes()), PROCESSES + 1
        return self._pool.submit(_write, batch, *self._given)


@contextmanager
def writers(authority: Authority, heads: dict[str, str], week: str) -> Iterator[Writers]:
    with ExitStack() as pools:
        yield Writers(pools, authority, heads, week)


def _processes() -> ProcessPoolExecutor:
    """Split off from one that has no connection open: split off from this one, they would share its sockets."""
    from django.conf import settings

    ready = multiprocessing.get_context("forkserver")
    ready.set_forkserver_preload(["tongzhou.linelist.ready"])
    database = str(settings.DATABASES["default"]["NAME"])
    return ProcessPoolExecutor(PROCESSES, mp_context=ready, initializer=_begin, initargs=(database,))


def _begin(database: str) -> None:
    """The same database as whoever began it, and an end when that one has ended, however that was."""
    from django.conf import settings

    from tongzhou.linelist import ready  # noqa: F401

    for one in settings.DATABASES.values():
        one["NAME"] = database
    gc.freeze()
    gc.set_threshold(*SELDOM)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _write(batch: Sequence[Good], authority: Authority, heads: dict[str, str], week: str) -> Taken:
    from tongzhou.ledger import door
    from tongzhou.linelist import appending

    with door.ledger() as connection:
        return appending.take(connection, batch, authority, heads, week)
