"""The program as an operator runs it: in a process of its own, on a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def tongzhou(home: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return run(home, [sys.executable, "-m", "tongzhou", *arguments], check)


def run(home: Path, command: list[str], check: bool = True) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("TONGZHOU_DATABASE", "DATABASE_URL")}
    env |= {"TONGZHOU_DATA_DIR": str(home), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done
