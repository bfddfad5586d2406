"""Connections of the ledger role: the only ones that may append, fold and follow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from psycopg import Connection
from psycopg_pool import ConnectionPool

from tongzhou.database.roles import LEDGER

_pools: dict[tuple[int, str], ConnectionPool[Connection[Any]]] = {}


def dsn() -> dict[str, Any]:
    return {**settings.INSTALLATION.connection(LEDGER), "dbname": settings.DATABASES["default"]["NAME"]}


def pool() -> ConnectionPool[Connection[Any]]:
    name = str(settings.DATABASES["default"]["NAME"])
    key = (os.getpid(), name)  # a forked worker must not share its parent's sockets
    if key not in _pools:
        _pools[key] = ConnectionPool(kwargs=dsn(), min_size=0, max_size=8, timeout=20, open=True)
    return _pools[key]


def close() -> None:
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key).close()


@contextmanager
def ledger() -> Iterator[Connection[Any]]:
    """A connection in a transaction that commits on leaving."""
    with pool().connection() as connection:
        yield connection
