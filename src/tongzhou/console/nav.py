"""The navigation: at most seven groups of pages, which there are for whom, and how much is owed behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from tongzhou.pages.ask import PLACED
from tongzhou.people.duties import TODAY, page_of
from tongzhou.people.mine import Counts, Tally
from tongzhou.people.roles import AT_BEDS, ROLES

ANYBODY = frozenset(ROLES)
DESK = frozenset({"commander", "duty_officer", "community_lead"})
PLANNERS = DESK | {"supply_officer", "dispatcher"}
NEAR = frozenset({"epidemiologist", "community_doctor", "community_lead"})
# The seven groups, in the order in which they are shown; each shows only what its reader holds.
GROUPS = {
    "today": gettext_noop("Today"),
    "situation": gettext_noop("Situation"),
    "community": gettext_noop("Community"),
    "hospitals": gettext_noop("Hospital work"),
    "goods": gettext_noop("Goods"),
    "people": gettext_noop("People and staff"),
    "command": gettext_noop("Command"),
}
# (group, address, section, words, sort of data that must be seen, roles of which one must be held)
Link = tuple[str, str, str, str, str, frozenset[str]]
LINKS: tuple[Link, ...] = (
    ("today", TODAY, "today", gettext_noop("Today"), "", ANYBODY),
    ("today", "/waiting/", "waiting", gettext_noop("What waits"), "", ANYBODY),
    ("situation", "/board/", "board", gettext_noop("Board"), "counts", frozenset()),
    ("situation", "/report/sitrep", "report", gettext_noop("Situation report"), "counts", frozenset()),
    ("situation", "/alerts/", "alerts", gettext_noop("Alerts"), "counts", frozenset()),
    ("situation", "/levels/", "levels", gettext_noop("Levels"), "counts", frozenset()),
    ("situation", "/reports/", "reports", gettext_noop("Reports"), "counts", frozenset()),
    ("community", "/doorway/", "doorway", gettext_noop("Doors"), "households", frozenset()),
    ("community", "/doorway/slips", "slips", gettext_noop("Household slips"), "", frozenset({"community_lead"})),
    ("community", "/callbacks/", "callbacks", gettext_noop("Call-backs"), "", frozenset({"community_doctor"})),
    ("community", "/follow-up/", "follow_up", gettext_noop("Follow-up"), "", NEAR),
    ("community", "/aftercare/", "aftercare", gettext_noop("Aftercare"), "",
     frozenset({"community_doctor", "grid_worker"})),
    ("community", "/homes/", "homes", gettext_noop("Nobody alone"), "", NEAR),
    ("community", "/plan/", "plan", gettext_noop("Day plan"), "", PLANNERS),
    ("hospitals", "/clinic/", "clinic", gettext_noop("Fever clinic"), "", frozenset({"clinician"})),
    ("hospitals", "/beds/", "beds", gettext_noop("Beds"), "", AT_BEDS),
    ("goods", "/supply/", "supply", gettext_noop("Days of cover"), "counts", PLANNERS | {"ward_nurse"}),
    ("community", "/sites/", "sites", gettext_noop("Sites"), "", frozenset(ROLES)),
    ("people", "/cases/", "cases", gettext_noop("Cases"), "cases", frozenset()),
    ("people", "/drafts/", "drafts", gettext_noop("Lists to look at"), "", NEAR | {"clinician", "grid_worker"}),
    ("people", "/warnings/", "warnings", gettext_noop("Warnings"), "warnings", frozenset()),
    ("people", "/find", "persons", gettext_noop("Find by number"), "persons", frozenset()),
    ("people", "/erasures/", "erasures", gettext_noop("Erasures"), "", frozenset({"law_desk"})),
    ("people", "/staff/", "staff", gettext_noop("Staff list"), "", frozenset({"staff_keeper"})),
    ("command", "/morning/", "morning", gettext_noop("Morning"), "", DESK),
    ("command", "/measures/desk", "measures", gettext_noop("Measures"), "", DESK | {"law_desk"}),
    ("command", "/directives/", "directives", gettext_noop("Directives"), "", DESK),
    ("command", "/requests/", "requests", gettext_noop("Requests"), "", DESK),
    ("command", "/handover/", "handover", gettext_noop("Handover"), "", DESK),
)  # fmt: skip
Badges = tuple[tuple[str, Tally], ...]


def links() -> tuple[Link, ...]:
    """All entries: these, and those of the pages that declare their own."""
    declared = ((one.group, f"/{one.at}", one.section, one.words, one.sees, one.roles) for one in PLACED if one.group)
    return (*LINKS, *declared)


@lru_cache(maxsize=256)
def entry(what: str) -> str:
    """The link behind which a duty lies: the longest with which the address of its page begins."""
    page = page_of(what)
    return max((href for _group, href, *_ in links() if page.startswith(href)), key=len, default=TODAY)


def badges(counts: Counts, rounds: Iterable[tuple[str, bool]] = ()) -> Badges:
    """Open duties and late ones by link, each round (what is to be done, whether it is late) as one; all of them behind
    Today."""
    found: dict[str, Tally] = {}
    turns = ((what, Tally(1, int(late))) for what, late in rounds)
    for what, tally in (*counts.by_what.items(), *turns):
        for href in {TODAY, entry(what)}:
            held = found.get(href, Tally(0, 0))
            found[href] = Tally(held.n + tally.n, held.late + tally.late)
    return tuple(sorted(found.items()))


@dataclass(frozen=True)
class Entry:
    """One link of the navigation, with what is owed behind it."""

    href: str
    words: str
    current: bool
    owed: Tally | None

    @property
    def told(self) -> str:
        """How much is owed, and whether one of them is late: said, not only coloured."""
        if self.owed is None:
            return ""
        words = _("%(n)d to do, %(late)d late") if self.owed.late else _("%(n)d to do")
        return words % {"n": self.owed.n, "late": self.owed.late}


@dataclass(frozen=True)
class Group:
    """A group with its own pages. It leads to the first of them; its number is that of all of them."""

    entry: Entry
    pages: tuple[Entry, ...]


@lru_cache(maxsize=2048)
def drawn(
    roles: frozenset[str], sorts: frozenset[str], section: str, language: str, numbers: Badges = (), more: bool = False
) -> tuple[SafeString, SafeString]:
    """The rail of a desk and the foot of a phone, as HTML; there is one of each for a set of rights, a section, a
    language and numbers."""
    with override(language):
        found = groups(roles, sorts, section, dict(numbers))
        told = {"groups": found, "more": more, "few": found[:4], "current": section}
        return render_to_string("console/rail.html", told), render_to_string("console/foot.html", told)


def groups(roles: frozenset[str], sorts: frozenset[str], section: str, owed: Mapping[str, Tally]) -> list[Group]:
    """The groups of which the reader holds a page. Called in the reader's language."""
    found = []
    for group, words in GROUPS.items():
        pages = tuple(
            Entry(href, _(name), own == section, owed.get(href))
            for of, href, own, name, sort, held in links()
            if of == group and (not sort or sort in sorts) and (not held or held & roles)
        )
        if pages:
            behind = pages[:1] if group == "today" else pages
            tallies = [one.owed for one in behind if one.owed]
            total = Tally(sum(one.n for one in tallies), sum(one.late for one in tallies)) if tallies else None
            found.append(Group(Entry(pages[0].href, _(words), any(one.current for one in pages), total), pages))
    return found
