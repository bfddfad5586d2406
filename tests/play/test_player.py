"""A small town is played through a served instance: same seed same play, nothing unowned, rights as everybody's."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import world
from django.conf import settings
from live import live as live_server
from tests_support import fresh_database

from tongzhou.bench import mix
from tongzhou.ledger import clock, door, follow
from tongzhou.people import staff as keeping
from tongzhou.play import bell, judge, live, scenario, stage, town
from tongzhou.play.marked import ScenarioError
from tongzhou.play.player import Player
from tongzhou.play.speak import Telephone
from tongzhou.play.words import Word

pytestmark = pytest.mark.postgres
ZONE = ZoneInfo("Asia/Shanghai")
SMALL = """
scenario: small
begins: 2020-03-10T08:00
hours: 4
minutes: 20
households: {by_themselves: 0.7, needs_per_100: 6, shut: 0.3}
walk: {doors_an_hour: 20, off_line: 0}
desks: {skips: 0.0, looks_every: 20, hours: ["08:00", "20:00"]}
duties: {call_back: {after: [0, 5]}, receive_referral: {after: [0, 5], acts: {arrived: 1}},
         examine: {after: [0, 5]}, bring: {after: [0, 30]}, assign_bed: {after: [0, 5]},
         answer_promise: {after: [0, 5], acts: {accepted: 1}}, bring_patient: {after: [0, 5]},
         symptoms_to_clinic: {after: [0, 0]}, judge_symptoms: {after: [0, 0], acts: {not_ill: 1}}}
epidemic: {ill_at_first: 0, other_fevers_per_1000: 0}
happens:
  - {at: "08:20", who: tang, does: says, kind: case.identified, home: hu.980101001001-1, reporting: here, as: case,
     body: {classification: suspected, epi: [E1], clinical: [C1, C2], onset: "2020-03-09", age: 40, sex: male}}
  - {at: "08:40", who: lin, does: says, kind: contact.named, home: hu.980101001001-1, as: contact,
     body: {case: $case, category: household, first_day: "2020-03-08", last_day: "2020-03-10", age: 41, stay: home,
            household: {grid: hu.980101001001-1, nth: 5}}}
  - {at: "08:50", who: doctor, does: says, kind: observation.recorded,
     body: {contact: $contact, symptoms: [fever], temp10: 384}}
  - {at: "08:20", door: {grid: hu.980101001001-1, nth: 3}, by: page, does: well, twice: true}
  - {at: "08:40", door: {grid: hu.980101001001-2, nth: 4}, by: phone, does: fever, temp: 38.9, as: fever}
  - {at: "09:00", door: {grid: hu.980101001001-1, nth: 9}, by: page, does: need, items: {food: 1}, as: need}
  - {at: "09:20", door: {grid: hu.980101001001-1, nth: 9}, by: page, does: withdraw, of: need}
  - {at: "08:00", who: nurse, does: answers, duty: answer_promise, act: not_ready, form: {reason: not_clean}}
  - {at: "09:00", who: qian, does: off_line, until: "10:30"}
  - {at: "09:40", door: {grid: hu.980101001001-2, nth: 8}, by: door, does: fever, temp: 38.1, as: late}
  - {at: "12:00", door: {grid: hu.980101001001-1, nth: 20}, by: page, does: need, items: {food: 1}}
  - {at: "12:00", door: {grid: hu.980101001001-2, nth: 21}, by: page, does: fever, temp: 38.2}
expect:
  - {at: "10:00", noun: exception, of: late, at_most: 0, note: the phone has no network}
  - {noun: exception, of: late}
  - {noun: need, of: need, state: void}
  - {noun: referral, of: fever, state: identified}
  - {noun: request, state: [accepted, admitted, assigned], at_least: 1}
