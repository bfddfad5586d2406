"""What templates name: one meaning for each filter and tag, and no argument that no row has.

A variable that is not there is drawn as nothing; a filter's *argument* that is not there is an error of the whole page.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from django.template import TemplateSyntaxError
from django.template.loader import get_template

SRC = Path(__file__).resolve().parents[2] / "src"
TEMPLATES = sorted((SRC / "tongzhou").rglob("templates/**/*.html"))
ARGUMENT = re.compile(r"\|\w+:([A-Za-z_][\w.]*)")


def test_no_two_tag_libraries_give_one_name_to_two_things():
    given: dict[str, dict[Any, str]] = defaultdict(dict)
    for path in sorted((SRC / "tongzhou").glob("*/templatetags/*.py")):
        if path.stem != "__init__":
            register = importlib.import_module(".".join(path.relative_to(SRC).with_suffix("").parts)).register
            for name, what in {**register.filters, **register.tags}.items():
                given[name][getattr(what, "__wrapped__", what)] = path.stem
    twice = {name: sorted(held.values()) for name, held in given.items() if len(held) > 1}
    assert not twice, f"whichever library is loaded last wins: {twice}"


@cache
def named() -> frozenset[str]:
    """Every word that the program's code gives to a field, a key, a variable or a method."""
    found: set[str] = set()
    for path in (SRC / "tongzhou").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"[A-Za-z_]\w*", node.value)) if len(node.value) < 2000 else set()
            elif isinstance(node, ast.keyword | ast.arg):
                found.add(node.arg or "")
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Attribute):
                target = node.target if isinstance(node, ast.AnnAssign) else node
                found.add(getattr(target, "attr", getattr(target, "id", "")))
    return frozenset(found)


def test_every_argument_of_a_filter_is_something_that_code_or_the_template_itself_names():
    unknown = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        own = " ".join(re.findall(r"\{% (?:with|for|blocktranslate)[^%]*%\}", text))
        words = named() | set(re.findall(r"[A-Za-z_]\w*", own)) | {"forloop"}
        for argument in ARGUMENT.findall(text):
            if any(not word.isdecimal() and word not in words for word in argument.split(".")):
                unknown.append(f"{path.name}: {argument}")
    assert TEMPLATES and not unknown, "a page that draws it ends with an error"


def test_every_template_is_read_with_the_libraries_that_it_loads():
    broken = []
    for path in TEMPLATES:
        name = "/".join(path.parts[path.parts.index("templates") + 1 :])
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            broken.append(f"{name}: {error}")
    assert not broken
