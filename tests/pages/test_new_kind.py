"""The price of a new kind with a page: eight files, none with a form reader, a table, a clock or a list of its own.

It is really made: in a copy of this tree stands a folder more, and the house's own checks and a story run there."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tongzhou.cli.setup import compile_messages

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]
NEW = Path(__file__).with_name("oxygen")
COPIED = ("src", "rulebooks", "docs", "tests", "pyproject.toml", "GLOSSARY.md", "CHANGELOG.md", "README.md", "tongzhou")
LINKED = ("regions", "scenarios", "benchmarks")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "images", "oxygen", "test_new_kind.py")
OWN_READERS = ("request.POST", "request.GET", "QueryDict", "<table", "<input", "<form", "<select", "datetime", "cursor")
# What the house asks of every kind, noun, duty, word and address.
HOUSE = (
    "tests/ledger/test_samples.py",
    "tests/ledger/test_references.py::test_every_text_of_every_kind_has_a_form_or_is_a_reference",
    "tests/ledger/test_authority.py::test_every_kind_is_tried",
    "tests/today/test_law.py",
    "tests/pages/test_forms.py::test_every_kind_field_and_choice_has_its_words_in_both_languages",
    "tests/people/test_duties.py",
    "tests/board/test_nav.py::test_every_entry_of_the_table_has_its_link",
    "tests/reports/test_reports.py::test_every_fact_people_say_belongs_to_one_form",
    "tests/docs/test_reference.py",
    "tests/docs/test_glossary.py",
    "tests/docs/test_translations.py",
    "tests/docs/test_never_built.py",
)
ONLY = "(not test_it_is_still_read or oxygen) and (not test_every_state or oxygen)"


def put_in(path: Path, before: str, line: str) -> None:
    """A line more, before the one that begins so."""
    text = path.read_text()
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, f"{line}\n{before}"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """This tree with the new folder in it."""
    for name in COPIED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, tmp_path / name, **({"ignore": LEFT_OUT} if source.is_dir() else {}))
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    folder = tmp_path / "src/tongzhou/oxygen"
    catalogue = folder / "locale/zh_Hans/LC_MESSAGES"
    catalogue.mkdir(parents=True)
    for name in ("__init__.py", "kinds.py", "views.py"):
        shutil.copy(NEW / name, folder)
    shutil.copy(NEW / "django.po", catalogue)
    put_in(tmp_path / "src/tongzhou/settings.py", '    "tongzhou.directives",', '    "tongzhou.oxygen",')
    put_in(tmp_path / "pyproject.toml", '  "tongzhou.sites",\n', '  "tongzhou.oxygen",')
    put_in(tmp_path / "rulebooks/owed/owed.yaml", "  # community\n",
           "  bring_oxygen: {role: supply_officer, due_h: 2, urgency: 1, ladder: hospital}")  # fmt: skip
    return tmp_path


def run(tree: Path, *command: str) -> str:
    """Run Python in the copy, on the database server of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env = kept | {"PYTHONPATH": str(tree / "src")}
    done = subprocess.run([sys.executable, *command], cwd=tree, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def changed(tree: Path) -> set[str]:
    """Every file that is new or another one than here, but for what is compiled."""
    found = set()
    for name in ("src", "rulebooks", "docs", "pyproject.toml", "GLOSSARY.md"):
        paths = (tree / name).rglob("*") if (tree / name).is_dir() else [tree / name]
        for path in paths:
            own = path.relative_to(tree)
            if path.is_file() and path.suffix not in (".mo", ".pyc"):
                same = (ROOT / own).is_file() and filecmp.cmp(path, ROOT / own, shallow=False)
                found |= set() if same else {str(own)}
    return found


def test_a_new_kind_with_a_page_takes_eight_files(server: str, tree: Path) -> None:
    compile_messages(tree / "src/tongzhou")
    run(tree, "-m", "tongzhou", "schema", "--reference", "--into", "docs/reference.md")
    shutil.copy(NEW / "story.py", tree / "tests/test_oxygen.py")
    told = run(tree, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_oxygen.py", *HOUSE, "-k", ONLY)
    assert " passed" in told and "failed" not in told

    files = changed(tree)
    assert len(files) <= 8, sorted(files)
    for name in files & {f"src/tongzhou/oxygen/{one}.py" for one in ("__init__", "kinds", "views")}:
        text = (tree / name).read_text()
        assert [one for one in OWN_READERS if one in text] == [], name
    assert sum(len((tree / name).read_text().splitlines()) for name in files if "oxygen" in name) < 140
