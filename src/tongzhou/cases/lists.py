"""The tables of the clinic and of warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.cases import queries
from tongzhou.cases.templatetags.cases import placed, stamp
from tongzhou.ledger import worded
from tongzhou.ledger.known import Page
from tongzhou.pages.table import Column, Table
from tongzhou.persons.templatetags.persons import handle

Row = dict[str, Any]


def seen(page: Page, names: Mapping[int, tuple[str, str]]) -> Table:
    """Whoever was seen at the clinic, the newest first."""
    columns = (
        Column("at", gettext_noop("Seen"), lambda one: stamp(one["seen_at"]), sort="moment"),
        Column("who", gettext_noop("Person"), handle),
        Column("from", gettext_noop("From"), lambda one: placed(dict(names), one["place"])),
        Column("what", gettext_noop("Outcome"), lambda one: worded.choice("referral.seen", "outcome", one["state"])),
        Column("case", gettext_noop("Case"), _case),
    )
    nobody = _("Nobody was seen today.") if page.more else _("Nobody was seen yet.")
    return Table(_("Seen"), columns, page.rows, nobody, page=page)


def _case(one: Row) -> SafeString | str:
    return format_html('<a href="/cases/{}">{}</a>', one["case"], _("open the case")) if one["case"] else "–"


def warnings(page: Page) -> Table:
    """What clinicians warned of, the newest first."""
    names = queries.place_names([one["place"] for one in page.rows])
    columns = (
        Column("at", gettext_noop("Given"), lambda one: stamp(one["at"]), sort="moment"),
        Column("place", gettext_noop("Place"), lambda one: placed(names, one["place"])),
        Column("what", gettext_noop("What"), lambda one: worded.choice("warning.given", "what", one["what"])),
        Column("n", gettext_noop("Patients"), _patients, lambda one: one["patients"]),
        Column("receipt", gettext_noop("Receipt"), _receipt, lambda one: one["key"]),
    )
    return Table(_("Given"), columns, page.rows, _("No warning was given in your places."), page=page)


def _patients(one: Row) -> str:
    return ngettext("%(n)s patient", "%(n)s patients", one["patients"]) % {"n": one["patients"]}


def _receipt(one: Row) -> SafeString:
    return format_html('<a href="/source/warning/{}">{}</a>', one["key"], _("receipt"))
