"""Lines of what is owed as the page draws them: in words, with their row, their clock and their acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.db import connection
from django.forms import BoundField
from django.http import QueryDict
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.cases.queries import place_names
from tongzhou.ledger import worded
from tongzhou.ledger.time import zone
from tongzhou.pages.acts import ACTS, READS, Act, Reads
from tongzhou.people import clocks, ringing
from tongzhou.people.duties import page_of
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons
from tongzhou.persons import showing
from tongzhou.problems import Problem
from tongzhou.sites import addresses
from tongzhou.sites.templatetags.doors import entrance
from tongzhou.today import mine, whose
from tongzhou.today.acts import URGES
from tongzhou.today.templatetags.today import called_place
from tongzhou.waiting import words
from tongzhou.waiting.queries import rows_of

# What one does in one go; in the order of the page. The first group is what presses, whatever it is: medicine that is
# wanted in four days does not, yet.
NOW = dt.timedelta(hours=24)
OLD = dt.timedelta(days=7)  # what is late by more stands in a fold of its own: it buries nothing of today
DANGER = 3  # urgency of what may cost a life: it is never folded
GROUPS = (
    ("now", gettext_noop("Now")),
    ("ring", gettext_noop("To ring")),
    ("see", gettext_noop("To see")),
    ("beds", gettext_noop("Beds")),
    ("trips", gettext_noop("Trips")),
    ("bring", gettext_noop("To bring and to do")),
    ("cases", gettext_noop("Cases and contacts")),
    ("desk", gettext_noop("At the desk")),
    ("old", gettext_noop("Older than a week: settle it, or give it up with a reason")),
)
OF = {
    "call_back": "ring", "call_again": "ring", "send_on": "ring", "close_call": "ring", "follow_up": "ring",
    "tell_begin": "ring", "tell_end": "ring", "ask_after": "ring", "see_after_symptoms": "ring",
    "find_who_did_not_come": "ring", "symptoms_to_clinic": "ring", "visit_hospital": "ring",
    "ask_for_receipt": "ring",
    "receive_referral": "see", "examine": "see",
    "assign_bed": "beds", "answer_promise": "beds", "bring_patient": "beds", "admit": "beds", "clean_bed": "beds",
    "pick_up": "trips", "hand_over": "trips", "free_vehicle": "trips",
    "reopen_bed": "beds", "close_house": "beds",
    "bring": "bring", "bring_medicine": "bring", "look_for_another_way": "bring", "do_task": "bring",
    "settle_task": "bring", "name_carer": "bring",
    "confirm_drive": "trips", "fetch_rider": "trips", "arrive": "trips", "fetch_home": "trips", "bring_home": "trips",
    "plan_car": "trips", "send_car": "trips", "replan_drive": "trips", "find_rider": "trips",
    "fetch_bag": "bring", "carry_bag": "bring", "settle_bag": "bring", "collect_bag": "bring", "return_card": "bring",
    "report_case": "cases", "link_card": "cases", "receive_case": "cases", "investigate_case": "cases",
    "classify_case": "cases", "offer_case": "cases", "settle_bed": "cases",
    "find_contact": "cases", "judge_symptoms": "cases", "answer_letter": "cases", "send_letter": "cases",
    "search_again": "cases",
}  # fmt: skip

# Pages of work where a subject stands under a mark of its own, with its door, its name and its number.
MARKED = frozenset({"/callbacks/", "/follow-up/", "/aftercare/"})
MARKS = {"exception": "e", "observation": "o", "aftercare": "a"}


@dataclass(frozen=True)
class Failed:
    """An act that was refused: on which line, which act, why, and what had been typed."""

    name: str
    act: str
    problem: Problem
    form: QueryDict


@dataclass(frozen=True)
class Opened:
    """Name and telephone that were opened on a line, and what for."""

    line: str
    told: dict[str, str]
    purpose: str


@dataclass(frozen=True)
class Unfolded:
    """Of a long page, the line that is drawn with all its forms, and which of its acts was opened."""

    line: str = ""
    act: str = ""

    @staticmethod
    def read(text: str) -> Unfolded:
        line, _dot, act = text.rpartition("~")
        return Unfolded(line, act)


@dataclass
class Offered:
    """An act with its fields as they are drawn. `to`: what it is done to; `carries`: what is sent with it; `folded`:
    its fields are drawn when it is opened."""

    act: Act
    href: str
    fields: list[BoundField]
    open: bool
    to: str
    carries: Mapping[str, str]
    name: str = ""
    folded: bool = False

    @property
    def label(self) -> str:
        """The words of its button."""
        return capfirst(_(self.act.label))

    @property
    def drawn(self) -> str:
        """Its fields as HTML. They are the same on every line but for their ids and for what may be chosen: each sort
        is drawn once."""
        if self.open or not self.name:
            return mark_safe("".join(str(one.as_field_group()) for one in self.fields))
        stands = tuple(f"{one.name} {one.value()} {list(getattr(one.field, 'choices', ()))}" for one in self.fields)
        key = (id(self.act), get_language(), stands)
        if key not in _DRAWN:
            if len(_DRAWN) > 2000:
                _DRAWN.clear()
            _DRAWN[key] = "".join(str(one.as_field_group()) for one in self.fields).replace(self.name, _LINE)
        return mark_safe(_DRAWN[key].replace(_LINE, self.name))


_LINE = "{line}"
_DRAWN: dict[tuple[int, str | None, tuple[str, ...]], str] = {}  # by all that can differ between two lines


@dataclass
class Shown:
    """A line as it is drawn. `state`: "late", "soon" or nothing; `about`: the subject in words; `door`: as people say
    it; `code`: the person's number where nothing else of them may be seen; `others`: those who depend on the household;
    `ring`: whom to ring where it came up from below."""

    line: mine.Line
    due: dt.datetime
    state: str
    left: dt.timedelta
    about: words.Called
    row: dict[str, Any] | None
    place: tuple[str, str] | None
    from_place: tuple[str, str] | None
    acts: list[Offered]
    grave: list[Offered]
    colleagues: list[tuple[int, str]]
    form: str
    ring: ringing.Ring | None = None
    failed: Failed | None = None
    roles: frozenset[str] = frozenset()
    door: str = ""
    code: str = ""
    others: Sequence[dict[str, Any]] = ()
    opened: Opened | None = None
    folded: bool = False  # its forms are drawn when it is opened
    more: bool = False  # what every line has stands open
    stairwell: str = ""
    home_called: str = ""
    then: str = ""  # the lines that follow it on the page, as its forms send them
    unnumbered: bool = False  # the first line from a place that has no telephone of its own: it says so, the others not

    @property
    def home(self) -> int:
        """Where it lies: its subject, or the desk that owes first."""
        return self.row["place"] if self.row else self.line.at

    @property
    def names(self) -> bool:
        """May the name be opened from here? Whoever owes an act on somebody has the purpose."""
        asks = self.line.noun in showing.ACTS and self.line.what not in showing.NAMELESS
        return self.row is not None and asks and self.opened is None and not self.row.get("sealed")

    @property
    def unheld(self) -> bool:
        """Does it fall to the desk because nobody holds the post there?"""
        return self.line.step == 0 and self.line.role not in ("desk", *self.roles)

    @property
    def page(self) -> str:
        """Where the subject stands: its own page, or for the post that owes the page of that work, at the subject."""
        if self.about.href or self.row is None or self.line.step or self.unheld:
            return self.about.href
        page, mark = page_of(self.line.what), MARKS.get(self.line.noun, "")
        return f"{page}#{mark}-{self.line.key}" if mark and page in MARKED else ""

    @property
    def beside(self) -> bool:
        """Does the refusal of an act stand beside the field that it names?"""
        return any(field.errors for offered in (*self.acts, *self.grave) if offered.open for field in offered.fields)

    @property
    def id(self) -> str:
        return id_of(self.line)

    @property
    def group(self) -> str:
        if self.state == "late" and self.left > OLD and self.line.urgency < DANGER:
            return "old"
        presses = self.line.urgency >= 2 and (self.state == "late" or self.left <= NOW)
        return "now" if presses else OF.get(self.line.what, "desk")


def id_of(line: mine.Line) -> str:
    """By which the page knows a line."""
    return id_by(line.subject, line.what, line.at)


def id_by(subject: str, what: str, at: int | str) -> str:
    """The same, by what a form says of its line."""
    return f"d-{subject}-{what}-{at}".replace("/", "-").replace(".", "-")


def row(line: mine.Line, holder: Holder, now: dt.datetime) -> dict[str, Any] | None:
    """The row that a line is about, flat, as acts take it; None where the reader may only know that it is owed."""
    return read([line], holder, now).get(line.name)


def read(
    found: Sequence[mine.Line], holder: Holder, now: dt.datetime, held: Mapping[str, dict[str, Any]] | None = None
) -> dict[str, dict[str, Any]]:
    """The rows by the names of the lines, where they may be seen, each with what its acts are drawn with: read together
    for all lines of the duties that read alike. `held`: the rows by subject, where they were read already."""
    held = rows_of({line.subject for line in found}) if held is None else held
    told = {line.name: with_contradiction(line, flat(held[line.subject])) for line in found if line.subject in held}
    persons.attach(told.values(), [one for row in told.values() for one in at_home(row)])
    asked: dict[Reads, list[dict[str, Any]]] = {}
    for line in found:
        if line.name in told and line.what in READS:
            asked.setdefault(READS[line.what], []).append(told[line.name])
    for reads, ones in asked.items():
        reads(ones, holder, now)
    return told


def at_home(row: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Who depends on somebody at a door; a case says under the same name only whether anybody does."""
    held = row.get("dependants")
    return held if isinstance(held, list) else ()


