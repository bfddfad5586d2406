"""The form of one site: its kind's columns, read by the same reader as a row of a file."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import Any

from django import forms
from django.db import connection
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tongzhou.pages.fields import Choice, Day, Typed
from tongzhou.pages.form import Filter, Form
from tongzhou.rules.words import vocabulary
from tongzhou.sites.drafts import FIELDS, Draft, read
from tongzhou.sites.words import Wrong
from tongzhou.sites.written import DATUMS

LABELS = {
    "key": _("Key"),
    "kind": _("Kind"),
    "until": _("There until the day before"),
    "geometry": _("Point"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "place": _("Place (code or name)"),
    "since": _("Holds from"),
    "number": _("Number it goes by"),
    "telephones": _("Telephones"),
    "hours": _("Opening hours"),
    "night": _("Night desk"),
    "lon": _("Longitude"),
    "lat": _("Latitude"),
    "datum": _("Datum"),
    "part_of": _("Part of"),
    "exposed": _("Hours of exposure"),
    "plate": _("Plate"),
    "seats": _("Seats"),
    "stretchers": _("Stretchers"),
    "crew": _("Crew (how many)"),
    "strength": _("Strength"),
    "unit": _("Counted in"),
    "packs": _("Packs"),
    "source": _("Source"),
    "invented": _("Invented: it does not exist"),
}
HELP = {
    "telephones": _("Desks', never a person's; several with a semicolon."),
    "hours": _("Mo-Fr 08:00-12:00,14:00-17:30; Sa 09:00-12:00, or 24/7"),
    "night": _("For example 22:00-06:00"),
    "exposed": _("2020-01-22T08:00/2020-01-22T12:30, several with a semicolon"),
    "packs": _("box=24 tablet; case=10 box. One box is no number of pieces unless it is declared."),
    "since": _("The day from which this is true; what was before stays as it was."),
    "part_of": _("The name of the site it belongs to: a gate of a compound, a vehicle of a station."),
}
LARGEST = 5 * 1024 * 1024  # bytes of a file through the page; larger ones by the command
HEAD = ("name_zh", "name_en", "place", "since")
TAIL = ("source", "invented")


class Seen(Form):
    """`saw`: the version of the site that its keeper looked at; none of a new one."""

    saw = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Ended(Seen):
    """From when on it is there no more."""

    until = Day(label=_("First day on which it is not there"))

    def __init__(self, *args: Any, latest: Draft, **options: Any) -> None:
        super().__init__(*args, **options)
        self.latest = latest

    def clean_until(self) -> dt.date:
        found = dt.date.fromisoformat(self.cleaned_data["until"])
        if found <= self.latest.since:
            raise forms.ValidationError(Wrong("until", "not_after", str(self.latest.since)).sentence())
        return found


class SiteForm(Seen):
    """All fields are text; what they say is judged together. `key`: of the site; `covers`: its keeper's branch."""

    draft = True

    def __init__(self, *args: Any, kind: str, covers: str, key: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.covers, self.key = kind, covers, key
        self.read: Draft | None = None
        within = vocabulary("site_kinds").terms[kind].within
        for name in (*HEAD, *FIELDS[within], *TAIL):
            self.fields[name] = _field(name)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        row = {name: str(value) for name, value in told.items() if name not in ("invented", "saw")}
        row |= {
            "key": self.key,
            "kind": self.kind,
            "invented": "1" if told.get("invented") else "",
        }
        row["part_of"] = site_named(row.get("part_of", ""), self.covers)
        self.read, wrong = read(row, places_named(row.get("place", ""), self.covers))
        for one in wrong:
            self.add_error(one.field if one.field in self.fields else None, one.sentence())
        return told


class Sieve(Filter):
    """What the list of sites is narrowed by."""

    q = Typed(label=_("Name, plate or telephone"), max_length=60)
    kind = Choice(choices=lambda: kinds(), label=_("Kind"), unsaid=_("all kinds"))
    where = Choice(choices=lambda: [("all", gettext("everywhere"))], label=_("Where"), unsaid=_("my places"))
    day = Day(label=_("On the day"))


class Kind(Filter):
    """Of which kind a new site is."""

    kind = Choice(choices=lambda: kinds(), label=_("Kind"))


class File(Form):
    """A file to be looked at: nothing is written down by it."""

    file = forms.FileField(
        label=_("CSV, workbook or GeoJSON, at most 5 MB"),
        error_messages={"required": _("choose a file"), "invalid": _("choose a file")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(gettext("a file of at most 5 MB; larger ones go in by the command"))
        return file

    @property
    def read(self) -> tuple[bytes, str]:
        """The bytes of the file and what it is called."""
        file = self.cleaned_data["file"]
        return file.read(), str(file.name)[:80]


class LookedAt(Form):
    """The file that was looked at: it comes along with the page."""

    content = forms.CharField(widget=forms.HiddenInput)
    called = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(gettext("choose a file")) from None

    @property
    def read(self) -> tuple[bytes, str]:
        return self.cleaned_data["content"], self.cleaned_data["called"]

    @classmethod
    def of(cls, content: bytes, called: str, name: str) -> LookedAt:
        return cls(name=name, initial={"content": base64.b64encode(content).decode(), "called": called})


def kinds() -> list[tuple[str, str]]:
    terms = vocabulary("site_kinds").terms.values()
    return [(term.code, term.en if get_language() == "en" else term.zh) for term in terms]


def _field(name: str) -> forms.Field:
    more: dict[str, Any] = {"label": LABELS[name], "help_text": HELP.get(name, ""), "required": False}
    if name == "invented":
        return forms.BooleanField(**more)
    if name == "since":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **more)
    if name in ("lon", "lat", "seats", "stretchers", "crew"):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 10}), **more)
    if name == "datum":
        return forms.ChoiceField(choices=[("", "")] + [(one, one.upper()) for one in DATUMS], **more)
    if name == "telephones":
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "tel"}), **more)
    if name == "unit":
        units = [one for one in vocabulary("units").terms.values() if one.within == "piece"]
        english = get_language() == "en"
        return forms.ChoiceField(choices=[("", "")] + [(u.code, u.en if english else u.zh) for u in units], **more)
    return forms.CharField(max_length=400, **more)


def places_named(text: str, covers: str) -> dict[str, int]:
    """A place of the branch by its code, key or name, if there is exactly one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct p.id from places_place p join places_name n on n.place = p.id and n.valid_to is null"
            " where p.id <@ %(covers)s::int4multirange and %(text)s in (p.key, n.code, n.name_zh, n.name_en) limit 2",
            {"covers": covers, "text": text.strip()},
        )
        found = cursor.fetchall()
    return {text.strip(): found[0][0]} if len(found) == 1 else {}


def place_code(place: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select code from places_name where place = %s order by valid_from desc limit 1", [place])
        return str(cursor.fetchone()[0])


def site_named(text: str, covers: str) -> str:
    """The key of the one site of the branch that has this name; else the text as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct site from sites_span where place <@ %(covers)s::int4multirange"
            " and %(text)s in (site, name_zh, name_en) limit 2",
            {"covers": covers, "text": text.strip()},
        )
        found = cursor.fetchall()
    return str(found[0][0]) if len(found) == 1 else text.strip()
