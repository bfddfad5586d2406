"""A list of civil affairs taken in, or looked at first: doors and sorts of people, who then need a named contact.

The list says which door (a number or an address) and which sort of person; of a child, who decided that it is noted.
A telephone is kept, sealed, where the list says that they agreed to be rung on it. Names and all other columns are not
read. Taken in twice it adds nothing: of a door and a sort, as many as there are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.api.say import next_id, said
from tongzhou.community.queries import place_in_scope
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.known import rows
from tongzhou.liaisons import numbers
from tongzhou.liaisons.queries import OPEN
from tongzhou.people.telephone import read
from tongzhou.problems import Malformed
from tongzhou.rules.words import vocabulary
from tongzhou.sites import addresses
from tongzhou.tables import BadInput
from tongzhou.tables.rows import Headed, read_headed
from tongzhou.why import gettext_noop, why

NEEDED = ("door", "who")
HEADINGS = {
    "门牌": "door",
    "类别": "who",
    "谁同意": "agreed",
    "电话": "telephone",
    "同意拨打": "rings",
}  # as a Chinese list has them
NO_SORT = gettext_noop("%(said)r is no sort of person of this list: old and alone, child, disabled, ill, poor")
NO_DOOR = gettext_noop("no door of yours is %(said)s: the number of a door or its address")
NO_CONSENT = gettext_noop("a guardian or civil affairs decides whether it is noted for a child: %(said)r is neither")
NO_TELEPHONE = gettext_noop("%(said)r is no telephone that can be rung")
CONSENT = frozenset({"yes", "y", "是", "同意", "已同意"})
AGREED = {"guardian": "guardian", "监护人": "guardian", "家长": "guardian", "父母": "guardian",
          "civil_affairs": "civil_affairs", "civil affairs": "civil_affairs", "民政": "civil_affairs",
          "民政部门": "civil_affairs"}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One person of the list, and where their door lies; `row` as it came."""

    n: int
    household: int
    place: int
    who: str
    agreed: str | None
    telephone: str  # where they agreed to be rung on it
    row: Mapping[str, str]

    @property
    def body(self) -> dict[str, Any]:
        told = {"household": self.household, "who": self.who, "basis": "civil_affairs"}
        return told | ({"agreed": self.agreed} if self.agreed else {})


@dataclass
class Taken:
    """`new` and `known`: people with their line; `refused`: line, row and why; `unread`: columns and sheets."""

    new: list[Line] = field(default_factory=list)
    known: list[Line] = field(default_factory=list)
    refused: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def silent(self) -> int:
        """Of whom no telephone is kept, because nobody says that they agreed to be rung."""
        return sum(not one.telephone for one in self.new)


ON_A_PAGE = 2_000  # rows that a page looks at


def look(content: bytes, name: str, *, alone: bool = False) -> Taken:
    """What a list says, for whoever the connection speaks for; nothing is written. Raises BadInput where the file is no
    table or lacks a column."""
    found, names = _headed(content, name, alone)
    if alone and len(found.rows) > ON_A_PAGE:  # each row is asked about its door: a page would wait for minutes
        raise BadInput(_("More than %(n)d rows: such a list goes in by the command.") % {"n": ON_A_PAGE})
    taken = Taken(columns=found.names, refused=list(found.wrong))
    taken.unread = [one for one in (*found.names, *found.unread) if one not in names]
    stand = Counter((row["data"]["household"], row["data"]["who"]) for row in rows("liaison", states=OPEN))
    for n, row in found.rows:
        told = _line(n, row, {names[one]: text for one, text in row.items() if one in names})
        if not isinstance(told, Line):
            taken.refused.append((n, row, told))
        elif stand[told.household, told.who] > 0:
            stand[told.household, told.who] -= 1
            taken.known.append(told)
        else:
            taken.new.append(told)
    taken.refused.sort(key=lambda one: one[0])
    return taken


def _headed(content: bytes, name: str, alone: bool) -> tuple[Headed, Mapping[str, str]]:
    """The rows, and which of ours each heading is."""
    names = HEADINGS | {one: one for one in HEADINGS.values()}
    try:
        return read_headed(content, name, NEEDED, alone=alone), names
    except BadInput as english:
        try:
            chinese = [zh for zh, one in HEADINGS.items() if one in NEEDED]
            return read_headed(content, name, chinese, alone=alone), names
        except BadInput:
            raise english from None


def _line(n: int, came: Mapping[str, str], row: Mapping[str, str]) -> Line | str:
    """The person of a row, or why the row comes back."""
    sort = vocabulary("special_groups").find(row.get("who", ""))
    if sort is None:
        return why("who", NO_SORT, said=row.get("who", ""))
    agreed = AGREED.get(row.get("agreed", "").strip().lower())
    if sort.code == "child" and agreed is None:
        return why("agreed", NO_CONSENT, said=row.get("agreed") or "–")
    try:
        household = addresses.find(row.get("door", ""), "door")
    except Malformed:  # not understood, or none or several of theirs
        household = None
    place = place_in_scope(household) if household else None
    if household is None or place is None:
        return why("door", NO_DOOR, said=row.get("door", "") or "–")
    telephone = ""
    if row.get("telephone") and row.get("rings", "").strip().lower() in CONSENT:
        telephone = read(row["telephone"]) or ""
        if not telephone:
            return why("telephone", NO_TELEPHONE, said="".join("0" if c.isdigit() else c for c in row["telephone"]))
    return Line(n, household, place, sort.code, agreed, telephone, came)


def facts(lines: Sequence[Line], first: uuid.UUID, now: dt.datetime) -> list[Said]:
    """What is said of them; the facts are numbered from `first` on."""
    return [said("liaison.needed", next_id(first, one.n), now, one.place, one.body, home=one.place) for one in lines]


def keep(ledger: Connection[Any], lines: Sequence[Line], first: uuid.UUID) -> None:
    """Seal the telephones of those that `facts` said."""
    told = {str(next_id(first, one.n)): (one.telephone, one.place) for one in lines if one.telephone}
    numbers.keep_all(ledger, told)
