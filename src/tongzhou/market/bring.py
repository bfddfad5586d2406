"""Lists of prices brought as a file: looked at first, then taken in; what comes back comes back as a file."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.ledger import door
from tongzhou.ledger.time import stamp
from tongzhou.market import importing, policy, shown
from tongzhou.market.kinds import TELLS
from tongzhou.market.views import ENTRY
from tongzhou.pages.ask import Ask, page
from tongzhou.problems import Malformed
from tongzhou.sites.forms import File, LookedAt
from tongzhou.tables import BadInput
from tongzhou.tables.harmless import harmless
from tongzhou.why import chinese

LIST = gettext_noop("A list of prices")


@page("market_entry", sees="counts", roles=TELLS)
def bring(ask: Ask) -> HttpResponse:
    """a list of prices as a file: looked at first, then taken in; a row that is wrong comes back with its reason"""
    look, take = ask.form(File), ask.form(LookedAt, name="take")
    sent = next((form for form in (look, take) if form.is_bound and form.is_valid()), None)
    if sent is None:
        return _show(ask, look)
    (content, name), sure = sent.read, sent is take
    try:
        taken = _taken(ask, content, name, dry=not sure)
    except BadInput as error:
        sent.add_error(None, error.message)
        return _show(ask, look)
    n = len(taken.written)
    if sure:
        messages.success(ask.request, ngettext("%(n)d price recorded.", "%(n)d prices recorded.", n) % {"n": n})
        if not taken.refused:
            return redirect("/market/entry")
    return _show(
        ask, look, taken=taken, called=name, sure=sure,
        refused=[(n, _row(row), _told(why)) for n, row, why in taken.refused],
        written=[_fact(line, fact) for line, fact in taken.written[:20]],
        take=LookedAt.of(content, name, "take"), back=LookedAt.of(content, name, "back"),
        write=ngettext("Record %(n)d price", "Record %(n)d prices", n) % {"n": n},
    )  # fmt: skip


def _show(ask: Ask, look: File, **more: Any) -> HttpResponse:
    return ask.show("market/import.html", title=_(LIST), entry=_(ENTRY), look=look, **more)


@page("market_entry", sees="counts", roles=TELLS, answers=("POST",))
def refused(ask: Ask) -> HttpResponse:
    """the rows that would come back, as they came, each with its reason"""
    content, name = ask.form(LookedAt, name="back").checked().read
    try:
        taken = _taken(ask, content, name, dry=True)
    except BadInput as error:
        raise Malformed(error.message, "file") from None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(harmless, taken.columns), "line", "reason", "原因"])
    for n, row, why in taken.refused:
        cells = [harmless(row.get(column, "")) for column in taken.columns]
        writer.writerow([*cells, n, harmless(why), harmless(chinese(why))])
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _taken(ask: Ask, content: bytes, name: str, *, dry: bool) -> importing.Taken:
    found = importing.read(content, name, alone=True)
    with door.ledger() as ledger:
        return importing.take(ledger, found, ask.holder, ask.now, dry=dry)


def _told(reason: str) -> str:
    return reason if get_language() == "en" else chinese(reason)


def _row(row: importing.Row) -> str:
    return " · ".join(cell for cell in row.values() if cell)[:120]


def _fact(line: int, fact: Any) -> dict[str, Any]:
    import msgspec

    body = msgspec.json.decode(fact.body)
    price = shown.money(body["fen"] / 100) if body.get("fen") else ""
    unit = policy.market().unit[body["unit"]].called if body.get("unit") else ""
    return {"line": line, "item": shown.called((body["item"], body["grade"])), "price": f"{price} {unit}".strip(),
            "at": stamp(fact.effective_at), "site": body["site"]}  # fmt: skip
