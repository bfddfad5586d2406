"""Walls that import-linter does not see: a template uses its own folder's parts and those below it, and so does SQL.

The layers are those of pyproject.toml. The shell (console) stands around every page. A gate is a breach that is meant,
with its reason; one that nobody goes through any more is closed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tongzhou.problems import BY_CODE

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/tongzhou"
SHELL = "console"
# what is used (a folder, or a table) → by whom, and why
PARTS = {
    "waiting": ({"cases", "hospital", "directives", "linelist"},
                "what was written down for a post, and handing over, stand on the page of every subject"),
}  # fmt: skip
PLACES = "the ledger asks where a place lies, whatever is said there"
TOMBSTONES = "the vault forgets what an erasure wrote down, in one transaction with it"
TABLES = {
    "ledger_seal": ({"database"}, "a backup is checked against the seal before anything of the program runs"),
    "places_cover": ({"ledger"}, PLACES),
    "places_link": ({"ledger"}, PLACES),
    "places_name": ({"ledger"}, PLACES),
    "places_place": ({"ledger"}, PLACES),
    "community_household_day": ({"ledger"}, "a rebuild compares the folded days of doors, which are no rows"),
    "community_household": ({"places", "sites"}, "doors are counted by place, and an address is a door's"),
    "erasure_destroyed": ({"people"}, TOMBSTONES),
    "erasure_gone": ({"people"}, TOMBSTONES),
    "erasure_tombstone": ({"people"}, TOMBSTONES),
    "people_vault_turn": ({"people"}, "erasure's migration made it when the vault got its weeks"),
    "hospital_ward": ({"supply"}, "a ward's store is counted where the ward stands"),
}
USED = re.compile(r"\b(?:from|join|into|update|delete from|truncate|table)\s+(\w+)", re.IGNORECASE)
MADE = re.compile(r"create (?:unlogged )?(?:table|(?:materialized )?view)(?: if not exists)? (\w+)", re.IGNORECASE)


def levels() -> dict[str, int]:
    """Every folder with its layer, the lowest 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return {
        name.strip().removeprefix("tongzhou."): n
        for n, layer in enumerate(reversed(layers))
        for name in re.split(r"[|:]", layer)
    }


LEVELS = levels()


def folder(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def above(user: str, other: str) -> bool:
    """Does another folder lie beside or above the one that uses it?"""
    return other != user and LEVELS.get(other, 99) >= LEVELS[user]


def parts() -> Iterator[tuple[str, str, str]]:
    """Each use of another folder's template or template tags: who, whose, where."""
    libraries = {path.stem: folder(path) for path in SOURCE.glob("*/templatetags/*.py") if path.stem != "__init__"}
    for path in SOURCE.glob("*/templates/**/*.html"):
        text, user = path.read_text(), folder(path)
        used = re.findall(r'{% (?:include|extends) "([^"/]+)/', text)
        used += [libraries.get(one, user) for given in re.findall(r"{% load ([^%]+) %}", text) for one in given.split()]
        yield from ((user, other, path.name) for other in used)


def tables() -> Iterator[tuple[str, str, str, str]]:
    """Each use of a table in the SQL of the program: who, whose, which, where."""
    made: dict[str, str] = {}
    for pattern in ("*/sql/*.sql", "*/migrations/*.py"):
        for path in SOURCE.glob(pattern):
            for name in MADE.findall(path.read_text()):
                made.setdefault(name, folder(path))
    for path in SOURCE.rglob("*.py"):
        user = folder(path).removesuffix(".py")
        if user in LEVELS and "migrations" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from ((user, made[one], one, path.name) for one in USED.findall(node.value) if one in made)


def test_a_template_uses_what_lies_below_its_folder() -> None:
    found = list(parts())
    assert len(found) > 150
    breaches = {(user, other, name) for user, other, name in found if other != SHELL and above(user, other)}
    through = {(other, user) for user, other, _name in breaches if user in PARTS.get(other, (set(), ""))[0]}
    assert sorted(one for one in breaches if (one[1], one[0]) not in through) == []
    assert through == {(other, user) for other, (users, _why) in PARTS.items() for user in users}, "a gate to be closed"


def test_sql_names_tables_that_lie_below_its_folder() -> None:
    found = list(tables())
    assert len(found) > 150
    breaches = {(user, table, name) for user, other, table, name in found if above(user, other)}
    through = {(table, user) for user, table, _name in breaches if user in TABLES.get(table, (set(), ""))[0]}
    assert sorted(one for one in breaches if (one[1], one[0]) not in through) == []
    assert through == {(table, user) for table, (users, _why) in TABLES.items() for user in users}, (
        "a gate to be closed"
    )


def test_every_refusal_stands_in_one_file() -> None:
    """By name there and by code for whoever reads one that was kept."""
    assert {one.__module__ for one in BY_CODE.values()} == {"tongzhou.problems"}
    apart = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            bases = {getattr(base, "id", "") for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if bases & {one.__name__ for one in BY_CODE.values()} and path.name != "problems.py":
                apart.append(f"{path.name}: {node.name}")
    assert apart == []
    assert all(one.sentence and one.status >= 400 for one in BY_CODE.values())
