"""The pages of sites: the list for everybody on duty, one site with its history, and the keeper's forms."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.api import asked, say
from tongzhou.ledger import door
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.people.roles import ROLES
from tongzhou.people.scope import Holder, names_of_staff, union
from tongzhou.places.load import ids_by_key_or_code
from tongzhou.places.queries import names as place_names
from tongzhou.problems import Malformed, NotFound, Stale
from tongzhou.rules.words import vocabulary
from tongzhou.sites import importing, keep, queries
from tongzhou.sites.drafts import Draft, row_of
from tongzhou.sites.forms import LABELS, Ended, SiteForm, place_code, places_named
from tongzhou.sites.queries import Cursor, Sought
from tongzhou.sites.words import Wrong
from tongzhou.tables import BadInput
from tongzhou.tables.harmless import harmless

ROLE = "site_keeper"
LARGEST = 5 * 1024 * 1024  # bytes of a file through the page; larger ones by the command


def everything(request: HttpRequest) -> HttpResponse:
    """Sites of the own branch or of all, by name, kind and day, a page at a time."""
    holder = _staff(request)
    today, given = local_day(say.now()), request.GET
    own = union(list(holder.roles.values()))
    on = asked.day(given["day"]) if given.get("day") else today
    kind = given.get("kind", "")
    sought = Sought(on, given.get("q", "")[:60], (kind,) if kind else (), None if given.get("where") == "all" else own)
    after = Cursor(given["after"], given.get("site", "")) if given.get("after") else None
    found = queries.page(sought, after)
    places = place_names(sorted({one.place for one in found.sites}))
    further = given.copy()
    if found.next:
        further["after"], further["site"] = found.next
    context = {
        "section": "sites",
        "page": found,
        "rows": [(one, places.get(one.place)) for one in found.sites],
        "further": further.urlencode() if found.next else "",
        "begun": after is not None,
        "first": _without(given, "after", "site"),
        "sought": sought,
        "kind": kind,
        "all": sought.covers is None,
        "day": on,
        "kinds": _kinds(),
        "keeper": ROLE in holder.roles,
    }
    return render(request, "sites/list.html", context)


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
    kind = ask.given("kind")
    if kind not in vocabulary("site_kinds").terms:
        return ask.show("sites/new.html", kinds=_kinds())
    initial = {"since": str(local_day(ask.now))}
    form = ask.form(SiteForm, kind=kind, covers=ask.holder.roles[ROLE], key="", initial=initial)
    form.key = str(form.fact_id)  # made with the page: pressed twice it is one site
    if done := ask.do(form, lambda: _kept(ask, form), to=f"/sites/{form.key}"):
        return done
    return ask.show("sites/new.html", form=form, kind=kind)


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A file is looked at first; what was looked at is then taken in."""
    holder = _keeper(request)
    context: dict[str, Any] = {"section": "sites"}
    if request.method == "POST":
        content, name = _content(request)
        sure = request.POST.get("say") == "take"
        try:
            taken = _take(request, holder, content, name, dry=not sure)
        except BadInput as error:
            return render(request, "sites/import.html", context | {"error": error.message})
        if sure:
            messages.success(request, _("Written down: %(n)s.") % {"n": len(taken.written)})
            if not taken.refused:
                return redirect("sites")
        context |= {
            "taken": taken, "name": name, "sure": sure, "content": base64.b64encode(content).decode(),
            "refused": [(n, _called(row), _sentences(wrong)) for n, row, wrong in taken.refused],
        }  # fmt: skip
    return render(request, "sites/import.html", context)


@require_POST
def refused(request: HttpRequest) -> HttpResponse:
    """The rows that would be refused, as they came, each with its reasons, to be mended and brought again."""
    holder = _keeper(request)
    content, name = _content(request)
    try:
        taken = _take(request, holder, content, name, dry=True)
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


def _take(request: HttpRequest, holder: Holder, content: bytes, name: str, *, dry: bool) -> importing.Taken:
    now = say.now()
    with door.ledger() as connection:
        places = ids_by_key_or_code(connection)
        return importing.take(
            connection, content, name, places, now, local_day(now),
            by=holder.by, branch=holder.roles[ROLE], dry=dry, alone=True,
        )  # fmt: skip


def _content(request: HttpRequest) -> tuple[bytes, str]:
    """The file that was chosen, or the one that was looked at and came along with the page."""
    if file := request.FILES.get("file"):
        if file.size is None or file.size > LARGEST:
            raise Malformed(_("a file of at most 5 MB; larger ones go in by the command"), "file")
        return file.read(), str(file.name)[:80]
    try:
        content = base64.b64decode(request.POST.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise Malformed(_("choose a file"), "file")
    return content, request.POST.get("name", "")[:80]


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


def _staff(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.roles:
        raise NotFound()
    return holder


def _keeper(request: HttpRequest) -> Holder:
    holder = _staff(request)
    if ROLE not in holder.roles:
        raise NotFound()
    return holder


def _place_text(site: Draft, covers: str) -> str:
    """The place's name where that is enough to find it again, else its code."""
    named = place_names([site.place])[site.place]
    text = _name(named)
    return text if places_named(text, covers) else place_code(site.place)


def _name(named: Any) -> str:
    return str(named.name_en if get_language() == "en" else named.name_zh)


def _kinds() -> list[tuple[str, str]]:
    terms = vocabulary("site_kinds").terms.values()
    return [(term.code, term.en if get_language() == "en" else term.zh) for term in terms]


def _sentences(wrong: list[Wrong] | str) -> str:
    return wrong if isinstance(wrong, str) else "; ".join(f"{LABELS[one.field]}: {one.sentence()}" for one in wrong)


def _called(row: dict[str, str]) -> str:
    return row.get("name_zh") or row.get("name_en") or ""


def _without(given: Any, *names: str) -> str:
    kept = given.copy()
    for name in names:
        kept.pop(name, None)
    return str(kept.urlencode())
