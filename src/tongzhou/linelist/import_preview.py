"""The page before anything is said: what was understood of a list, its first rows as they will be recorded, and a form
in which every choice can be changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.cases import queries
from tongzhou.ledger import worded
from tongzhou.linelist import imports, tables
from tongzhou.linelist.mapping import FIELDS, mappings
from tongzhou.linelist.reading import Columns, encodings, heading_row, separators
from tongzhou.linelist.refusals import reason
from tongzhou.linelist.rows import Good, Trouble
from tongzhou.linelist.understand import Choices, Understood
from tongzhou.pages.fields import Choice, Day
from tongzhou.people.scope import Holder
from tongzhou.tables.reader.heading import SEARCHED

FIELD_WORDS = {
    "row": gettext_noop("number of the row"),
    "card": gettext_noop("card number"),
    "name": gettext_noop("full name"),
    "guardian": gettext_noop("parent's name"),
    "telephone": gettext_noop("telephone"),
    "identity": gettext_noop("identity number"),
    "address": gettext_noop("address"),
    "workplace": gettext_noop("place of work"),
    "sex": gettext_noop("sex"),
    "age": gettext_noop("age"),
    "age_unit": gettext_noop("unit of age"),
    "age_band": gettext_noop("age from – to"),
    "identity_unverified": gettext_noop("identity number unverified"),
    "left_out": gettext_noop("left out"),
    "other_telephones": gettext_noop("other telephones"),
    "born": gettext_noop("day of birth"),
    "classification": gettext_noop("classification"),
    "infected": gettext_noop("day of infection"),
    "onset": gettext_noop("onset"),
    "admitted": gettext_noop("day of admission"),
    "identified": gettext_noop("identified"),
    "reported": gettext_noop("reported"),
    "received": gettext_noop("received by the county"),
    "outcome": gettext_noop("day of outcome"),
    "home": gettext_noop("lives in (code)"),
    "home_province": gettext_noop("lives in (province)"),
    "home_city": gettext_noop("lives in (city)"),
    "home_county": gettext_noop("lives in (county)"),
    "home_township": gettext_noop("lives in (township)"),
    "reporting": gettext_noop("reported in (code)"),
    "reporting_name": gettext_noop("reported in (name)"),
}
ORDER = ("classification", "identified", "onset", "age", "age_band", "sex", "reporting", "home", "card", "name")
RAW = 8  # rows shown as they came
TOLD = 200  # rows that would come back, or go in with a note, told on the page
DAY_FIRST = {"day": True, "month": False}
CLASSES = ("suspected", "clinical", "confirmed", "asymptomatic", "excluded")


class Changed(Columns):
    """Every choice in what was understood of a list."""

    sheet = Choice(choices=lambda: [], label=gettext_lazy("Sheet"), required=False, unsaid=gettext_lazy("choose"))
    heading = heading_row()
    layout = Choice(choices=lambda: titles(), label=gettext_lazy("Layout"), required=False,
                    unsaid=gettext_lazy("the one that fits whole"))  # fmt: skip
    separator = separators()
    encoding = encodings()
    order = Choice(choices=lambda: [("day", _("1 February")), ("month", _("2 January"))], required=False,
                   label=gettext_lazy("01/02/2020 is"), unsaid=gettext_lazy("unclear, given back"))  # fmt: skip
    all_are = Choice(choices=lambda: _classes(), label=gettext_lazy("Every case is"), required=False,
                     unsaid=gettext_lazy("as its row says"))  # fmt: skip
    earliest = Day(label=gettext_lazy("No day lies before"), required=False)
    place = Choice(choices=lambda: [], label=gettext_lazy("Reported in, where a row does not say"), number=True,
                   required=False)  # fmt: skip
    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave out optional fields that cannot be read, with a note, and take the row"),
        required=False,
    )

    def __init__(
        self, *args: Any, found: Understood, about: dict[str, Any], places: Sequence[int], **options: Any
    ) -> None:
        self.found, self.before = found, about["choices"]
        super().__init__(*args, initial=_as_understood(found, about), **options)
        look, named = found.table.look, queries.place_names(list(places))
        if len(look.sheets) > 1:
            self.fields["sheet"].choices = [(one.name, _sheet(one)) for one in look.sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]
        if look.sort != "text":
            del self.fields["separator"], self.fields["encoding"]
        here = get_language() == "en"
        self.fields["place"].choices = [(str(one), named[one][here]) for one in places]  # type: ignore[attr-defined]
        self.offer(headings(found), [(name, _(FIELD_WORDS.get(name, name))) for name in sorted(FIELDS)])

    def choices(self) -> Choices:
        """What was said. Columns and the row of headings count only while the rows are read as before: in another
        sheet they are others. A layout that was understood and left as it stood is understood anew."""
        given, before = self.cleaned_data, self.found
        binding, told = before.binding or before.nearest, before.told()
        texts = {name: given.get(name) or "" for name in ("sheet", "separator", "encoding", "layout", "earliest")}
        if texts["layout"] == told["layout"] and not self.before.get("layout") and not before.doubt:
            texts["layout"] = ""
        heading = given["heading"]
        if heading == binding.header and not self.before.get("heading") and self._moved(texts, told):
            heading = None
        same = all(
            not texts[name] or texts[name] in (told[name], getattr(before.table.choices, name, ""))
            for name in ("sheet", "separator", "layout")
        ) and given["heading"] in (None, binding.header)
        columns: dict[str, str] = {}
        if same:
            columns = self.of_columns
            columns |= {name: "" for name in binding.mapping.columns if name not in columns}
        fixed = {"classification": given["all_are"]} if given["all_are"] else {}
        return Choices(columns=columns, fixed=fixed, heading=heading, leave_out=given["leave_out"],
                       day_first=DAY_FIRST.get(given["order"] or ""), **texts)  # fmt: skip

    def _moved(self, texts: dict[str, str], told: dict[str, Any]) -> bool:
        """Is another sheet read now, or the text cut otherwise?"""
        return any(texts[name] not in ("", told[name]) for name in ("sheet", "separator"))


def _classes() -> list[tuple[str, str]]:
    return [(one, worded.choice("case.classified", "classification", one)) for one in CLASSES]


def _as_understood(found: Understood, about: dict[str, Any]) -> dict[str, Any]:
    binding, told, chosen = found.binding or found.nearest, found.told(), about["choices"]
    taken = {f"column-{position + 1}": name for name, position in binding.at.items()}
    return taken | {
        "sheet": "" if found.doubt == "sheet" else told["sheet"], "heading": told["heading_row"],
        "layout": told["layout"] if found.sure else "",
        "separator": told["separator"], "encoding": chosen.get("encoding", ""),
        "order": {True: "day", False: "month"}.get(chosen.get("day_first"), ""), "all_are": _all_are(found, about),
        "earliest": chosen.get("earliest", ""), "place": about["place"], "leave_out": chosen.get("leave_out", False),
    }  # fmt: skip


def _sheet(one: Any) -> str:
    return f"{one.name} · {one.rows}" + ("" if one.visible else f" · {_('hidden')}")


def titles() -> list[tuple[str, str]]:
    """The layouts that are shipped, by what they are called."""
    language = "en" if get_language() == "en" else "zh"
    return [(one.name, one.title.get(language, one.name)) for one in mappings()]


def headings(found: Understood) -> list[str]:
    """What stands above each column, as far as the first rows reach."""
    binding = found.binding or found.nearest
    width = max([len(binding.headings), *(len(line.cells) for line in found.table.sheet.first[:RAW])], default=0)
    return [*binding.headings, *[""] * (width - len(binding.headings))]


def context(found: Understood, about: dict[str, Any], holder: Holder) -> dict[str, Any]:
    """Everything the page shows of a list that was not taken in yet."""
    width = len(headings(found))
    shown = {"found": found, "told": _by_name(found.told()), "to_choose": _to_choose(found)}
    if found.binding is None:
        body = [line for line in found.table.sheet.first if line.n >= found.nearest.header][:RAW]
        raw = [(line.n, _as_wide(line.cells, width), None, (), (), False) for line in body]
        return shown | {"why": _why(found), "rows": raw}
    seen = imports.preview(
        found.table, found.binding, holder, about["place"], leave_out=about["choices"].get("leave_out", False)
    )
    goods = [told for _line, told in seen.rows if isinstance(told, Good)]
    names = queries.place_names([place for good in goods for place in _places(good)])
    rows = [
        (line.n, _as_wide(line.cells, width), _said(told, names), told.notes, (), line.n in seen.known)
        if isinstance(told, Good)
        else (line.n, _as_wide(line.cells, width), None, (), told.troubles, False)
        for line, told in seen.rows
    ]
    counted = imports.told(seen.result)
    return shown | {
        "rows": rows, "preview": counted, "blanks": seen.result.blanks.most_common(), "told_at_once": TOLD,
        "back": tables.refused([(one.n, _worded(one.troubles)) for one in seen.result.refused[:TOLD]]),
        "noted": tables.refused([(n, _worded([one])) for n, one in seen.result.notes[:TOLD]], _("With a note")),
        "notes": sum(seen.result.noted.values()),
    }  # fmt: skip


def _worded(troubles: Sequence[Trouble]) -> list[tuple[str, str, str]]:
    return [(one.field, reason(one), one.case) for one in troubles]


def _all_are(found: Understood, about: dict[str, Any]) -> str:
    """What every case would be: as the person said, or as the layout taken says; never as one that does not fit."""
    binding = found.binding
    said = str(about["choices"].get("fixed", {}).get("classification", ""))
    if binding is None or "classification" in binding.at:
        return said if binding is None else ""
    return binding.mapping.fixed.get("classification", "")


def _why(found: Understood) -> str:
    """Why nothing was taken yet, of the layout that comes nearest."""
    near = found.nearest
    told = {"layout": dict(titles())[near.mapping.name], "row": near.header, "n": SEARCHED}
    if not near.at:
        return _("None of the first %(n)s rows holds headings that are known here.") % told
    if near.overruled:
        told["head"] = near.overruled[0]
        return _("“%(head)s” says what each case is, and “%(layout)s” would call all of them the same.") % told
    lacking = near.missing or sorted(set(near.mapping.columns) - set(near.at))
    told["names"] = ", ".join(_(FIELD_WORDS.get(name, name)) for name in lacking)
    return _("Nearest is “%(layout)s”, headings in row %(row)s. No column for: %(names)s.") % told


def _by_name(told: dict[str, Any]) -> dict[str, Any]:
    """Layouts by what they are called."""
    names = dict(titles())
    return told | {"layouts_too": [names.get(one, one) for one in told["layouts_too"]]}


def _to_choose(found: Understood) -> str:
    """What a person has to choose before the list can be taken in."""
    if found.doubt == "sheet":
        sheets = "; ".join(_sheet(one) for one in found.table.look.sheets if one.visible)
        return _("More than one sheet looks like a list. Choose the one to take in: %(sheets)s") % {"sheets": sheets}
    if found.doubt == "layout":
        return _("Several layouts fit, and none has words for what the rows call a case. Choose one.")
    return ""


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _places(good: Good) -> list[int]:
    return [good.place, *([good.facts[0].home] if good.facts[0].home else [])]


def _said(good: Good, names: dict[int, tuple[str, str]]) -> list[tuple[str, str]]:
    """What the row will say, field by field, in the order in which people ask."""
    body = json.loads(bytes(good.facts[0].body))
    excluded = any(fact.kind == "case.classified" for fact in good.facts)
    said = {name: str(body[name]) for name in ORDER if name in body}
    word = "excluded" if excluded else body["classification"]
    said["classification"] = str(worded.choice("case.classified", "classification", word))
    said |= {"sex": str(worded.choice("case.identified", "sex", body["sex"]))} if "sex" in body else {}
    said["identified"] = f"{good.facts[0].effective_at:%Y-%m-%d %H:%M}"
    here = 1 if get_language() == "en" else 0
    for name, place in (("reporting", good.place), ("home", good.facts[0].home)):
        if place:
            said[name] = names[place][here]
    said |= {"card": good.card} if good.card else {}
    said |= {name: text for name, text in good.held.items() if name not in ("left_out", "identity_unverified")}
    return [(name, said[name]) for name in dict.fromkeys((*ORDER, *said)) if name in said]
