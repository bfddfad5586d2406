"""What an address or a form may name: a number, a day, a moment. What cannot be is refused before it is reckoned
with."""

from __future__ import annotations

import datetime as dt
import re

from django.http import HttpRequest
from django.urls.converters import IntConverter
from django.utils.translation import gettext as _

from tongzhou.ledger.time import zone
from tongzhou.problems import Malformed

YEARS = range(1900, 2200)  # arithmetic on days beyond them may not end in a date


class Number(IntConverter):
    """The number of a row; a longer one is in no table, and its page is not found."""

    regex = "[0-9]{1,9}"


def day(text: str, field: str = "day") -> dt.date:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        found = dt.date.min
    if found.year not in YEARS:
        raise Malformed(_("a day, as in 2020-03-10"), field)
    return found


def number(text: str | None) -> int | None:
    """The number of a row; None where the text is none."""
    return int(text) if text and re.fullmatch(Number.regex, text) else None


def behind(text: str, field: str = "after") -> tuple[dt.datetime, str] | None:
    """Where a page of a list begins: the moment and the key of the row before it; None for the first page."""
    at, split, key = text.partition("~")
    if text and not split:
        raise Malformed(_("the `next` of the page before"), field)
    return (moment(at, field), key) if text else None


def moment(text: str, field: str) -> dt.datetime:
    """A moment, in the region's zone where the text names none."""
    try:  # a "+" that was not escaped in the address arrives as a space
        found = dt.datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        found = dt.datetime.min.replace(tzinfo=dt.UTC)
    if found.year not in YEARS:
        raise Malformed(_("a moment, as in 2020-03-10T23:30"), field)
    return found if found.tzinfo else found.replace(tzinfo=zone())


def known_at(request: HttpRequest) -> dt.datetime | None:
    """The moment of knowledge that an address names; None for now. It has one name: another is refused, for whoever
    used it would read what is known now as what was known then."""
    if "known" in request.GET:
        raise Malformed(_("the moment of knowledge is named as_known_at"), "known")
    return moment(given, "as_known_at") if (given := request.GET.get("as_known_at")) else None
