"""What a word and a subject are called on the pages, without any number of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.cases.queries import place_names
from tongzhou.cases.templatetags.cases import WORDS as CASE_WORDS
from tongzhou.cases.templatetags.cases import placed
from tongzhou.directives.templatetags.directives import WORDS as DESK_WORDS
from tongzhou.hospital.templatetags.beds import OF_ONE
from tongzhou.hospital.templatetags.beds import WORDS as BED_WORDS
from tongzhou.ledger.time import zone
from tongzhou.waiting.names import KIND_WORDS, NO_NOUN, NOUN_WORDS
from tongzhou.waiting.queries import rows_of

Names = Mapping[int, tuple[str, str]]
# Fields of a body whose value is one word of a list, in the order in which they are told.
TELLING = ("classification", "outcome", "answer", "how", "destination", "advice", "result", "reason")
BEDS = frozenset({"bed", "ward", "vehicle", "patient", "facility", "request"})
DESKS = frozenset({"directive", "support", "decision", "duty", "desk"})


@dataclass(frozen=True)
class Called:
    """A subject in words, and the page where it stands, if there is one."""

    text: str
    href: str = ""


def said(kind: str, body: Mapping[str, Any]) -> str:
    """What a fact says, in words: its kind, and what was chosen."""
    told = [_(KIND_WORDS[kind])]
    known = _of(kind.partition(".")[0])
    told += [_(known[value]) for name in TELLING if isinstance(value := body.get(name), str) and value in known]
    return " · ".join(told)


def noun(subject: str) -> str:
    """What sort of thing it is; somebody may have named a sort that there is not."""
    return _(NOUN_WORDS.get(subject.partition("/")[0], NO_NOUN))


def called(subjects: Iterable[str]) -> dict[str, Called]:
    """Subjects in words, as far as whoever asks may see them; of others, only what sort of thing they are."""
    wanted = sorted(set(subjects))
    rows, stand = rows_of(wanted), _standing(wanted)
    names = place_names([place for row in rows.values() for place in (row["place"], row["data"].get("place")) if place])
    found = {}
    for subject in wanted:
        row = rows.get(subject)
        told = [noun(subject), *(stand[subject][0] if subject in stand else []), *(_row(row, names) if row else [])]
        found[subject] = Called(" · ".join(told), stand[subject][1] if subject in stand else _page(row))
    return found


def _of(noun: str) -> Mapping[str, str]:
    return BED_WORDS if noun in BEDS else DESK_WORDS if noun in DESKS else CASE_WORDS


def _row(row: dict[str, Any], names: Names) -> list[str]:
    """State, the person without name, door or text, place and day."""
    noun, data, known = row["noun"], row["data"], _of(row["noun"])
    told = [_(known[row["state"]])] if row["state"] in known else []
    told += [_(known[data[name]]) for name in ("severity", "infection") if data.get(name) in known]
    if data.get("sex") in OF_ONE:
        told.append(_(OF_ONE[data["sex"]]))
    if data.get("age") is not None:
        told.append(_("%(n)s years") % {"n": data["age"]})
    if noun == "exception" and isinstance(data.get("temp10"), int):
        told.append(f"{data['temp10'] / 10:.1f} °C")
    if data.get("household"):
        told.append(_("Door %(n)s") % {"n": data["household"]})
    if noun == "task" and data.get("what") in DESK_WORDS:
        told.append(_(DESK_WORDS[data["what"]]))
    if noun in DESKS | {"task"} and data.get("text"):
        told.append(data["text"])
    return [*told, placed(dict(names), row["place"]), stamp(row["effective_at"])]


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(zone()).strftime("%m-%d %H:%M")


def _page(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    noun, key, state = row["noun"], row["key"], row["state"]
    if noun == "case":
        return reverse("case", args=[key])
    if noun == "request":
        return reverse("patient", args=[key]) if state == "admitted" else reverse("beds")
    return reverse("directives") if noun == "directive" else reverse("requests") if noun == "support" else ""


_STANDING = """
select 'bed/' || b.id, w.facility_zh, w.facility_en, w.name_zh, w.name_en, b.label, w.id from hospital_bed b
join hospital_named w on w.id = b.ward where 'bed/' || b.id = any(%(s)s) and b.id = any(%(n)s)
union all
select 'ward/' || w.id, w.facility_zh, w.facility_en, w.name_zh, w.name_en, null, w.id from hospital_named w
where 'ward/' || w.id = any(%(s)s) and w.id = any(%(n)s)
"""


def _standing(subjects: list[str]) -> dict[str, tuple[list[str], str]]:
    """Beds and wards by house, room and label."""
    wanted = [one for one in subjects if one.startswith(("bed/", "ward/"))]
    if not wanted:
        return {}
    numbers = [int(key) for one in wanted if (key := one.partition("/")[2]).isdecimal()]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"s": wanted, "n": numbers})
        found = cursor.fetchall()
    english = get_language() == "en"
    return {
        subject: (
            [house_en if english else house_zh, room_en if english else room_zh,
             *([_("Bed %(b)s") % {"b": label}] if label else [])],
            reverse("ward", args=[ward]),
        )
        for subject, house_zh, house_en, room_zh, room_en, label, ward in found
    }  # fmt: skip
