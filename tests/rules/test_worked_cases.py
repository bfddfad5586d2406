"""The worked cases of every pack, and those of the source book where it lies beside the repository."""

from pathlib import Path

import pytest

from tongzhou import rules
from tongzhou.rules.cases import check, read_cases
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.load import case_files, pack_files

SOURCE_BOOK = Path(rules.__file__).resolve().parents[4] / "shared" / "RULEBOOK.md"
FILES = case_files(rules.RULEBOOKS)
CASES = [case for path in FILES for case in read_cases(path)[0]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.id}")
def test_case_of_a_pack(case):
    checked = check(case, rules.book())
    assert checked.ok, checked.as_line()
    assert not checked.by_synonym, "a pack's own case uses the outcome's own name"


def test_no_case_is_malformed_and_no_id_used_twice():
    assert [bad for path in FILES for bad in read_cases(path)[1]] == []
    ids = [case.id for case in CASES]
    assert sorted(ids) == sorted(set(ids))


def test_every_rule_with_a_pack_has_a_worked_case():
    assert {pack.rule_id for pack in rules.book().packs} == {case.rule for case in CASES}


def test_every_folder_shows_where_its_rules_stop():
    folders = {path.parent for path in pack_files(rules.RULEBOOKS)}
    assert folders == {path.parent for path in FILES}
    for path in FILES:
        outcomes = [str(case.expect) for case in read_cases(path)[0]]
        assert "no_pack" in outcomes, f"{path}: no case in which the rules no longer apply"


def test_every_definition_has_a_pack():
    assert {pack.rule_id for pack in rules.book().packs} == set(DEFINITIONS)


@pytest.mark.skipif(not SOURCE_BOOK.exists(), reason="the source book is not beside this repository")
def test_the_source_book_agrees_but_for_what_the_product_must_show():
    cases, malformed = read_cases(SOURCE_BOOK)
    assert malformed == []
    assert len(cases) == 70
    failed = {
        case.id: check(case, rules.book()).evaluation.outcome for case in cases if not check(case, rules.book()).ok
    }
    # Acceptance tests of the product (kind: behaviour); no rule can answer them.
    assert failed == {"X100": "no_pack", "X103": "no_pack"}
