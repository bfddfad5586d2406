"""What commands that use the database share: open it, bring it up to date, start Django."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

port_number = click.IntRange(1, 65535)
data_dir = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="TONGZHOU_DATA_DIR",
    help="Folder of the database, keys and reports (default: var/ beside the program).",
)


UNFINISHED = "restore.unfinished"  # stands in the data folder while a restore is under way


@contextmanager
def opened(
    folder: Path | None = None, *, migrate: bool = True, restoring: bool = False, say: Any = None
) -> Iterator[Any]:
    """Django set up over a running, migrated database. Yields the Installation."""
    if folder is not None:
        os.environ["TONGZHOU_DATA_DIR"] = str(folder.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
    import django
    import psycopg
    from django.conf import settings

    from tongzhou.database.server import ServerFailed

    try:
        compile_messages()
        os.umask(0o077)  # what this program writes from now on is for its own user alone
        installation = settings.INSTALLATION
        if installation.home.exists():
            installation.home.chmod(0o700)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or error.filename2} cannot be used: {error.strerror}. "
            "Choose a folder of your own with --data-dir; the program's own must have been used once by its owner."
        ) from None
    except psycopg.ProgrammingError as error:
        raise click.ClickException(f"DATABASE_URL cannot be read: {str(error).strip()}") from None
    if not restoring and (installation.home / UNFINISHED).exists():
        raise click.ClickException(
            f"A restore into {installation.home} did not finish, and persons who were erased may be in it. "
            "Restore again into a new folder and delete this one."
        )
    try:
        with installation.running():
            django.setup()
            if migrate:
                bring_up_to_date(say)
            yield installation
            from django.db import connections

            from tongzhou.ledger import door

            door.close()
            connections.close_all()
    except ServerFailed as error:
        raise click.ClickException(str(error)) from None


def bring_up_to_date(say: Any = None) -> None:
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if say:
            say("Bringing the database up to date")
        call_command("migrate", database="owner", verbosity=0)
    connections["owner"].close()
    apply_erasures()


def apply_erasures() -> None:
    """Whoever is on the list of the erased is erased before anything opens."""
    from tongzhou.ledger import door
    from tongzhou.people import erasing
    from tongzhou.problems import ListBroken

    try:
        with door.ledger() as connection:
            erasing.reconcile(connection)
    except ListBroken as error:
        raise click.ClickException(f"{error}. Put the newest erased.jsonl into the data folder.") from None


def compile_messages(under: Path | None = None) -> None:
    """Compile message catalogues that are newer than their compiled form: there is no msgfmt on a fresh machine."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in (under or Path(__file__).resolve().parents[1]).rglob("locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source)
        draft = mo.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as target:
            write_mo(target, catalog)
        draft.replace(mo)


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars for whoever sits at a terminal: yields what is told (what, done, of how many). Elsewhere it is said once
    what is being done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what.capitalize(), total=total)
                if bar.disable:
                    click.echo(what.capitalize(), err=True)
            bar.update(tasks[what], completed=done, total=total)

        yield progress
