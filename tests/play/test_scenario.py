"""Scenario files: what they say, and one sentence with the line for what they say wrongly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click import ClickException

from tongzhou.cli.play import _read
from tongzhou.play import scenario
from tongzhou.play.chance import Chance
from tongzhou.play.marked import ScenarioError

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = "scenario: small\nbegins: 2020-03-10T06:00\nhours: 12\n"


def load(tmp_path: Path, text: str) -> scenario.Scenario:
    path = tmp_path / "small.yaml"
    path.write_text(text)
    return scenario.load(path, ZONE)


@pytest.mark.parametrize(
    "path", sorted(p for p in scenario.FOLDER.glob("*.yaml") if p != scenario.PEOPLE), ids=lambda p: p.stem
)
def test_every_scenario_that_is_shipped_reads_and_is_called_in_both_languages(path):
    read = scenario.load(path, ZONE)
    assert (
        read.name == path.stem
        and read.called.keys() == {"en", "zh"}
        and read.begins.utcoffset() == dt.timedelta(hours=8)
    )


def test_a_scenario_overrides_how_people_behave_and_keeps_the_rest(tmp_path):
    read = load(tmp_path, HEAD + "households: {by_themselves: 0.5}\ndesks: {looks_every: 5}\n")
    assert read.behaviour["households"]["by_themselves"] == 0.5 and read.behaviour["households"]["shut"] == 0.05
    assert read.behaviour["desks"]["looks_every"] == 5 and read.ends == read.begins + dt.timedelta(hours=12)


WRONG = {
    "a key that nobody reads": ("happend: []\n", 4, "happend is not known here"),
    "twice": ("hours: 3\n", 4, "hours stands there twice"),
    "an hour outside": ('happens:\n  - {at: "05:59", door: {grid: g, nth: 1}, does: well}\n', 5, "lies outside"),
    "no hour": ('happens:\n  - {at: "9", door: {grid: g, nth: 1}, does: well}\n', 5, "9 is no hour"),
    "nothing anybody does": ('happens:\n  - {at: "09:00", does: fly}\n', 5, "fly is nothing that anybody does"),
    "no door": ('happens:\n  - {at: "09:00", does: fever}\n', 5, "door is missing"),
    "an unknown channel": ('happens:\n  - {at: "09:00", door: {grid: g}, by: fax, does: well}\n', 5, "by is one of"),
    "no share": ("households: {by_themselves: lots}\n", 4, "by_themselves is a number"),
    "an unknown share": ("households:\n  telepathy: 1\n", 5, "telepathy is not known here"),
    "no minutes": ("minutes: 0\n", 4, "a whole number from 1 to 60"),
    "no expectation": ("expect:\n  - {state: done}\n", 5, "an expectation names"),
    "no list": ("happens: {at: 3}\n", 4, "happens is a list"),
    "a post that there is not": ("desks: {pilot: {skips: 0}}\n", 4, "pilot is not known here"),
    "a post that does what nobody does": ("desks:\n  clinician: {naps: 3}\n", 5, "naps is not known here"),
    "a duty that there is not": ("duties: {fly: {after: [1, 2]}}\n", 4, "fly is not known here"),
    "a duty of another shape": ("duties: {call_back: [1, 2]}\n", 4, "call_back is written as"),
    "no number of doors": ("doors: many\n", 4, "doors is a whole number"),
    "no YAML": ("happens: [\n", 5, "this is no YAML"),
    "away for ever": ('happens:\n  - {at: "09:00", who: xu, does: away, until: never}\n', 5, "never is no hour"),
    "no temperature": ('happens:\n  - {at: "09:00", door: {grid: g}, does: fever, temp: hot}\n', 5, "temp is a temp"),
    "no such need": (
        'happens:\n  - {at: "09:00", door: {grid: g}, does: need, items: {cake: 1}}\n', 5,
        "cake is nothing that a household can ask for",
    ),
    "nothing needed": ('happens:\n  - {at: "09:00", door: {grid: g}, does: need}\n', 5, "items is missing"),
    "how often is a word": (
        'happens:\n  - {at: "09:00", who: xu, does: answers, duty: bring, act: brought, times: often}\n', 5,
        "times is a whole number",
    ),
    "hours the wrong way round": ('walk: {hours: ["17:30", "09:00"]}\n', 4, "hours is written as two hours"),
    "half an hour of an hour": ('walk:\n  off_line: 0.5\n  on_line_again: "25:10"\n', 6, "25:10 is no hour"),
    "minutes of one duty": ("duties:\n  call_back: {after: [9]}\n", 5, "after is written as two numbers"),
    "a way nobody speaks": ("households:\n  by: {fax: 1}\n", 5, "fax is not known here"),
    "a noun that there is not": ("expect:\n  - {noun: exeption}\n", 5, "exeption is nothing that the ledger keeps"),
    "a duty nobody has": ("expect:\n  - {owed: fly, at_most: 0}\n", 5, "fly is nothing that anybody owes"),
    "a count that is none": ("expect:\n  - {noun: need, at_least: many}\n", 5, "at_least is a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("text, line, sentence", WRONG.values(), ids=WRONG)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path, text, line, sentence):
    with pytest.raises(ScenarioError) as told:
        load(tmp_path, HEAD + text)
    assert str(told.value).startswith(f"small.yaml, line {line}: ") and sentence in str(told.value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("small.yaml", "small.yaml, line 2: this region begins on 2019-12-01"),
        ("nowhere", "there is no scenario nowhere"),
    ],
)
def test_a_moment_before_the_region_and_a_name_that_nobody_knows_are_one_sentence(tmp_path, name, sentence):
    (tmp_path / "small.yaml").write_text("scenario: small\nbegins: 2019-11-30T06:00\nhours: 12\n")
    path = str(tmp_path / name) if name.endswith(".yaml") else name
    with pytest.raises(ClickException, match=sentence):
        _read(path, None, None)


def test_chance_depends_on_what_it_is_drawn_for_and_not_on_the_order():
    one, other = Chance(7), Chance(7)
    first = [one.of("a", n) for n in range(50)]
    assert first == [other.of("a", n) for n in reversed(range(50))][::-1]
    assert Chance(8).of("a", 0) != first[0] and 0.3 < sum(first) / 50 < 0.7
    assert {one.weighted({"x": 1, "y": 0}, n) for n in range(20)} == {"x"}