"""
WARD = {"facility": "h1", "facility_zh": "一院", "facility_en": "First", "key": "h1.w", "name_zh": "一病区",
        "name_en": "Ward 1", "place": "hu.980101", "kind": "hotel", "serves": "suspected", "bed": "general",
        "beds": 6}  # fmt: skip


@contextmanager
def staged(
    server: str, name: str, tmp_path: Path, text: str = SMALL, roles: str = "all", furnish: Any = None
) -> Iterator[Player]:
    """A player of a scenario before its first word, in a town of its own whose pages are served."""
    path = tmp_path / "small.yaml"
    path.write_text(text)
    told = scenario.load(path, ZONE)
    with fresh_database(server, name), stage.pointed(name):
        world.furnish(simulated=True)
        world.at(told.begins)
        kinds = ("hotel", "hotel", "designated", "designated")
        world.wards([{**WARD, "facility": f"h{n}", "key": f"h{n}.w", "kind": kind} for n, kind in enumerate(kinds)])
        if furnish:
            furnish()
        found = town.read(7)
        town.equip(found, town.chosen(found, roles), told.ends + dt.timedelta(days=1))
        with stage.pages(settings.INSTALLATION.home, workers=1) as supervisor:
            telephone = Telephone(supervisor.pages_socket)
            player = Player(told, found, telephone, judge.Judge(judge.last_append()), 7, ZONE, persons=town.persons)
            player.events.check()
            yield player
            telephone.close()


@contextmanager
def played(
    server: str, name: str, tmp_path: Path, text: str = SMALL, roles: str = "all", order: int = 0
) -> Iterator[dict[str, Any]]:
    """What the play of a scenario came to, in its town. `order`: of those who speak together the first comes first (1)
    or the last (-1), never two at once."""
    with staged(server, name, tmp_path, text, roles) as player:
        if order:
            in_order: Any = lambda work, items: [work(one) for one in list(items)[::order]][::order]  # noqa: E731
            player.telephone.together = in_order  # type: ignore[method-assign]
        player.play()
        yield player.told(1) | {"said": list(mix.said(player.judge.since, player.town)), "town": player.town}


@pytest.fixture(scope="module")
def first(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the small play came to; its town stands as the play left it. `looked`: what looks at the clock saw there."""
    looked: list[dt.datetime] = []
    look = follow.ticks(lambda ledger: looked.append(clock.read(ledger).now))
    with played(server, f"{server}_play1", tmp_path_factory.mktemp("play"), order=1) as told:
        follow.TICKS.remove(look)
        yield told | {"looked": looked}


def speakers() -> set[str]:
    with door.ledger() as ledger:
        return {login for (login,) in ledger.execute(
            "select distinct coalesce(u.username, a.device) from ledger_append a left join auth_user u on u.id = by_id"
        )}  # fmt: skip


def test_everybody_plays_and_nothing_is_unowned(first):
    assert first["unmet"] == [] and first["unowned"] == 0, str(first)
    assert set(first["refusals"]) <= {"assign_bed/sign: malformed bed"}, "no bed fits after a ward declined"
    assert first["facts"] > 90 and first["simulated_hours"] == 4 and first["no_act"] == {}
    assert first["people"] == 300 + 13
    assert {"zhao", "doctor", "tang", "lead", "sun", "nurse", "slip"} <= speakers()
    refused = [data["refused"] for _key, _state, data in world.rows("request")]
    assert any(one and one[0]["reason"] == "not_clean" for one in refused), "a ward declined"


def test_whoever_walks_looks_where_a_door_is_silent_and_nobody_else_does(first):
    town, asked = first["town"], "select household from community_household_day where day = %s and state in (1, 2)"
    with door.ledger() as ledger:
        heard = {one for (one,) in ledger.execute(asked, [dt.date(2020, 3, 10)]).fetchall()}
    rings = bell.silent(dt.datetime(2020, 3, 10, 12, tzinfo=ZONE))
    told = {login: rings(town.members[login]) for login in town.worker.values()}
    silent = {town.worker[home.grid] for home in town.households.values() if home.id not in heard}
    assert told == {login: login in silent for login in told}


def test_what_the_clock_alone_changes_is_looked_at_in_every_step(first):
    begins = dt.datetime(2020, 3, 10, 8, tzinfo=ZONE)
    assert first["looked"] == [begins + n * dt.timedelta(minutes=20) for n in range(4 * 3 + 1)]


