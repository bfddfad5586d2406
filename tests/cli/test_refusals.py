"""What cannot be is refused with a sentence, never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def refusal(*arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("TONGZHOU_DATA_DIR", None)
    done = subprocess.run(
        [sys.executable, "-m", "tongzhou", *arguments], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (1, 2) and done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
@pytest.mark.parametrize("port", ["0", "-1", "65536", "http"])
def test_a_port_that_is_none(command: str, port: str) -> None:
    assert "--port" in refusal(command, "--port", port)


@pytest.mark.parametrize("day", ["2020-01-22", "2020-03-11", "1999-01-01", "9999-12-31", "2020-02-30", "today", ""])
def test_a_day_without_figures(day: str) -> None:
    assert "--as-of" in refusal("demo", "--no-serve", "--as-of", day)


def test_a_folder_that_cannot_be_used() -> None:
    assert "/proc/nowhere" in (told := refusal("demo", "--no-serve", "--data-dir", "/proc/nowhere"))
    assert "--data-dir" in told
