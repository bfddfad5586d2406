"""The page before anything is said: what was understood of a list, its first rows as they will be recorded, and a form
in which every choice can be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.cases import queries
from tongzhou.linelist import imports
from tongzhou.linelist.mapping import FIELDS, MappingError, mappings
from tongzhou.linelist.rows import Good
from tongzhou.linelist.understand import Choices, Understood
from tongzhou.tables.reader.heading import SEARCHED
from tongzhou.tables.reader.types import ENCODINGS, SEPARATORS

ORDER = ("classification", "identified", "onset", "age", "age_band", "sex", "reporting", "home", "card", "name")
SEPARATOR_WORDS = {
    "comma": gettext_noop("comma"),
    "tab": gettext_noop("tab"),
    "semicolon": gettext_noop("semicolon"),
    "bar": gettext_noop("upright bar"),
    "chinese comma": gettext_noop("Chinese comma"),
}
RAW = 8  # rows shown as they came


def context(found: Understood, about: dict[str, Any], typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the page shows of a list that was not taken in yet. `typed`: choices that cannot be, as they were
    sent: they stay on the page to be put right."""
    binding = found.binding or found.nearest
    fields = {position: name for name, position in binding.at.items()}
    width = max([len(binding.headings), *(len(line.cells) for line in found.table.sheet.first[:RAW])], default=0)
    heads = [*binding.headings, *[""] * (width - len(binding.headings))]
    told, language = found.told(), "en" if get_language() == "en" else "zh"
    shown: dict[str, Any] = {
        "found": found, "told": told, "choices": about["choices"], "fields": sorted(FIELDS),
        "columns": [(n + 1, heading, fields.get(n, "")) for n, heading in enumerate(heads)],
        "layouts": [(one.name, one.title.get(language, one.name)) for one in mappings()],
        "separators": [(name, SEPARATOR_WORDS[name]) for name in SEPARATORS], "encodings": ENCODINGS,
        "all_are": _all_are(found, about),
    }  # fmt: skip
    if typed is not None:
        shown |= _as_typed(shown, typed)
    if found.binding is None:
        shown["why"] = _why(found, language)
        body = [line for line in found.table.sheet.first if line.n >= binding.header][:RAW]
        return shown | {"rows": [(line.n, _as_wide(line.cells, width), None, (), ()) for line in body], "result": None}
    seen = imports.preview(
        found.table, found.binding, about["place"], leave_out=about["choices"].get("leave_out", False)
    )
    goods = [told for _, told in seen.rows if isinstance(told, Good)]
    names = queries.place_names([place for good in goods for place in _places(good)])
    rows = [
        (line.n, _as_wide(line.cells, width), _said(told, names), told.notes, ())
        if isinstance(told, Good)
        else (line.n, _as_wide(line.cells, width), None, (), told.troubles)
        for line, told in seen.rows
    ]
    counted = imports.told(seen.result)
    return shown | {"rows": rows, "preview": counted, "blanks": seen.result.blanks.most_common()}


def _as_typed(shown: dict[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    told = shown["told"] | {name: typed[name] for name in ("sheet", "layout", "separator") if name in typed}
    order = {"day": True, "month": False}.get(typed.get("order", ""))
    return {
        "told": told | {"heading_row": typed.get("heading", told["heading_row"])},
        "columns": [(n, heading, typed.get(f"column-{n}", taken)) for n, heading, taken in shown["columns"]],
        "choices": {"encoding": typed.get("encoding", ""), "day_first": order, "leave_out": "leave_out" in typed},
        "all_are": typed.get("all_are", ""),
    }


def _all_are(found: Understood, about: dict[str, Any]) -> str:
    """What every case would be: as the person said, or as the layout taken says; never as one that does not fit."""
    binding = found.binding
    said = str(about["choices"].get("fixed", {}).get("classification", ""))
    if binding is None or "classification" in binding.at:
        return said if binding is None else ""
    return binding.mapping.fixed.get("classification", "")


def _why(found: Understood, language: str) -> str:
    """Why nothing was taken yet, of the layout that comes nearest."""
    from tongzhou.linelist.import_views import FIELD_WORDS

    near = found.nearest
    told = {"layout": near.mapping.title.get(language, near.mapping.name), "row": near.header, "n": SEARCHED}
    if not near.at:
        return gettext("None of the first %(n)s rows holds headings that are known here.") % told
    if near.overruled:
        told["head"] = near.overruled[0]
        return gettext("“%(head)s” says what each case is, and “%(layout)s” would call all of them the same.") % told
    lacking = near.missing or sorted(set(near.mapping.columns) - set(near.at))
    told["names"] = ", ".join(gettext(FIELD_WORDS.get(name, name)) for name in lacking)
    return gettext("Nearest is “%(layout)s”, headings in row %(row)s. No column for: %(names)s.") % told


def choices(form: Mapping[str, Any], before: Understood) -> Choices:
    """What the form says. Columns count only while the rows are read as before: in another sheet they are others.

    Raises MappingError where one field is chosen for two columns.
    """
    heading = str(form.get("heading", "")).strip()
    if heading and not (heading.isdecimal() and len(heading) < 6):
        raise MappingError("no_heading_row")
    binding, told = before.binding or before.nearest, before.told()
    sheet, layout = form.get("sheet", ""), form.get("layout", "")
    order = {"day": True, "month": False}.get(form.get("order", ""))
    made = {"sheet": sheet, "separator": form.get("separator", ""), "encoding": form.get("encoding", ""),
            "heading": int(heading) if heading else None, "layout": layout, "day_first": order,
            "leave_out": "leave_out" in form}  # fmt: skip
    fixed = {"classification": form["all_are"]} if form.get("all_are") else {}
    same = all(
        not made[name] or made[name] in (told[now], getattr(before.table.choices, name, ""))
        for name, now in (("sheet", "sheet"), ("separator", "separator"), ("layout", "layout"))
    ) and made["heading"] in (None, binding.header)
    columns: dict[str, str] = {}
    if same:
        for name, value in form.items():
            if name.startswith("column-") and value in FIELDS:
                if value in columns:
                    raise MappingError("field_twice")
                columns[value] = name.removeprefix("column-")
        columns |= {name: "" for name in binding.mapping.columns if name not in columns}
    return Choices(columns=columns, fixed=fixed, **made)


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _places(good: Good) -> list[int]:
    return [good.place, *([good.facts[0].home] if good.facts[0].home else [])]


def _said(good: Good, names: dict[int, tuple[str, str]]) -> list[tuple[str, str]]:
    """What the row will say, field by field, in the order in which people ask."""
    body = json.loads(bytes(good.facts[0].body))
    excluded = any(fact.kind == "case.classified" for fact in good.facts)
    said = {name: str(body[name]) for name in ORDER if name in body}
    said["classification"] = "excluded" if excluded else body["classification"]
    said["identified"] = f"{good.facts[0].effective_at:%Y-%m-%d %H:%M}"
    here = 1 if get_language() == "en" else 0
    for name, place in (("reporting", good.place), ("home", good.facts[0].home)):
        if place:
            said[name] = names[place][here]
    said |= {"card": good.card} if good.card else {}
    said |= {name: text for name, text in good.held.items() if name not in ("left_out", "identity_unverified")}
    return [(name, said[name]) for name in dict.fromkeys((*ORDER, *said)) if name in said]
