"""Every relative link and picture of every page leads somewhere, so does every anchor, and no page is out of reach."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"var", "node_modules"}  # besides folders that begin with a point
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def found_pages() -> list[Path]:
    pages: list[Path] = []
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in ELSEWHERE and not name.startswith("."))
        pages += [Path(folder, name) for name in sorted(files) if name.endswith(".md")]
    return pages


PAGES = found_pages()


@cache
def anchors(page: Path) -> frozenset[str]:
    """Headings as a forge makes anchors of them; the second of the same name ends in -1."""
    names: dict[str, int] = {}
    found: set[str] = set()
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for title in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        name = re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        n = names[name] = names.get(name, -1) + 1
        found.add(f"{name}-{n}" if n else name)
    return frozenset(found)


def targets(text: str) -> list[str]:
    """Links and pictures that lead into this repository; what stands in code is none."""
    found = [markdown or html for markdown, html in LINK.findall(CODE.sub("", text))]
    return [target for target in found if not re.match(r"[a-z][a-z0-9+.-]*:|//", target)]


def lead(page: Path, target: str) -> Path:
    name = target.partition("#")[0]
    return (page.parent / name).resolve() if name else page


def broken(page: Path, text: str) -> list[str]:
    found = []
    for target in targets(text):
        there, anchor = lead(page, target), target.partition("#")[2]
        kept = there.is_relative_to(ROOT) and there.exists()
        if not kept or (anchor and (there.suffix != ".md" or anchor not in anchors(there))):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page, page.read_text()) == []


@pytest.mark.parametrize("first", ["README.md", "README.zh.md"])
def test_every_document_is_reached_from_the_first_page(first: str) -> None:
    reached, ahead = set[Path](), [ROOT / first]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            other = ROOT / ("README.zh.md" if first == "README.md" else "README.md")
            ahead += [there for target in targets(page.read_text()) if (there := lead(page, target)) != other]
    missing = {page for page in PAGES if page.is_relative_to(ROOT / "docs")} - reached
    assert sorted(str(page.relative_to(ROOT)) for page in missing) == [], f"link these from {first}, in its table"


def test_every_picture_is_shown_somewhere() -> None:
    shown = {lead(page, target) for page in PAGES for target in targets(page.read_text())}
    assert {path for path in (ROOT / "docs/images").iterdir() if path not in shown} == set()


def test_both_first_pages_lead_to_the_same_and_measure_the_same() -> None:
    english, chinese = (ROOT / "README.md").read_text(), (ROOT / "README.zh.md").read_text()
    plain = [
        sorted(re.sub(r"-(en|zh)\.png$", ".png", t) for t in targets(text) if not t.startswith("README"))
        for text in (english, chinese)
    ]
    assert plain[0] == plain[1]
    tables = [text.partition(f"## {title}\n")[2].partition("\n## ")[0] for text, title in
              ((english, "Measured"), (chinese, "实测"))]  # fmt: skip
    numbers = [sorted(re.findall(r"\d[\d,.]*\d|\d", table)) for table in tables]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 20


def test_what_leads_nowhere_would_be_seen() -> None:
    page = ROOT / "README.md"
    dead = ["docs/nowhere.md", "docs/board.md#nothing", "docs/images/none.png", "#no-such-heading", "../outside.md"]
    text = " ".join(f"[a]({target})" for target in dead) + " [b](docs/board.md#levels) `[c](docs/code.md)`"
    assert broken(page, text) == dead
    assert broken(page, '<img alt="x" src="docs/images/none.png"> [![p](docs/images/no.png)](docs/board.md)') == [
        "docs/images/none.png",
        "docs/images/no.png",
    ]
    assert len(PAGES) > 20
