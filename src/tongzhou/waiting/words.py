"""What a word and a subject are called on the pages, without any number of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.cases.queries import place_names
from tongzhou.cases.templatetags.cases import placed
from tongzhou.community.telling import items_said
from tongzhou.hospital import queries as hospital
from tongzhou.hospital.templatetags.beds import OF_ONE, house, room
from tongzhou.ledger import states, worded
from tongzhou.ledger.fold import CALLED
from tongzhou.ledger.time import stamp
from tongzhou.ledger.work import WORK, WorkItem
from tongzhou.pages import spoken, work
from tongzhou.persons.templatetags.persons import ten_years
from tongzhou.supply.policy import stock
from tongzhou.supply.templatetags.supply import good, pieces
from tongzhou.waiting.queries import rows_of

NO_NOUN = gettext_noop("something that there is not")
Names = Mapping[int, tuple[str, str]]
DESKS = frozenset({"directive", "support", "decision", "duty", "desk"})


@dataclass(frozen=True)
class Called:
    """A subject in words, and the page where it stands, if there is one."""

    text: str
    href: str = ""


def noun(subject: str) -> str:
    """What sort of thing it is; somebody may have named a sort that there is not."""
    return _(CALLED.get(subject.partition("/")[0], NO_NOUN))


def called(subjects: Iterable[str], *, whose: bool = True, ill: bool = True, band: bool = False) -> dict[str, Called]:
    """Subjects in words, as far as whoever asks may see them; of others, only what sort of thing they are. Without
    `whose` sex, age, temperature, door and place are left out: the page says them beside it; without `ill` how
    ill somebody is; `band`: ten years instead of the age."""
    wanted = sorted(set(subjects))
    rows, stand = rows_of(wanted), _standing(wanted)
    names = place_names([place for row in rows.values() for place in (row["place"], row["data"].get("place")) if place])
    found = {}
    for subject in wanted:
        row = rows.get(subject)
        where, href = stand.get(subject, ([], _page(row)))
        told = [noun(subject), *where, *(_row(row, names, whose, ill, band) if row else [])]
        found[subject] = Called(" · ".join(told), href)
    return found


def _row(row: dict[str, Any], names: Names, whose: bool, ill: bool, band: bool) -> list[str]:
    """State, the person without name, door or text, place and day."""
    noun, data = row["noun"], row["data"]
    if item := _item(noun):
        where = [placed(dict(names), row["place"])] if whose else []
        return [*work.told(item, data), *where, stamp(row["effective_at"])]
    if noun == "stock":
        return [*_stock(data), *([placed(dict(names), row["place"])] if whose else []), stamp(row["effective_at"])]
    told, of = [*_number(noun, data), states.said(noun, row["state"])], ("severity", "infection") if ill else ()
    told += [worded.choice("bed.requested", name, data[name]) for name in of if data.get(name)]
    if whose and data.get("sex") in OF_ONE:
        told.append(_(OF_ONE[data["sex"]]))
    if whose and data.get("age") is not None:
        told.append(ten_years(data["age"]) if band else _("%(n)s years") % {"n": data["age"]})
    if whose and noun == "exception" and isinstance(data.get("temp10"), int):
        told.append(f"{data['temp10'] / 10:.1f} °C")
    if whose and data.get("household"):
        told.append(_("Door %(n)s") % {"n": data["household"]})
    if noun == "need":
        told.append(items_said(data["items"]))
    if noun == "task" and data.get("what"):
        told.append(worded.choice("task.set", "what", data["what"]))
    if noun in DESKS | {"task"} and data.get("text"):
        told.append(spoken.own(data["text"]))
    where = [placed(dict(names), row["place"])] if whose else []
    return [*filter(None, told), *where, stamp(row["effective_at"])]


def _stock(data: Mapping[str, Any]) -> list[str]:
    """Which good, and how many pieces were counted."""
    item = stock().by_code.get(data["item"])
    return [good(item), _("%(n)s pieces") % {"n": pieces(data["usable"])}] if item else []


# The number by which people know it: of an armband, of a pass, of a slip of waste.
NUMBERED = {"teammate": "armband", "pass": "number", "manifest": "slip"}


def _number(noun: str, data: Mapping[str, Any]) -> list[str]:
    n = data.get(NUMBERED.get(noun, ""))
    told = [_("No. %(n)s") % {"n": n}] if n else []
    return told + ([worded.choice("teammate.joined", "sort", data["sort"])] if noun == "teammate" else [])


def _item(noun: str) -> WorkItem | None:
    """The work item of a noun that declares its own words and page."""
    return next((one for one in WORK.values() if one.noun == noun and one.do), None)


def _page(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    noun, key, state = row["noun"], row["key"], row["state"]
    if noun == "case":
        return reverse("case", args=[key])
    if noun == "request":
        return reverse("patient", args=[key]) if state == "admitted" else reverse("beds")
    if item := _item(noun):
        return item.page
    if noun == "decision":
        return f"/decision/{key}"
    return reverse("directives") if noun == "directive" else reverse("requests") if noun == "support" else ""


def _standing(subjects: list[str]) -> dict[str, tuple[list[str], str]]:
    """Beds and wards by house, room and label."""
    found = {}
    for one in hospital.stand(one for one in subjects if one.startswith(("bed/", "ward/"))):
        bed = [_("Bed %(b)s") % {"b": one.label}] if one.label else []
        found[one.subject] = ([house(one), room(one), *bed], reverse("ward", args=[one.ward]))
    return found
