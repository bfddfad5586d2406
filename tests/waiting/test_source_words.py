"""Where something comes from is told in words, in both languages: no code, no number of a fact."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
import world

from tongzhou.waiting import source

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def plain(html: str) -> str:
    """What is read on the page, without its tags."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"<[^>]*>", " ", main)


def say(kind: str, body: dict[str, object], place: int, **more: object) -> str:
    fact = world.said(kind, body, place=place, at=EARLIER)
    fact = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, **more})
    assert not world.say(fact).refused
    return str(fact.id)


def test_a_way_from_the_door_to_the_bed_is_told_in_words(staff):
    world.suspected()
    exception, referral = world.rows("exception")[0][0], world.rows("referral")[0][0]
    case = world.rows("case")[0][0]
    due = (world.NOW + dt.timedelta(hours=20)).isoformat()
    directive = say("directive.issued", {"what": "service", "text": "看望老人", "to": [5], "due": due}, 1)
    bed = say("bed.requested", {"infection": "confirmed", "severity": "mild", "age": 44, "case": case}, 3)
    for who, subject in (
        ("doctor", f"exception/{exception}"),
        ("doctor", f"referral/{referral}"),
        ("lin", f"case/{case}"),
        ("duty", f"directive/{directive}"),
        ("sun", f"request/{bed}"),
        ("doctor", f"fact/{exception}"),
    ):
        zh = plain(world.page(who, f"/source/{subject}", language="zh-hans"))
        assert not UUID.search(zh) and not re.search(r"\b38[45]\b", zh), subject
        assert not re.findall(r"(?<![A-Za-z])[a-z_]{4,}", zh), subject
        en = plain(world.page(who, f"/source/{subject}"))
        assert not UUID.search(en) and not re.findall(r"\b[a-z]+_[a-z_]+\b", en), subject
    zh = plain(world.page("doctor", f"/source/referral/{referral}", language="zh-hans"))
    assert "38.4 °C" in zh and "3 户" in zh and "洪区" in zh


def test_charlie_and_another_county_find_no_source(staff):
    exception = world.fever()
    for who in ("charlie", "an", "far"):
        world.get(who, f"/source/exception/{exception}", 404)


def test_each_field_of_a_row_has_words():
    """Read in the folds themselves: a row that no sample has yet is told in words, too."""
    named = set()
    for path in Path(source.__file__).parents[1].glob("*/fold.py"):
        for fold in ast.walk(ast.parse(path.read_text())):
            if isinstance(fold, ast.FunctionDef) and fold.name.startswith("fold_"):
                held = [node for line in fold.body for node in ast.walk(line) if isinstance(node, ast.Dict)]
                named |= {key.value for one in held for key in one.keys if isinstance(key, ast.Constant)}
    assert len(named) > 100 and sorted(named - set(source.LABELS)) == []
