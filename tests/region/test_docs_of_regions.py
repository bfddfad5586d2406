"""docs/regions.md names every file of a region with exactly its fields, and its example passes the check."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "regions.md").read_text()
ROWS = {
    match[1]: re.findall(r"`([^`]+)`", match[2])
    for match in re.finditer(r"^\| `([\w.]+)` \| [^|]+ \| (.+) \|$", DOCS, re.MULTILINE)
}


def header(path: Path) -> list[str]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return next(csv.reader(text.splitlines()))


@pytest.mark.parametrize("name", ["hubei", "tiny"])
def test_every_table_has_the_fields_the_docs_name(name: str) -> None:
    tables = [*(ROOT / "regions" / name).glob("*.csv"), *(ROOT / "regions" / name).glob("*.csv.gz")]
    assert len(tables) >= 7
    for table in tables:
        needed, *where_told = (one.split(", ") for one in ROWS[table.name.removesuffix(".gz")])
        found = header(table)
        assert found[: len(needed)] == needed, table.name
        assert not set(found) - set(needed) - {name for one in where_told for name in one}, table.name


def test_every_file_of_hubei_is_described() -> None:
    for path in (ROOT / "regions" / "hubei").glob("*.yaml"):
        assert f"`{path.name}`" in DOCS, path.name
    for tool in (ROOT / "regions" / "hubei" / "tools").glob("build_*.py"):
        assert tool.name in DOCS, tool.name
