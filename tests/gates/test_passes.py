"""Cards and codes: what is signed is small and says nothing of anybody; what is forged, over, for another gate or used
is never good; what the rules do not know is never permitted; an emergency needs no pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from typing import Any

import cbor2
import gates_town as gates
import pytest
import uuid_utils.compat as uuids
import world
from click.testing import CliRunner
from django.contrib.auth.hashers import make_password
from gate_passes import HOUR, NINE, a_pass, bad_ones, junk, known_of_the_bad, knows, signed

from tongzhou.cli import main
from tongzhou.gates import checking, code, number, ruling
from tongzhou.gates.checking import check
from tongzhou.ledger import door
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


def test_a_code_is_small_is_read_again_and_holds_eight_values_and_no_person() -> None:
    one = a_pass(to="x" * 40)
    digits = signed(one)
    whole = int(digits).to_bytes(200).lstrip(b"\0")[1:]
    assert len(whole) == 128 and len(signed(a_pass(to=""))) < 230
    values = cbor2.loads(whole[:-64])
    assert len(values) == 8 and values[3] == int(one.number) and values[7] == one.to
    assert check(digits, knows(), NINE).told == dataclasses.replace(one, gate=code.mark(gates.GATE))
    for told in ("赵", "13800001111", "3-2-501", "375"):  # what others had in clear in their codes
        assert told.encode() not in whole


def test_a_slip_of_a_digit_or_two_exchanged_is_told_at_once() -> None:
    right = number.numbered(482913)
    wrong = [right[:n] + str((int(right[n]) + d) % 10) + right[n + 1 :] for n in range(8) for d in range(1, 10)]
    wrong += [right[:n] + right[n + 1] + right[n] + right[n + 2 :] for n in range(7) if right[n] != right[n + 1]]
    assert len(wrong) > 70 and not any(number.fits(one) for one in wrong)
    card = a_pass(482913)
    assert check(f" {right[:4]}-{right[4:]}", knows(card), NINE).good
    assert check("４８２９１３" + right[6:], knows(card), NINE).good
    assert {check(one, knows(card), NINE).said for one in wrong} <= {"slip", "unread"}


def test_of_a_thousand_forged_expired_wrong_gate_and_spent_passes_none_passes() -> None:
    known, found = known_of_the_bad(), bad_ones()
    told = [check(text, known, NINE).said for text, _expected in found]
    assert len(found) == 1000 and told == [expected for _text, expected in found] and "good" not in told


def test_what_is_no_code_is_said_to_be_none_and_breaks_nothing() -> None:
    found = {check(one, knows(), NINE).said for one in junk()}
    assert found <= {"unread", "slip", "unknown", "forged", "no_key"} and found <= set(checking.WORDS)


@pytest.fixture
def town(staff: dict[str, int]) -> dict[str, int]:
    gates.furnish()
    return staff


def test_a_pass_is_for_a_day_at_most_one_gate_and_a_number_of_its_own(town: dict[str, int]) -> None:
    gates.closed()
    assert gates.issued("lead", town, number="12345613").refused[0].field == "number"
    good = number.numbered(123456)
    far = (NINE + 25 * HOUR).isoformat()
    assert gates.issued("lead", town, number=good, until=far).refused[0].field == "until"
    assert gates.issued("lead", town, number=good, gate="hu.pharmacy").refused[0].field == "gate"
    assert gates.issued("lead", town, number=good, gate=gates.FAR).refused[0].code == "not_yours"
    assert gates.issued("lead", town, number=good, to="nowhere").refused[0].code == "unknown_site"
    assert gates.issued("doctor", town, number=good).refused[0].code == "not_yours"
    for wrong in ("2150-03-11T09:00:00+08:00", "2020-03-09T09:00:00+08:00"):
        until = wrong.replace("T09", "T11")
        assert gates.issued("lead", town, number=good, starts=wrong, until=until).refused[0].field == "starts"
    assert gates.issued("lead", town, number=good).accepted == 1
    assert gates.issued("lead", town, number=good).refused[0].field == "number"
    assert gates.issued("lead", town, number=good, gate=gates.NORTH).accepted == 1
    assert [state for _key, state, _data in world.rows("pass")] == ["given", "given"]


def test_a_pass_needs_the_measure_in_force_and_the_rules_yes_whoever_says_it(
    town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = number.numbered(222222)
    world.at(NINE)
    assert gates.issued("lead", town, number=good).refused[0].field == "what", "no measure asks for passes"
    world.at(world.NOW)
    gates.closed()
    for other, field in (({"measure": str(uuids.uuid7())}, "measure"), ({"measure": None}, "measure"),
                         ({"edition": "anything"}, "edition")):  # fmt: skip
        assert gates.issued("lead", town, number=good, **other).refused[0].field == field
    monkeypatch.setattr(ruling, "official_code", lambda place, ledger: "420100")
    assert gates.issued("lead", town, number=good, what="shopping").refused[0].field == "what", "nobody goes shopping"
    assert gates.issued("lead", town, number=good).accepted == 1
    [(key, _state, _data)] = world.rows("pass")
    shopping = gates.issued("lead", town, uuid.UUID(key), number=good, what="shopping")
    assert shopping.refused[0].field == "what", "nor by a correction"
    assert gates.issued("lead", town, number=number.numbered(222223)).accepted == 1
    taken = gates.issued("lead", town, uuid.UUID(key), number=number.numbered(222223))
    assert taken.refused[0].field == "number", "the number of somebody else's card"
    assert gates.issued("lead", town, uuid.UUID(key), number=good, gate=gates.NORTH).refused[0].field == "number"


def test_what_was_taken_back_or_made_shorter_is_no_longer_good_on_its_old_code(town: dict[str, int]) -> None:
    gates.closed()
    [one, other] = issue("--what", "medicine", "-n", "2")["passes"]
    keys = {data["number"]: key for key, _state, data in world.rows("pass")}
    lead = holder_of(town["lead"])
    gone = world.said("fact.withdrawn", {"reason": "slip"}, at=NINE, place=5, corrects=uuid.UUID(keys[one["number"]]))
    assert world.say(gone, authority=lead).accepted == 1
    assert checked(gates.GATE, one["number"], one["code"], code=1) == ["taken_back", "taken_back"]
    again = gates.issued("lead", town, number=one["number"])
    assert again.refused[0].field == "number", "its code is about until its end"
    until = {"number": other["number"], "until": (NINE + HOUR).isoformat()}
    assert gates.issued("lead", town, uuid.UUID(keys[other["number"]]), **until).accepted == 1
    after = ("--at", "2020-03-11T10:30")
    assert checked(gates.GATE, other["number"], other["code"], code=1, more=after) == ["expired", "expired"]
    until |= {"until": (NINE - 2 * HOUR).isoformat(), "starts": (NINE - 3 * HOUR).isoformat()}
    assert gates.issued("lead", town, uuid.UUID(keys[other["number"]]), **until).accepted == 1
    assert checked(gates.GATE, other["number"], other["code"], code=1) == ["taken_back", "taken_back"]


def test_the_command_tells_all_that_a_pass_may_be_for(town: dict[str, int]) -> None:
    told = CliRunner().invoke(main, ["pass", "issue", "--what", "party", "--gate", gates.GATE])
    assert told.exit_code == 2 and all(what in told.output for what in code.WHAT)


def test_a_volunteer_reads_no_pass(town: dict[str, int]) -> None:
    gates.closed()
    world.make_staff(make_password(world.PASSWORD, hasher="md5"), {"gao": ("高", [("volunteer", 5)])})
    [one] = issue("--what", "medicine")["passes"]
    assert one["number"] in world.page("lead", "/api/rows/pass")
    for who in ("zhao", "gao"):
        assert one["number"] not in world.page(who, "/api/rows/pass")


def issue(*words: str, code: int = 0) -> dict[str, Any]:
    told = CliRunner().invoke(main, ["pass", "issue", "--gate", gates.GATE, "--json", *words], catch_exceptions=False)
    assert told.exit_code == code, told.output
    return dict(json.loads(told.stdout.strip().splitlines()[-1]))


def checked(gate: str, *texts: str, code: int = 0, more: tuple[str, ...] = ()) -> list[str]:
    words = ["pass", "check", "--gate", gate, "--json", *more]
    told = CliRunner().invoke(main, words, input="\n".join(texts), catch_exceptions=False)
    assert told.exit_code == code, told.output
    return [one["said"] for one in json.loads(told.stdout.strip().splitlines()[-1])["passes"]]


def test_passes_are_issued_as_measure_and_order_allow_and_checked_by_digits_and_code(town: dict[str, int]) -> None:
    for words in (["issue", "--what", "medicine", "--gate", "nowhere"], ["check", "12345614", "--gate", "nowhere"],
                  ["issue", "--what", "party", "--gate", gates.GATE]):  # fmt: skip
        assert CliRunner().invoke(main, ["pass", *words]).exit_code == 2, words
    none = issue("--what", "shopping", code=1)  # no measure is in force yet
    assert none["said"] == "not_needed" and none["passes"] == []
    gates.closed()
    assert issue("--what", "shopping", code=1)["said"] == "say_when"
    early = issue("--what", "shopping", "--last-out", "2020-03-09", code=1)
    assert (early["said"], early["next"]) == ("not_yet", "2020-03-12")  # the measure: once in three days
    made = issue("--what", "shopping", "--last-out", "2020-03-08", "--to", "hu.pharmacy")
    [one] = made["passes"]
    assert issue("--what", "medicine", "-n", "3")["said"] == "issue"  # medical need asks nobody when
    assert issue("--what", "service")["said"] == "issue"
    assert checked(gates.GATE, one["number"], one["code"]) == ["good", "good"]
    assert checked(gates.NORTH, one["number"], one["code"], code=1) == ["unknown", "other_gate"]
    assert checked(gates.GATE, one["code"], more=("--spend",)) == ["good"]
    assert checked(gates.GATE, one["number"], one["code"], code=1) == ["spent", "spent"]
    assert checked(gates.GATE, one["number"], code=1, more=("--at", "2020-03-11T11:00")) == ["expired"]
    world.at(gates.START + dt.timedelta(days=1, hours=1))  # used numbers are gone at midnight; the pass is over, too
    gates.follow.tick()
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from gates_spent").fetchone() == (0,)


def test_what_binds_staff_too_is_for_a_person_to_rule_and_nobody_gets_a_pass_by_it(town: dict[str, int]) -> None:
    gates.closed(groups=["residents", "staff"])
    told = issue("--what", "work", code=1)
    assert told["said"] == "needs_ruling" and told["passes"] == []


def test_where_nobody_may_go_out_a_measure_that_is_looser_gives_no_shopping_pass(
    town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    gates.closed()
    monkeypatch.setattr(ruling, "official_code", lambda place, ledger: "420100")
    wuhan = issue("--what", "shopping", "--last-out", "never", code=1)
    assert (wuhan["said"], wuhan["edition"]) == ("nobody", "wuhan_2020_02_14")
    assert issue("--what", "medicine")["said"] == issue("--what", "care")["said"] == "issue"
    world.at(dt.datetime(2020, 3, 20, 9, tzinfo=NINE.tzinfo))
    assert issue("--what", "shopping", "--last-out", "never", code=1)["said"] == "nobody"
    with monkeypatch.context() as certified:  # one person for two hours, from 19 March on
        certified.setattr(ruling, "certified", lambda ledger, place, compound, now: True)
        assert issue("--what", "shopping", "--last-out", "never")["said"] == "issue"
        long = issue("--what", "shopping", "--last-out", "never", "--hours", "3", code=1)
        assert long["said"] == "too_long" and "2 hours at most" in long["why"] and long["passes"] == []
        assert issue("--what", "shopping", "--last-out", "2020-03-20", code=1)["said"] == "not_yet", "one a day"
    monkeypatch.setattr(ruling, "official_code", lambda place, ledger: "420600")
    assert issue("--what", "shopping", "--last-out", "never")["said"] == "issue"  # the measure is the local edition
    assert issue("--what", "shopping", "--last-out", "2020-03-18", code=1)["said"] == "not_yet"


def test_no_scan_leaves_a_fact_and_a_closed_fever_changes_no_pass(town: dict[str, int]) -> None:
    gates.closed()
    [one] = issue("--what", "medicine")["passes"]
    with door.ledger() as ledger:
        before = ledger.execute("select count(*) from ledger_fact").fetchone()
    checked(gates.GATE, one["code"], more=("--spend",))
    checked(gates.GATE, one["number"], code=1)
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from ledger_fact").fetchone() == before
        columns = ledger.execute("select column_name from information_schema.columns where table_name = 'gates_spent'")
        assert {name for (name,) in columns} == {"gate", "day", "number"}
    key = world.fever()
    gate, pass_ = world.rows("gate"), world.rows("pass")
    closing = world.said("exception.closed", {"exception": key, "outcome": "well"}, at=world.EVENING, place=5)
    assert world.say(closing, authority=holder_of(town["doctor"])).accepted == 1
    assert (world.rows("gate"), world.rows("pass")) == (gate, pass_)
