"""The page on which lists that are no line lists are brought, looked at line by line, and accepted or dropped."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop

from tongzhou.api import asked, say
from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.linelist.drafts import accept, shown
from tongzhou.linelist.drafts.message import read_message
from tongzhou.linelist.drafts.propose import WHY, Proposal
from tongzhou.linelist.drafts.read import Batch, Draft, read
from tongzhou.linelist.drafts.sorts import SORTS, Sort
from tongzhou.linelist.refusals import reason, sentence, write
from tongzhou.pages.ask import Ask, page
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.tables import BadInput
from tongzhou.tables.reader import Choices, Limits, NotATable
from tongzhou.tables.reader.types import ENCODINGS, SEPARATORS

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
    request, holder = ask.request, ask.holder
    sorts = [one for one in SORTS.values() if one.roles & holder.roles.keys()]
    error = ""
    if request.method == "POST":
        sort = SORTS.get(request.POST.get("sort", ""))
        try:
            if sort not in sorts:
                raise Malformed("", "sort")
            return redirect("drafts", key=_keep(request, holder, sort))
        except NotATable as wrong:
            error = sentence(str(wrong))
        except (BadInput, Malformed) as wrong:
            error = _in_words(wrong)
    context = {"section": "drafts", "now": ask.now, "sorts": sorts, "error": error, "typed": request.POST,
               "today": local_day(say.now())}  # fmt: skip
    return render(request, "linelist/drafts_bring.html", context, status=422 if error else 200)


@page("drafts", roles=MAY_BRING)
def look(ask: Ask, key: str) -> HttpResponse:
    """The drafts with whom they are about and what each would say; accepted line by line or all, the rest dropped."""
    request, holder = ask.request, ask.holder
    held = _held(holder, key)
    about = json.loads(held["about"])
    context: dict[str, Any] = {
        "section": "drafts",
        "now": ask.now,
        "key": key,
        "about": about,
        "sort": SORTS[about["sort"]],
    }
    if "result" in held:
        return render(request, "linelist/drafts_done.html", context | {"result": json.loads(held["result"])})
    error = ""
    if request.method == "POST" and request.POST.get("do") == "look":
        try:
            about = _choose(request, holder, key, held, about)
            return redirect("drafts", key=key)
        except NotATable as wrong:
            error = sentence(str(wrong))
        except (BadInput, Malformed) as wrong:
            error = _in_words(wrong)
    batch = _batch(held, about)
    proposed = _proposals(request, holder, about, batch)
    if request.method == "POST" and not error and request.POST.get("do") in ("accept", "drop"):
        _finish(request, holder, key, about, batch, proposed)
        return redirect("drafts", key=key)
    context |= {"error": error, "batch": batch, "lines": [_line(one) for one in proposed],
                "ready": sum(one.ready for one in proposed), "says": sum(bool(one.says) for one in proposed),
                "doors": any(_at_door(one) for one in proposed), "refused": _refused_lines(batch),
                "separators": list(SEPARATORS), "encodings": ENCODINGS}  # fmt: skip
    return render(request, "linelist/drafts.html", context, status=422 if error else 200)


@page("drafts", roles=MAY_BRING, answers=["GET"])
def refused(ask: Ask, key: str) -> HttpResponse:
    """The rows that became no draft, as they came, with the reason in both languages."""
    held = _held(ask.holder, key)
    if not held.get("file"):
        raise NotFound()
    batch = _batch(held, json.loads(held["about"]))
    back = io.StringIO()
    write(back, batch.headings, batch.refused)
    answer = HttpResponse(back.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _in_words(wrong: BadInput | Malformed) -> str:
    """What is wrong, on the page with all that was typed."""
    return str(wrong) if isinstance(wrong, BadInput) else f"{wrong.as_page()['message']} {wrong.detail}".strip()


def _keep(request: HttpRequest, holder: Holder, sort: Sort) -> str:
    """Read it once; a list is kept sealed until it is accepted or a day has passed, of a message its drafts alone."""
    now = say.now()
    day = asked.day(request.POST["day"], "day") if request.POST.get("day") else local_day(now)
    about: dict[str, Any] = {"sort": sort.name, "day": day.isoformat(), "choices": {}}
    if sort.columns:
        file = request.FILES.get("file")
        if file is not None and (file.size or 0) > LIMITS.size:
            raise NotATable("too_large")
        content = file.read() if file is not None else request.POST.get("text", "").encode()
        if not content.strip():
            raise NotATable("empty_file")
        read(content, sort, day, limits=LIMITS)
        about["base"] = str(accept.base_of(content, sort.name, day))
        about["file"] = str(file.name)[:80] if file is not None else ""
        fields = {"file": base64.b64encode(content).decode()}
    else:
        drafts, dropped = read_message(request.POST.get("text", ""))
        if not drafts:
            raise BadInput(sentence("no_lines"))
        about["base"] = str(accept.base_of(request.POST["text"].encode(), sort.name, day))
        about["dropped"] = dropped
        fields = {"drafts": msgspec.json.encode(drafts).decode()}
    key = f"{holder.by}-{uuids.uuid7()}"
    role = next(role for role in sort.roles if role in holder.roles)
    place = next(place for held, place in holder.places if held == role)
    about |= {"place": place, "sees": "cases" if role in ("epidemiologist", "clinician") else "care"}
    _put(key, about, fields, now)
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


def _choose(
    request: HttpRequest, holder: Holder, key: str, held: dict[str, str], about: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Put what the person chose in place of what was understood. Raises NotATable and BadInput where it cannot be."""
    chosen = {name: request.POST.get(name, "") for name in ("sheet", "separator", "encoding")}
    day = asked.day(request.POST.get("day", ""), "day")
    about = about | {"choices": chosen, "day": day.isoformat()}
    if held.get("file"):
        _batch(held, about)
    _put(key, about, {}, say.now())
    return about


