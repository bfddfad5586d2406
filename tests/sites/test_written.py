"""Doors, hours, packs, telephones and plates as people write them: understood or refused, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.sites import doors, hours, packs, written
from tongzhou.sites.doors import Door, NotUnderstood


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("3栋2单元501", Door("3", "2", None, "501")),
        ("3-2-501", Door("3", "2", None, "501")),
        ("３－２－５０１", Door("3", "2", None, "501")),
        ("3号楼2单元5楼501室", Door("3", "2", 5, "501")),
        ("三栋二单元五零一", Door("3", "2", None, "501")),
        ("二十一栋二单元一百零二室", Door("21", "2", None, "102")),
        ("B座1203", Door("B", "", None, "1203")),
        ("5楼501", Door("", "", 5, "501")),
        ("bldg 3a unit 2 room 501", Door("3A", "2", None, "501")),
        ("第3栋第2单元", Door("3", "2", None, "")),
    ],
)
def test_a_door_as_people_say_it(text: str, door: Door) -> None:
    assert doors.parse(text) == door


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("3-501", "3-501"),  # building and room, or stairwell and room
        ("501", "501"),
        ("翻斗花园3栋", "翻斗花园3栋"),
        ("3栋2单元501旁边", "501旁边"),
        ("3楼2单元501", "2单元501"),  # a building or a floor
        ("2单元3栋", "3栋"),
        ("3栋0楼", "0"),
        ("", ""),
    ],
)
def test_what_is_not_understood_is_told_and_nothing_is_guessed(text: str, part: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        doors.parse(text)
    assert caught.value.part == part


names = st.from_regex(r"([1-9][0-9]{0,3}[A-Z]?|[A-Z][0-9]{0,3})", fullmatch=True)
some_doors = st.builds(
    Door, names | st.just(""), names | st.just(""), st.integers(1, 199) | st.none(), names | st.just("")
).filter(lambda door: door != Door())


@given(some_doors, st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_door_that_is_written_is_read_as_the_same(door: Door, english: bool) -> None:
    assert doors.parse(doors.written(door, english=english)) == door


def test_the_floor_is_in_the_rooms_number_unless_it_is_told() -> None:
    assert [doors.floor_of(room) for room in ("501", "1203", "12A", "B01", "5", "501A")] == [5, 12, None, None, None, 5]
    assert Door(room="501").storey == 5 and Door(floor=4, room="501").storey == 4


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mo-Fr 08:00-12:00,14:00-17:30; Sa 09:00-12:00", "Mo-Fr 08:00-12:00,14:00-17:30; Sa 09:00-12:00"),
        ("周一至周五 8:00-17:30", "Mo-Fr 08:00-17:30"),
        ("周一至五8:00～17:30；周六、周日 9:00-12:00", "Mo-Fr 08:00-17:30; Sa-Su 09:00-12:00"),
        ("24小时", "24/7"),
        ("22:00-06:00", "22:00-06:00"),
    ],
)
def test_hours_in_one_form(text: str, kept: str) -> None:
    read = hours.parse(text)
    assert hours.written(read) == kept and hours.parse(hours.written(read, hours.DAYS_ZH)) == read


def test_a_night_desk_is_open_into_the_morning_of_the_next_day() -> None:
    friday_night = hours.parse("Fr 22:00-06:00")
    assert hours.is_open(friday_night, 4, 23 * 60) and hours.is_open(friday_night, 5, 5 * 60)
    assert not hours.is_open(friday_night, 5, 6 * 60) and not hours.is_open(friday_night, 4, 5 * 60)


@pytest.mark.parametrize("text", ["Mo-Fri 8-17", "25:00-26:00", "08:00-08:00", "周八 08:00-17:00", "by appointment"])
def test_hours_that_are_not_understood(text: str) -> None:
    with pytest.raises(ValueError):
        hours.parse(text)


def test_one_box_is_a_number_of_pieces_only_where_it_was_declared() -> None:
    declared = packs.parse("盒=24片；箱=10盒", "tablet")
    assert packs.pieces(declared, "tablet", 2, "case") == 480 and packs.pieces(declared, "tablet", 3, "tablet") == 3
    assert packs.parse(packs.written(declared), "tablet") == declared
    with pytest.raises(packs.NotDeclared):
        packs.pieces(declared, "tablet", 1, "bottle")


@pytest.mark.parametrize(
    "text", ["box=a lot", "case=10 box", "box=10 case; case=2 box", "box=0 tablet", "tablet=3 box"]
)
def test_packs_that_lead_to_no_number_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        packs.parse(text, "tablet")


def test_telephones_and_plates_in_one_form() -> None:
    assert written.telephones("027-8765 4321转801；120") == ("02787654321x801", "120")
    assert written.telephones("+86 (27) 87654321") == ("+862787654321",)
    assert written.plate("鄂a·12345") == "鄂A12345"
    for wrong in ("12", "138-0000", "see reception"):
        with pytest.raises(ValueError):
            written.telephones(wrong)
    with pytest.raises(ValueError):
        written.plate("ABCDE")