@pytest.mark.browser
def test_today_of_whoever_was_played_shows_in_a_browser_what_the_player_was_told(first, browser):
    told = {}
    with live_server() as server:
        for who in ("zhao", "doctor", "sun"):
            context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
            page = context.new_page()
            page.goto(f"{server.url}/login")
            page.fill("#id_username", who)
            page.fill("#id_password", world.PASSWORD)
            page.click("main button.do")
            page.goto(f"{server.url}/today")
            told[who] = page.request.get(f"{server.url}/api/today").json()
            assert page.locator(".today li[id^=d-]").count() == len(told[who]["lines"]), who
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 740})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (who, width)
            context.close()
    assert all(one["lines"] or one["rounds"] for one in told.values()), told


def test_what_was_said_is_read_back_whole_for_the_sender_it_is_held_against(first):
    """Each fact that somebody said, once, in the queue in which it came; a household's own words by its worker."""
    ids = [fact["id"] for _at, _who, facts in first["said"] for fact in facts]
    with door.ledger() as ledger:
        asked = (
            "select f.id::text from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k"
            " on k.id = f.kind where a.origin = 'said' and k.name <> 'owed.seen'"  # said by whoever looks at a page
        )
        assert sorted(ids) == sorted(id for (id,) in ledger.execute(asked))
    walkers, town_of = set(first["town"].worker.values()), first["town"].members
    heard = {who for _at, who, facts in first["said"] if facts[0]["kind"] == "household.heard"}
    assert heard <= walkers and all(who in town_of for _at, who, _facts in first["said"])
    costs = {"facts_per_cpu_second": 50.0, "whole": 30.0}
    told = mix.compared(costs, {"facts_per_cpu_second": 62.5, "whole": 60.0}, first["said"])
    assert (told["ratio"], told["ratio_whole"]) == (0.8, 0.5) and told["mix"]["household.heard"] > 60


def test_the_same_seed_tells_the_same_play(first, server, tmp_path):
    """Also where whoever speaks at the same moment comes in another order."""
    with played(server, f"{server}_play2", tmp_path, order=-1) as second:
        assert second["digest"] == first["digest"]


def test_somebody_else_plays_zhao_and_another_seed_tells_another_play(server, tmp_path):
    short = SMALL.replace("hours: 4", "hours: 3").partition('  - {at: "12:00"')[0]
    with played(server, f"{server}_play3", tmp_path, short, "all but zhao") as told:
        assert told["unowned"] == 0 and "zhao" not in speakers() and "qian" in speakers()


def test_words_that_nobody_knows_are_named(staff, tmp_path):
    found = town.read(7)
    assert town.chosen(found, "all but zhao, ward_nurse") == set(found.members) - {"zhao", "nurse"}
    assert town.chosen(found, "grid_worker") == {"zhao", "qian", "far"}
    with pytest.raises(town.UnknownRole, match="pilot is neither a role nor a login"):
        town.chosen(found, "all but pilot")


SAYS = "who: lin, does: says, kind"
CONTRADICTS = {
    "no such person": ("who: nobody, does: away, until: '14:00'", "nobody is nobody of this region's staff"),
    "no such door": ("door: {grid: hu.980101001001-1, nth: 41}, does: well", "there is no door 41"),
    "no such kind": (f"{SAYS}: case.flown, body: {{}}", "case.flown is no kind of fact"),
    "no such body": (f"{SAYS}: case.received, body: {{cake: 1}}", "is not what case.received says"),
    "no such place": (f"{SAYS}: case.received, place: x.y, body: {{case: a}}", "x.y is no place"),
    "no such name": (f"{SAYS}: case.received, body: {{case: $c}}", "is called c"),
    "no such bed": (
        f"{SAYS}: patient.admitted, body: {{request: a, ward: h1.w, bed: {{ward: h1.w, nth: 99}}}}",
        "there is no bed 99 in h1.w",
    ),
    "no such act": ("who: lin, does: answers, duty: receive_case, act: fly", "receive_case has no act fly"),
    "no such duty": ("who: lin, does: answers, duty: fly, act: fly", "fly is nothing that anybody owes"),
}


