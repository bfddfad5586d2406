"""Plans from tables that a desk brings: the operator's own command, run apart from the pages.

Each plan has a folder in the installation: `in/` with its tables, `out.json`, `told` with what the command printed and
`code` with how it ended. A crash of the server leaves a folder without `code`; it is shown as such and run again.
The folders are deleted after a day: what was signed stands in the ledger with its digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tongzhou.dayplan.held import Fill
from tongzhou.problems import Malformed, NotFound, OneAtATime

KEEP_SECONDS = 24 * 3600
BUDGET = 60  # CPU seconds of a search
LIMIT_SECONDS = 300  # then the kernel ends the command
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Engine:
    """One of the planning engines: its command, the tables it needs, and how it is asked for an example."""

    name: str
    command: str
    title: Any
    question: Any
    tables: tuple[str, ...]
    optional: tuple[str, ...]
    example: tuple[str, ...]
    searches: bool = False
    fair: bool = False  # its price of fairness is quick to find


ENGINES = {
    one.name: one
    for one in (
        Engine(
            "supplies", "supplies", _("Scarce goods"),
            _("Which goods go to which site, so that nobody runs out first?"),
            ("items", "sites", "batches", "needs", "roads"), (), ("--generate", "6x24"), fair=True,
        ),
        Engine(
            "beds", "beds", _("Beds of a city"),
            _("Which patient goes to which ward, by severity, need and distance?"),
            ("wards", "patients"), (), ("--generate", "120x6"), fair=True,
        ),
        Engine(
            "rounds", "rounds", _("Delivery rounds"), _("Which vehicle brings what to which point, and when?"),
            ("points", "depots", "fleet"), (), ("--generate", "80x3"), searches=True,
        ),
        Engine(
            "rosters", "roster", _("Rosters"), _("Who is on duty when, with rest and with a backup?"),
            ("staff", "shifts", "slots"), ("off",), ("--generate", "24"),
        ),
        Engine(
            "journeys", "journeys", _("Journeys"), _("Which coach takes whom, point to point?"),
            ("places", "groups"), (), ("--generate", "600"), searches=True,
        ),
        Engine(
            "liaison", "liaison", _("Contact persons and teams"),
            _("Who goes to whom, the same person as yesterday?"),
            ("helpers", "needs"), (), ("--generate", "60x12"), fair=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One plan that was asked for."""

    key: str
    engine: Engine
    folder: Path

    @property
    def state(self) -> str:
        """`running`, `done`, `failed` (with `told`), or `lost` where the server died over it."""
        code = self.folder / "code"
        if code.exists():
            return "done" if (self.folder / "out.json").exists() else "failed"
        return "running" if _alive(self.folder) else "lost"

    @property
    def told(self) -> str:
        """What the command said last: where it failed, the file, row and field at fault."""
        path = self.folder / "told"
        lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
        return lines[-1].removeprefix("Error: ") if lines else ""

    @cached_property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "out.json").read_text())
        return found

    @property
    def digests(self) -> tuple[str, str]:
        """SHA-256 of the plan and of its tables."""
        tables = hashlib.sha256()
        for path in sorted((self.folder / "in").iterdir()):
            tables.update(path.name.encode() + b"\0" + path.read_bytes())
        return hashlib.sha256((self.folder / "out.json").read_bytes()).hexdigest(), tables.hexdigest()


def home() -> Path:
    folder: Path = settings.INSTALLATION.home / "plans"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def start(
    engine: Engine, owner: int, files: Sequence[UploadedFile[Any]], key: uuid.UUID, fill: Fill | None = None
) -> Job:
    """Begin a plan from tables that are brought or that `fill` writes, or from an example where there are none. Raises
    Malformed and OneAtATime."""
    _sweep()
    if any(job.state == "running" for job in of(owner)):
        raise OneAtATime()
    _needed(engine, files)
    folder = home() / f"{owner}-{engine.name}-{key}"
    if folder.exists():  # the button was pressed twice
        return Job(str(key), engine, folder)
    (folder / "in").mkdir(mode=0o700, parents=True)
    if fill:
        fill(folder / "in")
    for file in files:
        with (folder / "in" / str(file.name)).open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
    asked = ["--in", str(folder / "in")] if files or fill else [*engine.example, "--save", str(folder / "in")]
    asked += ["--fairness"] if engine.fair else []
    asked += ["--budget", str(BUDGET)] if engine.searches else []
    asked += ["--out", str(folder / "out.json"), "--json"]
    command = [sys.executable, "-m", "tongzhou", "plan", engine.command, *asked]
    script = f'ulimit -t {LIMIT_SECONDS}; nice -n 10 "$@" >told 2>&1; echo $? >code'
    process = subprocess.Popen(
        ["/bin/sh", "-c", script, "plan", *command], cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    (folder / "pid").write_text(str(process.pid))
    return Job(str(key), engine, folder)


def _needed(engine: Engine, files: Sequence[UploadedFile[Any]]) -> None:
    if not files:
        return
    given = {}
    for file in files:
        name, _dot, ending = str(file.name).rpartition(".")
        if name not in engine.tables + engine.optional or ending.lower() not in ("csv", "parquet"):
            listed = ", ".join(f"{one}.csv" for one in engine.tables + engine.optional)
            raise Malformed(f"{file.name}: {listed}", "tables")
        if (file.size or 0) > LARGEST:
            raise Malformed(f"{file.name}: > {LARGEST // 2**20} MiB", "tables")
        given[name] = file
    if missing := [name for name in engine.tables if name not in given]:
        raise Malformed(", ".join(f"{name}.csv" for name in missing), "tables")


def of(owner: int) -> list[Job]:
    """Somebody's own plans of the last day, newest first; nobody sees another's tables."""
    found = [_job(folder) for folder in home().glob(f"{owner}-*")]
    return sorted((job for job in found if job), key=lambda job: job.key, reverse=True)


def find(owner: int, key: str) -> Job:
    job = next((job for job in of(owner) if job.key == key), None)
    if job is None:
        raise NotFound()
    return job


def drop(job: Job) -> None:
    """Take it back: the command is ended, its tables are deleted."""
    if job.state == "running":
        with contextlib.suppress(OSError, ValueError):
            os.killpg(int((job.folder / "pid").read_text()), signal.SIGTERM)
    shutil.rmtree(job.folder, ignore_errors=True)


def _job(folder: Path) -> Job | None:
    _owner, name, key = folder.name.split("-", 2)
    return Job(key, ENGINES[name], folder) if name in ENGINES else None


def _alive(folder: Path) -> bool:
    try:
        pid = int((folder / "pid").read_text())
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, ValueError):
        return False


def _sweep() -> None:
    for folder in home().iterdir():
        if time.time() - folder.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def tables_zip(job: Job) -> bytes:
    """The tables as they were, to be filled in and brought again."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((job.folder / "in").iterdir()):
            archive.write(path, path.name)
    return kept.getvalue()


def flat(value: Any) -> str:
    """A value of a plan's row as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, float):
        return f"{value:,.1f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return " ".join(f"({flat(one)})" if isinstance(one, list) else flat(one) for one in value)
    return str(value)
