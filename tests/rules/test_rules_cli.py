"""`tongzhou rules check|explain|list`: the contract of its lines and exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongzhou.cli.rules import rules


def ask(*arguments):
    done = CliRunner().invoke(rules, arguments)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def case_file(tmp_path):
    def write(text):
        path = tmp_path / "cases.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


GOOD = "- {id: G1, rule: PACK10, given: {price: 10, weight_kg: 5, varieties: 3}, expect: pass}\n"


def test_one_line_per_case_with_the_five_fields(case_file):
    code, out, _ = ask("check", "--json", "--cases", case_file(GOOD))
    line = json.loads(out)
    assert code == 0
    assert {key: line[key] for key in ("id", "rule", "got", "expect", "ok")} == {
        "id": "G1",
        "rule": "PACK10",
        "got": "pass",
        "expect": "pass",
        "ok": True,
    }


def test_a_wrong_expectation_fails(case_file):
    code, out, _ = ask("check", "--json", "--cases", case_file(GOOD.replace("expect: pass", "expect: fail")))
    assert code == 1
    assert json.loads(out)["ok"] is False


@pytest.mark.parametrize("expect", ["no_pack", "anything"])
def test_a_rule_without_a_pack_never_passes(case_file, expect):
    text = f"examples:\n  - {{id: N1, rule: TELE-01, given: {{}}, expect: {expect}}}\n"
    code, out, _ = ask("check", "--json", "--cases", case_file(text))
    assert code == 1
    assert json.loads(out) | {"got": "no_pack", "ok": False} == json.loads(out)


def test_a_malformed_case_is_named_and_the_good_ones_run(case_file):
    text = "examples:\n  " + GOOD + "  - {id: B1, rule: PACK10, expect: pass}\n  - {id: B2, rule: PACK10, given: {}}\n"
    path = case_file(text + "  - {rule: PACK10, given: {}, expect: pass}\n  - 7\n")
    code, out, complaints = ask("check", "--json", "--cases", path)
    assert code == 2
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["G1"]
    assert f"{path}:3 (case B1): given: is missing" in complaints
    assert f"{path}:4 (case B2): expect: is missing" in complaints
    assert f"{path}:5: id: is missing" in complaints
    assert f"{path}:6: case: is not a mapping" in complaints


def test_a_case_that_is_not_yaml_does_not_stop_the_others(case_file):
    text = "examples:\n  - {id: B1, rule: PACK10, given: {price: [}, expect: pass}\n  " + GOOD
    path = case_file(text)
    code, out, complaints = ask("check", "--json", "--cases", path)
    assert code == 2
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["G1"]
    assert f"{path}:2 (case B1): yaml:" in complaints


def test_a_field_given_twice_is_named(case_file):
    _, _, complaints = ask("check", "--cases", case_file(GOOD.replace("id: G1", "id: G1, id: G2")))
    assert "id: is there twice" in complaints


def test_words_for_an_outcome_the_source_leaves_unnamed(case_file):
    text = (
        GOOD.replace("PACK10", "FANGCANG")
        .replace("{price: 10, weight_kg: 5, varieties: 3}", "{confirmed: true, type: severe}")
        .replace("expect: pass", "expect: refuse")
    )
    code, out, _ = ask("check", "--json", "--cases", case_file(text))
    line = json.loads(out)
    assert code == 0
    assert (line["got"], line["synonym"]) == ("refuse_route_hospital", True)


def test_without_a_file_the_cases_of_every_pack_run():
    code, out, said = ask("check", "--json")
    assert code == 0
    assert len(out.splitlines()) > 250
    assert " 0 not ok, 0 malformed" in said


def test_explain_gives_edition_sources_and_reason():
    code, out, _ = ask(
        "explain",
        "RISK-01",
        "--date",
        "2020-03-10",
        "--json",
        "--given",
        '{"cumulative": 60, "new_by_day": {"2020-03-09": 1}, "cluster_14d": true}',
    )
    told = json.loads(out)
    assert code == 0
    assert (told["outcome"], told["edition"]) == ("high", "jpcm_2020_02")
    assert told["parameters"] == {"cumulative_over": 50, "window_days": 14}
    assert "S15" in told["source"]
    assert "60" in told["reason_en"] and "聚集性" in told["reason_zh"]
    assert told["in_force"] == {"on": "2020-03-10", "from": "2020-02-17", "to": "2020-09-14", "reviewed_until": None}
    assert (told["missing"], told["ignored"], told["next_change"]) == ([], [], "2020-09-15")
    assert told["assumed"] == [] and told["read_in"]["until"].startswith("S05")


def test_explain_and_check_say_which_days_of_an_edition_nobody_read(case_file):
    given = '{"price": 10, "before": 10}'
    told = json.loads(
        ask("explain", "PRICE-01", "--given", given, "--date", "2020-02-10", "--place", "420100", "--json")[1]
    )
    assert told["assumed"] == [] and told["read_in"]["until"].startswith("W14")
    told = ask("explain", "STR-01", "--given", '{"days": 7}', "--date", "2020-03-10", "--place", "420100", "--json")
    assert json.loads(told[1])["assumed"] == ["until"]
    _, out, said = ask("check", "--json", "--cases", case_file(GOOD))
    assert json.loads(out)["assumed"] == ["from", "until"]
    assert "STR-01@wuhan_2020_02_27 until" in said and "PRICE-01@hubei" not in said


def test_explain_ends_with_an_error_where_there_is_no_such_rule():
    for more in ((), ("--json",)):
        code, out, said = ask("explain", "NOPE", "--given", "{}", *more)
        assert code == 2 and out == "" and "No pack has a rule 'NOPE'" in said and "tongzhou rules list" in said


def test_explain_refuses_inputs_that_are_no_mapping():
    code, _, said = ask("explain", "RISK-01", "--given", "[1, 2]")
    assert code == 2
    assert "--given" in said


def test_list_shows_what_is_switched_off():
    _, out, _ = ask("list", "--json", "--date", "2020-03-10")
    packs = {(row["rule"], row["edition"]): row for row in map(json.loads, out.splitlines())}
    assert packs[("CLK-06", "2020")]["enabled"] is False
    assert packs[("CLUSTER", "ed5_ed6_2020H1")]["enabled"] is True
    assert ("CLUSTER", "ed9_2022") not in packs
    assert "off, unverified" in ask("list")[1]


def test_packs_that_cannot_be_used_stop_the_command(tmp_path):
    code, _, said = ask("--rulebooks", str(tmp_path), "list")
    assert code == 2
    assert "sources.yaml: this file is missing" in said


def explained(rule, given, *more):
    code, out, _ = ask("explain", rule, "--json", "--given", json.dumps(given, ensure_ascii=False), *more)
    assert code == 0
    return json.loads(out)


def test_explain_tells_when_the_answer_changes():
    wuhan = {"zone": "武汉", "class": "家具"}
    told = explained("WORK-01", wuhan, "--date", "2020-03-12")
    assert (told["outcome"], told["edition"], told["next_change"]) == ("wait", "hubei_2020_03_11", "2020-03-17")
    told = explained("WORK-01", {"zone": "低风险", "class": "家具"}, "--date", "2020-04-02", "--place", "襄阳")
    assert (told["outcome"], told["edition"]) == ("no_approval_needed", "hubei_2020_04_01")


def test_a_rule_of_one_place_asks_for_the_place_and_every_rule_for_the_day():
    given = {"days": 7}
    assert explained("STR-01", given, "--date", "2020-03-01")["missing"] == ["place_code"]
    assert explained("STR-01", given, "--place", "420100")["missing"] == ["date"]
    assert explained("STR-01", given, "--date", "2020-03-01", "--place", "武汉市")["outcome"] == {"yuan": 2100}
    assert explained("STR-01", given, "--date", "2020-03-01", "--place", "110000")["outcome"] == "no_pack"
    assert explained("STR-01", given, "--date", "2026-03-01", "--place", "420100")["outcome"] == "needs_ruling"


def test_an_input_written_twice_is_refused():
    code, _, said = ask("explain", "STR-01", "--given", '{"days": 7, "days": 1}')
    assert code == 2
    assert "days is there twice" in said


def test_the_inputs_of_a_rule_can_be_asked_for():
    code, out, _ = ask("explain", "--help-inputs", "FANGCANG")
    assert code == 0
    assert "flu_neg" in out and "流感阴性" in out and "危重型" in out and "admit" in out
    told = json.loads(ask("explain", "--help-inputs", "FANGCANG", "--json")[1])
    assert [one["name"] for one in told["inputs"]][:2] == ["confirmed", "type"]
    assert ask("explain", "--help-inputs", "NO-RULE")[0] == 2


def test_a_rule_that_falls_over_ends_no_run(case_file, monkeypatch):
    from tongzhou.rules.definitions import supply

    monkeypatch.setattr(supply, "_weight", lambda given: 1 / 0)
    code, out, _ = ask("check", "--json", "--cases", case_file(GOOD + GOOD.replace("G1", "G2")))
    assert [json.loads(line)["got"] for line in out.splitlines()] == ["data_error", "data_error"]
    assert code == 1


def test_the_tables_of_the_documentation_are_drawn_from_the_declarations():
    _, drawn, _ = ask("inputs")
    text = (Path(__file__).resolve().parents[2] / "docs/rules.md").read_text(encoding="utf-8")
    assert text.rstrip().endswith(drawn.rstrip()), "run: tongzhou rules inputs, and put it at the end of docs/rules.md"
