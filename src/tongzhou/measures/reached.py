"""Which telephone whoever disagrees with a measure rings: every measure has one, a closure that holds in fact too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection

from tongzhou.ledger.time import local_day
from tongzhou.measures.entry import Measure
from tongzhou.people.desks import local_telephones
from tongzhou.sites.queries import near


def telephone(ledger: Connection[Any], one: Measure, now: dt.datetime) -> str:
    """Its own; where nobody decided it, that of the nearest law desk, else of the desk that answers appeals."""
    if number := one.data.get("telephone"):
        return str(number)
    return law_desk(ledger, one.data["places"][0], now) or local_telephones(ledger, [one.data["appeal"]]).get(
        one.data["appeal"], ""
    )


def law_desk(ledger: Connection[Any], place: int, now: dt.datetime) -> str:
    """The telephone of the nearest law desk, as the household's page tells it; empty where none is known."""
    for found in near(ledger, place, local_day(now), ["law_desk"]):
        if found.site.details.telephones:
            return str(found.site.details.telephones[0])
    return ""
