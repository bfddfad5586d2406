"""The situation report as a page, as PDF and as a file; signing it, and its editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.db import transaction
from django.forms import CharField, HiddenInput
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.api.asked import moment
from tongzhou.api.asked import number as a_number
from tongzhou.command import queries, sitrep, sitrep_draw
from tongzhou.command.asking import asked, not_due
from tongzhou.directives import queries as desks
from tongzhou.ledger import clock, erased
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import local_day, zone
from tongzhou.pages import pdf
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import fact_form
from tongzhou.people.scope import EVERYWHERE, Holder, names_of_staff, set_scope
from tongzhou.places import marked
from tongzhou.problems import Malformed, NotFound, Stale

LANGUAGES = ("zh-hans", "en")


class Sign(fact_form("sitrep.signed", "signs_for", "why")):  # type: ignore[misc]
    """Who signs has read what stands below: it is the report as known at this moment, with this digest."""

    known_at = CharField(widget=HiddenInput)
    digest = CharField(widget=HiddenInput)


@page("report", sees="counts")
def report(ask: Ask) -> HttpResponse:
    """The situation report to read, print and sign; in another language than the reader's where `lang` names one."""
    with translation.override(_language(ask)):
        return _report(ask)


def _report(ask: Ask) -> HttpResponse:
    place = _place(ask)
    day, at = asked(ask.request, place)
    key = f"{_key(place)}/{day}"
    held = _signed(key, at)
    edition = _edition(ask, held)
    signs = at is None and edition is None and place in desks.desks(ask.holder)
    known = _moment(edition, "known_at") if edition else ask.now if signs else at
    found = sitrep.report(place, day, ask.now, known)
    sign = ask.form(Sign, "sign", about=f"sitrep/{key}", seen=str(len(held["editions"])) if held else "0",
                    initial={"known_at": ask.now.isoformat(), "digest": found.digest}) if signs else None  # fmt: skip

    def says() -> list[Any]:
        assert sign is not None
        return [_said(ask, sign, place, day, held)]

    told, here = _("The report is signed"), {"place": place, "day": day.isoformat()}
    here_signed = here | {"edition": (len(held["editions"]) if held else 0) + 1}
    if sign and (done := ask.take(sign, says, to=f"{ask.request.path}?{urlencode(here_signed)}", told=told)):
        return done
    if sign and sign.errors:  # what stands below is the report as it is now
        sign.data = {**sign.data.dict(), "known_at": ask.now.isoformat(), "digest": found.digest}
    given = here | ({"as_known_at": known.isoformat()} if known else {})
    return ask.show(
        "command/sitrep.html",
        **context(found, held, edition),
        sign=sign,
        at=at if edition is None else None,
        given=urlencode(given),
        editions=_named(held),
        last=_last(held, edition),
        agrees=edition is None or edition["digest"] == found.digest,
        printer=pdf.chromium() is not None,
        not_due=not_due(ask.request, day),
        previous=day - dt.timedelta(days=1),
        next=day + dt.timedelta(days=1),
    )


