"""Breaking a directive down: to whom, in which words, by when, shown by what; and what became of each branch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import world
import yaml

from tongzhou.directives import forms, twin
from tongzhou.directives.kinds import DirectiveIssued
from tongzhou.directives.shown import Shown
from tongzhou.ledger import worded

STORIES = sorted((Path(__file__).resolve().parents[2] / "regions" / "hubei").glob("**/desks.yaml"))
ABOVE = {"key": "0170bbd2-0000-7000-8000-00000000000a", "what": "service", "text": "Call on everybody over 80",
         "evidence": "tasks", "counted": None, "task": "visit", "due": world.EVENING}  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")
BELOW = [(4, "甲", "A"), (5, "乙", "B"), (6, "丙", "C")]


def passed(**typed: Any) -> tuple[forms.PassOn, dict[str, Any]]:
    form = forms.PassOn(
        {"id": "0170bbd2-0000-7000-8000-0000000000ff", "due": "2020-03-10T16:00", **typed},
        above=ABOVE, places=BELOW, now=world.NOW,
    )  # fmt: skip
    return form, msgspec.json.decode(form.passed(3).body) if form.is_valid() else {}


def test_to_some_of_them_in_ones_own_words_by_an_hour_of_ones_own_and_shown_by_a_figure() -> None:
    form, body = passed(to=["4", "6"], text="Telephone first, then go", evidence="figure", counted="people reached")
    assert not form.errors
    assert (body["to"], body["text"], body["evidence"], body["counted"]) == (
        [4, 6], "Telephone first, then go", "figure", "people reached")  # fmt: skip
    assert body["due"].startswith("2020-03-10T16:00") and body["what"] == "service" and body["parent"] == ABOVE["key"]
    assert "task" not in body


def test_what_is_left_open_goes_along_as_it_was_received() -> None:
    _form, body = passed(to=["5"])
    assert (body["text"], body["evidence"], body["task"]) == (ABOVE["text"], "tasks", "visit")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"to": []}, "to"),
        ({"to": ["9"]}, "to"),
        ({"to": ["4"], "due": "2020-03-10T22:00"}, "due"),
        ({"to": ["4"], "evidence": "answer", "counted": "people reached"}, "counted"),
        ({"to": ["4"], "evidence": "figure", "task": "visit"}, "task"),
        ({"to": ["4"], "text": "Ring 13800138000"}, "text"),
    ],
)
def test_what_cannot_be_meant_is_told_beside_its_field(typed: dict[str, Any], field: str) -> None:
    form, _body = passed(**typed)
    assert list(form.errors) == [field]


def test_places_of_one_level_are_counted_and_never_those_of_two_together() -> None:
    def row(key: str, place: int, to: list[int], parent: str | None = None, **answers: str) -> dict[str, Any]:
        told = {str(one): {} for one in to} | {one.strip("p"): {"outcome": how} for one, how in answers.items()}
        return {"key": key, "place": place, "state": "open",
                "data": {"to": to, "parent": parent, "evidence": "answer", "answers": told, "tasks": {}}}  # fmt: skip

    rows = [row("city", 1, [2]), row("county", 2, [3, 4], "city", p4="done"), row("street", 3, [5, 6, 7], "county")]
    line = Shown(rows, {}).of("city")["lines"][0]
    assert line["places"] == (
        1,
        2,
    )  # two streets, one done; the three communities below one of them are their own count
    assert [(one["place"], one["state"], one["places"]) for one in line["below"]] == [
        (3, "silent", (0, 3)), (4, "done", (0, 0))]  # fmt: skip


def test_the_matters_hold_what_came_first() -> None:
    matters = worded.codes("directive.issued", "what")
    assert list(matters[:2]) == ["treatment", "beds"]
    assert {"transport", "staff", "market", "law", "supply", "investigation"} <= set(matters)


def said(kind: str) -> Iterator[dict[str, Any]]:
    for path in STORIES:
        told = yaml.safe_load(path.read_text())["said"]
        names = {one["as"]: one for one in told if "as" in one}
        yield from (one | {"names": names} for one in told if one["kind"] == kind)


def test_what_the_desks_of_the_story_say_can_be_said_on_the_page() -> None:
    """Each directive of the demonstration comes out of the form, word for word."""
    n = 0
    for one in said("directive.issued"):
        body, now = one["body"], moment(one["at"])
        numbers = {key: n for n, key in enumerate(body["to"], 1)}
        places = [(n, key, key) for key, n in numbers.items()]
        typed = {"id": "0170bbd2-0000-7000-8000-0000000000ff", **body, "to": [str(n) for n in numbers.values()]}
        if parent := body.get("parent"):
            above = one["names"][parent.removeprefix("$")]["body"]
            form: Any = forms.PassOn(
                typed, above={**ABOVE, **above, "due": moment(above["due"])}, places=places, now=now
            )
            assert form.is_valid(), form.errors
            found = form.passed(1)
        else:
            form = forms.Issue(typed, places=places, now=now)
            assert form.is_valid(), form.errors
            found = form.said(now, 1)
        wanted = {**body, "to": tuple(numbers.values()), "due": moment(body["due"]).isoformat()}
        wanted.pop("parent", None)
        got = msgspec.to_builtins(msgspec.json.decode(found.body, type=DirectiveIssued))
        assert {name: got[name] for name in wanted} == wanted
        n += 1
    assert n >= 5


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.postgres
def test_the_page_shows_what_became_of_each_branch(desks: dict[str, int]) -> None:
    form = {"form": "issue", "what": "treatment", "text": "Every fever clinic counts its beds", "to": ["2"],
            "due": "2020-03-10T18:00", "evidence": "figure", "counted": "clinics"}  # fmt: skip
    world.post("duty", "/directives/", **form)
    key = world.rows("directive")[0][0]
    text = world.words("wu2", "/directives/")
    assert "shown by a figure (clinics)" in text and "Our own words" in text
    own = "Ring the clinics before noon"
    typed = {"to": ["3"], "due": "2020-03-10T17:00", "text": own}
    world.post("wu2", "/directives/", form=f"pass_on/{key}/2", **typed)
    text = world.words("hong3", "/directives/")
    assert own in text and "Every fever clinic" not in text and "clinics" in text
    text = world.words("duty", "/directives/")
    assert "passed on: 0 of 1 places done" in text and "Wu: 0 of 1 places right below Hong · not read" in text


def test_a_number_on_which_somebody_agreed_to_be_rung_stands_in_no_fact_of_the_demonstration() -> None:
    folder = next(path for path in STORIES if path.parent.name == "tongzhou").parent
    told = twin.read(folder)
    where = [one.get(name) for one in told["said"] for name in ("place", "reporting")]
    named = [one["body"].get(name) for one in told["said"] for name in twin.PLACES]
    keys = {key for one in (*where, *named) if one for key in (one if isinstance(one, list) else [one])}
    ids = {key: n for n, key in enumerate(sorted(keys), 1)}
    until = dt.datetime(2020, 3, 10, 20, tzinfo=ZONE)
    kept = twin.sealed(told, ids, {}, ZONE, until)
    facts = {str(one.id): one for one in twin.story(told, ids, {}, ZONE)}
    assert len(kept) == 2 and {facts[key].kind for key in kept} == {"liaison.needed"}
    assert all(number.startswith("000 ") and place in ids.values() for number, place in kept.values())
    assert not [one for one in facts.values() if "000 2105" in str(one.body)]
    assert twin.sealed(told, ids, {}, ZONE, until - dt.timedelta(days=3)) == {}
