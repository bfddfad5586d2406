"""Every test that docs/security.md names exists, and every line has its answer."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/security.md").read_text()
LINES = re.findall(r"^\| (\d+\.\d+[^|]*)\| (\S+) \| (.*) \|$", TEXT, re.MULTILINE)


def test_every_named_test_exists() -> None:
    defined = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    for path in (ROOT / "tests").rglob("test_*.py"):
        defined |= set(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 35
    assert named - defined == set()


def test_every_line_is_answered_with_a_test_or_a_reason() -> None:
    assert len(LINES) > 80
    chapters = {line.split(".")[0] for line, _, _ in LINES}
    assert {"2", "3", "4", "12", "13"} <= chapters
    for line, answer, why in LINES:
        assert answer in ("yes", "part", "no", "–") and len(why) > 3, line
