"""Sign-in's own connection: accounts, sessions, second factors and what staff hold are read by a role of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import Connection

ALIAS = "signin"
PLANNED_AFTER = 5  # askings; Django plans every statement anew
APPS = frozenset({"auth", "contenttypes", "otp_totp"})


class Router:
    """Django's own tables of accounts and second factors are reached as `signin`, never as the pages' role."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return ALIAS if model._meta.app_label in APPS else None

    db_for_write = db_for_read

    def allow_relation(self, *_objects: Any, **_hints: Any) -> bool:
        return True


def connection() -> Connection[Any]:
    """The same as psycopg knows it; inside `transaction.atomic(using=ALIAS)` its statements belong together."""
    connections[ALIAS].ensure_connection()
    held: Connection[Any] = connections[ALIAS].connection
    return held


def ask(statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What a statement that is asked again and again answers: planned once for each connection, without asking first
    whether the connection is alive. Where it is not, a new one is asked."""
    try:
        return _ask(statement, given)
    except psycopg.OperationalError:
        connections[ALIAS].close()
        return _ask(statement, given)


def _ask(statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    held = connection()
    held.prepare_threshold = PLANNED_AFTER
    return psycopg.Cursor(held).execute(statement, given).fetchall()


def cursor() -> CursorWrapper:
    """A cursor of the sign-in role; every statement is a transaction of its own."""
    return connections[ALIAS].cursor()
