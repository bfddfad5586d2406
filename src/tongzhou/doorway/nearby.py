"""Help near a door: clinics and pharmacies with their hours, the telephones of the community and of its doctor."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongzhou.ledger.time import zone
from tongzhou.pages.telling import Home
from tongzhou.people.desks import local_telephones
from tongzhou.sites import hours, queries
from tongzhou.sites.drafts import Draft

DOCTORS = ("health_station", "village_clinic", "township_clinic")
KINDS = (*DOCTORS, "fever_clinic", "pharmacy", "hotline", "law_desk")
EACH = 2  # of a kind, the nearest


@dataclass(frozen=True)
class Place:
    site: Draft
    open: bool | None  # None where nobody told its hours


@dataclass(frozen=True)
class Help:
    """Whom to ring: the desk of the community, its doctor, and who else is near."""

    desk: str
    doctor: str
    places: list[Place]


def help_near(home: Home) -> Help:
    local = home.now.astimezone(zone())
    found = queries.near(home.ledger, home.place, local.date(), KINDS)
    places = [Place(one.site, _open(one.site, local)) for kind in KINDS
              for one in [near for near in found if near.site.kind == kind][:EACH]]  # fmt: skip
    doctors = (one.site.details.telephones for one in places if one.site.kind in DOCTORS)
    desk = local_telephones(home.ledger, [home.place]).get(home.place, "")
    return Help(desk, next((numbers[0] for numbers in doctors if numbers), ""), places)


def _open(site: Draft, local: dt.datetime) -> bool | None:
    if not site.details.hours:
        return None
    return hours.is_open(hours.parse(site.details.hours), local.weekday(), local.hour * 60 + local.minute)
