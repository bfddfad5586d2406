"""Every sentence of a page or of the program that people read has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[2] / "src/tongzhou"
MARKERS = {"_", "gettext", "gettext_noop", "gettext_lazy", "ngettext", "ngettext_lazy"}


def translated() -> set[str]:
    known: set[str] = set()
    for path in SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            known |= {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id and m.string}
    return known


def of_templates() -> Iterator[tuple[str, str]]:
    for path in SOURCE.rglob("templates/**/*.html"):
        text = path.read_text()
        for quoted in re.findall(r'{% translate "([^"]*)"|{% translate \'([^\']*)\'|[ :=]_\("([^"]+)"\)', text):
            yield path.name, next(filter(None, quoted)).replace("%", "%%")  # as Django looks it up
        for body in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.DOTALL):
            singular = body.split("{% plural %}")[0].replace("%", "%%")
            yield path.name, re.sub(r"{{ *(\w+) *}}", r"%(\1)s", singular)


def of_code() -> Iterator[tuple[str, str]]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MARKERS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield path.name, first.value


def test_nothing_is_left_without_chinese() -> None:
    said = [*of_templates(), *of_code()]
    assert len(said) > 1500
    known = translated()
    assert sorted({one for one in said if one[1] not in known}) == []


def test_one_sentence_has_one_chinese() -> None:
    """All catalogues are one at run time: of two translations of the same words one would win unseen."""
    known: dict[str, set[str]] = {}
    for path in SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    known.setdefault(key, set()).add(str(message.string))
    assert {key: told for key, told in known.items() if len(told) > 1} == {}


def test_a_catalogue_has_each_sentence_once() -> None:
    """Of a sentence that stands twice in one file the later Chinese wins unseen."""
    for path in SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"):
        told = re.findall(r'^msgid ((?:".*"\n)+)', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert sorted({one for one in told if told.count(one) > 1}) == [], path