def flat(found: dict[str, Any]) -> dict[str, Any]:
    return {**found["data"], "key": found["key"], "place": found["place"], "state": found["state"],
            "subject": f"{found['noun']}/{found['key']}"}  # fmt: skip


_CONTRADICTING = """
select f.id, k.name, f.body, f.effective_at from ledger_conflict c join ledger_fact f on f.id = any(c.facts)
join ledger_kind k on k.id = f.kind where c.noun = %s and c.key = %s order by f.effective_at, f.id
"""


def with_contradiction(line: mine.Line, one: dict[str, Any]) -> dict[str, Any]:
    """Where words contradict each other: which they are, in words."""
    if line.what != "find_out":
        return one
    with connection.cursor() as cursor:
        cursor.execute(_CONTRADICTING, [line.noun, line.key])
        told = [(str(id), f"{stamp(at)} {worded.said(kind, msgspec.json.decode(body))}")
                for id, kind, body, at in cursor.fetchall()]  # fmt: skip
    return one | {"choices": told, "conflicting": [id for id, _told in told]}


def lines(
    found: Sequence[mine.Line],
    holder: Holder,
    now: dt.datetime,
    failed: Failed | None,
    opened: Opened | None = None,
    unfolded: Unfolded | None = None,
) -> list[Shown]:
    """The lines with what the reader may see of their subjects, read together. `unfolded`: only this one is drawn with
    all its forms; without it every line is."""
    told, called = read(found, holder, now), words.called({line.subject for line in found}, whose=False)
    names = place_names(sorted({place for line in found for place in (line.at, line.place)}
                               | {one["place"] for one in told.values()}))  # fmt: skip
    doors = addresses.of(one.get("household") for one in told.values())
    codes = persons.codes(line.subject for line in found if line.name not in told)
    phones = ringing.telephones((line.at, line.place) for line in found if line.step)
    first = mine.first_posts(found)
    others: dict[tuple[str, int, str], list[tuple[int, str]]] = {}
    holding: dict[tuple[str, int], list[str]] = {}
    drawn = []
    for line in found:
        one = told.get(line.name)
        folds = unfolded is not None and id_of(line) != unfolded.line and not (failed and failed.name == line.name)
        act = unfolded.act if unfolded and not folds else ""
        post = first.get(line.name, line.role)
        if line.step and line.at not in phones and (post, line.at) not in holding:
            holding[post, line.at] = mine.called(post, line.at)
        late = whose.late(line, first.get(line.name), names, holding.get((post, line.at), []))
        if (line.role, line.at, post) not in others and not folds:
            others[line.role, line.at, post] = [c for c in mine.helpers(line, post) if c[0] != holder.by]
        mine_failed = failed if failed and failed.name == line.name else None
        offered = offers(line, one, mine_failed, id_of(line), act, folded=folds)
        if one and late:
            one["told"] = [*one.get("told", ()), *late]
        drawn.append(
            Shown(
                line, line.due, clocks.state(line.since, line.due, line.urgency, now), abs(line.due - now),
                words.Called(one["called"]) if one and "called" in one else called[line.subject], one,
                names.get(line.at), names.get(line.at) if line.step else None,
                [o for o in offered if not o.act.grave], [o for o in offered if o.act.grave],
                others.get((line.role, line.at, post), []), str(uuids.uuid7()), phones.get(line.at),
                mine_failed, frozenset(holder.roles), _where(one, doors, names) or " ".join(late),
                codes.get(line.subject, ""),
                [d for d in at_home(one) if d["left"]] if one else (),
                opened if opened and opened.line == line.name else None, folds, act == "more",
                entrance(doors.get(one.get("household", 0))) if one else "",
                called_place(names.get(one["place"] if one else line.at)),
            )
        )  # fmt: skip
    _say_once(drawn)
    return drawn


