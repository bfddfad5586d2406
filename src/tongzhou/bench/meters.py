"""CPU seconds of what a benchmark runs, by part: this process and its children, and the database's own processes."""

from __future__ import annotations

import psutil

from tongzhou.database.roles import Installation


def cpu() -> dict[str, float]:
    """Seconds so far, of processes that live and of those already reaped by one that does; nobody else's."""
    me = psutil.Process()
    total = {"client": _own(me), "pages": 0.0, "followers": 0.0, "postgresql": 0.0}
    for process in me.children(recursive=True):
        part = _part(process)
        if part:
            total[part] += _own(process)
    for process in _database():
        total["postgresql"] += _own(process, reaped=True)
    return total


def cpu_seconds() -> float:
    return sum(cpu().values())


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
