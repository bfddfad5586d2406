"""A real PostgreSQL for the whole run; each test that asks for `db` gets a database of its own, cloned in
milliseconds."""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# Bytecode is kept, whatever the environment says: every program that a test starts would else compile all modules anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
HOME = Path(tempfile.mkdtemp(prefix="tongzhou-test-"))
if "PYTEST_XDIST_WORKER" in os.environ:  # each of several processes has a server of its own
    os.environ["TONGZHOU_DATA_DIR"] = str(HOME)
os.environ.setdefault("TONGZHOU_DATA_DIR", str(HOME))
os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.settings"
os.environ.setdefault("TONGZHOU_FAST_PASSWORDS", "1")

import django  # noqa: E402  (settings read the environment)

django.setup()

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_finish() -> None:
    """Four thousand tests stand until the end: they are not looked through again and again for what is garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not here")
    return SHARED


# No test waits for a disk: nothing here outlives the machine. Little memory is shared: every session maps all of it.
QUICK = {"fsync": "off", "full_page_writes": "off", "wal_compression": "off", "scram_iterations": "1",
         "shared_buffers": "64MB"}  # fmt: skip


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The name of a migrated template database."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_test_environment

    from tongzhou.database.server import SETTINGS

    SETTINGS.update(QUICK)
    with settings.INSTALLATION.running():
        setup_test_environment()
        call_command("migrate", database="owner", verbosity=0)
        connections.close_all()
        yield settings.DATABASES["default"]["NAME"]
        connections.close_all()
        from tongzhou.ledger import door

        door.close()


@pytest.fixture(scope="session")
def small_town(server: str) -> Iterator[tuple[str, Mapping[str, int]]]:
    """A template with the small town of world.py, its clock at nine, and the numbers of its staff."""
    import world
    from tests_support import fresh_database

    with fresh_database(server, f"{server}_town{os.getpid()}") as name:
        yield name, world.furnish(simulated=True)


_numbers = itertools.count()


@pytest.fixture
def db(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database; its name. Django's connections and the ledger's pool point at it. Where the test asks for
    `town` it holds that."""
    from tests_support import fresh_database

    template = request.getfixturevalue("small_town")[0] if "town" in request.fixturenames else server
    with fresh_database(template, f"{server}_t{next(_numbers)}") as name:
        yield name


@pytest.fixture
def town(small_town: tuple[str, Mapping[str, int]], db: str) -> dict[str, int]:
    """The small town of world.py, furnished, its clock at nine; the numbers of its staff."""
    return dict(small_town[1])


@pytest.fixture
def staff(town: dict[str, int]) -> dict[str, int]:
    """The staff of the small town; a file may hire more."""
    return town


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, one for a file of tests."""
    from live import chromium

    with chromium() as launched:
        yield launched
