"""GATE-01 asked about a measure as it was proposed: what is missing is told, and there is no way around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import zone
from tongzhou.ledger.touching import lineage
from tongzhou.rules import Evaluation, book, evaluate
from tongzhou.rules.words import mentions, vocabulary
from tongzhou.tables.policy import shipped

BODIES = {"province": "province", "prefecture": "city", "county": "county", "zone": "county", "township": "street",
          "community": "community", "grid": "community"}  # fmt: skip
KINDS = {"province": "province", "prefecture": "city", "county": "county", "zone": "zone", "township": "township",
         "community": "community", "grid": "grid"}  # fmt: skip
RULE = "GATE-01"
_STANDS = """
select distinct on (n.place) n.place, n.name_zh, n.name_en, n.level, c.depth,
  coalesce(
    (select e ->> 'level' from places_cover u join ledger_row r on r.noun = 'level' and r.key = u.place::text,
      jsonb_array_elements(r.data -> 'signed') e
      where u.tree = 'command' and u.valid_to is null and u.covers @> n.place and (e ->> 'since')::timestamptz <= %s
      order by u.depth desc, (e ->> 'since')::timestamptz desc limit 1),
    (select f.value ->> 'level' from places_cover u join places_fact f on f.place = u.place
      where u.tree = 'command' and u.valid_to is null and u.covers @> n.place and f.name = 'risk_published'
      order by u.depth desc, f.valid_from desc limit 1),
    '')
from places_name n join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
where n.place = any(%s) order by n.place, n.valid_from desc
"""


@dataclass(frozen=True)
class Stands:
    """A place as the gate is told of it. `risk`: the level of its area as signed, else as last published; empty where
    there is none."""

    id: int
    zh: str
    en: str
    level: str
    depth: int
    risk: str


def stands(connection: Connection[Any], places: Sequence[int | None], at: dt.datetime) -> dict[int, Stands]:
    """These places as they stand at a moment."""
    rows = connection.execute(_STANDS, [at, sorted({place for place in places if place})]).fetchall()
    return {row[0]: Stands(*row) for row in rows}


RANKS = ("community", "street", "county", "city", "province")  # of bodies, the finest first (rulebooks/terms)


def above(connection: Connection[Any], place: int, at: dt.datetime) -> list[Stands]:
    """The place and those above it in the command tree, nearest first."""
    return sorted(stands(connection, lineage(connection, place), at).values(), key=lambda one: -one.depth)


def approver(chain: Sequence[Stands], type: str) -> Stands | None:
    """Who approves what the first of the chain decides: the nearest of a higher level, the province where the matrix
    says so; None where none stands above it."""
    least = RANKS.index(BODIES.get(chain[0].level, "community")) + 1
    if type in terms("province_approves"):
        least = max(least, RANKS.index("province"))
    return next((one for one in chain[1:] if RANKS.index(BODIES.get(one.level, "community")) >= least), None)


def terms(name: str) -> tuple[str, ...]:
    """A list of the gate's newest edition; empty where there is none."""
    pack = book().latest(RULE)
    return tuple(pack.terms(name)) if pack else ()


def review_days() -> int:
    """Within how many days a measure is looked at again."""
    pack = book().latest(RULE)
    return pack.whole("review_within_days") if pack else 1


def headquarters(place: Stands) -> str:
    return f"{place.zh}指挥部"


def law_desk(place: Stands) -> str:
    return f"{place.zh}法制与伦理组"


def judge(
    data: Mapping[str, Any],
    issuer: Stands,
    approver: Stands,
    where: Sequence[Stands],
    appeal: Stands,
    *,
    number: str,
    published: dt.datetime,
    code: str | None,
) -> Evaluation:
    """The rule's answer. `number`: that of the approval; `published`: when the notice is public; `code`: of the area
    whose orders hold."""
    widest = min(where, key=lambda one: one.depth)
    hours = shipped("appeals")["values"]["other_h"]
    given: dict[str, Any] = {
        "measure": _term("measures", data["type"]),
        "legal_basis": data["basis"],
        "issuer": headquarters(issuer),
        "issuer_level": BODIES.get(issuer.level, "community"),
        "approving_body": headquarters(approver),
        "approver_level": BODIES.get(approver.level, "community"),
        "approval_id": number,
        "aim": data["aim"],
        "evidence": data["evidence"],
        "asks": "。".join(str(data.get(name) or "") for name in WORDED) + f"。{number}",
        "alternatives_considered": data["lighter"],
        "why_least_restrictive": data["why"],
        "place_exact": "、".join(one.zh for one in where),
        "place_level": KINDS.get(widest.level, "country"),
        "persons_scope": "、".join(_term("scopes", group) for group in data["groups"]),
        "start": _at(data["start"]),
        "expiry": _at(data["until"]),
        "review_date": _day(data["review"]),
        "exceptions": [_term("purposes", one) for one in data["passes"]],
        "support_package": [_term("support", one) for one in data["support"]],
        "appeal_channel": f"{law_desk(appeal)}，电话 {data['telephone']}",
        "appeal_hours": hours,
        "appeal_by": law_desk(appeal),
        "contact": data["telephone"],
        "public_notice_url": "/measures/",
        "data_used": "不采集" if data["collects"] == "nothing" else data["collects"],
        "data_end": data["data_end"],
        "published_at": published.astimezone(zone()),
        "life_at_risk": bool(data.get("life")),
        "now": published.astimezone(zone()),
    }
    # Of every level that its places have: what one of them does not allow, another does not make allowed.
    zones = sorted({one.risk for one in where})
    found = [evaluate(book(), RULE, given | ({"zone": zone} if zone else {}), place_code=code) for zone in zones]
    return next((one for one in found if one.outcome != "can_activate"), found[0])


WORDED = ("text", "aim", "why", "lighter", "basis")  # what everybody reads, in words of whoever decides


def by_origin(text: str) -> str | None:
    """The word by which a text names people by where they come from, what they do or think."""
    return mentions(text, terms("never_in_words")) if text else None


def reasons(found: Evaluation) -> list[str]:
    """Why it may not be activated, one by one, in the reader's language; none where it may."""
    if found.outcome == "can_activate":
        return []
    told = found.reason_zh if (get_language() or "").startswith("zh") else found.reason_en
    for start in ("failed: ", "未通过："):
        told = told.removeprefix(start)
    return [one.strip() for one in told.replace("；", ";").split(";") if one.strip()]


def sentence(found: Sequence[str]) -> str:
    """Reasons as one sentence."""
    return _("; ").join(found) + _(".")


def _term(terms: str, code: str) -> str:
    return vocabulary(terms).terms[code].zh


def _at(text: str) -> dt.datetime | None:
    found = moment_in(text)
    return found.astimezone(zone()) if found else None


def _day(text: str | None) -> str | None:
    found = _at(text) if text else None
    return found.date().isoformat() if found else None
