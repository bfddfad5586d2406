"""Where a play takes place: a database of its own beside the real one, the demonstration's region as it stood when the
scenario begins, and a server's pages over it.

The region up to that moment is built once and kept, from that of an earlier moment where there is one; each play gets a
copy, so that the same scenario can be told again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from tongzhou import demo
from tongzhou.command.publish import figure, publication
from tongzhou.database.roles import OWNER, Installation, prepare
from tongzhou.database.server import EmbeddedServer
from tongzhou.ledger import door
from tongzhou.ledger.append import append
from tongzhou.ledger.standing import System
from tongzhou.places.bulletins import moment
from tongzhou.places.region_types import Region
from tongzhou.play.speak import AWAY, UnixConnection
from tongzhou.supervise import Supervisor

PLAY = "tongzhou_play"  # the copy in which somebody plays
STAGES = 4  # of different moments that are kept
Progress = Callable[[str, int, int], None]


@contextmanager
def pointed(name: str) -> Iterator[None]:
    """This process and its children use the database of this name."""
    from django.conf import settings
    from django.db import connections

    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    environment = os.environ.get("TONGZHOU_DATABASE")

    def point(names: dict[str, Any]) -> None:
        door.close()
        for alias, database in names.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = database

    point(dict.fromkeys(before, name))
    os.environ["TONGZHOU_DATABASE"] = name
    try:
        yield
    finally:
        point(before)
        os.environ.pop("TONGZHOU_DATABASE", None)
        if environment:
            os.environ["TONGZHOU_DATABASE"] = environment


def dsn(installation: Installation) -> str:
    """Of whoever may make databases."""
    return installation.url or EmbeddedServer(installation.home).dsn()


def admin(installation: Installation) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn(installation), autocommit=True)


@contextmanager
def doing(progress: Progress, what: str) -> Iterator[None]:
    """Tell that something is being done of which nobody knows how far it is."""
    progress(what, 0, 1)
    yield
    progress(what, 1, 1)


@contextmanager
def copied(
    installation: Installation, begins: dt.datetime, up_to_date: Callable[[], None], progress: Progress
) -> Iterator[Region]:
    """The region as it stood at a moment, in a fresh database; the process points at it. `up_to_date` migrates."""
    base = f"stage_{begins:%Y%m%d_%H%M}_{_fingerprint()}"
    with doing(progress, "looking for the region as it stood then"):
        region = _built(installation, base, begins, up_to_date, progress)
    with copy_of(installation, base, progress):
        yield region


@contextmanager
def copy_of(installation: Installation, base: str, progress: Progress = lambda *_: None) -> Iterator[None]:
    """A fresh copy of a database; the process points at it, and nobody may be in the one that is copied."""
    with pointed(PLAY):  # this process lets go of what is copied
        with doing(progress, "copying it"), admin(installation) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(PLAY)))
            _copy(connection, base, PLAY)
        yield


def _built(
    installation: Installation, base: str, begins: dt.datetime, up_to_date: Callable[[], None], progress: Progress
) -> Region:
    with admin(installation) as connection:
        kept = _kept(connection, base)
        earlier = max((name for name in kept if name < base), default=None)
        if base not in kept and earlier:  # its replay goes on
            _copy(connection, earlier, base)
    prepare(Installation(installation.home, base), dsn(installation))
    with pointed(base):
        up_to_date()
        return demo.build(begins.date() - dt.timedelta(days=1), progress, begins)


def _kept(connection: psycopg.Connection[Any], base: str) -> list[str]:
    """The stages that are there, of these files, in the order of their moments. Others are dropped, and the first of
    too many."""
    found = connection.execute("select datname from pg_database where starts_with(datname, 'stage_') order by 1")
    every = [name for (name,) in found.fetchall()]
    of_now = [name for name in every if name[-8:] == base[-8:]]
    kept = [name for name in of_now if name in {base, *of_now[-STAGES:]}]
    for name in every:
        if name not in kept:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    return kept


def _copy(connection: psycopg.Connection[Any], of: str, name: str) -> None:
    """A copy of a database in which nobody is any more."""
    names = (sql.Identifier(name), sql.Identifier(of), sql.Identifier(OWNER))
    connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [of])
    connection.execute(sql.SQL("create database {} template {} owner {}").format(*names))


def _fingerprint() -> str:
    """Of the region's files and of what tells its story from them: where one has changed, the stage is built anew."""
    source = Path(demo.__file__).parent
    files = [*demo.REGION.rglob("*.yaml"), *demo.REGION.rglob("*.csv"), *source.rglob("twin*.py"), Path(demo.__file__)]
    files += [*source.glob("counties/*.py"), source / "community/homes.py", source / "people/posts.py"]
    told = sorted((str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


def publications(region: Region, zone: ZoneInfo) -> Callable[[dt.datetime, dt.datetime], int]:
    """What the real region published, fact by fact at its moment: as the replay tells it, by the program itself."""
    with door.ledger() as ledger:
        ids = dict(ledger.execute("select key, id from places_place").fetchall())
    told = sorted(
        [(moment(one, zone), publication(one, ids[one.place], zone)) for one in region.bulletins]
        + [(moment(one, zone), figure(one, ids[one.place], zone)) for one in region.indicator_figures]
        + [(one.received_at, one.said) for one in demo.published_of(region, ids, zone)],
        key=lambda one: (one[0], str(one[1].id)),
    )

    def publish(after: dt.datetime, until: dt.datetime) -> int:
        due = [said for at, said in told if after < at <= until]
        if due:
            with door.ledger() as ledger:
                append(ledger, due, System(), device="bulletin", origin="imported")
        return len(due)

    return publish


@contextmanager
def pages(home: Path, workers: int = 2) -> Iterator[Supervisor]:
    """The pages of a server without a front: programs speak to their socket."""
    supervisor = started(home, workers)
    try:
        yield supervisor
    finally:
        supervisor.stop()


def started(home: Path, workers: int = 2, only: Sequence[str] = ("pages",)) -> Supervisor:
    """These processes of a server, running; whoever asked stops them."""
    supervisor = Supervisor(home, port=0, workers=workers)
    supervisor.children = [child for child in supervisor.commands() if child.name in only]
    for child in supervisor.children:
        supervisor.spawn(child)
    _until_it_answers(supervisor)
    return supervisor


def answers(supervisor: Supervisor) -> bool:
    try:
        connection = UnixConnection(supervisor.pages_socket)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except AWAY:
        return False


def _until_it_answers(supervisor: Supervisor, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers(supervisor):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up; see pages.log")
