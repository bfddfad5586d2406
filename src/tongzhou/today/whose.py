"""Where somebody of a line of Today is found, who is late with it, and whom to ring about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tongzhou.cases.templatetags.cases import placed
from tongzhou.ledger.time import stamp
from tongzhou.people import duties
from tongzhou.sites.doors import Door
from tongzhou.sites.templatetags.doors import address
from tongzhou.today.mine import Line


def where(one: dict[str, Any] | None, doors: Mapping[int, Door], names: Mapping[int, tuple[str, str]]) -> str:
    """The door as people say it, and the place; the running number where nobody says it otherwise."""
    if one is None:
        return ""
    number = one.get("household")
    parts = [_("Door %(n)s") % {"n": number} + address(doors, number)] if number else []
    return " · ".join([*parts, placed(dict(names), one["place"])])


def late(line: Line, post: str | None, names: Mapping[int, tuple[str, str]], called: Sequence[str] = ()) -> list[str]:
    """Who is late with what came up, and whether a desk rang about it; to whoever it came up from, that one did.
    `called`: who holds that post, where no telephone stands beside it."""
    told = []
    if line.step and post:
        who = " · ".join([duties.post_at(post, placed(dict(names), line.at)), *called])
        told.append(_("Late: %(who)s.") % {"who": who})
    if line.urged:
        at = stamp(line.urged)
        told.append(
            _("Rung about at %(at)s.") % {"at": at}
            if line.step
            else _("The desk above rang about it at %(at)s.") % {"at": at}
        )
    return told


@dataclass(frozen=True)
class Ring:
    """The telephone to ring about what came up from a place, and whose it is: that desk's, or of the nearest above."""

    place: int
    number: str


# The nearest desk with a telephone from the place up, below the desk by which it is mine.
_RING = """
select distinct on (w.at) w.at, c.place, r.data ->> 'telephone'
from unnest(%s::integer[], %s::integer[]) w (at, mine)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> w.at and not c.covers @> w.mine
join ledger_row r on r.noun = 'desk' and r.key = c.place::text and r.state = 'numbered'
order by w.at, c.depth desc
"""


def telephones(asked: Iterable[tuple[int, int]]) -> dict[int, Ring]:
    """Whom to ring about what came up from a place to a desk, (place, desk) each; by the place."""
    pairs = sorted(set(asked))
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RING, [[at for at, _mine in pairs], [mine for _at, mine in pairs]])
        return {at: Ring(place, number) for at, place, number in cursor.fetchall()}
