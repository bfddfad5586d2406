"""Packs: what the loader refuses, which edition is in force, what was known when."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from tongzhou import rules
from tongzhou.rules import PackError, RuleBook

PACK = {
    "rule_id": "RISK-01",
    "edition": "first",
    "title": {"en": "Risk", "zh": "风险"},
    "jurisdiction": "",
    "level": "national_rule",
    "issuer": "somebody",
    "sources": ["S1"],
    "status": "V",
    "valid_from": date(2020, 2, 1),
    "valid_to": None,
    "reviewed_until": date(2020, 12, 31),
    "published": date(2020, 2, 1),
    "supersedes": None,
    "authored_by": "Zhao",
    "checked_by": None,
    "next_review": date(2027, 1, 1),
    "parameters": {"cumulative_over": 50, "window_days": 14},
}
SOURCE = {"id": "S1", "title": "A notice", "issuer": "somebody", "date": "2020-02-01", "grade": "A", "zh": "通知"}


@pytest.fixture
def shelf(tmp_path):
    """Writes packs into a folder of its own and returns the folder."""
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"sources": [SOURCE]}), encoding="utf-8")
    (tmp_path / "risk").mkdir()

    def put(*packs):
        (tmp_path / "risk" / "risk.yaml").write_text(
            yaml.safe_dump({"rules": list(packs)}, allow_unicode=True), encoding="utf-8"
        )
        rules.forget()
        return tmp_path

    return put


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sources": ["S9"]}, "S9 not in sources.yaml"),
        ({"sources": []}, "needs at least one source"),
        ({"status": "X"}, "status 'X'"),
        ({"level": "village"}, "level 'village'"),
        ({"title": {"en": "Risk"}}, "title needs both"),
        ({"valid_from": "soon"}, "valid_from: 'soon' is not a day"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to lies before valid_from"),
        ({"parameters": {"high": "cumulative > 50"}}, "parameters.high: 'cumulative > 50' is not a number"),
        ({"checked_by": "Zhao"}, "somebody else"),
        ({"status": "M", "sources": [], "enabled": True}, "only with checked_by"),
        ({"colour": "red"}, "unknown field colour"),
    ],
)
def test_a_pack_that_cannot_be_used_is_refused_by_file_rule_and_field(shelf, change, complaint):
    with pytest.raises(PackError) as refused:
        rules.book(shelf(PACK | change))
    assert "risk/risk.yaml: rule RISK-01" in str(refused.value)
    assert complaint in str(refused.value)


def test_a_pack_without_a_field_is_refused(shelf):
    with pytest.raises(PackError, match="lacks next_review"):
        rules.book(shelf({key: value for key, value in PACK.items() if key != "next_review"}))


def test_two_editions_may_not_share_a_day(shelf):
    second = PACK | {"edition": "second", "valid_from": date(2020, 3, 1)}
    with pytest.raises(PackError, match="second overlaps RISK-01@first"):
        rules.book(shelf(PACK, second))
    assert rules.book(shelf(PACK | {"valid_to": date(2020, 2, 29)}, second)).packs


def test_a_past_day_is_judged_by_the_pack_of_that_day(shelf):
    book = rules.book(
        shelf(
            PACK | {"valid_to": date(2020, 2, 29)},
            PACK
            | {
                "edition": "second",
                "valid_from": date(2020, 3, 1),
                "parameters": {"cumulative_over": 10, "window_days": 14},
            },
        )
    )
    given = {"cumulative": 20, "new_14d": 1, "cluster_14d": True}
    answers = {
        day: rules.evaluate(book, "RISK-01", given, on=day)
        for day in (date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 1))
    }
    assert [(found.outcome, found.edition) for found in answers.values()] == [
        ("no_pack", None),
        ("medium", "first"),
        ("high", "second"),
    ]
    undated = rules.evaluate(book, "RISK-01", given)
    assert (undated.outcome, undated.missing) == ("insufficient_data", ("date",)), "no day: nobody knows which edition"
    assert rules.evaluate(book, "RISK-01", given, worked=True).edition == "second", "a worked case: the newest"


def test_what_was_published_later_was_not_known(shelf):
    book = rules.book(
        shelf(
            PACK | {"valid_to": date(2020, 2, 29), "end_published": date(2020, 3, 5)},
            PACK | {"edition": "second", "valid_from": date(2020, 3, 1), "published": date(2020, 3, 5)},
        )
    )
    on = date(2020, 3, 2)
    assert book.in_force("RISK-01", on).edition == "second"
    assert book.in_force("RISK-01", on, known_at=date(2020, 3, 5)).edition == "second"
    assert book.in_force("RISK-01", on, known_at=date(2020, 3, 4)).edition == "first"
    assert book.in_force("RISK-01", on, known_at=date(2020, 1, 31)) is None


def test_a_lower_level_is_stricter_only_inside_an_approved_measure(shelf):
    city = PACK | {"edition": "city", "jurisdiction": "4207", "level": "city"}
    book = rules.book(shelf(PACK, city))
    on = date(2020, 3, 1)
    assert book.in_force("RISK-01", on, "420704").edition == "first"
    approved = rules.book(shelf(PACK, city | {"approved_measure": "M-2020-17"}))
    assert approved.in_force("RISK-01", on, "420704").edition == "city"
    assert approved.in_force("RISK-01", on, "420100").edition == "first"
    in_fact = rules.book(shelf(PACK, city | {"in_fact": True}))
    assert in_fact.in_force("RISK-01", on, "420704").edition == "city", "stricter in fact, approval not read"
    assert in_fact.in_force("RISK-01", on).edition == "first", "no place: the higher level"


def test_a_zone_outside_the_codes_is_covered_through_the_places_above_it():
    book = rules.book()
    on = date(2020, 3, 10)
    assert book.in_force("RISK-02", on, "EHZONE") is None
    assert book.in_force("RISK-02", on, "EHZONE", ancestors=("420100", "420000")).edition == "hubei_2020_03"


def test_an_item_from_memory_is_listed_but_gives_no_answer():
    off = {pack.rule_id for pack in rules.book().packs if not pack.enabled}
    assert off == {"CLK-06", "CLK-07", "R-03"}
    found = rules.evaluate(rules.book(), "CLK-06", {"start": "2020-03-10T08:00", "action": "2020-03-10T09:00"})
    assert found.outcome == "unverified"
    # Somebody read the source and signed: the same numbers now answer.
    pack = replace(rules.book().edition("CLK-06", "2020"), enabled=True, checked_by="Dr Lin")
    signed = rules.evaluate(RuleBook([pack]), "CLK-06", {"start": "2020-03-10T08:00", "action": "2020-03-10T20:00"})
    assert signed.outcome == "met"


def test_a_ruling_on_discharge_is_a_change_of_the_pack_not_of_code():
    given = {
        "days_normal_temp": 3,
        "symptoms_improved": True,
        "imaging_improved": True,
        "negatives": ["2020-03-08T09:00", "2020-03-10T09:00"],
    }
    pack = rules.book().edition("DISCH-T7", "trial7")
    answers = [
        rules.evaluate(
            RuleBook([replace(pack, parameters={**pack.parameters, "day_itself_counts": ruled})]),
            "DISCH-T7",
            given,
            on=date(2020, 3, 12),
        ).outcome
        for ruled in (None, True, False)
    ]
    assert answers == ["needs_ruling", True, False]


def test_the_cache_sees_a_replaced_folder_and_can_be_emptied(shelf):
    root = shelf(PACK)
    first = rules.book(root)
    assert rules.book(root) is first
    extra = root / "more"
    extra.mkdir()
    (extra / "more.yaml").write_text(yaml.safe_dump({"rules": [PACK | {"rule_id": "CLUSTER"}]}), encoding="utf-8")
    assert len(rules.book(root).packs) == 2
    second = rules.book(root)
    rules.forget()
    assert rules.book(root) is not second


def test_every_edition_and_its_document_have_a_chinese_name():
    for pack in rules.book().packs:
        for source in (*pack.sources, *pack.read_in.values()):
            assert any("\u4e00" <= one <= "\u9fff" for one in source.zh), source.id
        assert pack.named_zh.startswith(pack.title_zh) and pack.edition not in pack.named_zh


def test_a_day_read_names_its_source(shelf):
    read = PACK | {"read_in": {"from": "S1"}}
    pack = rules.book(shelf(read)).editions("RISK-01")[0]
    assert (pack.assumed, pack.read_in["from"].id) == (("until",), "S1")
    with pytest.raises(rules.PackError, match="read_in: until"):
        rules.book(shelf(PACK | {"read_in": {"until": "S9"}}))


def test_beyond_the_day_somebody_looked_only_help_is_given():
    signs = {"age_months": 8, "spo2": 97, "rr": 30}
    signs |= dict.fromkeys(
        ("assisted_breathing", "drowsiness", "convulsions", "feeding_difficulty", "dehydration"), False
    )
    signs |= {"nasal_flaring": False, "retractions": False, "high_fever_days": 0}
    for on, mild, grave in ((date(2021, 4, 13), "not_severe", "severe"), (date(2021, 4, 14), "needs_ruling", "severe")):
        assert rules.evaluate(rules.book(), "SEV-CHILD", signs, on=on).outcome == mild
        assert rules.evaluate(rules.book(), "SEV-CHILD", signs | {"rr": 50}, on=on).outcome == grave


def test_nothing_is_signed_off_by_nobody():
    assert all(pack.authored_by and not pack.signed_off for pack in rules.book().packs)


def test_an_answer_tells_what_it_used_what_it_missed_and_what_it_did_not_know():
    found = rules.evaluate(rules.book(), "RISK-01", {"as_of": "2020-03-10", "weather": "rain"})
    assert found.missing == ("cumulative", "new_by_day", "cluster_14d")
    assert found.ignored == ("weather",)
    assert found.edition == "jpcm_2020_02"
    assert found.reason_zh == "缺少或不详：累计确诊、逐日新增、聚集性疫情"
    with pytest.raises(AttributeError):
        found.outcome = "low"
