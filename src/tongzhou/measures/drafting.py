"""The two pages on which something enters the register: a proposal, and a closure that was found."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tongzhou.api.say import next_id, said
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.known import rows
from tongzhou.measures import asks, forms, gate, notice, register
from tongzhou.measures.entry import Measure
from tongzhou.measures.places import Picked, picker
from tongzhou.measures.reached import law_desk
from tongzhou.measures.vocabulary import DECIDES
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.templatetags.pages import named
from tongzhou.people.scope import union
from tongzhou.places.queries import names, official_code
from tongzhou.problems import Malformed, NotFound

FINDS = (*DECIDES, "community_lead", "grid_worker", "epidemiologist")
EARLIER = 12  # so many are offered to start from
# What an earlier one gives to a new proposal: all but its days, its evidence and why nothing lighter is enough.
KEPT = ("type", "text", "translation", "limits", "outing_days", "groups", "exposure", "venue", "basis", "aim",
        "passes", "support", "collects", "telephone", "appeal")  # fmt: skip


def own(ask: Ask, roles: Sequence[str]) -> int:
    """The place of the desk for which somebody speaks: the first that they hold in one of these roles."""
    return next(place for role, place in ask.holder.places if role in roles)


def named_places(places: Sequence[int]) -> list[tuple[int, str]]:
    found = names(sorted(set(places)))
    return [(place, named(found.get(place))) for place in places]


def _covers(ask: Ask, roles: Sequence[str]) -> str:
    return union([ask.holder.roles[role] for role in roles if role in ask.holder.roles])


@page("measures", roles=DECIDES)
def draft(ask: Ask) -> HttpResponse:
    """A measure is proposed: what the gate finds missing is told beside its field, and nothing is put to anybody before
    it is whole."""
    place, covers = own(ask, DECIDES), _covers(ask, DECIDES)
    with door.ledger() as ledger:
        chain = gate.above(ledger, place, ask.now)
    form = ask.form(forms.Draft, covers=covers, appeals=_appeals(chain), initial=_before(ask, place))

    def says() -> list[Said]:
        approver = gate.approver(chain, form.cleaned_data["type"])
        if approver is None:
            raise Malformed(_("no desk stands above yours that may approve this"), "type")
        appeal = int(form.cleaned_data["appeal"])
        proposed = form.said(ask.now, place, appeal=appeal, reporting=approver.id)
        return [proposed, *_takes_up(ask, str(proposed.id))]

    told = _("Put to the level above; it binds nobody before it is approved")
    whole = not form.is_bound or form.is_valid()
    if _picks(ask):
        form.unjudged()
    elif done := ask.take(form, says, to=reverse("measures_desk"), told=told):
        return done
    elif not whole:
        _told_at_once(ask, form, chain)
    _ask_about_others(ask, form)
    return ask.show(
        "measures/draft.html", form=form, own=named_places([place])[0][1], earlier=_earlier(ask, place),
        picker=picker(covers, place, ask.request.POST if ask.sent else None, _ticked(form)),
    )  # fmt: skip


def _takes_up(ask: Ask, again: str) -> list[Said]:
    """Where a proposal that was declined is mended, that is taken up with it."""
    before = register.one(ask.given("from"), ask.now) if ask.given("from") else None
    if before is None or before.state != "declined":
        return []
    body = {"measure": before.key, "again": again}
    return [said("measure.dropped", next_id(uuid.UUID(again), 1), ask.now, before.place, body)]


def _told_at_once(ask: Ask, form: forms.Draft, chain: Sequence[gate.Stands]) -> None:
    """Beside what is not filled in stands what the gate says of the rest."""
    with door.ledger() as ledger:
        told = gate.at_once(ledger, form.cleaned_data, chain, ask.now, official_code(chain[0].id, ledger))
    for field, words in told:
        if field in form.fields and field not in form.errors:
            form.add_error(field, words)


def _picks(ask: Ask) -> bool:
    """Was a place looked for, rather than the form sent? Enter in the search box looks, too."""
    sent = ask.request.POST
    return ask.sent and ("pick" in sent or (bool(sent.get("find", "").strip()) and "send" not in sent))


def _ticked(form: forms.Draft) -> list[int]:
    field = form.fields["picked"]
    given = form["picked"].value() if form.is_bound else ()
    return [int(one) for one in given or () if isinstance(field, Picked) and field.valid_value(one)]


def _ask_about_others(ask: Ask, form: forms.Draft) -> None:
    """Those that look like this one, each with its link, to be ticked where both are meant; where there are none, the
    question is not there."""
    given = getattr(form, "cleaned_data", {})
    whole = form.is_bound and all(given.get(name) for name in ("type", "places", "start", "until"))
    offered = others(ask, given, [given.get("renews")]) if whole else []
    form.fields["beside"].choices = offered  # type: ignore[attr-defined]
    form.fields["beside"].required = True  # to be answered now, not left open
    if not offered:
        del form.fields["beside"]


def others(ask: Ask, data: Mapping[str, Any], but: Sequence[object]) -> list[tuple[str, Any]]:
    """Measures of the same kind at the same place for the same days: their keys, and a link with title and days."""
    with door.ledger() as ledger:
        keys = asks.alike(ledger, data, but)
    found = [one for key in keys if (one := register.one(key, ask.now))]
    places = notice.places_of(found)
    return [(one.key, _linked(one, notice.title(one, places))) for one in found]


def _linked(one: Measure, title: str) -> str:
    told = (
        f"{title} · {_(notice.PHASES[one.phase])} · {notice.day_hour(one.data['start'])} – {notice.day_hour(one.ends)}"
    )
    return format_html('<a href="{}" target="_blank">{}</a>', reverse("measure_work", args=[one.key]), told)


def _appeals(chain: Sequence[gate.Stands]) -> list[tuple[int, str]]:
    """Who may answer: the law desk of the place that decides, or of one above it."""
    return [(one.id, _("law desk of %(place)s") % {"place": named(names([one.id])[one.id])})
            for one in chain]  # fmt: skip


def _earlier(ask: Ask, place: int) -> list[tuple[str, str]]:
    """Earlier proposals of this desk to start from, one of each kind and place, the newest first."""
    found = [one for one in register.measures(ask.now, states=(*register.PUBLIC, "drafted", "declined", "dropped"))
             if one.place == place and one.state != "in_fact" and not one.data.get("found_at")]  # fmt: skip
    places = notice.places_of(found)
    titles: dict[str, str] = {}
    for one in found:
        titles.setdefault(notice.title(one, places), one.key)
    return [(key, title) for title, key in titles.items()][:EARLIER]


def _before(ask: Ask, place: int) -> dict[str, Any]:
    """What stands in an empty form: the telephone of the law desk, as households read it, else of this one; the
    exceptions that the gate asks for; of an earlier
    measure that it goes on from, or starts from, all but its days and its evidence."""
    number = next(iter(rows("desk", key=str(place))), None)
    with door.ledger() as ledger:
        law = law_desk(ledger, place, ask.now)
    given: dict[str, Any] = {"telephone": law or (number["data"]["telephone"] if number else "")}
    given["passes"] = list(gate.terms("exceptions"))
    if renews := ask.given("renews"):
        before = _of(ask, renews, ("drafted", "declined", "in_fact"))
        return given | _kept(before.data) | {"renews": renews, "start": before.ends}
    if start := ask.given("from"):
        return given | _kept(_of(ask, start, ("in_fact",)).data)
    return given


def _of(ask: Ask, key: str, but: Sequence[str]) -> Measure:
    found = register.one(key, ask.now)
    if found is None or found.phase in but or found.data.get("found_at"):
        raise NotFound()
    return found


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    where = [*data["places"], *data.get("freed", ())]
    return {name: data.get(name) for name in KEPT} | {
        "buildings": "、".join(data.get("buildings") or ()),
        "places": "、".join(words for _place, words in named_places(where)),
    }


@page("measures", roles=FINDS)
def found(ask: Ask) -> HttpResponse:
    """A closure that holds in fact is entered as it is."""
    place = own(ask, FINDS)
    with door.ledger() as ledger:
        chain = gate.above(ledger, place, ask.now)
    form = ask.form(forms.Found, covers=_covers(ask, FINDS), appeals=_appeals(_counties(chain)))

    def says() -> list[Said]:
        return [form.said(ask.now, place, appeal=int(form.cleaned_data["appeal"]))]

    done = ask.take(
        form, says, to=reverse("measure_work", args=[form.fact_id]), told=_("Entered; it is public from now on")
    )
    return done or ask.show("measures/found.html", form=form)


def _counties(chain: Sequence[gate.Stands]) -> list[gate.Stands]:
    """From the county up: below it there is no law desk."""
    return [one for one in chain if gate.RANKS.index(gate.BODIES.get(one.level, "community")) >= 2] or list(chain)
