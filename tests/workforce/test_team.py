"""Who is here today: a number at the door, a duty within a quarter of an hour, or that there is none, and the going."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
import world

from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
PATH = "/team/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def sent(who: str, around: str, path: str = PATH, language: str = "en", to: str = "", **typed: Any) -> Any:
    """Open a page, fill the form in which something stands, and press."""
    browser = world.client(who, language)
    html = browser.get(path).content.decode()
    form = next(one for one in re.findall(r"<form[^>]*method=.post.*?</form>", html, re.DOTALL) if around in one)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    return browser.post(to or path, hidden | typed, follow=True)


def joins(number: int, **typed: Any) -> Any:
    return sent("lead", "Comes as", **{"armband": number, "sort": "cadre", "fit": ["telephone", "gate"], **typed})


def team() -> list[tuple[Any, ...]]:
    with door.ledger() as connection:
        return connection.execute(
            "select (data ->> 'armband')::int, state from ledger_row where noun = 'teammate' order by 1"
        ).fetchall()


def owed() -> list[str]:
    with door.ledger() as connection:
        found = connection.execute("select what from ledger_owed where noun = 'teammate' order by what").fetchall()
    return [row[0] for row in found]


def test_whoever_comes_has_a_duty_or_is_told_that_there_is_none(staff: dict[str, int]) -> None:
    assert world.client("zhao").get(PATH).status_code == world.client("charlie").get(PATH).status_code == 404
    assert joins(17, unit="Finance bureau").status_code == 200
    joins(18, sort="volunteer", fit=["carrying"])
    assert team() == [(17, "away"), (18, "away")] and owed() == []

    # Two digits and a tap, and the hour at which they go back, within a day: nobody is here until another year.
    long = {"teammate": world.rows("teammate")[0][0], "until": "2198-12-30T00:00:00+08:00"}
    assert world.say(world.said("teammate.came", long, place=5)).refused[0].field == "until" and owed() == []
    at = world.NOW.replace(hour=18).isoformat()
    came = sent("lead", "Goes back at", armband="17", until=at).content.decode()
    assert "No. 17. Received 09:00" in came and "1 has no duty yet" in came and "goes back at 18:00" in came
    assert team() == [(17, "here"), (18, "away")] and owed() == ["give_duty"]
    with door.ledger() as connection:
        due = connection.execute("select due from ledger_owed where what = 'give_duty'").fetchone()
    assert due == (world.NOW + dt.timedelta(minutes=15),)
    twice = sent("lead", "Goes back at", armband="17")
    assert twice.status_code == 422 and "Number 17 is here already" in twice.content.decode()
    nobody = sent("lead", "Goes back at", armband="99")
    assert nobody.status_code == 422 and "Nobody of the team wears number 99" in nobody.content.decode()

    # The duty is given where it is owed, on Today.
    today = world.page("lead", "/today")
    assert "Give whoever came a duty" in today
    given = sent("lead", 'value="give"', "/today", to="/today/act", outcome="telephone", where="Building 3")
    assert "Received 09:00" in given.content.decode()
    page = world.page("lead", PATH)
    assert "ring those who were not heard from · Building 3" in page and "has no duty yet" not in page
    assert team() == [(17, "busy"), (18, "away")] and owed() == ["see_off"]

    # Came, and had nothing to do: shown, not hidden.
    sent("lead", "Goes back at", armband="18")
    idle = sent("lead", "Nothing to do today").content.decode()
    assert "For 1 there is nothing to do" in idle and team()[1] == (18, "idle")
    sent("lead", ">Went back<")
    sent("lead", ">Went back<")
    assert team() == [(17, "away"), (18, "away")] and owed() == []
    zh = world.page("lead", PATH, language="zh-hans")
    assert "给没有消息的住户打电话" in zh and "今天没有活给他们" in zh and "现在在岗 0 人" in zh


def test_a_number_that_somebody_wears_is_refused_and_what_was_typed_stays(staff: dict[str, int]) -> None:
    joins(5)
    offered = re.search(
        r'<input[^>]*value="(\d+)"[^>]*name="armband"|name="armband"[^>]*value="(\d+)"', world.page("lead", PATH)
    )
    assert offered and "6" in offered.groups(), "the next after the highest"
    again = joins(5, unit="Tax office")
    assert again.status_code == 422
    html = again.content.decode()
    assert "Somebody wears number 5 already" in html and "Tax office" in html
    assert team() == [(5, "away")]


def test_who_never_said_goodbye_is_another_stay_the_next_day_and_counts_no_hours(staff: dict[str, int]) -> None:
    from tongzhou.ledger.fold import fold
    from tongzhou.ledger.kinds import KINDS, Fact

    def fact(n: int, kind: str, hours: int, **body: Any) -> Fact:
        import json
        import uuid

        at = world.NOW + dt.timedelta(hours=hours)
        told = KINDS[kind].decode(json.dumps(body).encode())
        return Fact(uuid.UUID(int=n + 1), kind, 5, None, None, at, at, None, 1, None, n, told, None, None)

    key = "00000000-0000-0000-0000-000000000001"
    row = fold(f"teammate/{key}", [
        fact(0, "teammate.joined", 0, armband=4, sort="police", fit=["gate"]),
        fact(1, "teammate.came", 1, teammate=key),
        fact(2, "teammate.came", 2, teammate=key, until="2020-03-10T18:00:00+08:00"),
        fact(3, "teammate.came", 26, teammate=key),
    ])  # fmt: skip
    assert row is not None and row.state == "here" and len(row.data["stays"]) == 2
    assert row.data["stays"][0]["went"] is None and row.data["stays"][0]["until"]
    assert [one.what for one in row.owed] == ["give_duty"]


def test_nothing_on_the_sheet_names_or_ranks_anybody(staff: dict[str, int]) -> None:
    joins(7)
    page, paper = world.page("lead", PATH), world.page("lead", "/team/paper")
    assert "Name, by hand" in paper and "GZ-01" in paper
    for word in ("rank", "score", "points", "position", "photo"):
        assert word not in re.sub(r"no name, no photograph", "", page.lower().split("<main")[-1])


def test_the_ledger_gives_an_armband_once_in_a_team(staff: dict[str, int]) -> None:
    def joined(number: int, place: int = 5) -> Any:
        return world.said("teammate.joined", {"armband": number, "sort": "police", "fit": ["gate"]}, place=place)

    first = joined(7)
    told = world.say(first, joined(7), joined(7, place=10))
    assert told.accepted == 2 and told.refused[1].field == "body.armband"
    assert world.say(first).known == 1 and world.say(joined(7)).refused[0].field == "body.armband"
    world.say(world.said("teammate.ended", {"teammate": str(first.id), "why": "over"}, place=5))
    assert world.say(joined(7)).accepted == 1, "who left wears none"


def test_the_members_are_read_by_whoever_sees_the_page_and_by_nobody_else(staff: dict[str, int]) -> None:
    joins(17)
    ((key, *_rest),) = world.rows("teammate")
    assert [row["key"] for row in world.get("lead", "/api/rows/teammate").json()["rows"]] == [key]
    for who in ("doctor", "zhao", "duty", "lin"):
        assert world.get(who, "/api/rows/teammate").json()["rows"] == []
        world.get(who, f"/source/teammate/{key}", 404)
