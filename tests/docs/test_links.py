"""Every relative link and picture of every page leads somewhere, and so does every anchor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Headings as a forge makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in headings}


def broken(page: Path, text: str) -> list[str]:
    found = []
    for target in LINK.findall(text):
        name, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page, re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)) == []


def test_a_dead_link_would_be_seen() -> None:
    page = ROOT / "README.md"
    assert broken(page, "[a](docs/nowhere.md) [b](docs/board.md#nothing) [c](docs/board.md)") == [
        "docs/nowhere.md",
        "docs/board.md#nothing",
    ]
    assert len(PAGES) > 20
