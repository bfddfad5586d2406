"""Taking in what somebody brought on the page: short lists at once, long ones by a process of its own.

How far that is stands in a file of counts beside the data, so that the page can be left, loaded again and opened after
the server was started anew. A process that was ended leaves its counts: the same list is taken in again, and what went
in before is recognised.

    python -m tongzhou.linelist.taking KEY STAFF DATABASE
"""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

AT_ONCE = 2_000  # rows that are taken in while the page waits
KEEP_SECONDS = 7 * 24 * 3600
ROOT = Path(__file__).resolve().parents[2]


class Progress(msgspec.Struct):
    """How far an import is. `of`: about how many rows there are; `ended`: nothing, `done`, or the code of what was
    wrong."""

    pid: int
    of: int
    rows: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    ended: str = ""

    @property
    def state(self) -> str:
        """running, done, failed, or lost where its process was ended."""
        if self.ended:
            return "done" if self.ended == "done" else "failed"
        return "running" if _alive(self.pid) else "lost"


def begin(key: str, staff: int, rows: int) -> None:
    """Take it in by a process of its own; pressed again while that runs, nothing happens."""
    from django.conf import settings

    if (held := so_far(key)) and held.state == "running":
        return
    _sweep()
    process = subprocess.Popen(
        [sys.executable, "-m", "tongzhou.linelist.taking", key, str(staff), str(settings.DATABASES["default"]["NAME"])],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    _write(key, Progress(process.pid, rows))


def so_far(key: str) -> Progress | None:
    try:
        return msgspec.json.decode((_home() / f"{key}.json").read_bytes(), type=Progress)
    except (OSError, msgspec.DecodeError):
        return None


def take_in(key: str, holder: Any, progress: Callable[[Any], None] | None = None) -> bool:
    """Take the list in, in the name of who brought it; the file leaves the vault, what was refused goes in.

    False where no layout fits yet: the page says so. Raises NotATable, MappingError and Busy.
    """
    from tongzhou.ledger import door
    from tongzhou.linelist import imports
    from tongzhou.linelist.refusals import write
    from tongzhou.linelist.understand import Choices, understand
    from tongzhou.people import vault

    with door.ledger() as ledger:
        held = vault.read(ledger, f"import/{key}", holder, "investigation")
    if "result" in held:
        return True
    about = json.loads(held["about"])
    choices = msgspec.convert(about["choices"], Choices)
    found = understand(base64.b64decode(held["file"]), choices, limits=limits())
    if found.sure is None:
        return False
    result = imports.run(
        found.table, found.sure, holder, place=about["place"], leave_out=choices.leave_out, progress=progress
    )
    back = io.StringIO()
    write(back, result.binding.headings, result.refused)
    told = imports.told(result) | found.told()
    told["first"] = [[one.n, list(map(msgspec.structs.astuple, one.troubles))] for one in result.refused[:SHOWN]]
    fields = {"file": "", "result": json.dumps(told), "refused": back.getvalue() if result.refused else ""}
    with door.ledger() as ledger:
        vault.put(ledger, f"import/{key}", fields, place=about["place"], sees="cases")
    return True


SHOWN = 50  # refused rows on the page; all are in the file


def limits() -> Any:
    from tongzhou.tables.reader import Limits

    return Limits(size=20 << 20, memory=2 << 30, seconds=60)


def main(key: str, staff: str, database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
    import django
    from django.conf import settings

    for one in settings.DATABASES.values():
        one["NAME"] = database
    django.setup()
    from tongzhou.linelist.appending import Busy
    from tongzhou.people.scope import holder_of

    so_far_told = Progress(os.getpid(), (held.of if (held := so_far(key)) else 0))

    def follow(result: Any) -> None:
        so_far_told.rows, so_far_told.added, so_far_told.known = result.rows, result.added, result.known
        so_far_told.refused = len(result.refused)
        _write(key, so_far_told)

    try:
        so_far_told.ended = "done" if take_in(key, holder_of(int(staff)), follow) else "no_layout"
    except Busy:
        so_far_told.ended = "busy"
    except Exception as error:
        so_far_told.ended = "not_finished"
        raise SystemExit(type(error).__name__) from None  # a traceback could hold cells
    finally:
        _write(key, so_far_told)


def _home() -> Path:
    from django.conf import settings

    folder: Path = settings.INSTALLATION.home / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(key: str, progress: Progress) -> None:
    new = _home() / f"{key}.{os.getpid()}"
    new.write_bytes(msgspec.json.encode(progress))
    new.replace(_home() / f"{key}.json")


def _sweep() -> None:
    for path in _home().iterdir():
        if time.time() - path.stat().st_mtime > KEEP_SECONDS:
            path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
