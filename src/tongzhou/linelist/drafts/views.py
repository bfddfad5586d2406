"""The page on which lists that are no line lists are brought, looked at line by line, and accepted or dropped."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_noop

from tongzhou.api import say
from tongzhou.ledger import door
from tongzhou.linelist.drafts import accept, shown
from tongzhou.linelist.drafts.forms import Brought, Lines, Reading, at_door
from tongzhou.linelist.drafts.message import read_message
from tongzhou.linelist.drafts.propose import WHY, Proposal
from tongzhou.linelist.drafts.read import Batch, Draft, read
from tongzhou.linelist.drafts.sorts import SORTS, Sort
from tongzhou.linelist.refusals import reason, sentence, write
from tongzhou.linelist.rows import Refusal, Trouble
from tongzhou.linelist.understand import Choices
from tongzhou.pages.ask import Ask, page
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.tables import BadInput
from tongzhou.tables.reader import Limits, NotATable

LIMITS = Limits(size=20 << 20, memory=2 << 30, seconds=60)
KEPT = dt.timedelta(days=1)  # what nobody looked at is erased
MAY_BRING = frozenset().union(*(one.roles for one in SORTS.values()))  # whoever may bring one of these lists
HOW = {
    "tube": gettext_noop("by the label of the sample"),
    "identity": gettext_noop("by identity number"),
    "telephone": gettext_noop("by telephone"),
    "name": gettext_noop("by name alone: look"),
    "door": gettext_noop("by the number of the door"),
    "chosen": gettext_noop("as you chose"),
}


@page("drafts", roles=MAY_BRING)
def bring(ask: Ask) -> HttpResponse:
    """Bring a list or paste a message; it is looked at before anything is said."""
    form = ask.form(Brought, sorts=[one for one in SORTS.values() if one.roles & ask.holder.roles.keys()], now=ask.now)
    if form.is_bound and form.is_valid():
        try:
            return redirect("drafts", key=_keep(ask, form, SORTS[form.cleaned_data["sort"]]))
        except (NotATable, BadInput, Malformed) as wrong:
            form.add_error(None, _in_words(wrong))
    return ask.show("linelist/drafts_bring.html", form=form)


@page("drafts", roles=MAY_BRING)
def look(ask: Ask, key: str) -> HttpResponse:
    """The drafts with whom they are about and what each would say; accepted line by line or all, the rest dropped."""
    held = _held(ask.holder, key)
    about = json.loads(held["about"])
    shared = {"key": key, "about": about, "kind": SORTS[about["sort"]]}
    if "result" in held:
        if ask.sent:  # pressed twice
            return redirect("drafts", key=key)
        return ask.show("linelist/drafts_done.html", result=json.loads(held["result"]), **shared)
    batch = _batch(held, about)
    reading = ask.form(Reading, name="look", about=about, batch=batch if held.get("file") else None)
    if reading.is_bound and reading.is_valid():
        try:
            _choose(reading, key, held, about)
            return redirect("drafts", key=key)
        except (NotATable, BadInput) as wrong:
            reading.add_error(None, _in_words(wrong))
    proposed = _proposals(ask, about, batch)
    lines = ask.form(Lines, proposed=proposed)
    if lines.is_bound and lines.is_valid():
        _finish(ask, lines, key, about, batch)
        return redirect("drafts", key=key)
    return ask.show(
        "linelist/drafts.html", batch=batch, reading=reading, form=lines,
        lines=[_line(one) | {"tick": lines.ticks[one.draft.n], "field": lines.who(one.draft.n)} for one in proposed],
        ready=sum(one.ready for one in proposed), says=sum(bool(one.says) for one in proposed),
        refused=_refused_lines(batch), **shared,
    )  # fmt: skip


@page("drafts", roles=MAY_BRING, answers=["GET"])
def refused(ask: Ask, key: str) -> HttpResponse:
    """The rows that became no draft and, once it was decided, those that were not recorded: as they came, with the
    reason in both languages."""
    held = _held(ask.holder, key)
    if not (held.get("file") or held.get("back")):
        raise NotFound()
    back = held.get("back") or _as_file(_batch(held, json.loads(held["about"])))
    answer = HttpResponse(back.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _in_words(wrong: NotATable | BadInput | Malformed) -> str:
    """What is wrong with a list."""
    if isinstance(wrong, NotATable):
        return sentence(str(wrong))
    return str(wrong) if isinstance(wrong, BadInput) else f"{wrong.as_page()['message']} {wrong.detail}".strip()


def _keep(ask: Ask, form: Brought, sort: Sort) -> str:
    """Read it once; a list is kept sealed until it is accepted or a day has passed, of a message its drafts alone."""
    day, holder = form.on, ask.holder
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    about: dict[str, Any] = {"sort": sort.name, "day": day.isoformat(), "choices": {}}
    if sort.columns:
        if file is not None and (file.size or 0) > LIMITS.size:
            raise NotATable("too_large")
        content = file.read() if file is not None else text.encode()
        if not content.strip():
            raise NotATable("empty_file")
        read(content, sort, day, limits=LIMITS)
        about["base"] = str(accept.base_of(content, sort.name, day))
        about["file"] = str(file.name)[:80] if file is not None else ""
        fields = {"file": base64.b64encode(content).decode()}
    else:
        drafts, dropped = read_message(text)
        if not drafts:
            raise BadInput(sentence("no_lines"))
        about["base"] = str(accept.base_of(text.encode(), sort.name, day))
        about["dropped"] = dropped
        fields = {"drafts": msgspec.json.encode(drafts).decode()}
    key = f"{holder.by}-{uuids.uuid7()}"
    role = next(role for role in sort.roles if role in holder.roles)
    place = next(place for held, place in holder.places if held == role)
    about |= {"place": place, "sees": "cases" if role in ("epidemiologist", "clinician") else "care"}
    _put(key, about, fields, ask.now)
    return key


def _put(key: str, about: dict[str, Any], fields: dict[str, str], now: dt.datetime) -> None:
    with door.ledger() as ledger:
        kept = {"about": json.dumps(about)} | fields
        vault.put(ledger, f"drafts/{key}", kept, place=about["place"], sees=about["sees"], expires_at=now + KEPT)


def _held(holder: Holder, key: str) -> dict[str, str]:
    """What the vault holds of this list. Nobody but who brought it finds it."""
    if not key.startswith(f"{holder.by}-"):
        raise NotFound()
    named = {"epidemiologist", "clinician", "community_doctor"} & holder.roles.keys()
    with door.ledger() as ledger:
        return vault.read(ledger, f"drafts/{key}", holder, "investigation" if named else "call_back")


def _choose(form: Reading, key: str, held: dict[str, str], about: dict[str, Any]) -> None:
    """Put what the person chose in place of what was understood. Raises NotATable and BadInput where it cannot be."""
    about = about | {"choices": msgspec.to_builtins(form.choices()), "day": form.cleaned_data["day"]}
    if held.get("file"):
        _batch(held, about)
    _put(key, about, {}, say.now())


def _batch(held: dict[str, str], about: dict[str, Any]) -> Batch:
    if not held.get("file"):
        return Batch(drafts=msgspec.json.decode(held["drafts"], type=list[Draft]))
    choices = msgspec.convert(about["choices"], Choices)
    day = dt.date.fromisoformat(about["day"])
    return read(base64.b64decode(held["file"]), SORTS[about["sort"]], day, choices, LIMITS)


def _proposals(
    ask: Ask, about: dict[str, Any], batch: Batch, chosen: Mapping[int, str] = MappingProxyType({})
) -> list[Proposal]:
    day = dt.date.fromisoformat(about["day"])
    return accept.proposals(SORTS[about["sort"]], batch.drafts, ask.holder, ask.now, day, chosen)


def _finish(ask: Ask, form: Lines, key: str, about: dict[str, Any], batch: Batch) -> None:
    """Say what was accepted; the list leaves the vault. The rows of a list that were not recorded stay for a day to be
    taken back as a file; of a message nothing does."""
    proposed = _proposals(ask, about, batch, form.chosen())
    told = accept.accept(proposed, form.rows(), ask.holder, say.form_id(about["base"]), "console")
    left = [one.draft for one in proposed if one.draft.n in told.left and one.draft.cells]
    back = _as_file(batch, [Refusal(one.n, one.cells, (Trouble("", "not_recorded"),)) for one in left])
    result = {"rows": told.rows, "facts": told.facts, "known": told.known, "waiting": told.waiting,
              "dropped": len(told.dropped) + about.get("dropped", 0), "not_read": len(batch.refused),
              "refused": [(n, str(problem)) for n, problem in told.refused],
              "back": len(left) + len(batch.refused),
              "nobodys": [one.draft.n for one in proposed if one.draft.n in told.left and _positive_of_nobody(one)],
              }  # fmt: skip
    fields = {"file": "", "drafts": "", "result": json.dumps(result), "back": back if result["back"] else ""}
    _put(key, about | {"file": ""}, fields, ask.now)


def _positive_of_nobody(one: Proposal) -> bool:
    return one.row is None and one.draft.says.get("result") == "positive"


def _as_file(batch: Batch, left: Sequence[Refusal] = ()) -> str:
    """The rows that could not be read and those that were left, in their order."""
    back = io.StringIO()
    write(back, batch.headings, sorted([*batch.refused, *left], key=lambda one: one.n))
    return back.getvalue()


def _line(one: Proposal) -> dict[str, Any]:
    """A draft as the page shows it."""
    names = ("room", "name", "telephone", "identity", "tube", "door")
    who = [one.draft.who[name] for name in names if name in one.draft.who]
    return {"n": one.draft.n, "who": who, "says": shown.said_by(one), "subject": one.match.subject,
            "how": HOW.get(one.match.how, ""), "others": one.match.others, "facts": shown.facts_of(one),
            "why": WHY.get(one.why, ""), "ready": one.ready,
            "can": bool(one.says or one.match.others or at_door(one) or not one.match.subject),
            "case": one.match.subject.removeprefix("case/") if one.match.subject.startswith("case/") else "",
            "doubts": [(head, sentence(code), text) for head, code, text in one.draft.doubts]}  # fmt: skip


def _refused_lines(batch: Batch) -> list[tuple[int, str]]:
    return [(one.n, "; ".join(reason(trouble) for trouble in one.troubles)) for one in batch.refused[:50]]
