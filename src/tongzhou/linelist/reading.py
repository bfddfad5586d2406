"""How a file is read, where somebody says it: the fields that the pages of all lists share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.pages.fields import Choice
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
