"""What the rosters engine takes and gives; days are numbered from 0, hours from midnight of their day."""

from dataclasses import dataclass, field
from typing import NamedTuple

BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Staff:
    """``trained``: may enter the zone; ``zone_days``: days in a row at the front before day 0.

    ``before``: shift names of the last days, oldest first, "" for rest.
    """

    id: str
    ward: str
    skills: frozenset[str]
    trained: bool = True
    zone_days: int = 0
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """``start`` and ``end`` in hours (end above 24 runs into the next day); ``zone_hours`` of the longest entry."""

    name: str
    start: float
    end: float
    zone_hours: float = 0.0
    night: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """``count`` people with ``skill`` wanted by ``ward`` on every day in one shift."""

    ward: str
    shift: str
    skill: str
    count: int


class DayOff(NamedTuple):
    """``firm`` (ill, leave) must hold; otherwise it is a request."""

    staff: str
    day: int
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole input; ``days`` to plan; ``last`` is the plan in force for these days: (staff, day) → shift.

    Where ``last`` is given, everyone whose shifts differ from it costs ``move``, and each shift given up or taken
    ``change``.
    """

    staff: tuple[Staff, ...]
    shifts: tuple[Shift, ...]
    slots: tuple[Slot, ...]
    days: int
    off: tuple[DayOff, ...] = ()
    last: dict[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """Rest rules (RULEBOOK 11) and prices in points of the objective, whole numbers.

    ``night_spread`` times 0, 1, 2 … is the price of a person's first, second, third … night, those of ``before``
    counted; ``backups`` are wanted for every skill of a ward on every day.
    """

    entry_hours: float = 4.0
    rest_hours: float = 11.0
    shifts_per_7_days: int = 5
    nights_in_row: int = 3
    worked_per_rest: int = 10
    rest_days: int = 2
    front_days: int = 30
    backups: int = 1
    uncovered: int = 1000
    no_backup: int = 100
    request: int = 20
    night_spread: int = 5
    move: int = 200
    change: int = 3
    source: str = ""
    signed_by: str = ""
    signed_on: str = ""

    def __post_init__(self) -> None:
        for name in self.__slots__[2:14]:
            value = getattr(self, name)
            if not isinstance(value, int) or value < 0:
                raise ValueError(f"policy {name}: {value!r} must be a whole number of 0 or more")
        if not (self.entry_hours >= 0 and self.rest_hours >= 0):
            raise ValueError("policy entry_hours and rest_hours must be 0 or more")


class Duty(NamedTuple):
    """One person on one day; ``shift`` is ``backup`` for who stands by for ``skill``."""

    staff: str
    day: int
    ward: str
    shift: str
    skill: str


class Assign(NamedTuple):
    """A question: what if ``staff`` had ``shift`` (a shift, ``backup``, or "" for rest) on ``day``?"""

    staff: str
    day: int
    shift: str


class Absent(NamedTuple):
    """A question: what if ``staff`` were away on ``days``?"""

    staff: str
    days: tuple[int, ...]


class MoreStaff(NamedTuple):
    """A question: what if ``ward`` had ``more`` trained people more with ``skill``?"""

    ward: str
    skill: str
    more: int
