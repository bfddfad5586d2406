"""How a file is read, where somebody says it: the fields that the pages of all lists share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.linelist.refusals import sentence
from tongzhou.pages.fields import Choice, Whole
from tongzhou.pages.form import Form
from tongzhou.tables.reader.types import ENCODINGS, SEPARATORS

ENDS = ".csv,.tsv,.txt,.gz,.xlsx,.xlsm,.xlsb,.xls,.ods,.htm,.html"
SEPARATOR_WORDS = {
    "comma": gettext_noop("comma"),
    "tab": gettext_noop("tab"),
    "semicolon": gettext_noop("semicolon"),
    "bar": gettext_noop("upright bar"),
    "chinese comma": gettext_noop("Chinese comma"),
}


def separators(**more: Any) -> Choice:
    """What stands between the cells of a text."""
    more = {"unsaid": gettext_lazy("as found"), **more}
    return Choice(choices=lambda: [(one, _(SEPARATOR_WORDS[one])) for one in SEPARATORS], required=False,
                  label=gettext_lazy("Between the cells"), **more)  # fmt: skip


def encodings() -> Choice:
    """The encoding of a text."""
    return Choice(choices=lambda: [(one, one) for one in ENCODINGS], required=False, label=gettext_lazy("Encoding"),
                  unsaid=gettext_lazy("as found, line by line"))  # fmt: skip


def heading_row() -> Whole:
    """The row in which the headings stand."""
    return Whole(least=0, most=99_999, label=gettext_lazy("Row of headings (0: none)"), required=False)


class Columns(Form):
    """What each column of a list holds, where a person says otherwise. A column's field is `column-N`, N counted from
    1."""

    def offer(self, headings: Sequence[str], fields: Sequence[tuple[str, str]]) -> None:
        """A field for each column, by its heading; `fields`: what it may hold, in words."""
        for n, heading in enumerate(headings, 1):
            taken = Choice(choices=lambda: fields, required=False, unsaid=gettext_lazy("not taken"),
                           label=heading or str(n))  # fmt: skip
            taken.widget.attrs["aria-label"] = _("Column %(n)s holds") % {"n": n}
            self.fields[f"column-{n}"] = taken

    @property
    def asked(self) -> list[BoundField]:
        """Without those that stand above their columns."""
        return [one for one in super().asked if not one.name.startswith("column-")]

    @property
    def columns(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def of_columns(self) -> dict[str, str]:
        """Field → number of the column that holds it."""
        return {value: name.removeprefix("column-") for name, value in self.cleaned_data.items()
                if name.startswith("column-") and value}  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """No field stands in two columns."""
        given, seen = super().clean() or {}, set[str]()
        for name, value in list(given.items()):
            if name.startswith("column-") and value:
                if value in seen:
                    self.add_error(name, sentence("field_twice"))
                seen.add(value)
        return given
