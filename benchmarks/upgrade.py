"""A data folder of an older checkout, opened in place: nothing is backed up and restored in between.

    .venv/bin/python benchmarks/upgrade.py OLD

OLD is a folder of a checkout (`git worktree add /tmp/old 35d559e`). Its own program makes the folder, from the backup
in tests/upgrade, with the cluster, keys and heads as it writes them; then this program opens the same folder, drains
the queue of a phone of then, folds everything again and verifies, as tests/upgrade does with the backup alone. Exit 1
where an answer differs from what the older program had given.
"""

from __future__ import annotations

import gzip
import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
BACKUP = HERE / "tests/upgrade"


def main() -> None:
    old = Path(sys.argv[1]).resolve()
    before = json.loads((BACKUP / "answers.json").read_text())
    with tempfile.TemporaryDirectory(prefix="tongzhou-upgrade-") as folder:
        for name in ("first.tar", "keys.tar"):
            (Path(folder) / name).write_bytes(gzip.decompress((BACKUP / f"{name}.gz").read_bytes()))
        home = Path(folder) / "home"
        restore = ["restore", f"{folder}/first.tar", "--keys", f"{folder}/keys.tar", "--json"]
        run(old, home, ["-m", "tongzhou", *restore])
        run(old, home, ["-m", "tongzhou", "follow", "--once"])
        sys.path.insert(0, str(HERE / "tests"))
        drill = runpy.run_path(str(BACKUP / "test_first_envelope.py"))["DRILL"]
        told = json.loads(run(HERE, home, ["-c", drill, json.dumps(before["keys"])]).splitlines()[-1])
        verified = json.loads(run(HERE, home, ["-m", "tongzhou", "verify", "--json"]).splitlines()[-1])
    said = {
        "rows as they stood": told["rows"] == before["rows"],
        "known as it was known": sorted(map(json.dumps, told["was"])) == sorted(map(json.dumps, before["was"])),
        "a phone's queue drained": (told["drained"]["accepted"], told["again"]["known"]) == (3, 3),
        "the promised patient admitted": told["ward"]["accepted"] == 1 and not told["ward"]["waiting"],
        "a foreign word waits": told["foreign"]["waiting"] == [0],
        "folded again, nothing changed": told["rebuilt"] == [0, 0, 0] and told["again_unchanged"],
        "verified": told["findings"] == [] and bool(verified.get("ok")),
    }
    for what, so in said.items():
        print(f"{'yes' if so else 'NO ':4}{what}")
    sys.exit(not all(said.values()))


def run(checkout: Path, home: Path, command: list[str]) -> str:
    given = {**os.environ, "PYTHONPATH": str(checkout / "src"), "TONGZHOU_DATA_DIR": str(home)}
    done = subprocess.run([sys.executable, *command], env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-1000:] + done.stderr[-2000:])
    return done.stdout


if __name__ == "__main__":
    main()
