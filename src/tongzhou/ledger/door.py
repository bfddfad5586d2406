"""Connections of the ledger role: the only ones that may append, fold and follow."""

from __future__ import annotations

import os
import random
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

_pools: dict[tuple[int, str, int], ConnectionPool[Connection[Any]]] = {}
MANY, FEW = 8, 2


def dsn() -> dict[str, Any]:
    return {**settings.INSTALLATION.connection(LEDGER), "dbname": settings.DATABASES["default"]["NAME"]}


def pool(size: int = MANY) -> ConnectionPool[Connection[Any]]:
    name = str(settings.DATABASES["default"]["NAME"])
    key = (os.getpid(), name, size)  # a forked worker must not share its parent's sockets
    if key not in _pools:
        _pools[key] = ConnectionPool(
            kwargs=dsn(), min_size=0, max_size=size, timeout=20, open=True, configure=columns.use
        )
    return _pools[key]


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


TRIES = 12
T = TypeVar("T")


def again(work: Callable[[Connection[Any]], T]) -> T:
    """What `work` gives in a transaction; where another append had what it came to need, it is done over."""
    for tried in range(TRIES):
        try:
            with ledger() as connection:
                return work(connection)
        except DeadlockDetected:
            time.sleep(random.uniform(0.001, 0.01 * 2 ** min(tried, 5)))  # two that met must not meet again
    with ledger() as connection:
        return work(connection)
