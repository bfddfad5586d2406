"""The main links of the console: which there are for whom, and how much is owed behind each. Drawn once for each set of
rights, section, language and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop, override

from tongzhou.people.duties import NAMED, TODAY, page_of
from tongzhou.people.mine import Counts, Tally
from tongzhou.people.roles import ROLES

ANYBODY = frozenset(ROLES)
DESK = frozenset({"commander", "duty_officer", "community_lead"})
PLANNERS = DESK | {"supply_officer", "dispatcher"}
NEAR = frozenset({"epidemiologist", "community_doctor", "community_lead"})
# (address, section, words, sort of data that must be seen, roles of which one must be held)
LINKS: tuple[tuple[str, str, str, str, frozenset[str]], ...] = (
    (TODAY, "today", gettext_noop("Today"), "", ANYBODY),
    ("/waiting/", "waiting", gettext_noop("What waits"), "", ANYBODY),
    ("/board/", "board", gettext_noop("Board"), "counts", frozenset()),
    ("/report/sitrep", "report", gettext_noop("Situation report"), "counts", frozenset()),
    ("/alerts/", "alerts", gettext_noop("Alerts"), "counts", frozenset()),
    ("/reports/", "reports", gettext_noop("Reports"), "counts", frozenset()),
    ("/callbacks/", "callbacks", gettext_noop("Call-backs"), "", frozenset({"community_doctor"})),
    ("/clinic/", "clinic", gettext_noop("Fever clinic"), "", frozenset({"clinician"})),
    ("/cases/", "cases", gettext_noop("Cases"), "cases", frozenset()),
    ("/drafts/", "drafts", gettext_noop("Lists to look at"), "", NEAR | {"clinician", "grid_worker"}),
    ("/follow-up/", "follow_up", gettext_noop("Follow-up"), "", NEAR),
    ("/aftercare/", "aftercare", gettext_noop("Aftercare"), "", frozenset({"community_doctor", "grid_worker"})),
    ("/homes/", "homes", gettext_noop("Nobody alone"), "", NEAR),
    ("/find", "persons", gettext_noop("Find by number"), "persons", frozenset()),
    ("/warnings/", "warnings", gettext_noop("Warnings"), "warnings", frozenset()),
    ("/beds/", "beds", gettext_noop("Beds"), "beds", frozenset()),
    ("/supply/", "supply", gettext_noop("Days of cover"), "counts", PLANNERS | {"ward_nurse"}),
    ("/doorway/", "doorway", gettext_noop("Doors"), "households", frozenset()),
    ("/plan/", "plan", gettext_noop("Day plan"), "", PLANNERS),
    ("/morning/", "morning", gettext_noop("Morning"), "", DESK),
    ("/directives/", "directives", gettext_noop("Directives"), "", DESK),
    ("/requests/", "requests", gettext_noop("Requests"), "", DESK),
    ("/handover/", "handover", gettext_noop("Handover"), "", DESK),
    ("/sites/", "sites", gettext_noop("Sites"), "", frozenset(ROLES)),
    ("/erasures/", "erasures", gettext_noop("Erasures"), "", frozenset({"law_desk"})),
    ("/staff/", "staff", gettext_noop("Staff list"), "", frozenset({"staff_keeper"})),
    ("/me", "me", gettext_noop("My roles"), "", frozenset()),
)
CURRENT = mark_safe(' aria-current="page"')
Badges = tuple[tuple[str, Tally], ...]


def _entry(page: str) -> str:
    """The link behind which a page lies: the longest that it begins with."""
    return max((href for href, *_ in LINKS if page.startswith(href)), key=len, default=TODAY)


ENTRIES = {what: _entry(named.page) for what, named in NAMED.items()}


def badges(counts: Counts, rounds: Iterable[tuple[str, bool]] = ()) -> Badges:
    """Open duties and late ones by link, each round (what is to be done, whether it is late) as one; all of them behind
    Today."""
    found: dict[str, Tally] = {}
    turns = ((what, Tally(1, int(late))) for what, late in rounds)
    for what, tally in (*counts.by_what.items(), *turns):
        for href in {TODAY, ENTRIES.get(what, _entry(page_of(what)))}:
            held = found.get(href, Tally(0, 0))
            found[href] = Tally(held.n + tally.n, held.late + tally.late)
    return tuple(sorted(found.items()))


@lru_cache(maxsize=1024)
def drawn(
    roles: frozenset[str], sorts: frozenset[str], section: str, language: str, numbers: Badges = (), more: bool = False
) -> SafeString:
    """The links as HTML, the section's own marked, each with what is owed behind it."""
    owed = dict(numbers)
    with override(language):
        return format_html_join(
            "\n",
            '<a href="{}"{}>{}{}</a>',
            (
                (href, CURRENT if own == section else "", gettext(words), _number(owed.get(href), more))
                for href, own, words, sort, held in LINKS
                if (not sort or sort in sorts) and (not held or held & roles)
            ),
        )


def _number(tally: Tally | None, more: bool) -> SafeString:
    """How many are owed, and whether one of them is late: said, not only coloured."""
    if tally is None:
        return mark_safe("")
    words = gettext("%(n)d to do, %(late)d late") if tally.late else gettext("%(n)d to do")
    told = words % {"n": tally.n, "late": tally.late}
    kind = " late" if tally.late else ""
    return format_html(' <b class="count{}" title="{}">{}{}</b>', kind, told, tally.n, "+" if more else "")
