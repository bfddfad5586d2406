"""Offers, orders and bags under the scope of whoever asks, and the doors of an offer as one walks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.problems import NotFound
from tongzhou.sites import doors
from tongzhou.sites.doors import Door

MOMENTS = ("drawn_at", "opened_at", "closes", "sent_at", "received_at", "settled_at", "ordered_at", "placed_at",
           "visited_at", "made_at")  # fmt: skip
RUNNING = ("drawn", "returned", "open", "sent", "received")


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its moments as moments."""
    one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
    return one | {name: moment_in(one[name]) for name in MOMENTS if name in one}


def offers(covers: str | None = None, since: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Offers that run, and those of the last days; what closes next comes first."""
    found = [told(row) for row in known.rows("offer", covers=covers, but=["void"])]
    kept = [one for one in found if one["state"] in RUNNING or since is None or one["drawn_at"] >= since]
    return sorted(kept, key=lambda one: (one["state"] not in RUNNING, str(one["closes"]), one["key"]))


def offer(key: str) -> dict[str, Any]:
    """One offer that the asker sees. Raises NotFound for any other."""
    found = known.rows("offer", key=key, but=["void"])
    if not found:
        raise NotFound()
    return told(found[0])


def bags(offer: str | None = None) -> list[dict[str, Any]]:
    """The bags of an offer, or all that somebody still carries or counts, in the asker's scope."""
    if offer is None:
        found = known.rows("basket", but=["void", "counted", "explained"])
    else:
        found = [row for row in known.rows("basket", but=["void"]) if row["data"]["offer"] == offer]
    return sorted((told(row) for row in found), key=lambda one: (str(one["made_at"]), one["key"]))


@dataclass(frozen=True)
class Stand:
    """A door where it stands: grid, stairwell and floor, as one walks there."""

    household: int
    place: int
    stair: int
    door: Door

    @property
    def entrance(self) -> str:
        """The stairwell as people say it; its running number where nobody told."""
        said = doors.written(Door(self.door.building, self.door.stairwell), english=_english())
        return said or _("Stairwell %(n)s") % {"n": self.stair}

    @property
    def written(self) -> str:
        """The door without its stairwell; its running number where nobody told."""
        return self.door.room or self.door.building or _("Door %(n)s") % {"n": self.household}

    @property
    def full(self) -> str:
        said = doors.written(self.door, english=_english())
        return said or _("Door %(n)s") % {"n": self.household}

    @property
    def way(self) -> tuple[Any, ...]:
        """Building by building, stairwell by stairwell, the top floor first."""
        return (self.place, _natural(self.door.building), _natural(self.door.stairwell), self.stair,
                -(self.door.storey or 0), _natural(self.door.room), self.household)  # fmt: skip

    @property
    def group(self) -> str:
        """The stairwell's key."""
        return f"{self.place}-{self.door.building}-{self.door.stairwell}-{self.stair}"


def _english() -> bool:
    return get_language() == "en"


def _natural(text: str) -> tuple[int, str]:
    digits = "".join(sign for sign in text if sign.isdigit())
    return (int(digits) if digits else 0, text)


def stands(ledger: Connection[Any], households: Iterable[int]) -> dict[int, Stand]:
    """Where these doors stand: asked as the ledger, about doors whose orders the asker was shown."""
    rows = ledger.execute(
        "select id, place, stair, building, stairwell, floor, room from community_household where id = any(%s)",
        [sorted(set(households))],
    )
    return {row[0]: Stand(row[0], row[1], row[2], Door(*row[3:])) for row in rows}


def name_of(offer: Mapping[str, Any], sites: Mapping[str, Any]) -> str:
    """What an offer is called: who sells, and what comes first."""
    site = sites.get(offer["supplier"])
    seller = "" if site is None else site.name_en if _english() else site.name_zh
    return f"{seller} · {offer['lines'][0]['name']}" if seller else str(offer["lines"][0]["name"])
