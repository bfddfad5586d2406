"""docs/reference.md names every kind of fact, address, refusal, command and setting there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import get_resolver

import tongzhou.doorway.urls  # noqa: F401  (its refusals register by being imported)
from tongzhou.cli import COMMANDS
from tongzhou.ledger import reference
from tongzhou.ledger.kinds import KINDS
from tongzhou.problems import BY_CODE, Problem

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/reference.md").read_text()
ENVIRONMENT = re.compile(r"""environ(?:\.get|\.setdefault|\.pop)?[\[(]\s*["'](\w+)["']|envvar=["'](\w+)["']""")


def section(title: str, text: str = TEXT) -> str:
    """What stands under a heading, up to the next of its level."""
    level = re.match(r"#+", title)
    assert level is not None
    until = rf"(?=^#{{1,{len(level[0])}}} |\Z)"
    found = re.search(rf"^{re.escape(title)}$(.*?){until}", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/reference.md has no heading {title!r}"
    return found[1]


def firsts(text: str) -> set[str]:
    """The words in the first column of a section's tables."""
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def test_the_kinds_are_told_as_they_are_declared() -> None:
    """`./tongzhou schema --reference --into docs/reference.md` writes it anew."""
    assert section("## Kinds of fact").strip() == reference.section().partition("\n")[2].strip()
    assert set(re.findall(r"^### `([\w.]+)`$", section("## Kinds of fact"), re.MULTILINE)) == KINDS.keys()


def addresses(patterns: list[Any], before: str = "") -> Iterator[str]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from addresses(one.url_patterns, before + str(one.pattern))
        else:
            yield "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", before + str(one.pattern))


def test_every_address() -> None:
    described = firsts(section("## Addresses"))
    assert set(addresses(get_resolver().url_patterns)) | {"/stream/board"} == described


def test_every_refusal_with_its_status() -> None:
    told = section("## Refusals")
    known = {**BY_CODE, **{cls.code: cls for cls in Problem.__subclasses__()}}
    for code, problem in known.items():
        assert f"| `{code}` | {problem.status} |" in told, code


def test_every_command() -> None:
    assert firsts(section("## Commands")) == COMMANDS.keys()


def test_every_setting_that_the_program_reads() -> None:
    read: set[str] = set()
    for path in [ROOT / "tongzhou", *(ROOT / "src/tongzhou").rglob("*.py")]:
        read |= {name for pair in ENVIRONMENT.findall(path.read_text()) for name in pair if name}
    assert {"DATABASE_URL", "TONGZHOU_DATA_DIR"} <= read
    assert read <= firsts(section("## Settings"))
    assert {name for name in firsts(section("## Settings")) if name.startswith("TONGZHOU_")} <= read
