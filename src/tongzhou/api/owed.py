"""What programs are told of Today: the lines with the acts that are offered, and what became of acts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec

MOST = 40  # acts in a request
Text = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
Desk = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class FieldTold(msgspec.Struct):
    """One thing that an act asks for; `choices`: the codes of which one (`choice`) or any (`several`) is given."""

    field: str
    sort: str
    needed: bool
    choices: list[str]


class ActTold(msgspec.Struct):
    """One act of a line. `page`: where it is done instead, where it needs a page of its own; `to`: what it is done to,
    in words; what its author sees of that and sends back is a field with one choice."""

    act: str
    fields: list[FieldTold]
    grave: bool = False
    page: str = ""
    to: str = ""


class LineTold(msgspec.Struct):
    """One thing owed. `step`: 0 for whoever owes first; `row`: the subject, where the asker may see it."""

    subject: str
    what: str
    at: int
    step: int
    role: str
    place: int
    since: dt.datetime
    due: dt.datetime
    urgency: int
    clock: str
    row: dict[str, Any] | None
    acts: list[ActTold]


class RoundTold(msgspec.Struct):
    """What is not said yet of everything in an area since the round began; `doors`: the silent ones of a grid; `desk`:
    to which it came up, none where the asker says it."""

    what: str
    place: int
    n: int
    of: int
    due: dt.datetime
    doors: list[int]
    desk: int | None


class TodayTold(msgspec.Struct):
    """What the asker owes at `now`, the most urgent first; `n`: how many in all, `late` of them."""

    now: dt.datetime
    n: int
    late: int
    lines: list[LineTold]
    rounds: list[RoundTold]


class Press(msgspec.Struct, forbid_unknown_fields=True):
    """One act on one line, with what it asks for. `id`: a UUIDv7; sent again with it, it is said once."""

    subject: Text
    what: Text
    at: Desk
    act: Text
    id: Text
    form: dict[Text, Text | list[Text]] = {}


class Presses(msgspec.Struct, forbid_unknown_fields=True):
    acts: Annotated[list[Press], msgspec.Meta(max_length=MOST)]


class Pressed(msgspec.Struct, omit_defaults=True):
    """What became of an act: `done`, or `gone` (it is not owed any more, or not by the asker), or a refusal."""

    done: bool = False
    gone: bool = False
    waiting: bool = False
    refused: dict[str, Any] | None = None


class PressedTold(msgspec.Struct):
    """What became of each act, in their order."""

    acts: list[Pressed]