@pytest.mark.parametrize("line, sentence", CONTRADICTS.values(), ids=CONTRADICTS)
def test_a_scenario_that_contradicts_the_region_is_refused_with_its_line(staff, tmp_path, line, sentence):
    path = tmp_path / "small.yaml"
    path.write_text(f"scenario: s\nbegins: 2020-03-10T06:00\nhours: 9\nhappens:\n  - {{at: '09:00', {line}}}\n")
    told = scenario.load(path, ZONE)
    player = Player(told, town.read(7), Telephone(tmp_path / "none"), judge.Judge(0), 7, ZONE)
    with pytest.raises(ScenarioError) as refused:
        player.events.check()
    assert str(refused.value).startswith("small.yaml, line 5: ") and sentence in str(refused.value)
    assert dt.timedelta() == player.played


EXPECTS = {
    "no such place": ("noun: stock, place: x.y", "x.y is no place"),
    "no such ward": ("noun: request, ward: x.y", "x.y is no ward"),
    "no such name": ("noun: request, of: nobody", "nothing in this scenario is called nobody"),
}


@pytest.mark.parametrize("line, sentence", EXPECTS.values(), ids=EXPECTS)
def test_what_is_expected_must_be_of_the_region_too(staff, tmp_path, line, sentence):
    path = tmp_path / "small.yaml"
    path.write_text(f"scenario: s\nbegins: 2020-03-10T06:00\nhours: 9\nexpect:\n  - {{{line}}}\n")
    player = Player(scenario.load(path, ZONE), town.read(7), Telephone(tmp_path / "none"), judge.Judge(0), 7, ZONE)
    with pytest.raises(ScenarioError, match=rf"^small.yaml, line 5: {sentence}"):
        player.events.check()


def test_so_many_doors_are_played_evenly_and_those_that_are_named(staff):
    found = town.read(7)
    every, named = dict(found.households), frozenset({list(found.households)[1]})
    town.thinned(found, 40, named)
    assert named < found.households.keys() < every.keys() and 40 <= len(found.households) <= 42
    grids = {home.grid for home in every.values()}
    doors = {grid: sum(home.grid == grid for home in every.values()) for grid in grids}
    assert all(abs(len(found.of_grid[grid]) / n - 0.4) < 0.05 for grid, n in doors.items()), "of each grid as many"


def test_doors_are_named_in_bodies_too(staff, tmp_path):
    path = tmp_path / "small.yaml"
    visit = "body: {what: visit, household: {grid: hu.980101001001-1, nth: 9}, due: '2020-03-10T10:00:00+08:00'}"
    at_a_door = "door: {grid: hu.980101001001-2, nth: 3}, does: well"
    path.write_text("scenario: s\nbegins: 2020-03-10T06:00\nhours: 9\nhappens:\n"
                    f"  - {{at: '09:00', who: lead, does: says, kind: task.set, {visit}}}\n"
                    f"  - {{at: '09:00', {at_a_door}}}\n")  # fmt: skip
    told = scenario.load(path, ZONE)
    found = town.read(7)
    player = Player(told, found, Telephone(tmp_path / "none"), judge.Judge(0), 7, ZONE)
    town.thinned(found, 1, player.events.doors_named())
    assert [home.nth for home in found.households.values()] == [1, 9, 3]
    player.events.check()


def test_whoever_signs_in_is_left_alone(staff, tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.partition("happens:")[0])
    assert town.persons() == {}
    world.browser("zhao")
    assert town.persons() == {"zhao": True}
    found = town.read(7)
    stop = Event()
    stop.set()  # nobody is asked again
    player = Player(scenario.load(path, ZONE), found, Telephone(tmp_path / "none", stop=stop), judge.Judge(0), 7, ZONE,
                    persons=town.persons)  # fmt: skip
    player._leave_alone()
    ten = world.NOW.replace(hour=10)
    assert player.doors.walks_now("zhao", ten) and player.doors.walks_now("qian", ten)
    assert player._send(Word(world.NOW, "zhao", [{"id": "x", "kind": "household.heard"}])) == []
    with pytest.raises(FileNotFoundError):  # qian is played: her telephone would ring
        player._send(Word(world.NOW, "qian", [{"id": "x", "kind": "household.heard"}]))


