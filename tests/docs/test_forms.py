"""Every number of a paper form stands in docs/forms, and every address that is told there is one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "forms" / "README.md").read_text(encoding="utf-8")
NUMBERED = re.compile(r"(?:SHEET|TALLY) = \"([A-Z]{2}-0\d)\"|f\"([A-Z][A-Z0-9])-\{|: \"(C\d)\"")


def numbers() -> set[str]:
    """As the program gives them to its papers: whole, or by their first letters."""
    found = set()
    for file in (ROOT / "src" / "tongzhou").rglob("*.py"):
        if "templates" not in file.parts:
            found |= {next(filter(None, one)) for one in NUMBERED.findall(file.read_text(encoding="utf-8"))}
    return found


def test_every_form_is_told_with_who_fills_it_in_and_how_it_gets_back_in() -> None:
    told = set(re.findall(r"`([A-Z]{2}-0\d|[A-Z][A-Z0-9])(?:-…)?`", TABLE)) | {"C2", "C3"}
    assert {"GZ-01", "MG-02", "D1", "H1", "C4"} <= numbers()
    assert told == numbers()
    rows = [line for line in TABLE.splitlines() if line.startswith("| `")]
    assert all(len(row.strip("|").split("|")) == 6 and all(map(str.strip, row.strip("|").split("|"))) for row in rows)


def test_every_address_of_a_form_is_one() -> None:
    from django.urls import resolve

    for address in re.findall(r"\| `(/[a-z/]+)[?`]", TABLE):
        assert resolve(address), address
