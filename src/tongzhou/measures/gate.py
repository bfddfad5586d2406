"""GATE-01 asked about a measure as it was proposed: what is missing is told, and there is no way around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger import worded
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import zone
from tongzhou.ledger.touching import lineage
from tongzhou.measures import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.measures.held import levels_at
from tongzhou.pages import spoken
from tongzhou.rules import Evaluation, book, evaluate
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.definitions import gate_words
from tongzhou.rules.words import vocabulary
from tongzhou.tables.policy import shipped

BODIES = {"province": "province", "prefecture": "city", "county": "county", "zone": "county", "township": "street",
          "community": "community", "grid": "community"}  # fmt: skip
KINDS = {"province": "province", "prefecture": "city", "county": "county", "zone": "zone", "township": "township",
         "community": "community", "grid": "grid"}  # fmt: skip
RULE = "GATE-01"
# Each input of the rule, and the field of a proposal that it is made from.
FIELDS = {
    "measure": "type", "legal_basis": "basis", "aim": "aim", "evidence": "evidence",
    "alternatives_considered": "lighter", "why_least_restrictive": "why", "place_exact": "places",
    "persons_scope": "groups", "appeal_channel": "appeal", "contact": "telephone", "data_used": "collects",
    "data_end": "data_end", "start": "start", "expiry": "until", "review_date": "review", "exceptions": "passes",
    "support_package": "support", "approval_id": "number",
}  # fmt: skip
WORDED = worded.free("measure.drafted")
_NAMED = """
select distinct on (n.place) n.place, n.name_zh, n.name_en, n.level, c.depth
from places_name n join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
where n.place = any(%s) order by n.place, n.valid_from desc
"""


@dataclass(frozen=True)
class Stands:
    """A place as the gate is told of it. `risk`: the level that holds there; empty where there is none."""

    id: int
    zh: str
    en: str
    level: str
    depth: int
    risk: str


def stands(connection: Connection[Any], places: Sequence[int | None], at: dt.datetime) -> dict[int, Stands]:
    """These places as they stand at a moment."""
    asked = sorted({place for place in places if place})
    risks = {place: held.level for place, held in levels_at(connection, asked, at).items()}
    rows = connection.execute(_NAMED, [asked]).fetchall()
    return {id: Stands(id, zh, en, level, depth, risks.get(id, "")) for id, zh, en, level, depth in rows}


RANKS = ("community", "street", "county", "city", "province")  # of bodies, the finest first (rulebooks/terms)


_GOVERNED = """
select distinct on (place) place, code, name_zh from places_name where place = any(%s)
order by place, valid_from desc
"""


def others_above(connection: Connection[Any], place: int) -> list[int]:
    """The places above one that another government has: a place that stands in the tree as prefecture and as
    county is governed once, and is not above itself."""
    up = [one for one in lineage(connection, place) if one != place]
    told = {one: (code, name) for one, code, name in connection.execute(_GOVERNED, [[place, *up]]).fetchall()}
    return [one for one in up if not _same(told.get(one), told.get(place))]


def _same(one: tuple[str | None, str] | None, other: tuple[str | None, str] | None) -> bool:
    """One government under two numbers of the tree: the same official code, or the same name."""
    if one is None or other is None:
        return False
    return one[1] == other[1] or (one[0] is not None and one[0] == other[0])


def above(connection: Connection[Any], place: int, at: dt.datetime) -> list[Stands]:
    """The place and those above it in the command tree, nearest first, each government once."""
    found = stands(connection, [place, *others_above(connection, place)], at)
    return sorted(found.values(), key=lambda one: -one.depth)


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
        "measure": _term("measures", data["type"]) if data["type"] else None,
        "legal_basis": data["basis"],
        "issuer": headquarters(issuer),
        "issuer_level": BODIES.get(issuer.level, "community"),
        "approving_body": headquarters(approver),
        "approver_level": BODIES.get(approver.level, "community"),
        "approval_id": number,
        "aim": data["aim"],
        "evidence": data["evidence"],
        "asks": "。".join(str(data.get(name) or "") for name in WORDED),
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
        "data_used": f"不采集；{data['text']} {data.get('translation') or ''}"
        if data["collects"] == "nothing"
        else data["collects"],
        "data_end": data["data_end"],
        "published_at": published.astimezone(zone()),
        "life_at_risk": bool(data.get("life")),
        "now": published.astimezone(zone()),
    }
    given = {name: value for name, value in given.items() if value is not None}
    # Of every level that its places have: what one of them does not allow, another does not make allowed.
    zones = sorted({one.risk for one in where})
    found = [evaluate(book(), RULE, given | ({"zone": zone} if zone else {}), place_code=code) for zone in zones]
    return next((one for one in found if one.outcome != "can_activate"), found[0])


def at_once(
    connection: Connection[Any], given: Mapping[str, Any], chain: Sequence[Stands], at: dt.datetime, code: str | None
) -> list[Reason]:
    """What the gate says of the fields that are filled in, while others are open still: nobody is told of these
    first, and of those when they come again."""
    data: dict[str, Any] = dict.fromkeys((*FIELDS.values(), *WORDED), "")
    data |= {"groups": [], "passes": [], "support": [], "start": None, "until": None, "review": None, "data_end": None}
    data |= {name: value for name, value in given.items() if value}
    appeal = next((one for one in chain if str(one.id) == str(given.get("appeal"))), chain[0])
    where = list(stands(connection, data["places"] or [chain[0].id], at).values()) or [chain[0]]
    above_it = (approver(chain, data["type"]) if data["type"] else None) or chain[-1]
    begins = _at(data["start"])
    told = judge(data, chain[0], above_it, where, appeal, number="1", code=code,
                 published=min(at, begins) if begins else at)  # fmt: skip
    return [one for one in reasons(told, data) if given.get(one.field)]


def by_origin(text: str) -> str | None:
    """The word by which a text names people by where they come from, what they do or think."""
    pack = book().latest(RULE)
    return gate_words.by_origin(text, pack) if text and pack else None


def all_by_origin(text: str) -> list[str]:
    """All of them, so that whoever wrote the text is told in one round."""
    pack = book().latest(RULE)
    return gate_words.all_by_origin(text, pack) if text and pack else []


def small_counts(data: Mapping[str, Any]) -> list[str]:
    """Counts of one to four people in the evidence, which is public with the measure."""
    return gate_words.small_counts(str(data.get("evidence") or ""))


def to_read(data: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """By field, the words of places and of persons in what was written freely: whoever approves reads these closely."""
    pack = book().latest(RULE)
    told = [(name, gate_words.of_place_or_person(str(data.get(name) or ""), pack)) for name in WORDED if pack]
    return [(name, words) for name, words in told if words]


class Reason(NamedTuple):
    """Why a measure may not be activated, and the field of the proposal that it is about."""

    field: str
    words: str


def reasons(found: Evaluation, data: Mapping[str, Any]) -> list[Reason]:
    """Why it may not be activated, one by one, each with its field, in the reader's language; none where it may."""
    if found.outcome == "can_activate":
        return []
    chinese = spoken.reader() == "zh"
    told = []
    for part in found.parts:
        if part.about == "asks":
            told += [Reason(name, no_origin("”、“".join(bad))) for name in WORDED
                     if (bad := all_by_origin(str(data.get(name) or "")))]  # fmt: skip
            continue
        empty = part.en == DEFINITIONS[RULE].declared.label(part.about, zh=False)
        words = _("nothing is said here that can be judged") if empty else part.zh if chinese else part.en
        told.append(Reason(FIELDS.get(part.about, ""), words))
    return told or [Reason("", found.reason_zh if chinese else found.reason_en)]


def no_origin(bad: str) -> str:
    """What is said of a word by which a text names people by where they come from."""
    return _("words that name nobody by where they come from (“%(word)s”)") % {"word": bad}


def sentence(found: Sequence[Reason]) -> str:
    """Reasons as one sentence."""
    return _("; ").join(one.words for one in found) + _(".")


def _term(terms: str, code: str) -> str:
    return vocabulary(terms).terms[code].zh


def _at(text: str | None) -> dt.datetime | None:
    found = moment_in(text) if text else None
    return found.astimezone(zone()) if found else None


def _day(text: str | None) -> str | None:
    found = _at(text)
    return found.date().isoformat() if found else None
