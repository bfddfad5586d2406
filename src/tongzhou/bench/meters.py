"""CPU seconds of what a benchmark runs, by part, and the memory that it takes: this process and its children, and the
database's own processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tongzhou.database.roles import Installation


def cpu(*, ended: bool = False) -> dict[str, float]:
    """Seconds so far, of processes that live and of those already reaped by one that does; nobody else's. `ended`: of
    those, too, that this one began and that have ended since, where none of them is counted by itself."""
    me = psutil.Process()
    total = {"client": _own(me, reaped=ended), "pages": 0.0, "followers": 0.0, "postgresql": 0.0}
    for process in me.children(recursive=True):
        part = _part(process)
        if part:
            total[part] += _own(process, reaped=part == "client")
    for process in _database():
        total["postgresql"] += _own(process, reaped=True)
    return total


def cpu_seconds() -> float:
    return sum(cpu().values())


OFTEN = 1.0  # seconds between two looks at the memory: each costs some milliseconds


@contextmanager
def peak() -> Iterator[dict[str, int]]:
    """Megabytes at the largest, filled in at the end: `program` of this process and all that it begins, `processes` how
    many those were, `postgresql` of the database's at its own largest. What processes share is counted once: of a page
    that four have, each has a quarter (PSS)."""
    told = {"program": 0, "processes": 0, "postgresql": 0}
    done, me = threading.Event(), psutil.Process()

    def look() -> None:
        while not done.wait(OFTEN):
            database = _database()
            own = [one for one in (me, *me.children(recursive=True)) if one not in database]
            used = sum(map(_share, own)) >> 20
            if used > told["program"]:
                told.update(program=used, processes=len(own))
            told["postgresql"] = max(told["postgresql"], sum(map(_share, database)) >> 20)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield told
    finally:
        done.set()
        looking.join()


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _part(process: psutil.Process) -> str | None:
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return None
    if "multiprocessing" in line:  # begun by this one for a part of its work
        return "client"
    return "pages" if "granian" in line else "followers" if "tongzhou follow" in line else None


def _database() -> list[psutil.Process]:
    """The embedded cluster's postmaster with its children; with DATABASE_URL every PostgreSQL process there is."""
    pid = Installation.here().home / "pg" / "postmaster.pid"
    try:
        postmaster = psutil.Process(int(pid.read_text().splitlines()[0]))
        return [postmaster, *postmaster.children(recursive=True)]
    except (OSError, ValueError, IndexError, psutil.Error):
        return [one for one in psutil.process_iter(["name"]) if "postgres" in (one.info["name"] or "")]


def _own(process: psutil.Process, *, reaped: bool = False) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + (times.children_user + times.children_system if reaped else 0.0))
