"""The county epidemiologist takes in a list: what each column was taken for, then what became of every row.

Between the two steps the file lies in the vault under a key of its own and is taken out as soon as it is read; what
was refused lies there for a week. Neither is ever a file on the server's disk.
"""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import say
from tongzhou.cases import queries
from tongzhou.ledger import door
from tongzhou.linelist import import_preview, imports
from tongzhou.linelist.appending import Busy
from tongzhou.linelist.mapping import MappingError, mappings
from tongzhou.linelist.refusals import DUPLICATES, reason, sentence, write
from tongzhou.linelist.understand import Choices, Understood, understand
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.tables.reader import Limits, NotATable

LIMITS = Limits(size=20 << 20, memory=2 << 30, seconds=60)
MOST = 20_000  # rows: some fifteen seconds; longer lists are for the command
SHOWN = 50  # refused rows on the page; all are in the file
FIELD_WORDS = {
    "row": gettext_noop("number of the row"),
    "card": gettext_noop("card number"),
    "name": gettext_noop("full name"),
    "guardian": gettext_noop("parent's name"),
    "telephone": gettext_noop("telephone"),
    "identity": gettext_noop("identity number"),
    "address": gettext_noop("address"),
    "workplace": gettext_noop("place of work"),
    "sex": gettext_noop("sex"),
    "age": gettext_noop("age"),
    "age_unit": gettext_noop("unit of age"),
    "age_band": gettext_noop("age from – to"),
    "identity_unverified": gettext_noop("identity number unverified"),
    "left_out": gettext_noop("left out"),
    "other_telephones": gettext_noop("other telephones"),
    "born": gettext_noop("day of birth"),
    "classification": gettext_noop("classification"),
    "infected": gettext_noop("day of infection"),
    "onset": gettext_noop("onset"),
    "admitted": gettext_noop("day of admission"),
    "identified": gettext_noop("identified"),
    "reported": gettext_noop("reported"),
    "received": gettext_noop("received by the county"),
    "outcome": gettext_noop("day of outcome"),
    "home": gettext_noop("lives in (code)"),
    "home_province": gettext_noop("lives in (province)"),
    "home_city": gettext_noop("lives in (city)"),
    "home_county": gettext_noop("lives in (county)"),
    "home_township": gettext_noop("lives in (township)"),
    "reporting": gettext_noop("reported in (code)"),
    "reporting_name": gettext_noop("reported in (name)"),
}


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is looked at before anything is said to the ledger."""
    holder, places = _may_import(request)
    error = ""
    if request.method == "POST":
        try:
            return redirect("import_list", key=_keep(request, holder, places))
        except NotATable as wrong:
            error = sentence(str(wrong))
        except MappingError as wrong:
            error = str(wrong)
    context = {"section": "cases", "places": places, "names": queries.place_names(places), "layouts": mappings(),
               "error": error, "most": MOST}  # fmt: skip
    return render(request, "linelist/import.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def taken(request: HttpRequest, key: str) -> HttpResponse:
    """What was understood of the list, with every choice in it to be changed; once taken in, what became of it."""
    holder, _places = _may_import(request)
    held = _held(holder, key)
    about = json.loads(held["about"])
    error, status = "", 200
    if request.method == "POST" and "result" not in held:
        try:
            if request.POST.get("do") == "look":
                _choose(request, held, key, about)
                return redirect("import_list", key=key)
            if _take(holder, key, held, about):
                return redirect("import_list", key=key)
        except Busy:
            error, status = sentence("busy"), 503
        except (MappingError, NotATable) as wrong:
            error, status = sentence(str(wrong)), 422
    context: dict[str, Any] = {"section": "cases", "key": key, "error": error, "words": FIELD_WORDS, "about": about,
                               "names": queries.place_names([about["place"]])}  # fmt: skip
    if "result" in held:
        context |= {"result": _worded(json.loads(held["result"])), "shown": SHOWN}
        context["layout"] = _title(context["result"]["layout"])
    else:
        context |= import_preview.context(_understood(held, about), about)
    return render(request, "linelist/import_list.html", context, status=status)


@require_GET
def refused(request: HttpRequest, key: str) -> HttpResponse:
    """The rows that could not go in, as they came, with row, field and reason in both languages."""
    holder, _places = _may_import(request)
    held = _held(holder, key)
    if not held.get("refused"):
        raise NotFound()
    answer = HttpResponse(held["refused"].encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _may_import(request: HttpRequest) -> tuple[Holder, list[int]]:
    """Whoever is an epidemiologist somewhere, and where."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    places = [place for role, place in holder.places if role == "epidemiologist"]
    if not places:
        raise NotFound()
    return holder, places


