"""The connection that reads of the board run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from psycopg import Connection

_LENT: ContextVar[Connection[Any] | None] = ContextVar("lent", default=None)


def raw() -> Connection[Any]:
    """The app role's own connection: the same transaction, the same scope; or the one that is lent for a while."""
    if (lent := _LENT.get()) is not None:
        return lent
    connection.ensure_connection()
    found: Connection[Any] = connection.connection
    return found


@contextmanager
def reading_on(lent: Connection[Any]) -> Iterator[None]:
    """Read on a connection of the ledger: for what the program itself writes down, in the same transaction."""
    token = _LENT.set(lent)
    try:
        yield
    finally:
        _LENT.reset(token)
