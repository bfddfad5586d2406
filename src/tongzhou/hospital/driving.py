"""A trip as whoever drives is told of it: whom, from where, to where, what to bring and whom to ring; of the illness
nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongzhou.hospital import queries
from tongzhou.hospital.templatetags.beds import house, lies, room
from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import Holder
from tongzhou.places.queries import names as names_of_places
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.templatetags.sites import ring, vehiclewords

Said = list[str | SafeString]
APART = frozenset({"contact", "fever", "suspected", "confirmed"})  # whoever is brought apart from others


def trips(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """What each line says of its trip: read together for all of them."""
    beds = {one.subject: one for one in queries.stand(f"bed/{one['bed']}" for one in ones if one.get("bed"))}
    houses = {ward.id: ward for ward in queries.wards()} if beds else {}
    facilities = {ward.facility for ward in houses.values()}
    named = sites.names({*_vehicles(ones), *facilities}, local_day(now))
    with door.ledger() as ledger:
        doors = addresses.for_the_way(ledger, [_door(one) for one in ones])
        telephones = local_telephones(ledger, {one["place"] for one in ones})
    places = names_of_places(sorted({place for one in ones for place in (one["place"], one["home"]) if place}))
    for one in ones:
        bed = beds.get(f"bed/{one.get('bed')}")
        ward = houses.get(bed.ward) if bed else None
        house_site = named.get(ward.facility) if ward else None
        number = next(iter(house_site.details.telephones), "") if house_site else ""
        asked = _("%(place)s, who asked for the bed") % {"place": lies(places, one["place"])}
        home = _home(one, doors, places)
        one["called"] = _called(one, named)
        one["where"] = ""
        one["told"] = [
            *_from(one, home, asked, telephones.get(one["place"], "")),
            *_to(one, bed, number, telephones.get(one["place"], "")),
            *_bring(one),
        ]


def _vehicles(ones: Sequence[dict[str, Any]]) -> set[str]:
    return {one["vehicle"]["vehicle"] for one in ones if (one["vehicle"] or {}).get("vehicle")}


def _called(one: dict[str, Any], named: Mapping[str, Any]) -> str:
    return _("Trip") + vehiclewords(named, one["vehicle"] or {})


def _door(one: dict[str, Any]) -> int | None:
    """The patient's door, as whoever asked for the bed said it, else whoever sent the vehicle."""
    door: int | None = one.get("door") or (one["vehicle"] or {}).get("door")
    return door


def _home(one: dict[str, Any], doors: Mapping[int, Any], places: Mapping[int, Any]) -> str:
    number = _door(one)
    told = [addresses.called(number, doors)] if number else []
    return " · ".join([*told, *([lies(dict(places), one["home"])] if one["home"] else [])])


def _from(one: dict[str, Any], home: str, asked: str, telephone: str) -> Said:
    """Where the patient waits; where nobody said so, or no door is known, both places, and whom to
    ask."""
    if one["trip"]["state"] != "coming":
        return []
    waits = (one["vehicle"] or {}).get("waits")
    if waits == "home" and _door(one):
        return [_("From: %(where)s") % {"where": home}]
    if waits == "clinic":
        return [format_html("{} {}", _("From: %(where)s") % {"where": asked}, ring(telephone))]
    told: Said = [format_html("{} {}", _("From where nobody said: ask %(who)s.") % {"who": asked}, ring(telephone))]
    return [*told, _("Home: %(where)s") % {"where": home}] if home else told


def _to(one: dict[str, Any], bed: queries.Stands | None, number: str, desk: str) -> Said:
    """The bed, with the telephone of its house; where there is none, whom to ring."""
    if one["trip"]["state"] == "off":
        return [_("Called off: the bed was taken back before the patient was in the vehicle.")]
    if one["trip"]["state"] == "there":
        return []
    if bed is None:
        return [format_html("{} {}", _("No bed is promised now. Ring before you go on:"), ring(desk))]
    where = " · ".join([house(bed), room(bed), _("Bed %(b)s") % {"b": bed.label}])
    return [format_html("{} {}", _("To: %(where)s") % {"where": where}, ring(number) if number else "")]


def _bring(one: dict[str, Any]) -> Said:
    """What is needed in the vehicle. That somebody is brought apart is told, not why."""
    if one["trip"]["state"] not in ("coming", "aboard"):
        return []
    things = [
        _("stretcher") if (one["vehicle"] or {}).get("carried") == "stretcher" else "",
        _("oxygen") if one["oxygen"] else "",
        _("a seat for the carer") if one["need"] == "child" else "",
        _("full protective clothing") if one["infection"] in APART else _("mask and gloves"),
    ]
    return [_("Bring: %(what)s") % {"what": _(", ").join(thing for thing in things if thing)}]
