"""The pages of sites: the list for everybody on duty, one site with its history, and the keeper's forms."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.ledger import door
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people.roles import ROLES
from tongzhou.people.scope import names_of_staff, union
from tongzhou.places.load import ids_by_key_or_code
from tongzhou.places.queries import names as place_names
from tongzhou.problems import Malformed, NotFound, Stale
from tongzhou.sites import importing, keep, queries
from tongzhou.sites.drafts import Draft, row_of
from tongzhou.sites.forms import LABELS, Ended, File, Kind, LookedAt, Sieve, SiteForm, place_code, places_named
from tongzhou.sites.queries import Cursor, Sought
from tongzhou.sites.templatetags.sites import kindname, sitename, telephone
from tongzhou.sites.words import Wrong
from tongzhou.tables import BadInput
from tongzhou.tables.harmless import harmless

ROLE = "site_keeper"


Row = tuple[Draft, Any]  # a site and its place
COLUMNS = [
    Column("name", gettext_noop("Called"), lambda row: _called_here(row[0])),
    Column("kind", gettext_noop("Kind"), lambda row: kindname(row[0].kind)),
    Column("place", gettext_noop("Place"), lambda row: _name(row[1]) if row[1] else ""),
    Column("telephones", gettext_noop("Telephones"), lambda row: _numbers(row[0])),
    Column("details", gettext_noop("Details"), lambda row: _details(row[0])),
]


@page("sites", roles=ROLES, answers=["GET"])
def everything(ask: Ask) -> HttpResponse:
    """Sites of the own branch or of all, by name, kind and day, a page at a time."""
    today = local_day(ask.now)
    sieve = ask.filter(Sieve, {"day": today})
    kind, everywhere = sieve.told("kind"), sieve.told("where") == "all"
    sought = Sought(
        dt.date.fromisoformat(sieve.told("day") or today.isoformat()), sieve.told("q") or "", (kind,) if kind else (),
        None if everywhere else union(list(ask.holder.roles.values())),
    )  # fmt: skip
    after = Cursor(ask.given("after"), ask.given("site")) if ask.given("after") else None
    found = queries.page(sought, after)
    places = place_names(sorted({one.place for one in found.sites}))
    further = ask.request.GET.copy()
    if found.next:
        further["after"], further["site"] = found.next
    empty = _("No site is found. Search everywhere, on another day, or by part of the name.")
    rows: list[Row] = [(one, places.get(one.place)) for one in found.sites]
    return ask.show(
        "sites/list.html",
        sieve=sieve,
        page=found,
        table=Table(_("Sites"), COLUMNS, rows, empty=empty, href=lambda row: f"/sites/{row[0].key}", id="sites"),
        further=further.urlencode() if found.next else "",
        begun=after is not None,
        first=_without(ask.request.GET, "after", "site"),
        keeper=ROLE in ask.holder.roles,
    )


@page("sites", roles=ROLES)
def one(ask: Ask, key: str) -> HttpResponse:
    """What is known of a site, every version that was written, and, for its keeper, change and end."""
    written = queries.versions(key)
    if not written:
        raise NotFound()
    today, spans = local_day(ask.now), queries.spans(key)
    latest = spans[0] if spans else written[0].draft
    whole = next(iter(queries.names({latest.details.part_of}, today).values()), None)
    covers = ask.holder.roles.get(ROLE, "{}")
    form = end = None
    if contains(covers, latest.place):
        saw = {"saw": written[0].id}
        known = row_of(latest, _place_text(latest, covers)) | {"since": str(today)}
        if whole:
            known["part_of"] = _name(whole)
        form = ask.form(SiteForm, name="change", kind=latest.kind, covers=covers, key=key, initial=known | saw)
        end = ask.form(Ended, name="end", latest=latest, initial=saw | {"until": today})
        done = ask.do(form, lambda: _kept(ask, form, form.cleaned_data["saw"] or 0))
        if done := done or ask.do(end, lambda: _end(ask, end)):
            return done
    elif ask.sent:
        raise NotFound()
    places = place_names(sorted({one.draft.place for one in written}))
    staff = names_of_staff({one.by for one in written if one.by})
    return ask.show(
        "sites/one.html",
        site_now=next((span for span in spans if span.since <= today and (not span.until or today < span.until)), None),
        latest=latest,
        place=places.get(latest.place),
        written=[(one, places.get(one.draft.place), staff.get(one.by or 0, "")) for one in written],
        whole=whole,
        form=form,
        end=end,
    )


@page("sites", roles=[ROLE])
def new(ask: Ask) -> HttpResponse:
    """A new site: its kind first, then what that kind has."""
    asked = ask.filter(Kind)
    kind = asked.told("kind")
    if kind is None:
        return ask.show("sites/new.html", kinds=asked)
    initial = {"since": str(local_day(ask.now))}
    form = ask.form(SiteForm, kind=kind, covers=ask.holder.roles[ROLE], key="", initial=initial)
    form.key = str(form.fact_id)  # made with the page: pressed twice it is one site
    if done := ask.do(form, lambda: _kept(ask, form), to=f"/sites/{form.key}"):
        return done
    return ask.show("sites/new.html", form=form, kind=kind)


@page("sites", roles=[ROLE])
def bring(ask: Ask) -> HttpResponse:
    """A file is looked at first; what was looked at is then taken in."""
    look, take = ask.form(File), ask.form(LookedAt, name="take")
    sent = next((form for form in (look, take) if form.is_bound and form.is_valid()), None)
    if sent is None:
        return ask.show("sites/import.html", look=look)
    (content, name), sure = sent.read, sent is take
    try:
        taken = _take(ask, content, name, dry=not sure)
    except BadInput as error:
        sent.add_error(None, error.message)
        return ask.show("sites/import.html", look=look)
    n = len(taken.written)
    if sure:
        messages.success(ask.request, _("Written down: %(n)s.") % {"n": n})
        if not taken.refused:
            return redirect("sites")
    refused = [(line, _called(row), _sentences(wrong)) for line, row, wrong in taken.refused]
    return ask.show(
        "sites/import.html", look=look, taken=taken, called=name, sure=sure, refused=refused,
        take=LookedAt.of(content, name, "take"), back=LookedAt.of(content, name, "back"),
        write=ngettext("Write %(n)s site down", "Write %(n)s sites down", n) % {"n": n},
    )  # fmt: skip


@page("sites", roles=[ROLE], answers=["POST"])
def refused(ask: Ask) -> HttpResponse:
    """The rows that would be refused, as they came, each with its reasons, to be mended and brought again."""
    content, name = ask.form(LookedAt, name="back").checked().read
    try:
        taken = _take(ask, content, name, dry=True)
    except BadInput as error:
        raise Malformed(error.message, "file") from None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(harmless, taken.columns), "line", "reason"])
    for n, row, wrong in taken.refused:
        cells = [harmless(row.get(column, "")) for column in taken.columns]
        writer.writerow([*cells, n, harmless(_sentences(wrong))])
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _take(ask: Ask, content: bytes, name: str, *, dry: bool) -> importing.Taken:
    with door.ledger() as connection:
        places = ids_by_key_or_code(connection)
        return importing.take(
            connection, content, name, places, ask.now, local_day(ask.now),
            by=ask.holder.by, branch=ask.holder.roles[ROLE], dry=dry, alone=True,
        )  # fmt: skip


def _end(ask: Ask, form: Ended) -> str:
    until = form.cleaned_data["until"]
    with door.ledger() as connection:
        connection.execute(keep.LOCK)
        _unchanged(connection, form.latest.key, form.cleaned_data["saw"] or 0)
        keep.end(connection, form.latest, until, ask.now, ask.holder.by)
    return _("Written down: from %(day)s it is there no more.") % {"day": until}


def _kept(ask: Ask, form: SiteForm, saw: int | None = None) -> str:
    """Write down what the form says. Raises Malformed where the branch or another site stands against it, Stale where
    somebody wrote after what the keeper looked at."""
    assert form.read is not None
    with door.ledger() as connection:
        connection.execute(keep.LOCK)
        if saw is not None:
            _unchanged(connection, form.read.key, saw)
        kept = keep.keep(connection, [form.read], ask.now, by=ask.holder.by, branch=form.covers)
    for one in kept.wrong.get(0, ()):
        raise Malformed(one.sentence(), one.field)
    return _("Written down: it holds from %(day)s.") % {"day": form.read.since}


def _unchanged(connection: Any, key: str, saw: int) -> None:
    """Raises Stale where somebody wrote after what the keeper looked at."""
    found = connection.execute("select max(id) from sites_version where site = %s", [key]).fetchone()
    if found[0] != saw:
        raise Stale("", "saw")


def _place_text(site: Draft, covers: str) -> str:
    """The place's name where that is enough to find it again, else its code."""
    named = place_names([site.place])[site.place]
    text = _name(named)
    return text if places_named(text, covers) else place_code(site.place)


def _name(named: Any) -> str:
    return str(named.name_en if get_language() == "en" else named.name_zh)


def _numbers(site: Draft) -> SafeString:
    return format_html_join(
        ", ", '<span class="ring">{}</span>', ((telephone(one),) for one in site.details.telephones)
    )


def _called_here(site: Draft) -> str:
    return f"{sitename(site)} · {_('invented')}" if site.invented else sitename(site)


def _details(site: Draft) -> str:
    return render_to_string("sites/details.html", {"details": site.details}).strip()


def _sentences(wrong: list[Wrong] | str) -> str:
    return wrong if isinstance(wrong, str) else "; ".join(f"{LABELS[one.field]}: {one.sentence()}" for one in wrong)


def _called(row: dict[str, str]) -> str:
    return row.get("name_zh") or row.get("name_en") or ""


def _without(given: Any, *names: str) -> str:
    kept = given.copy()
    for name in names:
        kept.pop(name, None)
    return str(kept.urlencode())
