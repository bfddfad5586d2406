"""What happens without anybody asking: terms end, weeks turn, old keys die, lists agree, old heads are thinned."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from threading import Event

import psycopg

from tongzhou.ledger import door, heads
from tongzhou.people import epochs, erasing, terms

log = logging.getLogger(__name__)


def sweep(now: dt.datetime | None = None) -> dict[str, int]:
    """Do all that is due; returns how much of each. One that fails does not keep the others, and stays owed."""
    done: dict[str, int] = {}
    works: dict[str, Callable[[], int]] = {
        "reconciled": _reconcile,
        "expired": _expire,
        "rewrapped": lambda: epochs.turn(now),
        "keys_destroyed": lambda: len(epochs.bury(now)),
        "heads_thinned": _thin,
    }
    for name, work in works.items():
        try:
            done[name] = work()
        except psycopg.OperationalError as error:
            log.warning("%s waits: the database is away (%s)", name, type(error).__name__)
        except Exception:
            log.exception("%s failed; it is owed until it succeeds", name)
    return done


def run(stop: Event, every: float = 60) -> None:
    """Sweep until told to stop, in a thread of its own: followers do not wait for it."""
    while True:
        sweep()
        if stop.wait(every):
            return


def _reconcile() -> int:
    with door.ledger() as connection:
        return erasing.reconcile(connection)


def _thin() -> int:
    with door.ledger() as connection:
        return heads.thin(connection)


def _expire() -> int:
    with door.ledger() as connection:
        terms.follow_rows(connection)
        return erasing.erase(connection, "expired")
