"""Leaving: what the rule of discharge says of a patient, and the account of a house that closes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.hospital.queries import Ward
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import zone
from tongzhou.rules import drawn

CRITERIA = ("days_normal_temp", "symptoms_improved", "imaging_improved")


@dataclass(frozen=True)
class Verdict:
    """What the rule says: True, False, needs_ruling, insufficient_data or no_pack; why; and when at the earliest."""

    outcome: bool | str
    zh: str
    en: str
    told: rules.Evaluation
    earliest: dt.datetime | None = None  # for the sample that is to be the second negative

    @property
    def open(self) -> bool:
        """Does the rule leave it to a clinician?"""
        return self.outcome in ("needs_ruling", "no_pack")


def fields(now: dt.datetime) -> list[drawn.Field]:
    """What the rule asks besides the days and the samples."""
    return drawn.fields(rules.book(), "DISCH-T7", CRITERIA[1:], now.astimezone(zone()).date())


def ruled(examined: dict[str, Any] | None, now: dt.datetime) -> rules.Evaluation:
    """DISCH-T7 of a patient as last examined, by the edition in force today."""
    given: dict[str, Any] = {}
    if examined:
        given = {name: examined[name] for name in CRITERIA if examined[name] is not None}
        given |= {name: examined[name] for name in ("negatives", "positives") if examined[name]}
    return rules.evaluate(rules.book(), "DISCH-T7", given, on=now.astimezone(zone()).date())


def verdict(examined: dict[str, Any] | None, now: dt.datetime) -> Verdict:
    """What it says, and when the sample that is to be the second negative may be taken."""
    told = ruled(examined, now)
    hours = told.pack.parameters.get("negatives_apart_h") if told.pack else None
    earliest = _earliest(examined or {}, float(hours)) if hours is not None else None
    outcome: bool | str = told.outcome if isinstance(told.outcome, bool) else str(told.outcome)
    return Verdict(outcome, told.reason_zh, told.reason_en, told, earliest)


def _earliest(examined: dict[str, Any], hours: float) -> dt.datetime | None:
    """When a second negative would be far enough from the first that counts; None where there is none, or two are."""
    positives = [_moment(text) for text in examined.get("positives", ())]
    negatives = [_moment(text) for text in examined.get("negatives", ())]
    counted = [one for one in negatives if not positives or one > max(positives)]
    if not counted:
        return None
    first, apart = min(counted), dt.timedelta(hours=hours)
    return None if max(counted) - first >= apart else first + apart


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone())


@dataclass(frozen=True)
class Account:
    """Everybody a house admitted, and what became of them."""

    facility: str
    zh: str
    en: str
    patients: int
    lying: int
    promised: int
    discharged: int
    transferred: int
    died: int
    otherwise: int
    without: int  # left, and nobody knows where to
    state: str  # open, closing, closed
    told: dict[str, int] | None  # as it was accounted for when it closed

    @property
    def adds_up(self) -> bool:
        left = self.discharged + self.transferred + self.died + self.otherwise
        return self.patients == left + self.lying

    @property
    def may_close(self) -> bool:
        return self.state == "closing" and not (self.lying or self.promised or self.without) and self.adds_up

    @property
    def contradicts(self) -> bool:
        """Closed with an account that what the wards recorded does not bear out, or with somebody in a bed."""
        if self.state != "closed" or self.told is None:
            return False
        now = {name: getattr(self, name) for name in ("patients", "discharged", "transferred", "died", "otherwise")}
        return bool(self.lying) or now != self.told


_MOVES = """
select coalesce(w.facility, ''), r.state, r.data -> 'left' ->> 'how', r.data -> 'left' ->> 'destination', count(*)
from ledger_row r
left join hospital_ward w on w.id = (r.data ->> 'ward')::integer
where r.noun = 'request' and r.state in ('assigned', 'accepted', 'admitted', 'left') group by 1, 2, 3, 4
"""


def accounts(wards: list[Ward]) -> list[Account]:
    """The accounts of all houses in the reader's places, those that close first."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES)
        moves = cursor.fetchall()
    states = {row["key"]: row for row in rows("facility")}
    names = {ward.facility: (ward.facility_zh, ward.facility_en) for ward in wards}
    found = []
    for facility, (zh, en) in sorted(names.items()):
        mine = [move for move in moves if move[0] == facility]

        def count(state: str, *how: str, mine: list[Any] = mine) -> int:
            return sum(n for _f, s, h, _d, n in mine if s == state and (not how or h in how))

        row = states.get(facility)
        found.append(
            Account(
                facility, zh, en, count("admitted") + count("left"), count("admitted"),
                count("assigned") + count("accepted"), count("left", "discharged"), count("left", "transferred"),
                count("left", "died"), count("left", "left_by_choice"),
                sum(n for _f, s, _h, d, n in mine if s == "left" and d in (None, "unknown")),
                row["state"] if row else "open", row["data"]["account"] if row else None,
            )
        )  # fmt: skip
    order = {"closing": 0, "open": 1, "closed": 2}
    return sorted(found, key=lambda one: (order[one.state], one.facility))


