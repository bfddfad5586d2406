"""PostgreSQL's own programs, and what they say when they fail."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from tongzhou.database.server import binaries

_COLUMN_VERSION = re.compile(rb"ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);$")


class BackupFailed(Exception):
    """The backup or restore did not happen; the message says what to do."""


def start(command: list[str], given: dict[str, Any], **streams: Any) -> subprocess.Popen[bytes]:
    """A PostgreSQL tool; the password goes by the environment, where other users cannot see it."""
    given = dict(given)
    password = str(given.pop("password", ""))
    program, *arguments = command
    if program in ("pg_basebackup", "pg_receivewal"):
        given.pop("dbname", None)
    return subprocess.Popen(
        [str(binaries() / program), "-d", make_conninfo(**given), *arguments],
        env={**os.environ, "PGPASSWORD": password},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **streams,
    )


def run(command: list[str], given: dict[str, Any]) -> None:
    finish(command[0], start(command, given))


def finish(program: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for a tool. Raises BackupFailed with the end of what it said."""
    _, told = process.communicate()
    if process.returncode != 0:
        said = told.decode(errors="replace").strip()[-600:]
        if os.strerror(errno.ENOSPC) in said:
            raise BackupFailed(f"The disk is full: {program} could not write. Make room, then start again.")
        raise BackupFailed(f"{program} failed: {said}")


@contextmanager
def disk_told(folder: Path) -> Iterator[None]:
    """A full disk is called a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise BackupFailed(f"The disk of {folder} is full. Make room, then start again.") from None


def load(dump: Path, given: dict[str, Any]) -> None:
    """Load an archive of pg_dump in one transaction, into a server that may be older than the tools."""
    script = subprocess.Popen(
        [str(binaries() / "pg_restore"), "--no-owner", "-f", "-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert script.stdout is not None
    loading = start(["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1"], given, stdin=subprocess.PIPE)
    assert loading.stdin is not None
    try:
        for line in script.stdout:  # the schema comes before the data
            if not _of_other_servers(line):
                loading.stdin.write(line)
            if line.startswith(b"COPY "):
                break
        while block := script.stdout.read(1 << 20):
            loading.stdin.write(block)
    except BrokenPipeError:
        pass  # psql says why
    script.stdout.close()
    finish("psql", loading)
    finish("pg_restore", script)


def _of_other_servers(line: bytes) -> bool:
    """What one release writes into an archive and another refuses: a setting that servers before 17 lack, and the
    version of a column's options that 15.20 keeps among them for itself."""
    return line.startswith(b"SET transaction_timeout") or bool(_COLUMN_VERSION.match(line))
