"""A text says that something presses, never what; it is sent once in its minutes, and again where it was not taken."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import world

from tongzhou.ledger import door
from tongzhou.today import text

pytestmark = pytest.mark.postgres
MINUTE = dt.timedelta(minutes=1)


def sender(tmp_path: Path, exit: int = 0) -> tuple[str, Path]:
    out, program = tmp_path / "sent", tmp_path / "send"
    program.write_text(f'#!/bin/sh\n(echo "to $1"; cat; echo) >> {out}\nexit {exit}\n')
    program.chmod(0o755)
    return str(program), out


def tell(command: str, now: dt.datetime) -> int:
    with door.ledger() as connection:
        return text.tell(connection, now, command)


def test_it_goes_to_the_desk_without_a_word_of_anybody(staff, tmp_path):
    world.say(world.said("desk.numbered", {"place": 1, "telephone": "027-8500 0001"}, place=1))
    world.say(world.said("exception.raised", {"household": 17, "concerns": ["breathless"]}, place=6))
    command, out = sender(tmp_path)
    assert tell(command, world.NOW + 5 * MINUTE) == 0, "it is not late yet"
    assert tell(command, world.NOW + 11 * MINUTE) == 1
    told = out.read_text()
    assert "to 027-8500 0001" in told and "1 件" in told and "17" not in told and "breath" not in told
    assert tell(command, world.NOW + 12 * MINUTE) == 0, "told already"
    assert tell(command, world.NOW + 30 * MINUTE) == 1, "still nobody opened it"
    world.at(world.NOW + 31 * MINUTE)
    world.page("doctor", "/today")
    assert tell(command, world.NOW + 60 * MINUTE) == 0, "opened"


def test_what_was_not_taken_is_tried_again(staff, tmp_path):
    world.say(world.said("desk.numbered", {"place": 1, "telephone": "027-8500 0001"}, place=1))
    world.say(world.said("exception.raised", {"household": 17, "concerns": ["breathless"]}, place=6))
    broken, _out = sender(tmp_path, exit=3)
    assert tell(broken, world.NOW + 11 * MINUTE) == 0
    assert tell(str(tmp_path / "none"), world.NOW + 11 * MINUTE) == 0
    (tmp_path / "good").mkdir()
    command, _out = sender(tmp_path / "good")
    assert tell(command, world.NOW + 12 * MINUTE) == 1
