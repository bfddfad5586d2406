"""What a start of the server costs: what only a plan or a forecast needs is loaded when somebody asks for one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numba", "ortools", "pandas", "pyarrow", "pypinyin", "pyvrp", "scipy")


@pytest.mark.parametrize("served", ["tongzhou.wsgi", "tongzhou.asgi"])
def test_a_server_starts_without_what_few_pages_need(served, tmp_path):
    asked = f"import {served}, sys; print(*[one for one in {HEAVY!r} if one in sys.modules])"
    given = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TONGZHOU_DATA_DIR": str(tmp_path),
             "DJANGO_SETTINGS_MODULE": "tongzhou.settings"}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", asked], env=given, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "half of a server's start, and 100 MB of each of its processes"
