"""What a fact of a draft says, in a sentence of the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import worded
from tongzhou.linelist.drafts.propose import Proposal

STAYS = {"central": gettext_noop("in central observation"), "hospital": gettext_noop("in hospital")}
SAYS = {**worded.CHOICES, "close_contact": gettext_noop("close contact"), **STAYS}


def word(code: str) -> str:
    return _(SAYS.get(code, code))


def facts_of(one: Proposal) -> list[str]:
    """A sentence for each fact that accepting this draft would say."""
    return [_SENTENCES[kind](body, f"{at:%m-%d %H:%M}") for kind, body, _place, at in one.says]


def said_by(one: Proposal) -> str:
    """What the row itself says, as it was understood."""
    says = one.draft.says
    parts = [says["written"]] if "written" in says else []
    parts += [word(says[name]) for name in ("result", "stay") if name in says]
    parts += [_degrees(says[name]) for name in ("temperature", "morning", "evening") if name in says]
    parts += [word(name) for name in says.get("symptoms", ())] + ([says["words"]] if says.get("words") else [])
    return " · ".join([*parts, _("to be sampled again")] if says.get("again") else parts)


def _degrees(tenths: int) -> str:
    return f"{tenths / 10:.1f} °C"


def _observed(body: dict[str, Any], at: str) -> str:
    told = [_degrees(body["temp10"])] if body.get("temp10") else []
    return _("observed %(at)s: %(told)s") % {
        "at": at, "told": ", ".join([*told, *map(word, body["symptoms"])]) or _("no symptoms")}  # fmt: skip


def _raised(body: dict[str, Any], _at: str) -> str:
    told = [*map(word, body["concerns"]), *([_degrees(body["temp10"])] if body.get("temp10") else [])]
    return _("to be called back: %(told)s") % {"told": ", ".join(told)}


_SENTENCES = {
    "sample.taken": lambda body, at: _("sample %(label)s taken %(at)s") % {"label": body["label"], "at": at},
    "sample.resulted": lambda body, _at: (
        _("sample %(label)s: %(result)s") % {"label": body["label"], "result": word(body["result"])}
    ),
    "contact.moved": lambda body, _at: _("stays now %(stay)s") % {"stay": word(body["stay"])},
    "observation.recorded": _observed,
    "household.heard": lambda body, _at: (
        _("door %(number)s: %(state)s") % {"number": body["household"], "state": word(body["state"])}
    ),
    "exception.raised": _raised,
}