@page("report", sees="counts", answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """The same as PDF, made by headless Chromium; a signed edition where `edition` names one."""
    place = _place(ask)
    day, at = asked(ask.request, place)
    language = _language(ask)
    held = _signed(f"{_key(place)}/{day}", at)
    edition = _edition(ask, held)
    with translation.override(language):
        found = sitrep.report(place, day, ask.now, _moment(edition, "known_at") if edition else at)
        text = alone(found, held, edition, f"{ask.request.scheme}://{ask.request.get_host()}")
    answer = HttpResponse(pdf.printed(text), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="sitrep-{found.line.key}-{day}-{language}.pdf"'
    return answer


def _language(ask: Ask) -> str:
    language = ask.given("lang") or translation.get_language() or "en"
    if language not in LANGUAGES:
        raise Malformed(_("zh-hans or en"), "lang")
    return language


def _place(ask: Ask) -> int:
    """The place asked for; else the whole region, or the highest place that somebody's roles cover."""
    if wanted := ask.given("place"):
        if (place := a_number(wanted)) is None:
            raise NotFound()
        return place
    row = queries.raw().execute(
        "select c.place from places_cover c where c.tree = 'command' and c.valid_to is null and c.place <@ "
        "tongzhou_scope('counts') order by c.place = (select root from places_region) desc, c.depth, c.place limit 1"
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFound()
    return int(row[0])


def _moment(held: Mapping[str, Any], name: str) -> dt.datetime:
    return moment(str(held[name]), name)


def _key(place: int) -> str:
    row = queries.raw().execute("select key from places_place where id = %s", [place]).fetchone()
    if row is None:
        raise NotFound()
    return str(row[0])


def _signed(key: str, at: dt.datetime | None = None) -> dict[str, Any] | None:
    found = next(iter(rows("sitrep", key=key, at=at)), None)
    return found["data"] if found else None


def _edition(ask: Ask, held: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The signed edition that the address names; None where it names none."""
    if not (given := ask.given("edition")):
        return None
    number = a_number(given)
    found = next((one for one in held["editions"] if one["edition"] == number), None) if held else None
    if found is None:
        raise NotFound()
    return dict(found)


def _last(held: Mapping[str, Any] | None, shown: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The newest signed edition, where what is shown is none."""
    return held["editions"][-1] if held and shown is None else None


def _named(held: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The editions with who signed them."""
    editions = held["editions"] if held else []
    who = names_of_staff({one["by"] for one in editions})
    return [
        {**one, "who": who.get(one["by"], ""), "at": _moment(one, "at"), "known_at": _moment(one, "known_at")}
        for one in editions
    ]


def _said(ask: Ask, sign: Any, place: int, day: dt.date, held: Mapping[str, Any] | None) -> Any:
    """The signature, if what was read is what stands there. Raises Stale where it is not."""
    known = _moment(sign.cleaned_data, "known_at")
    if known > ask.now or sitrep.report(place, day, ask.now, known).digest != sign.cleaned_data["digest"]:
        raise Stale()
    number, last = (held["number"], len(held["editions"])) if held else (_next_number(place), 0)
    return sign.said(ask.now, place, unit=_key(place), day=day.isoformat(), number=number, edition=last + 1)


def _next_number(place: int) -> int:
    row = queries.raw().execute(
        "select coalesce(max((data ->> 'number')::numeric), 0) + 1 from ledger_row"
        " where noun = 'sitrep' and place = %s",
        [place],
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def context(
    found: sitrep.Report, held: Mapping[str, Any] | None = None, edition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the paper is drawn from."""
    english, line = translation.get_language() == "en", found.line
    quiet = {row.line.id: row.quiet for row in found.rows if row.line}
    known = found.at or clock.read(queries.raw()).now
    return {
        "report": found,
        "line": line,
        "day": found.day,
        "issued": min(found.day + dt.timedelta(days=1), local_day(known)),
        "known": known,
        "map": sitrep_draw.places(found.board, quiet, english) if any(n is not None for n in quiet.values()) else None,
        "curve": sitrep_draw.curve(found.curve, found.added),
        "signed": next(iter(_named({"editions": [edition]})), None) if edition else None,
        "number": held["number"] if held and edition else None,
        "telephone": desks.telephones([line.id]).get(line.id, ""),
        "owners": desks.names([one["at"] for one in found.decisions]),
        "heads": queries.heads(known, line.invented),
        "erased": erased.tip(queries.raw().info.dbname),
        "clock": clock.read(queries.raw()),
        "invented": {"names": marked.names(queries.raw()), "here": line.invented},
        "english": english,
        "zone": zone().key,
    }


def alone(found: sitrep.Report, held: Mapping[str, Any] | None, edition: Mapping[str, Any] | None, site: str) -> str:
    """The paper as HTML that needs nothing beside it; its figures lead to the console at `site`."""
    style = Path(str(finders.find("command/sitrep.css"))).read_text()
    return render_to_string("command/sitrep_alone.html", context(found, held, edition) | {"style": style, "site": site})


def write(place: int | None, day: dt.date, language: str, path: Path, site: str) -> Path:
    """Write the report of a place (None: the whole region) to a file that needs nothing beside it: PDF where the name
    ends so, else HTML; the sources behind its figures are at `site`, the console's address."""
    everything = Holder(None, {}, {"counts": EVERYWHERE})
    with transaction.atomic(), translation.override(language):
        set_scope(everything)
        found = sitrep.report(place or queries.region()["root"], day, clock.read(queries.raw()).now)
        text = alone(found, None, None, site.rstrip("/"))
    draft = path.with_suffix(".part")
    draft.write_bytes(pdf.printed(text) if path.suffix == ".pdf" else text.encode())
    draft.replace(path)
    return path
