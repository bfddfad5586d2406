"""What a household's page shows: its door, what it said today, who rings until when, who comes, what applies, help.

The same is read aloud by the telephone desk and printed on the paper twin. A slip shows today only, and nothing that
was said under violence or in distress.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.community import queries
from tongzhou.doorway.household import CONCERNS, UNWELL, More, TakeBack
from tongzhou.doorway.nearby import Help, help_near
from tongzhou.ledger.owed import after, table_on
from tongzhou.ledger.time import local_day, zone
from tongzhou.pages.telling import Home, Told, due, told
from tongzhou.places.queries import Name, names
from tongzhou.sites import queries as sites
from tongzhou.sites.doors import Door
from tongzhou.sites.drafts import Draft

_DOOR = "select stair, people, building, stairwell, floor, room from community_household where id = %s"
SERIOUS = frozenset({"breathless"})


@dataclass(frozen=True)
class Call:
    """A call that was asked for. `due`: until when somebody rings; `late`: that hour has passed."""

    key: str
    at: dt.datetime
    concerns: list[str]
    temp10: int | None
    due: dt.datetime | None
    late: bool
    own: bool  # asked for on this page: more can be said, and it can be taken back
    channel: str
    number: bool  # a number to ring was left
    more: More | None
    back: TakeBack | None

    @property
    def serious(self) -> bool:
        return bool(SERIOUS & set(self.concerns))


@dataclass(frozen=True)
class Shown:
    """A household's page at a moment."""

    home: Home
    form: str  # number of the paper twin
    door: dict[str, Any]
    people: int
    stair: int
    place: Name | None
    state: dict[str, Any] | None
    calls: list[Call]
    said: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    told: Told
    help: Help
    sites: dict[str, Draft]

    @property
    def written(self) -> str:
        """The door as people say it; its number where nobody told."""
        said = self.door["en" if get_language() == "en" else "zh"]
        return said or _("Door %(n)s") % {"n": self.home.household}


def show(ledger: Connection[Any], household: int, place: int, now: dt.datetime) -> Shown:
    home, today = Home(ledger, household, place, now), local_day(now)
    hidden = queries.unshown(ledger, household, place)
    stair, people, *door = ledger.execute(_DOOR, [household]).fetchone() or (0, 0, "", "", None, "")
    days = [one for one in queries.days_of(ledger, household, today) if str(one["fact"]) not in hidden]
    needs, asked = (
        [one for one in queries.rows_of(ledger, household, place, noun) if one["key"] not in hidden]
        for noun in ("need", "exception")
    )
    return Shown(
        home, form_number(household, today), queries.address(Door(*door))["door"], people, stair,
        _community(ledger, place),
        next(({**one, **_beside(one, asked)} for one in days if one["state"] != "no_answer"), None),
        _calls(home, asked), *_words(home, days, needs, asked), told(home), help_near(home),
        sites.on_day(ledger, _medicines(needs), today, now),
    )  # fmt: skip


def form_number(household: int, day: dt.date) -> str:
    """H1 is the form of the household: the same number stands on the slip, on the page and on its paper twin."""
    return f"H1-{household}-{day:%y%m%d}"


def promised(raised: dt.datetime) -> dt.datetime:
    """By when somebody rings who was asked to at this moment."""
    entry = table_on(raised.astimezone(zone()).date()).entries["call_back"]
    return after(raised, hours=entry.due_h)


def _calls(home: Home, asked: list[dict[str, Any]]) -> list[Call]:
    """Calls that nobody made yet."""
    rows = [one for one in asked if one["state"] == "open"]
    by = due(home, "exception", [one["key"] for one in rows])
    found = []
    for one in rows:
        until = by.get(one["key"]) or promised(one["at"])
        own = queries.said_by_slip(home.ledger, one["key"], home.household)
        filled = {"exception": one["key"], "concern": [code for code in one["concerns"] if code in CONCERNS],
                  "temp": str(one["temp10"] or ""), "people": one["people"]}  # fmt: skip
        found.append(Call(
            one["key"], one["at"], one["concerns"], one["temp10"], until, until < home.now, own, one["channel"],
            bool(one["callback"]), More(initial=filled) if own else None,
            TakeBack(initial={"fact": one["key"]}) if own else None,
        ))  # fmt: skip
    return found


def _words(
    home: Home, days: list[dict[str, Any]], needs: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was said today of how they are, and needs: open ones first, then those of today. Newest first; each with the
    way to take it back where this page said it. A call that nobody made yet stands above them."""
    today = local_day(home.now)
    said = [{**one, **_beside(one, asked), "noun": "home", "key": str(one["fact"])} for one in days]
    said += [{**one, "noun": "exception"} for one in asked if local_day(one["at"]) == today and one["state"] != "open"]
    met = [{**one, "noun": "need"} for one in needs if one["state"] == "met" and local_day(one["at"]) == today]
    wanted = [{**one, "noun": "need"} for one in needs if one["state"] != "met"] + met
    for one in (*said, *wanted):
        own = (one["noun"] == "home" or one["state"] == "open") and queries.said_by_slip(
            home.ledger, one["key"], home.household
        )
        one["back"] = TakeBack(initial={"fact": one["key"]}) if own else None
    return sorted(said, key=lambda one: one["at"], reverse=True), wanted


TOGETHER = dt.timedelta(minutes=1)  # words of one form, of one call or of one tap


def _beside(day: dict[str, Any], asked: list[dict[str, Any]]) -> dict[str, Any]:
    """What was said with it of how they are, as it stands now: whoever said more later has said it of this."""
    call = next((one for one in asked if abs(one["at"] - day["at"]) <= TOGETHER), None)
    if call is None or day["state"] != "unwell":
        return {"concerns": [], "temp10": None}
    return {"concerns": [one for one in call["concerns"] if one != UNWELL], "temp10": call["temp10"]}


_AROUND = """
select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer and n.level <> 'grid'
order by c.depth desc limit 1
"""


def _community(ledger: Connection[Any], place: int) -> Name | None:
    """The community or village, as people call where they live: a grid is nobody's address."""
    found = ledger.execute(_AROUND, [place]).fetchone()
    return names([found[0]]).get(found[0]) if found else None


def _medicines(needs: list[dict[str, Any]]) -> list[str]:
    return sorted({one["medicine"] for need in needs for one in need.get("medicines", ())})
