"""What is owed follows from the facts: who first, who after them, until when; and it is the same when built again."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from msgspec.structs import replace
from tests_support import owner_dsn

from tongzhou.command.overdue import by_county
from tongzhou.ledger import door
from tongzhou.ledger.owed import Owed, by_day, read, resolve, table_on, tables
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people import mine as people_mine
from tongzhou.people.scope import holder_of
from tongzhou.problems import NotYours
from tongzhou.today import mine

pytestmark = pytest.mark.postgres
HOUR = dt.timedelta(hours=1)


def fever(temp10: int = 390, at: dt.datetime = world.NOW) -> str:
    one = world.said("exception.raised", {"household": 1, "concerns": ["fever"], "temp10": temp10}, place=6, at=at)
    world.say(one)
    return str(one.id)


def lines(key: str) -> list[tuple[str, str, int, dt.datetime]]:
    """(what, role, place, owes_from) in the order of the ladder."""
    with door.ledger() as connection:
        return connection.execute(
            "select what, role, place, owes_from from ledger_owed where key = %s order by what, at, step", [key]
        ).fetchall()


def test_a_fever_is_owed_and_climbs_by_itself(staff):
    key = fever()
    assert lines(key) == [
        ("call_back", "community_doctor", 6, world.NOW),
        ("call_back", "community_lead", 5, world.NOW + HOUR),
        ("call_back", "desk", 4, world.NOW + 2.5 * HOUR),
        ("call_back", "desk", 3, world.NOW + 6.5 * HOUR),
    ]


def test_an_answer_ends_it_and_the_line_is_kept_as_it_was(staff):
    key = fever()
    world.say(
        world.said("exception.called_back", {"exception": key, "outcome": "reached", "advice": "clinic"}, place=6)
    )
    assert {line[0] for line in lines(key)} == {"send_on"}
    with door.ledger() as connection:
        was = connection.execute("select what, step from ledger_owed_was where key = %s order by 2", [key]).fetchall()
    assert was == [("call_back", n) for n in range(4)]
    world.say(world.said("exception.closed", {"exception": key, "outcome": "in_care"}, place=6))
    assert lines(key) == []


def test_cannot_because_makes_the_next_desk_owe_at_once(staff):
    key, now = fever(), world.NOW + 0.1 * HOUR
    world.at(now)
    said = {"subject": f"exception/{key}", "what": "call_back", "at": 6}
    hindered = world.said("owed.hindered", {**said, "reason": "no_staff"}, place=5, at=now)
    assert not world.say(hindered, authority=holder_of(staff["doctor"])).refused
    assert lines(key)[1] == ("call_back", "community_lead", 5, now)
    passed = world.said("owed.passed", {**said, "to": staff["lead"]}, place=5, at=now)
    assert not world.say(passed, authority=holder_of(staff["doctor"])).refused
    with door.ledger() as connection:
        held = connection.execute("select distinct staff, hindered from ledger_owed where key = %s", [key]).fetchall()
    assert held == [(staff["lead"], "no_staff")]


@pytest.mark.parametrize("who, place", [("zhao", 6), ("far", 10), ("tang", 3)])
def test_only_a_post_that_owes_it_says_that_it_cannot(staff, who, place):
    key = fever()
    said = {"subject": f"exception/{key}", "what": "call_back", "at": 6, "reason": "no_staff"}
    receipt = world.say(world.said("owed.hindered", said, place=place), authority=holder_of(staff[who]))
    assert isinstance(receipt.refused[0], NotYours)


def test_what_is_not_owed_is_refused_like_what_is_not_ones_own(staff):
    said = {"subject": f"exception/{uuids.uuid7()}", "what": "call_back", "at": 6, "reason": "no_staff"}
    receipt = world.say(world.said("owed.hindered", said, place=5), authority=holder_of(staff["doctor"]))
    assert isinstance(receipt.refused[0], NotYours)


def test_built_again_it_is_the_same_and_lost_lines_come_back(staff):
    fever()
    first = rebuild()
    assert (first.rows_changed, first.duties_restored) == (0, 0)
    with door.ledger() as connection:
        connection.execute("delete from ledger_owed where step = 1")
    again = rebuild()
    assert again.duties_restored > 0 and again.rows_changed == 0
    assert rebuild().unchanged


def test_the_nearest_holder_is_asked(staff):
    with psycopg.connect(**owner_dsn()) as owner:
        area = owner.execute("select ledger_nearest(array['grid_worker'], array[1])::text").fetchone()
    assert area is not None
    assert not any(place in range(*_span(area[0], place)) for place in (6, 7, 10))


def test_the_nearest_holders_of_every_post_and_place_are_those_of_all_that_is_held(staff):
    """Read inside the area alone: the same as by the holders of the whole province."""
    whole = """
        select (select range_agg(r) from places_cover c, unnest(c.covers) r
                where c.place = %(place)s and c.tree = 'command' and c.valid_to is null) - coalesce((
          select range_agg(r) from people_held h
          join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null, unnest(c.covers) r
          where h.role = %(role)s and h.place <> %(place)s and c.covers <@ (
            select covers from places_cover where place = %(place)s and tree = 'command' and valid_to is null)), '{}')
    """
    with psycopg.connect(**owner_dsn()) as owner:
        posts = owner.execute("select distinct h.role, c.place from people_held h, places_cover c"
                              " where c.tree = 'command' and c.valid_to is null").fetchall()  # fmt: skip
        for role, place in posts:
            asked = owner.execute("select ledger_nearest(array[%s], array[%s])::text", [role, place]).fetchone()
            assert asked == owner.execute(f"select ({whole})::text", {"role": role, "place": place}).fetchone(), role
    assert len(posts) > 50


def _span(area: str, place: int) -> tuple[int, int]:
    from tongzhou.ledger.ranges import contains

    return (place, place + 1) if contains(area, place) else (0, 0)


def test_at_night_only_life_and_law_climb():
    quiet = (dt.time(22), dt.time(7))
    late = dt.datetime(2020, 3, 10, 23, 30, tzinfo=world.NOW.tzinfo)
    assert by_day(late, quiet) == dt.datetime(2020, 3, 11, 7, tzinfo=world.NOW.tzinfo)
    assert by_day(late + 3 * HOUR, quiet) == dt.datetime(2020, 3, 11, 7, tzinfo=world.NOW.tzinfo)
    assert by_day(world.NOW, quiet) == world.NOW


def test_a_duty_that_the_table_does_not_know_goes_to_the_common_desk():
    duty = resolve(Owed("never_heard_of", world.NOW), 6, [(6, "grid"), (3, "county"), (2, "prefecture")],
                   table_on(world.NOW.date()))  # fmt: skip
    assert duty.steps[0].role == "desk" and duty.due > world.NOW


def test_a_day_no_calendar_has_stops_nothing():
    far = dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC)
    duty = resolve(Owed("call_back", far), 6, [(6, "grid"), (5, "community")], table_on(world.NOW.date()))
    assert duty.due.year == 9000


def test_the_table_is_whole(tmp_path):
    assert tables()
    bad = tmp_path / "x.yaml"
    bad.write_text("owed: duties\nedition: x\n")
    with pytest.raises(ValueError, match=r"x\.yaml"):
        read(bad)


def contact() -> str:
    """A close contact of a household, last exposed today: fourteen days, and told at the beginning and the end."""
    day = world.NOW.date().isoformat()
    case = world.said(
        "case.identified", {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"]}, place=3
    )
    body = {"case": str(case.id), "category": "household", "first_day": day, "last_day": day, "household": 1}
    named = world.said("contact.named", body, place=3)
    assert not world.say(replace(case, home=6, reporting=3), replace(named, home=6)).refused
    return str(named.id)


ENDS = dt.datetime(2020, 3, 25, tzinfo=world.NOW.tzinfo)  # the midnight after the last day of observation
BEFORE, LATER = ENDS - HOUR, ENDS + 2 * HOUR


def owes(who: int, moment: dt.datetime, known: dt.datetime | None = None) -> set[str]:
    """What somebody owes on contacts at a moment, on Today; the counts on every page agree."""
    with world.seen_by(who):
        found = {line.what for line in mine.owed(holder_of(who), moment, known=known).lines if line.noun != "case"}
        if known is None:
            counted = people_mine.counts(holder_of(who), moment).by_what
            assert found == {what for what in counted if what in ("tell_begin", "follow_up", "tell_end")}
    return found


def test_what_ends_by_itself_is_owed_until_then_and_no_fact_says_so(staff):
    key = contact()
    asked, told = {"tell_begin", "follow_up"}, {"tell_end"}
    assert owes(staff["doctor"], BEFORE) == asked and owes(staff["doctor"], LATER) == told
    assert owes(staff["lead"], BEFORE) == set(), "a county's observation climbs to the township"
    assert {line[0] for line in lines(key)} == asked | told, "the lines stay as they were said"
    now = dt.datetime.now(dt.UTC)
    assert owes(staff["doctor"], BEFORE, known=now) == asked and owes(staff["doctor"], LATER, known=now) == told
    said = {"subject": f"observation/{key}", "what": "follow_up", "at": 6, "reason": "no_staff"}
    for moment, refused in ((BEFORE, False), (LATER, True)):
        world.at(moment)
        one = world.said("owed.hindered", said, place=6, at=moment)
        assert bool(world.say(one, authority=holder_of(staff["doctor"])).refused) == refused
    assert rebuild().unchanged


def test_what_ended_is_late_no_more(staff):
    contact()
    with world.seen_by(staff["wu"]):
        late = {one.what for one in by_county(BEFORE, None)}
        ended = {one.what for one in by_county(LATER, None)}
        known = dt.datetime.now(dt.UTC)
        assert {one.what for one in by_county(LATER, known)} == ended
    assert {"tell_begin", "follow_up"} <= late and not {"tell_begin", "follow_up"} & ended


def test_a_step_that_would_hold_only_after_the_end_is_left_out():
    chain = [(6, "grid"), (5, "community"), (4, "township"), (3, "county")]
    table, until = table_on(world.NOW.date()), world.NOW + 15 * HOUR
    open_end, ended = (
        resolve(Owed("follow_up", world.NOW, due=world.NOW + 12 * HOUR, until=end), 6, chain, table)
        for end in (None, until)
    )
    assert len(open_end.steps) == 3 and len(ended.steps) == 1
    assert resolve(Owed("follow_up", until, until=until), 6, chain, table).steps == ()
