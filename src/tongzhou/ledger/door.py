"""Connections of the ledger role: the only ones that may append, fold and follow."""

from __future__ import annotations

import os
import random
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings
from psycopg import Connection
from psycopg.errors import DeadlockDetected
from psycopg_pool import ConnectionPool

from tongzhou.database import columns
from tongzhou.database.roles import LEDGER

_pools: dict[tuple[int, str, int, bool], ConnectionPool[Connection[Any]]] = {}
MANY, FEW = 8, 2


def dsn() -> dict[str, Any]:
    return {**settings.INSTALLATION.connection(LEDGER), "dbname": settings.DATABASES["default"]["NAME"]}


def pool(size: int = MANY, *, by_keys: bool = False) -> ConnectionPool[Connection[Any]]:
    name = str(settings.DATABASES["default"]["NAME"])
    key = (os.getpid(), name, size, by_keys)  # a forked worker must not share its parent's sockets
    if key not in _pools:
        configure = _asked_by_keys if by_keys else columns.use
        _pools[key] = ConnectionPool(
            kwargs=dsn(), min_size=0, max_size=size, timeout=20, open=True, configure=configure, check=_still_there
        )
    return _pools[key]


def _still_there(connection: Connection[Any]) -> None:
    """Raises OperationalError for a connection whose server went away, before anybody speaks over it. A server that
    stops or restarts says so on the line: only where something is to be read the server is asked, so that a connection
    at rest costs no round."""
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        ConnectionPool.check_connection(connection)


_BY_KEYS = """
select set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),
  set_config('enable_mergejoin', 'off', false), set_config('enable_hashjoin', 'off', false)
"""


def _asked_by_keys(connection: Connection[Any]) -> None:
    """Planned once for each connection, and key by key over indexes, whatever the planner believes of a table that a
    minute ago was empty. Planned for each set of keys, plans were a third of the database's work; and one made over
    empty tables read them whole when they were full, until they were analysed."""
    columns.use(connection)
    connection.prepare_threshold, connection.prepared_max = 0, 500
    connection.execute(_BY_KEYS)
    connection.commit()


def close() -> None:
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key).close()


@contextmanager
def ledger() -> Iterator[Connection[Any]]:
    """A connection in a transaction that commits on leaving."""
    with pool().connection() as connection:
        yield connection


@contextmanager
def apart() -> Iterator[Connection[Any]]:
    """One more, for what commits by itself while `ledger` goes on: of a pool of its own, which nobody holds for long,
    so that those who hold one of the others never wait for each other."""
    with pool(FEW).connection() as connection:
        yield connection


@contextmanager
def by_keys() -> Iterator[Connection[Any]]:
    """The same as `ledger` for what appends and follows: the same statements over and over, each for some keys."""
    with pool(by_keys=True).connection() as connection:
        yield connection


TRIES = 12
T = TypeVar("T")


def again(work: Callable[[Connection[Any]], T]) -> T:
    """What `work` gives in a transaction; where another append had what it came to need, it is done over."""
    for tried in range(TRIES):
        try:
            with by_keys() as connection:
                return work(connection)
        except DeadlockDetected:
            time.sleep(random.uniform(0.001, 0.01 * 2 ** min(tried, 5)))  # two that met must not meet again
    with by_keys() as connection:
        return work(connection)
