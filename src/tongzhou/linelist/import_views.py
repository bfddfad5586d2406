"""The county epidemiologist takes in a list: what each column was taken for, then what became of every row.

Between the two steps the file lies in the vault under a key of its own and is taken out as soon as it is read; what
was refused lies there for a week. Neither is ever a file on the server's disk.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongzhou.cases import queries
from tongzhou.ledger import door
from tongzhou.linelist import import_preview, tables, taking
from tongzhou.linelist.appending import Busy
from tongzhou.linelist.import_preview import FIELD_WORDS, Changed, titles
from tongzhou.linelist.mapping import NO_SUCH_ROW, MappingError
from tongzhou.linelist.reading import ENDS
from tongzhou.linelist.refusals import reason, sentence
from tongzhou.linelist.understand import Choices, Understood, understand
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, Form
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound
from tongzhou.tables.reader import NotATable

LIMITS = taking.limits()
MOST = 100_000  # rows: looking at so many takes some fifteen seconds; longer lists are for the command


class Bring(Form):
    """A file, where its cases are reported, and its layout where somebody knows it."""

    file = forms.FileField(
        label=_lazy("File"),
        allow_empty_file=True,
        error_messages={"required": _lazy("Choose a file."), "invalid": _lazy("Choose a file.")},
        widget=forms.FileInput({"accept": ENDS}),
    )
    layout = forms.ChoiceField(label=_lazy("Layout"), required=False)
    place = forms.ChoiceField(label=_lazy("Reported in, where a row does not say"), required=False)
    found: Understood
    content: bytes

    def __init__(self, *args: Any, places: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        names, here = queries.place_names(places), get_language() == "en"
        self.places = places
        self.fields["layout"].choices = [("", _("the one that fits whole")), *titles()]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(str(place), names[place][here]) for place in places]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """The file is looked at before anything is kept of it."""
        file, layout = self.cleaned_data.get("file"), self.cleaned_data.get("layout")
        if file is None or layout is None:
            return
        try:
            if (file.size or 0) > LIMITS.size:
                raise NotATable("too_large")
            self.content = file.read()
            self.found = understand(self.content, Choices(layout=layout), limits=LIMITS)
            if self.found.table.about() > MOST:
                raise NotATable("too_large")
        except (NotATable, MappingError) as wrong:
            self.add_error("file", sentence(str(wrong)))


@page("cases", roles=["epidemiologist"])
def bring(ask: Ask) -> HttpResponse:
    """Choose a file; it is looked at before anything is said to the ledger."""
    form = ask.form(Bring, places=_places(ask.holder))
    if form.is_bound and form.is_valid():
        return redirect("import_list", key=_keep(ask.holder, form))
    return ask.show("linelist/import.html", bring=form, most=MOST)


@page("cases", roles=["epidemiologist"])
def taken(ask: Ask, key: str) -> HttpResponse:
    """What was understood of the list, with every choice in it to be changed; how far it is while a long list goes in;
    once taken in, what became of it."""
    _own(ask.holder, key)
    progress = taking.so_far(key)
    if progress and progress.state == "running":
        return _again(key) if ask.sent else ask.show("linelist/import_running.html", key=key, progress=progress)
    held = _held(ask.holder, key)
    about = json.loads(held["about"])
    shared = {"key": key, "words": FIELD_WORDS, "about": about, "names": queries.place_names([about["place"]])}
    if "result" in held:
        if ask.sent:  # pressed twice
            return _again(key)
        result = _worded(json.loads(held["result"]))
        shared |= {
            "noted": tables.counts(_("Taken in with a note"), result["noted"]),
            "reasons": tables.counts(_("Why"), result["reasons"]),
            "first": tables.refused(result["first"]),
        }
        return ask.show("linelist/import_list.html", result=result, shown=taking.SHOWN,
                        layout=dict(titles()).get(result["layout"], result["layout"]), **shared)  # fmt: skip
    take, error, status = ask.form(Confirm), _stopped(progress), 200
    found = _understood(held, about)
    changed = ask.form(Changed, name="look", found=found, about=about, places=_places(ask.holder))
    try:
        if changed.is_bound and changed.is_valid():
            _choose(changed, held, key, about)
            return _again(key)
        if take.is_bound and _take(ask.holder, key, found):
            return _again(key)
    except Busy:
        error, status = sentence("busy"), 503
    except (MappingError, NotATable) as wrong:
        if changed.is_bound:
            changed.add_error("heading" if str(wrong) == NO_SUCH_ROW else None, sentence(str(wrong)))
        else:
            error, status = sentence(str(wrong)), 422
    return ask.show("linelist/import_list.html", status=status, error=error, take=take, look=changed, **shared,
                    **import_preview.context(found, about, ask.holder))  # fmt: skip


@page("cases", roles=["epidemiologist"], answers=["GET"])
def refused(ask: Ask, key: str) -> HttpResponse:
    """The rows that could not go in, as they came, with row, field and reason in both languages."""
    _own(ask.holder, key)
    held = _held(ask.holder, key)
    if not held.get("refused"):
        raise NotFound()
    answer = HttpResponse(held["refused"].encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _again(key: str) -> HttpResponse:
    return redirect("import_list", key=key)


def _stopped(progress: taking.Progress | None) -> str:
    """Why a long list did not go in to its end."""
    if progress is None or progress.state == "done":
        return ""
    if progress.state == "lost":
        return _("The server was stopped in row %(n)s. Take it in again: what went in before is recognised.") % {
            "n": progress.rows
        }  # fmt: skip
    return sentence(progress.ended if progress.ended == "busy" else "not_finished")


def _places(holder: Holder) -> list[int]:
    return [place for role, place in holder.places if role == "epidemiologist"]


def _keep(holder: Holder, form: Bring) -> str:
    """Put the file into the vault; returns the key of this import, the same where the button was pressed twice."""
    place = int(form.cleaned_data["place"] or form.places[0])
    choices = Choices(layout=form.cleaned_data["layout"])
    about = {"file": str(form.cleaned_data["file"].name)[:80], "place": place, "choices": msgspec.to_builtins(choices)}
    key = f"{holder.by}-{form.fact_id if form.number else uuids.uuid7()}"
    if taking.so_far(key):
        return key
    with door.ledger() as ledger:
        fields = {"file": base64.b64encode(form.content).decode(), "about": json.dumps(about)}
        vault.put(ledger, f"import/{key}", fields, place=place, sees="cases")
    return key


def _choose(form: Changed, held: dict[str, str], key: str, about: dict[str, Any]) -> None:
    """Put what the person chose in place of what was understood. Raises MappingError and NotATable where it cannot be:
    then the choices stay as they were."""
    choices, place = form.choices(), form.cleaned_data["place"] or about["place"]
    found = understand(base64.b64decode(held["file"]), choices, limits=LIMITS)
    if found.table.about() > MOST:
        raise NotATable("too_large")
    fields = {"about": json.dumps(about | {"choices": msgspec.to_builtins(choices), "place": place})}
    with door.ledger() as ledger:
        vault.put(ledger, f"import/{key}", fields, place=place, sees="cases")


def _understood(held: dict[str, str], about: dict[str, Any]) -> Understood:
    choices = msgspec.convert(about["choices"], Choices)
    return understand(base64.b64decode(held["file"]), choices, limits=LIMITS)


def _own(holder: Holder, key: str) -> None:
    """Nobody but who brought the list finds it."""
    if not key.startswith(f"{holder.by}-"):
        raise NotFound()


def _held(holder: Holder, key: str) -> dict[str, str]:
    """What the vault holds of this import."""
    with door.ledger() as ledger:
        return vault.read(ledger, f"import/{key}", holder, "investigation")


def _take(holder: Holder, key: str, found: Understood) -> bool:
    """Take the list in at once, or begin to, where it is long. False where no layout fits yet, or one must be chosen:
    the page says so."""
    if found.sure is None:
        return False
    assert holder.by is not None
    if found.table.about() > taking.AT_ONCE:
        taking.begin(key, holder.by, found.table.about() - found.sure.header)
        return True
    return taking.take_in(key, holder)


def _worded(result: dict[str, Any]) -> dict[str, Any]:
    """The result with its reasons in the reader's language; a case that was there already can be opened."""
    from tongzhou.linelist.rows import Trouble

    result["noted"] = [(sentence(code), n) for code, n in result["noted"].items()]
    result["reasons"] = [(sentence(code), n) for code, n in result["by_reason"].items()]
    result["first"] = [
        (n, [(one.field, reason(one), one.case) for one in (Trouble(*told) for told in troubles)])
        for n, troubles in result["first"]
    ]
    return result
