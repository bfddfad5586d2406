"""The number by which a person is named: its arithmetic, what is read of what people type, and lending blocks."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import uuid_utils.compat as uuids
import world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import say

from tongzhou.ledger import door
from tongzhou.ledger.kinds import KINDS
from tongzhou.persons import blocks, handles
from tongzhou.persons.handles import fits, grouped, numbered, read
from tongzhou.problems import HandleUnreadable, HandleWrong, NoCountyNumber, NumbersUsedUp, Stale


def test_the_check_digits_are_those_of_the_standard() -> None:
    # ISO 7064 MOD 97-10: the whole number leaves 1 when divided by 97.
    for n in (0, 1, 37, 96, 97, 99):
        handle = numbered("42010071", n)
        assert len(handle) == 12 and int(handle) % 97 == 1 and handle[:10] == f"42010071{n:02d}"
    assert grouped(numbered("42010071", 83)) == "4201 0071 8378"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1000_0000, 9999_9999), st.integers(0, 99), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_and_two_changed_places_never_fit(block: int, place: int, at: int, by: int) -> None:
    handle = numbered(str(block), place)
    wrong = handle[:at] + str((int(handle[at]) + by) % 10) + handle[at + 1 :]
    assert fits(handle) and not fits(wrong)
    if at < 11 and handle[at] != handle[at + 1]:
        assert not fits(handle[:at] + handle[at + 1] + handle[at] + handle[at + 2 :])


def test_what_people_type_is_read_and_a_slip_is_told_in_words() -> None:
    handle = numbered("42010071", 83)
    full = handle.translate({ord(str(n)): chr(ord("０") + n) for n in range(10)})
    for typed in (handle, grouped(handle), f" {handle[:4]}-{handle[4:8]}-{handle[8:]} ", full,
                  f"{full[:4]}　{full[4:]}",
                  f"{handle[:6]}–{handle[6:]}", f"{handle[:4]}·{handle[4:8]}·{handle[8:]}"):  # fmt: skip
        assert read(typed) == handle
    with pytest.raises(HandleWrong) as refused:
        read(handle[:-1] + str((int(handle[-1]) + 1) % 10))
    assert "do not fit" in refused.value.sentence and "groups of four" in refused.value.next_step
    for typed in ("", "12", handle[1:], handle + "1", "0" + handle[1:], handle.replace("4", "x"), "۴" * 12 + "1"):
        with pytest.raises((HandleUnreadable, HandleWrong)):
            read(typed)


@pytest.mark.postgres
def test_no_block_is_lent_twice_and_a_county_is_told_when_all_are_lent(staff: dict[str, int]) -> None:
    with door.ledger() as connection:
        first = blocks.lend(connection, 6, "device", "phone-1", staff["zhao"])
        second = blocks.lend(connection, 7, "pad", "pad-1", None)
        far = blocks.lend(connection, 10, "device", "phone-2", None)
    assert (first.block, second.block, far.block) == ("98010000", "98010001", "98020000")
    assert len(first.handles) == 100 == len({*first.handles}) and all(fits(one) for one in first.handles)
    assert first.until == world.NOW + dt.timedelta(days=28) and second.until == world.NOW + dt.timedelta(days=90)
    # Nobody but the program lends, and it lends nothing again, also after the lease has ended.
    assert KINDS["block.leased"].said_by == {"system"} and KINDS["block.leased"].permanent
    with door.ledger() as connection:
        blocks.end(connection, first.block, "returned")
    again = say(world.said("block.leased", {"block": first.block, "county": 3, "to": "pad"}, place=3))
    assert isinstance(again.refused[0], Stale)
    with door.ledger() as connection, pytest.raises(Stale):
        blocks.end(connection, first.block, "lost")
    say(world.said("block.leased", {"block": "98019999", "county": 3, "to": "pad"}, place=3))
    with door.ledger() as connection:
        with pytest.raises(NumbersUsedUp) as used_up:
            blocks.lend(connection, 6, "device", "phone-1", None)
        assert "have been given" in used_up.value.sentence and "numbers.csv" in used_up.value.next_step
        connection.execute("insert into places_number (number, place) values ('9803', 3)")
        assert blocks.lend(connection, 6, "device", "phone-1", None).block == "98030000"
        with pytest.raises(NoCountyNumber):  # the province itself has none
            blocks.lend(connection, 1, "device", "phone-2", None)


@pytest.mark.postgres
def test_the_server_gives_from_its_own_block_and_goes_on_in_the_next(staff: dict[str, int]) -> None:
    with door.ledger() as connection:
        given_ = blocks.give(connection, 6, 99) + blocks.give(connection, 5, 3)
        assert len({*given_}) == 102 and [one[:8] for one in given_[98:]] == ["98010000"] * 2 + ["98010001"] * 2
        # Restored from an older copy, the server's own mark may stand too low; what facts used is left out.
        connection.execute("update persons_server_block set next = 0")
        person = str(uuids.uuid7())
    taken = numbered("98010001", 0)
    say(world.said("person.founded", {"handle": taken}, id=uuid.UUID(person), place=6))
    with door.ledger() as connection:
        assert blocks.give(connection, 6) == [numbered("98010001", 1)]


def test_the_number_of_a_block_is_read_from_the_handle() -> None:
    handle = numbered("42010071", 83)
    assert handles.block_of(handle) == "42010071" and handles.place_in_block(handle) == "83"
