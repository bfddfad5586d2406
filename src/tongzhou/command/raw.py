"""The connection that reads of the board run on."""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg import Connection


def raw() -> Connection[Any]:
    """The app role's own connection: the same transaction, the same scope."""
    connection.ensure_connection()
    found: Connection[Any] = connection.connection
    return found
