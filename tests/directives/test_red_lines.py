"""What never stands on the command's screens, checked over their bytes: a place ranked by silence, a person's name or
number, "not reported" for what is not held here."""

from __future__ import annotations

import re

import pytest
import world

from tongzhou.ledger import follow

pytestmark = pytest.mark.postgres
PAGES = ["/morning/", "/morning/?day=2020-03-08", "/directives/", "/requests/", "/handover/", "/today",
         "/decision/1/2020-03-10/1"]  # fmt: skip
DECIDE = {"form": "decide", "text": "Twenty nurses go to the second ward", "owner": "duty_officer", "at": "2",
          "due": "2020-03-10T18:00"}  # fmt: skip
PERSON = ("王小雨", "13911112222", "13800001111", "insulin")
UNHELD = re.compile(
    r"not reported|did not report|unreported|failed to report|no report|未报|漏报|瞒报|没有上报|未上报|迟报", re.I
)


@pytest.fixture
def everything(desks: dict[str, int]) -> dict[str, int]:
    """A case with its name, a silent prefecture, a late task, a decision; published figures of one unit only."""
    world.suspected()
    world.at(world.NOW.replace(hour=23, minute=50))
    task = {
        "what": "deliver",
        "due": "2020-03-09T18:00:00+08:00",
        "text": "insulin for the third door",
        "household": 12,
    }
    assert world.say(world.said("task.set", task, place=6)).accepted == 1
    for unit, place, day in (("hu.980000", 1, 9), ("hu.980100", 2, 8)):
        body = {"unit": unit, "day": f"2020-03-0{day}", "confirmed": 100 + day, "published_on": "2020-03-10",
                "source": "test"}  # fmt: skip
        assert world.say(world.said("bulletin.published", body, place=place), origin="imported").accepted == 1
    world.post("duty", "/morning/", **{**DECIDE, "due": "2020-03-11T18:00"})
    follow.catch_up()
    return desks


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_person_and_no_blame_for_what_is_not_held(everything: dict[str, int], language: str) -> None:
    for who in ("duty", "wu", "wu2", "hong3"):
        for path in PAGES:
            answer = world.client(who, language).get(path)
            if answer.status_code == 404:
                assert path.startswith("/decision/") and who == "hong3", (who, path)
                continue
            text = answer.content.decode()
            assert answer.status_code == 200, (who, path)
            for person in PERSON:
                assert person not in text, (who, path, person)
            assert not UNHELD.search(text), (who, path, UNHELD.search(text))


def test_no_place_is_ranked_by_its_silence(everything: dict[str, int]) -> None:
    """Places stand in the order of the tree whichever of them was not heard from, and whichever is late."""

    def order() -> list[str]:
        text = world.page("duty", "/morning/?day=2020-03-09")
        table = text[text.index('id="figures"') : text.index('id="differs"')]
        return re.findall(r"<a[^>]*>(Wu|Xiao)</a>", table)

    assert order() == ["Wu", "Xiao"]
    world.say(*(world.heard(n, place=6, at=world.NOW) for n in range(1, 41)))
    follow.catch_up()
    assert order() == ["Wu", "Xiao"]
    told = {"what": "deliver", "due": "2020-03-09T12:00:00+08:00", "text": "bread"}
    world.say(*(world.said("task.set", {**told, "household": n}, place=10) for n in range(81, 99)))
    assert order() == ["Wu", "Xiao"]
