"""What was asked for and what is granted agree; what is left of it is owed by a desk that is named."""

from __future__ import annotations

from typing import Any

import pytest
import world

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("desks")]


def ask(who: str = "wu2", amount: str = "20") -> str:
    form = {"form": "ask", "what": "staff", "text": "Nurses for the nights", "urgency": "urgent"}
    world.post(who, "/requests/", amount=amount, **form)
    return world.rows("support")[-1][0]


def answer(key: str, status: int = 302, who: str = "duty", **form: Any) -> str:
    return world.post(who, "/requests/", status, form=f"answer/{key}", **form)


@pytest.mark.parametrize(
    ("form", "asked_back"),
    [
        ({"outcome": "granted", "amount": "30"}, "If more is meant, tick it"),
        ({"outcome": "granted", "amount": "10"}, "10 is a part"),
        ({"outcome": "partly", "amount": "20", "text": "All of it"}, "not a part"),
        ({"outcome": "partly", "text": "Some of them"}, "How many of the 20"),
        ({"outcome": "refused", "amount": "5", "text": "None to spare"}, "only of what is granted"),
    ],
)
def test_an_amount_that_does_not_agree_is_asked_back(form: dict[str, str], asked_back: str) -> None:
    key = ask()
    assert asked_back in answer(key, 422, **form)
    assert world.rows("support")[0][1] == "waiting"


def test_more_than_was_asked_is_granted_only_where_it_is_meant() -> None:
    key = ask()
    answer(key, outcome="granted", amount="30", meant="on")
    assert (world.rows("support")[0][1], world.rows("support")[0][2]["granted"]) == ("granted", 30)


def test_the_rest_stays_owed_by_a_desk_that_the_waiting_side_can_name() -> None:
    key = ask()
    answer(key, outcome="partly", amount="12", text="The others on Thursday")
    numbered = {"place": 1, "telephone": "027-8500 0001"}
    assert world.say(world.said("desk.numbered", numbered, place=1)).accepted == 1
    told = world.words("wu2", "/requests/")
    assert "duty desk, Hu: 8 still" in told and "027 8500 0001" in told
    assert "Nurses for the nights" in world.words("duty", "/today") and "Nurses" in world.words("duty", "/handover/")
    assert "8 is a part" not in answer(key, 422, outcome="granted", amount="9")
    answer(key, outcome="granted", amount="8")
    _key, state, data = world.rows("support")[0]
    assert (state, data["granted"]) == ("granted", 20)
    assert "still" not in world.words("wu2", "/requests/")
    assert "Nurses for the nights" not in world.words("duty", "/today").partition("Done today")[0]


def test_what_is_refused_after_a_part_ends_as_a_part_and_owes_nothing() -> None:
    key = ask()
    answer(key, outcome="partly", amount="12", text="The others on Thursday")
    answer(key, outcome="refused", text="There are no others")
    _key, state, data = world.rows("support")[0]
    assert (state, data["granted"]) == ("partly", 12) and "duty desk, Hu" not in world.words("wu2", "/requests/")


def test_what_is_passed_up_names_the_desk_that_owes_it_then_and_asks_for_the_rest_alone() -> None:
    key = ask("hong3")
    answer(key, who="wu2", outcome="partly", amount="5", text="The others are asked for above")
    answer(key, who="wu2", outcome="passed_up")
    assert "duty desk, Hu" in world.words("hong3", "/requests/")
    above = next(data for _key, state, data in world.rows("support") if state == "waiting")
    assert (above["amount"], above["to"], above["parent"]) == (15, 1, key)


def test_on_today_it_is_asked_back_in_the_same_words() -> None:
    key = ask()
    pressed = {"subject": f"support/{key}", "what": "answer_support", "at": "1", "act": "granted", "amount": "30"}
    text = world.post("duty", "/today/act", 422, **pressed)
    assert "If more is meant, tick it" in text and 'name="meant"' in text
    world.post("duty", "/today/act", **pressed, meant="on")
    assert world.rows("support")[0][2]["granted"] == 30