def _say_once(drawn: Sequence[Shown]) -> None:
    """That a place has no telephone of its own is said on the first line from it."""
    told: set[int] = set()
    for one in drawn:
        if one.ring and one.ring.place != one.line.at:
            one.unnumbered = one.line.at not in told
            told.add(one.line.at)


def _where(one: dict[str, Any] | None, doors: Mapping[int, Any], names: Mapping[int, tuple[str, str]]) -> str:
    told: str = one["where"] if one and "where" in one else whose.where(one, doors, names)
    return told


def offered_to(line: mine.Line) -> list[Act]:
    """The acts of a duty for whom it is on this step: what only its own post may say is not offered further up."""
    return [act for act in ACTS.get(line.what, ()) if not (act.own and line.step)]


def offers(
    line: mine.Line,
    one: dict[str, Any] | None,
    failed: Failed | None = None,
    name: str = "",
    opened: str = "",
    *,
    folded: bool = False,
    alike: dict[int, list[BoundField]] | None = None,
) -> list[Offered]:
    """The acts offered on a line, each with its fields as they are drawn; `name`: by which the page knows the line;
    `opened`: the act whose fields stand open; `folded`: no fields are drawn. `alike`: keeps the fields of acts that ask
    the same on every line, for the lines of one request. Where it came up and nothing can be said of it here, whoever
    owes it is rung."""
    found: list[Offered] = []
    for act in offered_to(line) if one is not None else ():
        assert one is not None
        if act.when and not act.when(one):
            continue
        if folded and act.form:
            found.append(Offered(act, act.page(one) if act.page else "", [], False, "", {}, folded=True))
            continue
        wrong = failed if failed and failed.act == act.name else None
        kept = alike.get(id(act)) if alike is not None else None
        form = None if kept is not None else act.made(one, f"{name}-{act.name}", wrong.form if wrong else None)
        if form and wrong and wrong.problem.field.removeprefix("body.") not in form.errors:
            form.refused(wrong.problem)
        fields = act.fields(form) if kept is None else kept
        if alike is not None and act.with_ is None:
            alike[id(act)] = fields
        found.append(
            Offered(
                act,
                act.page(one) if act.page else "",
                fields,
                wrong is not None or act.name == opened,
                act.to(one) if act.to else "",
                act.carries(one) if act.carries else {},
                f"{name}-{act.name}" if name else "",
            )
        )
    if line.step and not any(offered.act.says for offered in found):
        found += [Offered(act, "", [], False, "", {}) for act in URGES]
    return found


def groups(found: Sequence[Shown]) -> list[tuple[str, str, list[Shown]]]:
    """(code, heading, lines) of the groups that hold anything."""
    return [(code, _(name), _in_order(code, held)) for code, name in GROUPS
            if (held := [one for one in found if one.group == code])]  # fmt: skip


def _in_order(code: str, held: list[Shown]) -> list[Shown]:
    """What is late stands above what is due tonight, however routine it was; what presses stands by danger."""
    return held if code == "now" else sorted(held, key=lambda one: one.state != "late")


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(zone()).strftime("%H:%M")