def _batch(held: dict[str, str], about: dict[str, Any]) -> Batch:
    if not held.get("file"):
        return Batch(drafts=msgspec.json.decode(held["drafts"], type=list[Draft]))
    chosen = about["choices"]
    mark = chosen.get("separator", "")
    choices = Choices(chosen.get("sheet", ""), SEPARATORS.get(mark, mark), chosen.get("encoding", ""))
    day = dt.date.fromisoformat(about["day"])
    return read(base64.b64decode(held["file"]), SORTS[about["sort"]], day, choices, LIMITS)


def _proposals(request: HttpRequest, holder: Holder, about: dict[str, Any], batch: Batch) -> list[Proposal]:
    chosen = {int(name.removeprefix("who-")): _subject(value) for name, value in request.POST.items()
              if name.startswith("who-") and name[4:].isascii() and name[4:].isdecimal() and value}  # fmt: skip
    day = dt.date.fromisoformat(about["day"])
    return accept.proposals(SORTS[about["sort"]], batch.drafts, holder, say.now(), day, chosen)


def _subject(text: str | Any) -> str:
    """Whom the person chose: a subject of the list, or the number of a door."""
    typed = str(text).strip()
    return f"household/{typed}" if typed.isascii() and typed.isdecimal() else typed


def _finish(
    request: HttpRequest, holder: Holder, key: str, about: dict[str, Any], batch: Batch, proposed: list[Proposal]
) -> None:  # fmt: skip
    """Say what was accepted; the list leaves the vault with all that was not."""
    rows = [int(one) for one in request.POST.getlist("take") if one.isascii() and one.isdecimal()]
    if request.POST["do"] == "drop":
        rows = []
    told = accept.accept(proposed, rows, holder, say.form_id(about["base"]), "console")
    result = {"rows": told.rows, "facts": told.facts, "known": told.known, "waiting": told.waiting,
              "dropped": told.dropped + about.get("dropped", 0), "not_read": len(batch.refused),
              "refused": [(n, str(problem)) for n, problem in told.refused]}  # fmt: skip
    _put(key, about | {"file": ""}, {"file": "", "drafts": "", "result": json.dumps(result)}, say.now())


def _line(one: Proposal) -> dict[str, Any]:
    """A draft as the page shows it."""
    names = ("room", "name", "telephone", "identity", "tube", "door")
    who = [one.draft.who[name] for name in names if name in one.draft.who]
    return {"n": one.draft.n, "who": who, "says": shown.said_by(one), "subject": one.match.subject,
            "how": HOW.get(one.match.how, ""), "others": one.match.others, "facts": shown.facts_of(one),
            "why": WHY.get(one.why, ""), "ready": one.ready, "can": bool(one.says), "door": _at_door(one),
            "case": one.match.subject.removeprefix("case/") if one.match.subject.startswith("case/") else "",
            "number": one.match.subject.removeprefix("household/") if _at_door(one) else "",
            "doubts": [(head, sentence(code), text) for head, code, text in one.draft.doubts]}  # fmt: skip


def _at_door(one: Proposal) -> bool:
    says = one.draft.says
    return ("door" in one.draft.who and "temperature" in says) or says.get("category") == "fever"


def _refused_lines(batch: Batch) -> list[tuple[int, str]]:
    return [(one.n, "; ".join(reason(trouble) for trouble in one.troubles)) for one in batch.refused[:50]]