def _keep(request: HttpRequest, holder: Holder, places: list[int]) -> str:
    """Look at the file, then put it into the vault; returns the key of this import."""
    file = request.FILES.get("file")
    if file is None:
        raise NotATable("empty_file")
    if (file.size or 0) > LIMITS.size:
        raise NotATable("too_large")
    place = say.whole(request.POST.get("place"), 1, 2**31 - 1, "place") or places[0]
    if place not in places:
        raise Malformed("", "place")
    content, choices = file.read(), Choices(layout=request.POST.get("layout", ""))
    found = understand(content, choices, limits=LIMITS)
    if found.table.about() > MOST:
        raise NotATable("too_large")
    about = {"file": str(file.name)[:80], "place": place, "choices": msgspec.to_builtins(choices)}
    key = f"{holder.by}-{uuids.uuid7()}"
    with door.ledger() as ledger:
        fields = {"file": base64.b64encode(content).decode(), "about": json.dumps(about)}
        vault.put(ledger, f"import/{key}", fields, place=place, sees="cases")
    return key


def _choose(request: HttpRequest, held: dict[str, str], key: str, about: dict[str, Any]) -> None:
    """Put what the person chose in place of what was understood. Raises MappingError and NotATable where it cannot be:
    then the choices stay as they were."""
    choices = import_preview.choices(request.POST, _understood(held, about))
    found = understand(base64.b64decode(held["file"]), choices, limits=LIMITS)
    if found.table.about() > MOST:
        raise NotATable("too_large")
    fields = {"about": json.dumps(about | {"choices": msgspec.to_builtins(choices)})}
    with door.ledger() as ledger:
        vault.put(ledger, f"import/{key}", fields, place=about["place"], sees="cases")


def _understood(held: dict[str, str], about: dict[str, Any]) -> Understood:
    choices = msgspec.convert(about["choices"], Choices)
    return understand(base64.b64decode(held["file"]), choices, limits=LIMITS)


def _held(holder: Holder, key: str) -> dict[str, str]:
    """What the vault holds of this import. Nobody but who brought the list finds it."""
    if not key.startswith(f"{holder.by}-"):
        raise NotFound()
    with door.ledger() as ledger:
        held = vault.read(ledger, f"import/{key}", holder, "investigation")
    return held


def _take(holder: Holder, key: str, held: dict[str, str], about: dict[str, Any]) -> bool:
    """Take the list in, in the name of who brought it; the file leaves the vault, what was refused goes in.

    False where no layout fits yet: the page says so.
    """
    found = _understood(held, about)
    if found.binding is None:
        return False
    leave_out = bool(about["choices"].get("leave_out"))
    result = imports.run(found.table, found.binding, holder, place=about["place"], leave_out=leave_out)
    back = io.StringIO()
    write(back, result.binding.headings, result.refused)
    told = imports.told(result) | found.told()
    told["first"] = [[one.n, [[t.field, t.code, t.detail] for t in one.troubles]] for one in result.refused[:SHOWN]]
    fields = {"file": "", "result": json.dumps(told), "refused": back.getvalue() if result.refused else ""}
    with door.ledger() as ledger:
        vault.put(ledger, f"import/{key}", fields, place=about["place"], sees="cases")
    return True


def _title(layout: str) -> str:
    title = {one.name: one.title for one in mappings()}.get(layout, {})
    return title.get("en" if get_language() == "en" else "zh", layout)


def _worded(result: dict[str, Any]) -> dict[str, Any]:
    """The result with its reasons in the reader's language; a case that was there already can be opened."""
    from tongzhou.linelist.rows import Trouble

    result["noted"] = [(sentence(code), n) for code, n in result["noted"].items()]
    result["reasons"] = [(sentence(code), n, code in DUPLICATES) for code, n in result["by_reason"].items()]
    result["first"] = [
        (n, [(t[0], reason(Trouble(*t)), t[2] if t[1] in ("in_ledger", "changed") else "") for t in troubles])
        for n, troubles in result["first"]
    ]
    return result
