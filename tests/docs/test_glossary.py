"""Every word the program uses for a fact, an indicator, a role or a folded noun stands in GLOSSARY.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongzhou.ledger.fold import CALLED, FOLDS
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.roll import INDICATORS
from tongzhou.people.roles import ROLES, SORTS

TEXT = (Path(__file__).resolve().parents[2] / "GLOSSARY.md").read_text()


def rows(title: str) -> dict[str, tuple[str, str]]:
    """English and Chinese by the name in code, of one section's table."""
    section = TEXT.partition(f"## {title}")[2].partition("\n## ")[0]
    return {
        code: (en.strip(), zh.strip())
        for en, zh, code in re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)`", section, re.MULTILINE)
    }


SECTIONS = {
    "What can be said": set(KINDS),  # a kind that is not here yet has its words in its declaration (worded.py)
    "What is folded": set(FOLDS) | {"household-day"},
    "Indicators": set(INDICATORS),
    "Roles": set(ROLES),
}


@pytest.mark.parametrize("title", SECTIONS)
def test_every_word_has_its_english_and_chinese(title: str) -> None:
    found = rows(title)
    said_elsewhere = {
        "What can be said": {name for name, kind in KINDS.items() if kind.called},
        "What is folded": {noun for noun, called in CALLED.items() if called},
    }.get(title, set())
    assert found.keys() <= SECTIONS[title] <= found.keys() | said_elsewhere
    for english, chinese in found.values():
        assert re.search("[A-Za-z]", english) and re.search("[\u4e00-\u9fff]", chinese), (english, chinese)


def test_every_sort_of_data() -> None:
    section = TEXT.partition("## Sorts of data")[2].partition("\n## ")[0]
    assert all(f"`{sort}`" in section for sort in SORTS)


def test_no_word_stands_for_two_things() -> None:
    words = [english for title in SECTIONS for english, _ in rows(title).values()]
    assert len(words) == len(set(words)) > 30