def closed_to_admission() -> set[str]:
    """Houses that take nobody any more."""
    return {row["key"] for row in rows("facility")}


@dataclass(frozen=True)
class Published:
    """What was published of real houses: designated beds day by day, and the new and Fangcang hospitals."""

    days: list[dict[str, Any]]
    houses: list[dict[str, Any]]


def published(today: dt.date) -> Published:
    """As published by the morning of `today`, with what contradicts itself flagged, never repaired. A day's beds are
    known once it is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.name_zh, n.name_en, f.valid_from, f.value::text, f.source, f.place from places_fact f"
            " join places_name n on n.place = f.place and n.valid_to is null where f.name = 'designated_beds'"
            " and f.valid_from < %s order by f.valid_from desc, n.name_en limit 60",
            [today],
        )
        days = [_day(*row) for row in cursor.fetchall()]
        cursor.execute(
            "select f.value::text, f.valid_from, f.source, f.place from places_fact f where f.name like 'facility/%%'"
            " and f.valid_from <= %s order by f.valid_from, f.name",
            [today],
        )
        houses = [_house(value, since, source, place, today) for value, since, source, place in cursor.fetchall()]
    return Published(days, houses)


def _day(zh: str, en: str, day: dt.date, value: str, source: str, place: int) -> dict[str, Any]:
    import msgspec

    told = msgspec.json.decode(value)
    flags = []
    if told["used"] > told["beds"]:
        flags.append(_("more beds used than exist: %(n)s") % {"n": told["used"] - told["beds"]})
        if told["empty"] > 0:
            flags.append(_("and %(n)s said to be empty") % {"n": told["empty"]})
    elif told["used"] + told["empty"] != told["beds"]:
        odd = told["beds"] - told["used"] - told["empty"]
        flags.append(_("used and empty do not add up to beds: %(n)s") % {"n": odd})
    return {"zh": zh, "en": en, "place": place, "day": day, "source": source, "flags": flags, **told}


def _house(value: str, since: dt.date, source: str, place: int, day: dt.date) -> dict[str, Any]:
    import msgspec

    told = msgspec.json.decode(value)
    closes = dt.date.fromisoformat(told["closed"]) if told.get("closed") else None
    told["closed"] = closes if closes and closes <= day else None
    if closes and told["closed"] is None:
        told["note"] = ""  # written with hindsight
    if told["closed"] is None:  # its account was published when it closed
        told |= {"patients": None, "discharged": None, "transferred": None}
    whole = told["patients"], told["discharged"], told["transferred"]
    told["adds_up"] = None if None in whole else told["patients"] == told["discharged"] + told["transferred"]
    return {**told, "since": since, "source": source, "place": place}
