"""The notice of a measure in plain words, made from its fields in the reader's language: to print, to read aloud."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger import worded
from tongzhou.ledger.time import stamp, zone
from tongzhou.measures.entry import Measure
from tongzhou.pages import spoken
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import Name, names
from tongzhou.tables.policy import shipped

KIND = "measure.drafted"
DEFECTS = {
    "basis": gettext_noop("no law is named"),
    "approval": gettext_noop("no approval is known"),
    "end": gettext_noop("no end was announced"),
    "review": gettext_noop("no review is planned"),
    "exceptions": gettext_noop("no exceptions were announced"),
    "origin": gettext_noop("people are turned away by where they come from, which no measure may do"),
}
PHASES = {
    "drafted": gettext_noop("proposed, not approved"),
    "declined": gettext_noop("declined"),
    "coming": gettext_noop("approved, begins later"),
    "in_force": gettext_noop("in force"),
    "lifted": gettext_noop("off: the level of its place does not allow it"),
    "over": gettext_noop("over: it ended by itself"),
    "ended": gettext_noop("ended before its time"),
    "gone": gettext_noop("over; seen to be gone on the spot"),
    "in_fact": gettext_noop("in force in fact, with what it lacks"),
}


def title(one: Measure, places: Mapping[int, Name]) -> str:
    what = worded.choice(KIND, "type", one.data["type"])
    return _("%(what)s: %(where)s") % {"what": what[:1].upper() + what[1:], "where": where(one, places)}


def where(one: Measure, places: Mapping[int, Name]) -> str:
    told = _(", ").join(named(places.get(place)) for place in one.data["places"] or one.data.get("freed", ()))
    if buildings := one.data.get("buildings"):
        told = _("%(where)s, buildings %(buildings)s") % {"where": told, "buildings": _(", ").join(buildings)}
    return told


def listed(field: str, codes: Sequence[str], kind: str = KIND) -> str:
    return _(", ").join(worded.choice(kind, field, code) for code in codes)


def whom(one: Measure) -> str:
    """To whom it applies: by where they are and what they were exposed to."""
    told = listed("groups", one.data.get("groups", ()))
    if (how := one.data.get("exposure", "none")) == "none":
        return told
    told = _("%(whom)s, exposed %(how)s") % {"whom": told, "how": worded.choice(KIND, "exposure", how)}
    if one.data.get("exposed_from") and one.data.get("exposed_to"):
        days = {"whom": told, "first": one.data["exposed_from"], "last": one.data["exposed_to"]}
        told = _("%(whom)s, from %(first)s to %(last)s") % days
    return told


def outing(one: Measure) -> str:
    days = one.data.get("outing_days")
    if not days or "leaving" not in one.data["limits"]:
        return ""
    return ngettext(
        "One person of each household may go shopping every day.",
        "One person of each household may go shopping once in %(n)d days.",
        days,
    ) % {"n": days}


def left(until: dt.datetime, now: dt.datetime) -> str:
    """How long until a moment, in days and hours, as people say it."""
    hours = max(0, int((until - now).total_seconds() // 3600))
    days, rest = divmod(hours, 24)
    in_days = ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else ""
    in_hours = ngettext("%(n)d hour", "%(n)d hours", rest) % {"n": rest} if rest or not days else ""
    return " ".join(part for part in (in_days, in_hours) if part)


def day_hour(moment: dt.datetime | None) -> str:
    """A moment as a notice writes it: with its year, to the minute."""
    return moment.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if moment else "–"


def sentences(one: Measure, places: Mapping[int, Name]) -> list[str]:
    """The notice to read aloud, sentence by sentence. Nothing in it that a person said of another."""
    data = one.data
    told = [
        title(one, places) + _("."),
        "" if eased(data) else in_their_words(data),
        _("Limited: %(limits)s.") % {"limits": listed("limits", data["limits"])},
        outing(one),
        *(_("Made lighter on %(day)s.") % {"day": aloud(change["at"])} for change in eased(data)),
        decided(one, places),
        _("It applies to: %(whom)s.") % {"whom": whom(one)},
        lasts(one),
        let_through(data),
        _("You are given: %(support)s.") % {"support": listed("support", data["support"])},
        collected(data),
        _("If you do not agree or have a question, ring %(telephone)s, hand in a slip of paper, or write on your "
          "household's page. Somebody who did not decide it answers within %(held_up)d h where somebody is held up "
          "on the way to care, %(urgent)d where it cannot wait, else %(other)d.")
        % {"telephone": data["telephone"], **hours()},
        in_their_words(data) if eased(data) else "",
        issued(one, places),
    ]  # fmt: skip
    return [sentence for sentence in told if sentence]


def lasts(one: Measure) -> str:
    """From when until when; what was ended by a decision did not end by itself."""
    told = {"start": aloud(one.data["start"]), "until": aloud(one.ends)}
    if one.data.get("ended_at"):
        return _("It was ended by decision at %(until)s and binds nobody any more.") % told
    return _("It begins at %(start)s and ends by itself at %(until)s.") % told


def issued(one: Measure, places: Mapping[int, Name]) -> str:
    """Under the notice: which desk issued it, and the day; of a proposal nothing."""
    if not one.data.get("number") or not one.data.get("decided_at"):
        return ""
    told = {"place": named(places.get(one.place)), "day": aloud(one.data["decided_at"])}
    return _("Issued by %(place)s on %(day)s.") % told


def let_through(data: Mapping[str, Any]) -> str:
    """Who is never held up; empty of a closure in fact, which names nobody."""
    if not data.get("passes"):
        return ""
    return _("Always let through, at once and without proof: %(passes)s.") % {
        "passes": listed("passes", data["passes"])
    }


def aloud(moment: dt.datetime | None) -> str:
    """A moment as it is read aloud."""
    return date_format(moment.astimezone(zone()), _("j F Y, H:i")) if moment else "–"


def day_aloud(day: str) -> str:
    return date_format(dt.date.fromisoformat(day), _("j F Y"))


def in_their_words(data: Mapping[str, Any]) -> str:
    """What whoever decided it wrote, where it is in the language of this notice; else that it is not."""
    told = spoken.asked(data)
    words = spoken.only(told) or told
    if lighter := eased(data):
        head = _(
            "In the words of whoever decided it before %(day)s, when it was made lighter; what stands above holds:"
        )
        return head % {"day": aloud(lighter[0]["at"])} + " " + words
    return _("In the words of whoever decided it:") + " " + words


def eased(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """By what it was made lighter since it was decided, oldest first."""
    return [one for one in data.get("changes", ()) if one["kind"] == "measure.eased"]


def collected(data: Mapping[str, Any]) -> str:
    """What is asked of people and when it is deleted; where that is nothing, no day."""
    if data["collects"] == "nothing":
        return _("Nothing is collected.")
    said = {"what": worded.choice(KIND, "collects", data["collects"]), "day": day_aloud(data["data_end"])}
    return _("Collected: %(what)s. Deleted on %(day)s.") % said


def decided(one: Measure, places: Mapping[int, Name]) -> str:
    """Who decided it, who approves or approved it, and by which law."""
    data = one.data
    told = {"place": named(places.get(one.place)), "basis": data["basis"], "number": data.get("number", ""),
            "approver": named(places.get(data.get("approver") or 0))}  # fmt: skip
    if data.get("number"):
        return _("Decided by %(place)s, approved by %(approver)s (%(number)s). Basis: %(basis)s.") % told
    return _("Proposed by %(place)s to %(approver)s. Basis: %(basis)s.") % told


def hours() -> dict[str, int]:
    """Within how many hours an appeal is answered."""
    values = shipped("appeals")["values"]
    return {name: int(values[f"{name}_h"]) for name in ("held_up", "urgent", "other")}


def changes(one: Measure) -> list[str]:
    """What became of it after it was approved, oldest first."""
    told: list[str] = []
    for change in one.data.get("changes", ()):
        told.append(format_html("{} {}", stamp(change["at"]), change_words(change)))
    return told


def change_words(change: Mapping[str, Any]) -> str:
    what = worded.called(change["kind"])
    parts = []
    if change.get("lifts"):
        parts.append(_("no longer limited: %(limits)s") % {"limits": listed("lifts", change["lifts"], "measure.eased")})
    if change.get("outing_days"):
        parts.append(_("shopping once in %(n)d days") % {"n": change["outing_days"]})
    if change.get("until"):
        parts.append(_("ends at %(until)s") % {"until": change["until"][:16].replace("T", " ")})
    if text := change.get("text") or change.get("evidence"):
        parts.append(spoken.marked(text))
    joined = format_html_join(_("; "), "{}", ((one,) for one in parts))
    return format_html(_("{what}: {parts}"), what=what, parts=joined)


def names_of(places: Sequence[int]) -> list[Name]:
    """These places by name; those that are none are left out."""
    found = names(sorted(set(places)))
    return [found[place] for place in places if place in found]


def places_of(found: Sequence[Measure]) -> dict[int, Name]:
    """The names of all places that these measures name."""
    return names(sorted({place for one in found for place in [
        one.place, *one.data["places"], *one.data.get("freed", ()), one.data["appeal"],
        *([one.data["approver"]] if one.data.get("approver") else []),
    ]}))  # fmt: skip
