"""The database roles (docs/security.md) and where their passwords are kept.

owner   migrations only; owns the tables
ledger  appends facts, folds, follows
app     reads for pages under row-level security; writes nothing, reads no password hash and no session
signin  accounts, sessions and what staff hold; reads no fact and no row
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tongzhou.database.server import EmbeddedServer, ServerFailed

OWNER, LEDGER, APP, SIGNIN = "tongzhou_owner", "tongzhou_ledger", "tongzhou_app", "tongzhou_signin"
ROLES = (OWNER, LEDGER, APP, SIGNIN)
SECRETS = ("django", "front", *ROLES)  # front: by which the pages know their own proxy


@dataclass(frozen=True)
class Installation:
    """A data folder: keys, passwords, reports and, where no server is named, the database itself."""

    home: Path
    database: str = "tongzhou"

    @classmethod
    def here(cls) -> Installation:
        home = os.environ.get("TONGZHOU_DATA_DIR") or Path(__file__).parents[3] / "var"
        return cls(Path(home).resolve(), os.environ.get("TONGZHOU_DATABASE", "tongzhou"))

    @property
    def url(self) -> str | None:
        return os.environ.get("DATABASE_URL") or None

    def secrets(self) -> dict[str, str]:
        """Random secrets of this installation, made on first use (those of a newer program on its first start),
        readable by their owner alone."""
        path = self.home / "secrets.json"
        held = _held(path)
        if held.keys() >= set(SECRETS):
            return held
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "secrets.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of two racing processes the first makes them
            held = {**{name: secrets.token_urlsafe(32) for name in SECRETS}, **_held(path)}
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(0o600)
            draft.write_text(json.dumps(held))
            draft.replace(path)
        return held

    def connection(self, role: str) -> dict[str, str | int]:
        """What psycopg needs to connect as `role`."""
        password = self.secrets()[role]
        if self.url:
            given = {k: str(v) for k, v in conninfo_to_dict(self.url).items() if v is not None}
            return {**given, "user": role, "password": password}
        server = EmbeddedServer(self.home)
        return {
            "host": str(server.socket_dir),
            "port": 5432,
            "dbname": self.database,
            "user": role,
            "password": password,
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """Hold the database open: start the embedded server where no other is named, and make the roles."""
        if self.url:
            try:
                prepare(self, self.url)
            except psycopg.Error as error:
                said = str(error).strip().splitlines()[0]
                raise ServerFailed(f"The database that DATABASE_URL names cannot be used: {said}") from None
            yield
            return
        with EmbeddedServer(self.home) as server:
            prepare(self, server.dsn())
            yield


def _held(path: Path) -> dict[str, str]:
    held: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return held


def prepare(installation: Installation, admin_dsn: str) -> None:
    """Make roles and database; safe to repeat. `admin_dsn` needs CREATEROLE and, embedded, CREATEDB."""
    passwords = installation.secrets()
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        have = {row[0] for row in admin.execute("select rolname from pg_roles where rolname = any(%s)", [list(ROLES)])}
        for role in ROLES:
            # Naming `nosuperuser` of a role that exists takes a superuser, which a deployment need not be.
            form = "alter role {} password {}" if role in have else "create role {} login nosuperuser password {}"
            admin.execute(sql.SQL(form).format(sql.Identifier(role), sql.Literal(passwords[role])))
        name = installation.database if not installation.url else str(conninfo_to_dict(admin_dsn)["dbname"])
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
            admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        elif installation.url:
            # Whoever deploys owns the database (docs/operations.md) and need be no superuser: the owner role gets what
            # migrations need, not the database itself.
            admin.execute(sql.SQL("grant usage, create on schema public to {}").format(sql.Identifier(OWNER)))
