"""What the player says without being owed: a community's day, who comes to a gate with a fever, doors that are unwell
and no more, pages of work. No server: what is said is read as the ledger would."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tongzhou.gates.ruling import May
from tongzhou.ledger.kinds import KINDS
from tongzhou.play import mornings, scenario
from tongzhou.play.chance import Chance
from tongzhou.play.daily import Daily
from tongzhou.play.epidemic import Epidemic, Ill
from tongzhou.play.gates import Gates
from tongzhou.play.pages import PAGES
from tongzhou.play.routine import Routine
from tongzhou.play.town import Community, Gate, Household, Member, Town
from tongzhou.play.words import Teller, Word

ZONE, DAY = ZoneInfo("Asia/Shanghai"), dt.date(2020, 3, 10)
PEOPLE = scenario.read(scenario.PEOPLE)
CHANCE = Chance(7)
TELLER = Teller(CHANCE)


def town() -> Town:
    homes = {n: Household(n, 40, 3, n) for n in range(1, 201)}
    return Town(
        households=homes, of_grid={40: list(homes.values())}, grids_of={4: [40]}, doors_of={4: 200},
        gates=[Gate("x.gate", 4, DAY)], leads={4: "lead", 5: "chief"},
        communities=[Community(4, "lead", 2, rural=False), Community(5, "chief", 2, rural=True)],
    )  # fmt: skip


def facts(words: list[Word]) -> list[dict[str, Any]]:
    """What is said, each of the form that its kind has."""
    told = [fact for word in words for fact in word.facts]
    for fact in told:
        KINDS[fact["kind"]].decode(msgspec.json.encode(fact["body"]))
    return told


def test_a_lead_says_each_day_what_nobody_owes_before_it_is_done():
    daily = Daily(town(), PEOPLE["daily"], CHANCE, TELLER, ZONE)
    words = [word for n in range(40) for word in daily.day(DAY + dt.timedelta(days=n))]
    told = facts(words)
    kinds = {(fact["kind"], fact["place"]) for fact in told}
    assert kinds == {("announcement.read_out", 4), ("announcement.read_out", 5), ("waste.collected", 4),
                     ("cleanup.called", 5)}  # fmt: skip
    assert sum(fact["kind"] == "announcement.read_out" for fact in told) == 80
    assert all(fact["reporting"] == 2 for fact in told if fact["kind"] == "waste.collected")
    assert {word.speaker for word in words} == {"lead", "chief"}
    assert all(7 <= word.send.astimezone(ZONE).hour < 10 for word in words)


def feverish(tenths: int, breathless: bool = False) -> Epidemic:
    epidemic = Epidemic(town(), PEOPLE["epidemic"], CHANCE, DAY)
    for door in range(1, 201):
        epidemic.ill[door, 0] = Ill(DAY, True, tenths, breathless, False, DAY)
        epidemic.of_household[door] = {(door, 0)}
    return epidemic


def at_the_gate(tenths: int, day: dt.date = DAY) -> list[dict[str, Any]]:
    kept = {**PEOPLE["gates"], "kept": 1.0}
    gates = Gates(town(), kept, CHANCE, TELLER, feverish(tenths), ZONE)
    return [fact for fact in facts(list(gates.day(day))) if fact["kind"] == "exception.raised"]


def test_whoever_is_measured_with_37_3_at_the_gate_is_called_back():
    raised = at_the_gate(373)
    assert 5 < len(raised) < 50, "some of 200 who are ill go out"
    assert {fact["body"]["temp10"] for fact in raised} == {373} and {fact["place"] for fact in raised} == {40}
    assert at_the_gate(372) == [] and at_the_gate(373, DAY - dt.timedelta(days=1)) == [], "no gate stood there yet"


@pytest.mark.parametrize("ill", [False, True])
def test_a_doctor_rings_each_door_that_is_unwell_once(ill):
    epidemic = feverish(384) if ill else Epidemic(town(), PEOPLE["epidemic"], CHANCE, DAY)
    routine = Routine(town(), SimpleNamespace(), PEOPLE, CHANCE, TELLER, epidemic)  # type: ignore[arg-type]
    now = dt.datetime(2020, 3, 10, 9, tzinfo=ZONE)
    told: Any = {"rounds": [{"what": "ask_unwell", "place": 40, "due": "2020-03-10T11:00:00+08:00", "desk": None,
                             "n": 2, "of": 2, "doors": [3, 4]}]}  # fmt: skip
    doctor = Member(1, "he", (("community_doctor", 4),))
    said = facts(routine.counts(doctor, told, now))
    assert [fact["body"]["state"] for fact in said if fact["kind"] == "household.heard"] == [
        "unwell" if ill else "well"
    ] * 2
    assert sum(fact["kind"] == "exception.raised" for fact in said) == (2 if ill else 0)
    assert routine.counts(doctor, told, now) == []


def test_who_tells_of_a_fever_tells_of_short_breath_too():
    epidemic = feverish(384, breathless=True)
    told = TELLER.fever(dt.datetime(2020, 3, 10, 9, tzinfo=ZONE), 40, 3, epidemic.ill[3, 0], "phone")
    assert told["body"]["concerns"] == ["fever", "breathless"]
    assert epidemic.fever_at(3, DAY) is None, "it is told once"


def test_what_is_said_on_a_page_of_work_has_the_form_of_its_kind():
    key = "00000000-0000-7000-8000-000000000001"
    row = {"key": key, "version": key, "place": 4, "until": "2020-04-30T00:00:00+08:00"}
    now = dt.datetime(2020, 3, 10, 9, tzinfo=ZONE)
    kinds = set()
    for n in range(40):
        line = {"row": row, "at": 2, "subject": f"measure/{n}", "since": "2020-03-10T08:00:00+08:00"}
        for says in PAGES.values():
            kind, _place, body = says(line, now, CHANCE)
            KINDS[kind].decode(msgspec.json.encode(body))
            kinds.add(kind)
    assert kinds == {"measure.approved", "measure.declined", "measure.reviewed", "measure.ended", "market.decided",
                     "produce.ended"}  # fmt: skip


def test_a_lead_issues_the_passes_that_the_order_of_the_day_lets(monkeypatch):
    """Of those that were asked for: nobody writes a card that the ledger refuses."""
    measure = "0170bce0-9600-7000-8000-000000000001"

    def may(_row: Any, _now: dt.datetime, what: str) -> May:
        return May("issue", "", edition="e1", measure=measure) if what != "shopping" else May("nobody", "")

    monkeypatch.setattr(mornings, "_may", may)
    gate = {"key": "x.gate", "place": 4, "state": "kept", "data": {"measures": [measure]}}
    telephone = SimpleNamespace(rows=lambda _token, noun, **_asked: [gate] if noun == "gate" else [])
    behaviour = {name: PEOPLE[name] for name in ("team", "gates")} | {"gates": {"passes_per_100": 20}}
    found = mornings.Mornings(town(), telephone, behaviour, CHANCE, TELLER, ZONE)  # type: ignore[arg-type]
    lead = Member(1, "lead", (("community_lead", 4),), "token")
    told = facts(found.said(lead, dt.datetime.combine(DAY, dt.time(8), ZONE)))
    assert {fact["body"]["what"] for fact in told} == {"medicine", "medical", "care"} and 10 < len(told) < 40
    assert {(fact["body"]["edition"], fact["body"]["measure"]) for fact in told} == {("e1", measure)}
