"""What may be missing at the doors of a community: word of them, what was to be brought, what was to be done there."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.ledger.missing import Missing, missing
from tongzhou.ledger.time import local_day
from tongzhou.sites.doors import Door, written

_STAIRS = """
select h.building, h.stairwell, h.place, count(*), count(*) filter (where d.state = 3),
  count(*) filter (where not exists (select from community_household_day y
    where y.day = %(day)s::date - 1 and y.household = h.id and y.state in (1, 2)))
from places_cover c, unnest(c.covers) g join community_household h on h.place >= lower(g) and h.place < upper(g)
left join community_household_day d on d.day = %(day)s and d.household = h.id
where c.tree = 'command' and c.place = %(place)s and c.valid_to is null and coalesce(d.state, 0) not in (1, 2)
group by 1, 2, 3 order by 4 desc, 1, 2
"""
SHOWN = 4  # stairwells that stand in the line; the list itself has all


def stairwells(place: int, now: dt.datetime) -> list[str]:
    """Where the silent doors are, and how many of them were tried in vain or were silent yesterday, too."""
    with connection.cursor() as cursor:
        cursor.execute(_STAIRS, {"day": local_day(now), "place": place})
        found = cursor.fetchall()
    if not found:
        return []
    named = [(_stair(building, stairwell), n) for building, stairwell, _grid, n, *_ in found if building or stairwell]
    said = [_("%(stair)s: %(n)d") % {"stair": stair, "n": n} for stair, n in named[:SHOWN]]
    if len(named) > SHOWN:
        said.append(_("and in %(n)d more stairwells") % {"n": len(named) - SHOWN})
    tried, again = sum(row[4] for row in found), sum(row[5] for row in found)
    told = [_(", ").join(said)] if said else []
    if tried:
        told.append(ngettext("%(n)d was tried and nobody answered", "%(n)d were tried and nobody answered", tried)
                    % {"n": tried})  # fmt: skip
    if again:
        told.append(ngettext("%(n)d was silent yesterday, too", "%(n)d were silent yesterday, too", again)
                    % {"n": again})  # fmt: skip
    return told


def _stair(building: str, stairwell: str) -> str:
    return written(Door(building, stairwell), english=get_language() == "en")


missing(Missing(
    "doors", gettext_noop("Silent doors"), gettext_noop("Doors heard from"),
    lambda n: ngettext("%(n)d door not heard from", "%(n)d doors not heard from", n) % {"n": n},
    10, by_word=True, tells=stairwells, owes="grid_worker", page="/doorway/#doors", do=gettext_noop("Open the list"),
))  # fmt: skip
missing(Missing(
    "fever", gettext_noop("Fever not seen"), gettext_noop("Fever seen by a doctor"),
    lambda n: _("%(n)d with a fever or unwell, not seen to yet") % {"n": n},
    20, duties=("call_back", "send_on", "find_who_did_not_come"), page="/callbacks/",
))  # fmt: skip
missing(Missing(
    "bags", gettext_noop("Not brought"), gettext_noop("What was needed, brought"),
    lambda n: ngettext("%(n)d need not met yet", "%(n)d needs not met yet", n) % {"n": n},
    60, duties=("bring_medicine", "bring", "look_for_another_way"), rows=("need", ("open", "problem", "met")),
    page="/today", do=gettext_noop("See the needs"),
))  # fmt: skip
missing(Missing(
    "tasks", gettext_noop("Tasks open"), gettext_noop("Tasks done"),
    lambda n: ngettext("%(n)d task not done", "%(n)d tasks not done", n) % {"n": n},
    70, duties=("do_task", "settle_task"), page="/doorway/",
))  # fmt: skip