CALLS = """
scenario: small
begins: 2020-03-10T08:00
hours: 4
minutes: 10
households: {by_themselves: 0.0, needs_per_100: 0}
walk: {doors_an_hour: 1}
desks: {skips: 0.0, looks_every: 10, hours: ["08:00", "20:00"]}
duties: {call_back: {after: [0, 0], acts: {stay_home: 1}}, receive_referral: {after: [0, 5], acts: {arrived: 1}}}
epidemic: {ill_at_first: 0, other_fevers_per_1000: 0}
happens:
  - {at: "08:10", door: {grid: hu.980101001001-1, nth: 3}, by: page, does: fever, temp: 38.9, as: hers}
  - {at: "08:20", door: {grid: hu.980101001001-2, nth: 4}, by: page, does: fever, temp: 38.4, as: late}
"""


def test_whoever_acts_herself_is_not_overtaken_and_the_others_answer_her(server, tmp_path):
    def colleague() -> None:
        with keeping.owner() as owner:
            keeping.give(owner, keeping.enrol(owner, "second", "周二", world.PASSWORD), "community_doctor", 5)

    def calls() -> list[str]:
        with door.ledger() as ledger:
            told = ledger.execute(
                "select u.username from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k on"
                " k.id = f.kind join auth_user u on u.id = a.by_id where k.name = 'exception.called_back'"
                " order by f.append"
            ).fetchall()
        return [login for (login,) in told]

    with staged(server, f"{server}_playherself", tmp_path, CALLS, furnish=colleague) as player:
        moments = [player.scenario.begins + dt.timedelta(minutes=10) * n for n in range(18)]
        doctor, steps = world.browser("doctor"), iter(zip(moments[1:], moments, strict=False))
        player.judge.begin()
        for _ in range(3):
            player.step(*next(steps))
        assert calls() == [], "a colleague of the same post leaves what is not late to whoever signed in"
        hers = player.events.named["hers"]
        world.post("doctor", "/callbacks/", by=lambda *_: doctor, form=f"call/{hers}", advice="clinic", clinic="3",
                   temp10="38.4", spo2="95", exposed="yes")  # fmt: skip
        for step in islice(steps, 12):  # to half past ten: the other call is late
            player.step(*step)
        assert calls() == ["doctor"], "hers is said once, by her; nobody acts in front of whoever has only just come"
        with keeping.owner() as owner:
            owner.execute("update people_session set made_at = made_at - interval '6 minutes'")
        for step in steps:
            player.step(*step)
        assert calls() == ["doctor", "second"], "what is late a colleague takes over"
        [state] = [state for key, state, data in world.rows("referral") if hers in (key, data.get("exception"))]
        assert state != "made", "the clinic to which she sent somebody has answered"
        assert player.judge.unowned == set()


def test_the_counties_live_from_where_the_clock_stands(server):
    name, stop = f"{server}_playlive", Event()
    region: Any = SimpleNamespace(key="small", bulletins=[], indicator_figures=[])
    with fresh_database(server, name), stage.pointed(name):
        world.furnish(simulated=True)
        with stage.pages(settings.INSTALLATION.home, workers=1) as supervisor:
            playing = Thread(target=live.play, args=(supervisor.pages_socket, 600, stop), kwargs={"region": region})
            playing.start()
            until = time.monotonic() + 120
            while time.monotonic() < until and "zhao" not in speakers():
                time.sleep(0.2)
            stop.set()
            playing.join(60)
        assert not playing.is_alive() and "zhao" in speakers()
        with door.ledger() as ledger:
            assert clock.read(ledger).now > world.NOW
