"""Databases for tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from tongzhou.database.roles import OWNER
from tongzhou.database.server import EmbeddedServer
from tongzhou.ledger import door

_towns = itertools.count()


def admin_dsn() -> str:
    installation = settings.INSTALLATION
    return installation.url or EmbeddedServer(installation.home).dsn()


@contextmanager
def fresh_database(template: str, name: str) -> Iterator[str]:
    """A copy of the template, at which everything points within; afterwards at what it pointed before."""
    before = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(admin_dsn(), autocommit=True) as admin:
        point_at(template)  # a template may have no session
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [template])
        names = (sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER))
        admin.execute(sql.SQL("create database {} template {} owner {} strategy file_copy").format(*names))
    try:
        point_at(name)
        yield name
    finally:
        point_at(before)
        with psycopg.connect(admin_dsn(), autocommit=True) as admin:  # a new one: the test may have killed the server
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def furnished_on(town: tuple[str, Mapping[str, int]]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """A town in which a file of tests has said more, once for all of them: the file's own `small_town`."""
    with fresh_database(town[0], f"{town[0]}_{next(_towns)}") as name:
        yield name, town[1]


def point_at(name: str) -> None:
    door.close()
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def owner_dsn() -> dict[str, object]:
    return {**settings.INSTALLATION.connection(OWNER), "dbname": settings.DATABASES["default"]["NAME"]}
