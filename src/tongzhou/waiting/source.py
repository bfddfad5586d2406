"""Where a figure or a row comes from: the facts behind it, in words and without any number of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.api.lists import WITHHELD
from tongzhou.cases.queries import place_names
from tongzhou.command import queries
from tongzhou.command.changes import MEASURES
from tongzhou.command.templatetags.board import gradename, measurename, plainly
from tongzhou.hospital.templatetags.beds import HOUSES
from tongzhou.ledger import states, worded
from tongzhou.ledger.explain import explain
from tongzhou.ledger.fold import CALLED
from tongzhou.ledger.kinds import KINDS
from tongzhou.people.roles import only_carries
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import NotFound
from tongzhou.sites import addresses
from tongzhou.waiting import words
from tongzhou.waiting.fields import FIELDS

PLACES = frozenset({"place", "clinic", "home", "at", "unit", "county", "community", "to", "reporting"})
STAFF = frozenset({"by", "staff", "driver", "helper", "identified_by", "to"})
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
KEY = re.compile(r"[a-z]{2,4}\.[0-9a-z.-]+")  # of a place
RULE = re.compile(r"[A-Z][A-Z0-9-]+")  # rules have names of their own


class Told:
    """Fields and values in words; places, colleagues and doors are looked up together."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        bodies = [fact["body"] for fact in told["facts"]] + ([told["row"]["data"]] if told.get("row") else [])
        values = [pair for body in bodies for pair in _values("", body)]
        numbers = {value for name, value in values if isinstance(value, int) and name in PLACES | STAFF}
        numbers |= {int(name) for name, _value in values if name.isdecimal() and len(name) < 10}
        keys = {value for _name, value in values if isinstance(value, str) and KEY.fullmatch(value)}
        self.keys = _places_by_key(keys)
        self.places = place_names(sorted(numbers | set(self.keys.values())))
        staff = {value for name, value in values if isinstance(value, int) and name in STAFF}
        self.staff = names_of_staff(staff | {fact["by_id"] for fact in told["facts"] if fact["by_id"]})
        self.doors = addresses.of(v for name, v in values if name == "household" and isinstance(v, int))
        language = "en" if get_language() == "en" else "zh"
        self.series = {one["id"]: one[f"name_{language}"] for one in queries.region().get("indicators", ())}
        self.word = {**LABELS, **states.SHARED, **worded.CHOICES, **HOUSES}

    def fields(self, noun: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(field(name), self.value(noun, name, value)) for name, value in body.items()
                if value is not None and value != "" and value != []]  # fmt: skip

    def value(self, noun: str, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            told = ((self._key(one), self.value(noun, one, v)) for one, v in value.items() if v is not None)
            return ", ".join(" ".join(part for part in pair if part) for pair in told) or "–"
        if isinstance(value, list):
            return "; ".join(self.value(noun, name, one) for one in value) or "–"
        if isinstance(value, bool) or value is None:
            return plainly(value)
        return self._number(noun, name, value) if isinstance(value, int) else self._text(name, value)

    def about(self, about: str) -> str:
        head, _slash, key = about.partition("/")
        if head == "place" and key.isdecimal():
            return self._place(int(key)) or "–"
        return _(CALLED[head]) if head in CALLED else field(head)

    def _key(self, name: str) -> str:
        if name.isdecimal():
            return self._place(int(name)) or name
        if ID.fullmatch(name) or (name.partition("/")[0] in CALLED and "/" in name):
            return ""
        return _(LABELS[name]) if name in LABELS else _(self.word[name]) if name in self.word else name

    def _number(self, noun: str, name: str, value: int) -> str:
        if name in ("temp10", "temp10_called"):
            return f"{value / 10:.1f} °C"
        if name in ("weight10", "received10"):
            return f"{value / 10:.1f} kg"
        if name == "household":
            return addresses.called(value, self.doors)
        if name in STAFF and (name != "to" or noun in ("duty", "owed", "block")) and value in self.staff:
            return self.staff[value]
        return (self._place(value) if name in PLACES else "") or str(value)

    def _text(self, name: str, value: Any) -> str:
        text = str(value)
        head, slash, _key = text.partition("/")
        if slash and head in CALLED:
            return _(CALLED[head])
        if ID.fullmatch(text):
            return _(CALLED[name]) if name in CALLED else "–"
        if text in self.keys:
            return self._place(self.keys[text]) or text
        if name == "indicator" and text in self.series:
            return str(self.series[text])
        return _(self.word[text]) if text in self.word else plainly(text)

    def _place(self, number: int) -> str:
        zh, en = self.places.get(number, ("", ""))
        return en if get_language() == "en" else zh


LABELS = {**FIELDS, **worded.LABELS}


def field(name: str) -> str:
    """What a field is called."""
    return _(LABELS[name]) if name in LABELS else name


def kind_called(name: str) -> str:
    """What a kind of fact is called."""
    return (worded.called(name) if name in KINDS else "") or name


def source(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The facts behind a figure, in order, under the reader's scope."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None or only_carries(holder.roles):
        raise NotFound()
    told = explain(queries.raw(), f"{noun}/{key}")
    if told is None or (noun not in ("fact", "household-day") and told.get("row") is None):
        raise NotFound()
    _hold_back(holder, noun, told)
    said = Told(told)
    row, sources = told.get("row"), queries.region().get("sources", {})
    for fact in told["facts"]:
        fact["words"] = kind_called(fact["name"])
        fact["who"] = said.staff.get(fact["by_id"]) or _("the program")
        fact["said"] = said.fields(fact["name"].partition(".")[0], fact["body"])
        fact["seal"] = (fact["sealed"] or "").rpartition(":")[2]
    figure = _published(noun, row["data"]) if row else None
    if row and figure:  # what a person typed was read where that person says, whatever the series usually comes from
        figure["typed"] = any(
            str(fact["id"]) == row["data"]["fact"] and fact["origin"] != "imported" for fact in told["facts"]
        )
    left = {"source", *(figure["said"] if figure else ())}
    context = {
        "told": told,
        "title": _title(noun, key, told),
        "figure": figure,
        "state": states.said(noun, row["state"]) if row else "",
        "fields": said.fields(noun, {n: v for n, v in row["data"].items() if n not in left}) if row else [],
        "origin": row["data"].get("source") if row else None,
        "sources": sources,
        "reasons": [
            (said.about(why.about), why, why.rule if why.rule and RULE.fullmatch(why.rule) else "")
            for why in told.get("reasons", ())
        ],
        "versions": [(states.said(noun, one["state"]), one) for one in told.get("versions", ())],
    }
    return render(request, "waiting/source.html", context)


def _hold_back(holder: Holder, noun: str, told: dict[str, Any]) -> None:
    """What a list does not tell this reader of a row stands neither in the row here nor in its facts."""
    row = told.get("row")
    if noun == "fact":
        fact = told["facts"][0]
        noun = fact["name"].partition(".")[0]
        about = explain(queries.raw(), f"{noun}/{fact['corrects'] or fact['id']}") if noun in WITHHELD else None
        row = about and about.get("row")
    if row is None or noun not in WITHHELD:
        return
    for name in WITHHELD[noun](holder, row):
        for body in (row["data"], *(fact["body"] for fact in told["facts"])):
            if body.get(name):
                body[name] = _("not told to you")


def _published(noun: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a published figure: how well it is known, in which document it was read, and each publication of the day. The
    documents' own text is not held here, and the page says so."""
    if noun not in ("bulletin", "indicator"):
        return None
    if noun == "bulletin":
        grades = [(measurename(name), gradename(data.get("grades", {}).get(name) or "ungraded"))
                  for name in MEASURES if data.get(name) is not None]  # fmt: skip
    else:
        grades = [("", gradename(data.get("grade") or "ungraded"))]
    names = MEASURES if noun == "bulletin" else ("value",)
    told = [{"on": one["published_on"], "at": one.get("published_at") or "",
             "restated": one.get("version") == "restated",
             "figures": [(measurename(name) if name in MEASURES else _("Figure"), one.get(name)) for name in names],
             "new": (one.get("new") or {}).get("confirmed")} for one in data.get("versions", ())]  # fmt: skip
    return {"read": [part.strip() for part in re.split(r"\s\|\s|;", data.get("read", "")) if part.strip()],
            "note": data.get("note") or "", "grades": grades, "told": told, "of_bulletin": noun == "bulletin",
            "said": ("versions", "grades", "grade", "read", "note", "history", "fact")}  # fmt: skip


def _title(noun: str, key: str, told: Mapping[str, Any]) -> str:
    if noun == "fact":
        return kind_called(told["facts"][0]["name"])
    if noun == "household-day":
        number, _slash, day = key.partition("/")
        return " · ".join((_("Door %(n)s") % {"n": number}, day))
    return words.called([f"{noun}/{key}"])[f"{noun}/{key}"].text


def _values(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for one, held in value.items():
            yield one, None
            yield from _values(one, held)
    elif isinstance(value, list):
        for one in value:
            yield from _values(name, one)
    else:
        yield name, value


def _places_by_key(keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select key, id from places_place where key = any(%s)", [sorted(keys)])
        return dict(cursor.fetchall())
