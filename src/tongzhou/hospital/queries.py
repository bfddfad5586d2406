"""Wards, beds and requests as they are, under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.utils.translation import get_language

from tongzhou.ledger.known import rows
from tongzhou.problems import NotFound

SEVERITIES = ("critical", "severe", "moderate", "mild", "none")
STALE = dt.timedelta(hours=24)  # a count of staffed beds older than this is shown as old

# The key of a row is made before it is looked up: as a part of the join, the cast is done after row-level security,
# which then looks at every row of its noun for each ward and bed.
_WARDS = """
with named as materialized (select *, id::text as row_key from hospital_named)
select w.id, w.key, w.facility, w.facility_zh, w.facility_en, w.name_zh, w.name_en, w.kind, w.bed, w.serves, w.sex,
w.oxygen,
  w.place, w.x_km, w.y_km, w.invented, (c.data ->> 'staffed')::integer, c.effective_at
from named w left join ledger_row c on c.noun = 'ward' and c.key = w.row_key
order by w.facility, w.id
"""
_BEDS = """
with standing as materialized (select id, ward, label, id::text as row_key from hospital_bed)
select b.id, b.ward, b.label, coalesce(r.state, 'free'), r.data ->> 'request'
from standing b left join ledger_row r on r.noun = 'bed' and r.key = b.row_key
order by b.ward, length(b.label), b.label
"""


class Bed(NamedTuple):
    id: int
    ward: int
    label: str
    state: str
    request: str | None


@dataclass
class Ward:
    """A ward with its beds, all there before they are counted. `usable` = min(beds that stand and are not closed, beds
    the staff can serve)."""

    id: int
    key: str
    facility: str
    facility_zh: str
    facility_en: str
    name_zh: str
    name_en: str
    kind: str
    bed: str
    serves: str
    sex: str
    oxygen: bool
    place: int
    x_km: float | None
    y_km: float | None
    invented: bool
    staffed: int | None
    counted_at: dt.datetime | None
    beds: list[Bed] = field(default_factory=list)

    @cached_property
    def _by_state(self) -> Counter[str]:
        return Counter(bed.state for bed in self.beds)

    def count(self, *states: str) -> int:
        return sum(self._by_state[state] for state in states)

    @property
    def physical(self) -> int:
        return len(self.beds) - self.count("closed")

    @property
    def usable(self) -> int:
        """Until somebody has counted the staff, what stands."""
        return self.physical if self.staffed is None else min(self.physical, self.staffed)

    @property
    def taken(self) -> int:
        return self.count("occupied", "reserved")

    @property
    def free(self) -> int:
        """Beds a patient can be promised now: clean, and served by the staff there is."""
        return max(0, min(self.count("free"), self.usable - self.taken))

    def stale(self, now: dt.datetime) -> bool:
        """Is its count too old to be relied on?"""
        return self.counted_at is not None and self.counted_at < now - STALE

    @property
    def called(self) -> str:
        """House and ward, in the reader's language."""
        english = get_language() == "en"
        return f"{self.facility_en} · {self.name_en}" if english else f"{self.facility_zh} · {self.name_zh}"

    @property
    def spare(self) -> int | None:
        """The bed for whoever is signed here by hand: the last free one, for proposals take the first."""
        return next((bed.id for bed in reversed(self.beds) if bed.state == "free"), None) if self.free else None

    @property
    def over(self) -> int:
        """More patients than usable beds: shown as such, never repaired."""
        return max(0, self.taken - self.usable)

    @property
    def states(self) -> dict[str, int]:
        return {state: self.count(state) for state in ("free", "reserved", "occupied", "cleaning", "closed")}


def wards() -> list[Ward]:
    with connection.cursor() as cursor:
        cursor.execute(_WARDS)
        found = {row[0]: Ward(*row) for row in cursor.fetchall()}
        cursor.execute(_BEDS)
        for row in cursor.fetchall():
            if row[1] in found:
                found[row[1]].beds.append(Bed(*row))
    return list(found.values())


class Stands(NamedTuple):
    """Where a ward or a bed (then with its label) stands."""

    subject: str
    facility_zh: str
    facility_en: str
    name_zh: str
    name_en: str
    label: str | None
    ward: int


_STANDS = """
select 'bed/' || b.id, w.facility_zh, w.facility_en, w.name_zh, w.name_en, b.label, w.id from hospital_bed b
join hospital_named w on w.id = b.ward where 'bed/' || b.id = any(%(s)s) and b.id = any(%(n)s)
union all
select 'ward/' || w.id, w.facility_zh, w.facility_en, w.name_zh, w.name_en, null, w.id from hospital_named w
where 'ward/' || w.id = any(%(s)s) and w.id = any(%(n)s)
"""


def stand(subjects: Iterable[str]) -> list[Stands]:
    """Where these wards and beds stand, those there are."""
    wanted = sorted(set(subjects))
    numbers = [int(key) for one in wanted if (key := one.partition("/")[2]).isdecimal()]
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, {"s": wanted, "n": numbers})
        return [Stands(*row) for row in cursor.fetchall()]


class Point(NamedTuple):
    """Where a place lies, in km on the plane of the wards, and who says so."""

    x_km: float
    y_km: float
    source: str


_POINTS = """
select w.place, p.x_km, p.y_km, p.source from unnest(%s::int[]) w (place), lateral (
  select h.x_km, h.y_km, h.source from hospital_point h
  join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null
  where w.place <@ c.covers order by c.depth desc limit 1
) p
"""


def points(places: list[int]) -> dict[int, Point]:
    """Where places lie: their own point or that of the smallest place around them that has one."""
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [sorted(set(places))])
        return {place: Point(*told) for place, *told in cursor.fetchall()}


_ASKED = """
select f.body from ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind
where t.subject = %s and k.name = 'bed.requested' order by f.append desc, f.id desc limit 1
"""


def asked(key: str) -> dict[str, Any]:
    """What a request says as it was last put right. Raises NotFound where it is not in scope."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [f"request/{key}"])
        found = cursor.fetchone()
    if found is None:
        raise NotFound()
    body: dict[str, Any] = msgspec.json.decode(found[0])
    return body


def requests(states: list[str], now: dt.datetime) -> list[dict[str, Any]]:
    """Requests for beds, the most severe and then the longest waiting first."""
    found = [{**row["data"], **{n: row[n] for n in ("key", "place", "effective_at", "state")}}
             for row in rows("request", states=states)]  # fmt: skip
    for one in found:
        one["waited"] = now - one["effective_at"]
    return sorted(found, key=lambda one: (SEVERITIES.index(one["severity"]), one["effective_at"]))
