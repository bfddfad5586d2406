"""Every kind of fact as somebody might say it of another's subject: the speeches that `benchmarks/attack.py` tries.

A side is a county with a community, a door, beds and people in every role. `found` says what a side may lawfully say,
so that it has a subject of every noun; `SPEECHES` are words about such subjects, each fit to follow what `found` said.
Kinds that an older edition does not know are left out where it is attacked.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import uuid_utils.compat as uuids

from tongzhou.command import sitrep
from tongzhou.gates.number import numbered
from tongzhou.ledger import door
from tongzhou.ledger.kinds import KINDS, Kind
from tongzhou.ledger.sampled import KEY, sampled
from tongzhou.ledger.ways import Envelope
from tongzhou.people.scope import EVERYWHERE, Holder, set_scope
from tongzhou.sanitation import rule as disinfected_by

COUNTY_ROLES = (
    "epidemiologist",
    "clinician",
    "dispatcher",
    "ward_nurse",
    "duty_officer",
    "supply_officer",
    "price_monitor",
    "publisher",
    "law_desk",
)
COMMUNITY_ROLES = ("community_doctor", "community_lead", "grid_worker", "volunteer", "pharmacist")
WRITTEN = ("case", "other", "contact", "exception", "need", "task", "directive", "support", "letter", "referral",
           "request", "patient", "discharged", "warning", "handover", "view", "person", "someone",
           "ruling", "measure", "proposal", "closure", "appeal", "gate_list", "liaison",
           "manifest", "remedy", "script", "bag", "card", "lift", "drive", "price", "produce",
           "produce_offer", "market_alert", "offer", "basket", "change")  # fmt: skip
DAY = "2020-03-10"
YESTERDAY = f"{dt.datetime.now(dt.UTC) - dt.timedelta(days=1):%Y-%m-%d}"  # where a day may not be long ago
RECENT = {"day": YESTERDAY, "hour": f"{YESTERDAY}T09:00:00+08:00"}
WISH = {"line": 1, "units": 1, "price": 3_000, "grams": 5_000, "group": "grain"}
OTHER = "0170bbd2-0000-7000-8000-000000000009"


@dataclass
class Side:
    """A county and what it has. `ids`: the keys of its subjects by name."""

    county: int
    community: int
    unit: str  # the place key of the county
    community_unit: str
    ward: int
    facility: str
    tokens: dict[str, str]
    above: str  # the token of a duty officer of the province
    doors: Iterator[int]
    free_beds: Iterator[int]
    household: int = 0
    beds: tuple[int, int, int, int] = (0, 0, 0, 0)  # free, promised, lain in, left
    ids: dict[str, str] = field(default_factory=dict)

    def fresh(self) -> Side:
        """The same county before a new subject of each noun is founded; their keys are known already."""
        beds = (next(self.free_beds), next(self.free_beds), next(self.free_beds), next(self.free_beds))
        ids = {name: str(uuids.uuid7()) for name in FOUNDED}
        return dataclasses.replace(self, household=next(self.doors), beds=beds, ids=ids)

    def unknown(self) -> Side:
        """Subjects that there are not, of a county that there is."""
        return dataclasses.replace(
            self, ward=77_000_000, facility="nowhere", household=88_000_000, beds=(99_000_000,) * 4,
            ids={name: str(uuids.uuid7()) for name in FOUNDED}, unit="no.unit", community_unit="no.community",
        )  # fmt: skip

    @property
    def gate(self) -> str:
        """The key of the gate of its community."""
        return f"gate.{self.community}"

    @property
    def compound(self) -> str:
        """The key of the compound of its community, which nobody manages."""
        return f"compound.{self.community}"

    @property
    def shop(self) -> str:
        """The key of a shop of its community."""
        return f"shop.{self.community}"

    @property
    def point(self) -> str:
        """The key of the delivery point of its community."""
        return f"point.{self.community}"

    def place(self, role: str) -> int:
        return self.community if role in COMMUNITY_ROLES else self.county

    def subjects(self) -> list[str]:
        """Whatever a word about this side may touch, whether it is there or not."""
        ids = self.ids
        plain = (*FOUNDING, "contact", "exception", "need", "task", "directive", "support", "letter", "referral",
                 "request", "view", "person", "ruling", "appeal", "gate_list", "liaison",
                 "manifest", "remedy", "script", "bag", "card", "lift", "drive", "price", "produce",
                 "produce_offer", "offer", "basket", "change")  # fmt: skip
        return [
            f"gate/{self.gate}", f"gate_day/{self.gate}/{DAY}", f"call/{ids['liaison']}", f"compound/{self.compound}",
            f"certificate/{self.community}", f"free_list/{self.county}", f"order/{ids['offer']}.{self.household}",
            *(f"{noun}/{ids[noun]}" for noun in plain),
            *(f"measure/{ids[name]}" for name in ("measure", "proposal", "closure")),
            *(f"{noun}/{ids[name]}" for name in ("case", "other") for noun in ("case", "interview")),
            *(f"{noun}/{ids[name]}" for name in ("patient", "discharged") for noun in ("request", "aftercare")),
            f"observation/{ids['contact']}", f"aftercare/{ids['request']}", f"warning/{ids['warning']}",
            *(f"bed/{bed}" for bed in self.beds), f"ward/{self.ward}", f"facility/{self.facility}",
            f"home/{self.household}", f"desk/{self.county}", f"duty/{self.county}", f"stand_in/{self.county}",
            f"decision/{self.county}/{DAY}/1", f"stock/{self.county}/{self.facility}/coverall",
            f"alert/growth/{self.county}/{DAY}", f"bulletin/{self.unit}/{DAY}",
            f"published_community/{self.community_unit}", f"level/{self.county}",
        ]  # fmt: skip


@dataclass(frozen=True)
class Speech:
    """A word about the subjects of `of`, said by somebody in a role of their own side."""

    kind: str
    role: str
    way: Literal["founds", "holds", "invited", "cites"]
    body: Callable[[Side, Side], dict[str, Any]]  # (whose subjects, who speaks)
    name: str = ""
    quiet: bool = False  # need change nothing where it is said with right
    from_above: bool = False  # only a level above both sides has the right to say it
    elsewhere: bool = False  # lawful in a state that only its own tests make: a clinic heard here for 14 days

    @property
    def mixed(self) -> bool:
        """Half of its subjects are the speaker's own."""
        halves = ("their request", "their patient", "their bed")
        return ("their" in self.name and "own" in self.name) or self.name in halves

    def __str__(self) -> str:
        return f"{self.kind}{f' ({self.name})' if self.name else ''}"


def fact(kind: str, place: int, at: dt.datetime, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"id": str(uuids.uuid7()), "kind": kind, "effective_at": at.isoformat(), "place": place, "body": body}
    return made | {name: value for name, value in more.items() if value is not None}


Turn = tuple[str, list[dict[str, Any]]]


def found(side: Side, start: dt.datetime, inviting: Side | None = None) -> list[Turn]:
    """What a side says so that it has one of everything, in turns of one speaker each. With `inviting` its subjects
    name the other side's places: where the person lives, which clinic, which desk is to answer."""
    at = start
    turns: list[Turn] = []
    home = inviting.community if inviting else side.community
    there = inviting.county if inviting else side.county

    def say(role: str, kind: str, body: dict[str, Any], name: str = "", **more: Any) -> None:
        nonlocal at
        at += dt.timedelta(milliseconds=1)
        one = fact(kind, side.place(role), at, body, **more)
        if name:
            one["id"] = side.ids[name]
        if turns and turns[-1][0] == side.tokens[role]:
            turns[-1][1].append(one)
        else:
            turns.append((side.tokens[role], [one]))

    ids, door = side.ids, side.household
    suspected = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "age": 44}
    say("epidemiologist", "case.identified", suspected, "case", home=home, reporting=side.county)
    say("epidemiologist", "case.identified", {**suspected, "age": 45}, "other", home=home, reporting=side.county)
    say("epidemiologist", "sample.taken", {"case": ids["case"], "label": "T1"})
    say("epidemiologist", "interview.answered", {"case": ids["case"], "line": "visits", "answer": "2"})
    near = {"case": ids["case"], "category": "household", "first_day": DAY, "last_day": DAY, "household": door}
    say("epidemiologist", "contact.named", near, "contact", home=home)
    say("epidemiologist", "letter.sent", {"case": ids["case"], "contacts": [ids["contact"]]}, "letter", reporting=there)
    on = [f"case/{ids['case']}"]
    say("epidemiologist", "view.saved", {"name": "Ours"}, "view")
    for name in ("person", "someone"):
        say("epidemiologist", "person.founded", {"sex": "male", "age": 44}, name, home=home)
    say("community_doctor", "dependant.stated", {"household": door, "who": "child", "on": on, "years": 6})
    say("community_doctor", "member.left", {"household": door, "who": on[0]})
    fever = {"household": door, "concerns": ["fever"]}
    say("community_doctor", "exception.raised", fever, "exception")
    referral = {"exception": ids["exception"], "household": door}
    say("community_doctor", "referral.made", referral, "referral", reporting=there)
    issued = {"what": "service", "text": "Ask at every door", "to": sorted({side.community, there}),
              "due": (start + dt.timedelta(days=1)).isoformat()}  # fmt: skip
    if inviting:  # only a level above both sends one directive to both
        one = fact("directive.issued", 1, at, issued)
        turns.append((side.above, [one | {"id": ids["directive"]}]))
    else:
        say("duty_officer", "directive.issued", issued, "directive")
    say("duty_officer", "support.requested", {"what": "staff", "text": "Ten nurses"}, "support", reporting=there)
    for name in ("measure", "proposal"):
        say("duty_officer", "measure.drafted", measure(side, at), name, reporting=1)
    approved = {"measure": ids["measure"], "version": ids["measure"], "number": "7"}
    turns.append((side.above, [fact("measure.approved", 1, at, approved)]))
    say("duty_officer", "measure.found", closure(side), "closure")
    say("duty_officer", "ruling.asked", {"rule": "WORK-01", "text": "May a printer work"}, "ruling", reporting=there)
    say("law_desk", "appeal.made", appeal(side), "appeal", reporting=side.county)
    say("duty_officer", "desk.numbered", {"place": side.county, "telephone": "027-8500 0001"})
    say("duty_officer", "duty.handed_over", {"place": side.county, "to": 1}, "handover")
    decided = {"place": side.county, "day": DAY, "number": 1, "text": "Twenty nurses go", "owner": "dispatcher",
               "at": side.county, "due": issued["due"]}  # fmt: skip
    say("duty_officer", "decision.taken", decided)
    say("community_lead", "need.stated", {"household": door, "items": {"food": 1}}, "need")
    say("community_lead", "task.set", {"what": "visit", "household": door}, "task")
    say("community_lead", "gate_list.taken_in", {"gate": side.gate, "day": YESTERDAY}, "gate_list")
    say("community_lead", "liaison.needed", {"household": door, "who": "old", "basis": "asked"}, "liaison")
    say("community_lead", "remedy.wanted", remedy(side), "remedy")
    say("community_lead", "waste.collected", waste(), "manifest", reporting=there)
    say("community_lead", "offer.drawn", group_offer(side), "offer")
    say("community_lead", "price.quoted", price(side), "price")
    say("community_lead", "produce.reported", produce(), "produce", reporting=side.county)
    say("supply_officer", "produce.offered", offered(side, inviting), "produce_offer")
    asked = {"infection": "confirmed", "severity": "mild", "age": 44}
    for name in ("request", "patient", "discharged"):
        say("clinician", "bed.requested", asked, name, home=home)
    say("clinician", "warning.given", {"what": "cluster", "patients": 3}, "warning")
    for noun, kind in FOUNDING.items():
        say(_speaker(KINDS[kind]), kind, another(kind, side), noun)
    promises = [(ids[name], side.beds[n]) for name, n in (("patient", 2), ("discharged", 3))]
    for request, bed in promises:
        say("dispatcher", "bed.assigned", {"request": request, "bed": bed, "ward": side.ward})
    for request, bed in promises:
        say("ward_nurse", "patient.admitted", {"request": request, "bed": bed, "ward": side.ward})
    left = {"request": ids["discharged"], "bed": side.beds[3], "how": "discharged", "destination": "home"}
    say("ward_nurse", "patient.left", left)
    say("ward_nurse", "bed.closed", {"bed": side.beds[0]})
    say("ward_nurse", "bed.cleaned", {"bed": side.beds[0]})
    say("ward_nurse", "ward.counted", {"ward": side.ward, "staffed": 30})
    say("supply_officer", "stock.counted", {"place": side.county, "house": side.facility, "item": "coverall",
                                            "usable": 100})  # fmt: skip
    return turns


def price(side: Side) -> dict[str, Any]:
    return {"site": side.shop, "item": "rice", "source": "shelf", "fen": 300, "unit": "g500"}


def produce() -> dict[str, Any]:
    return {"item": "cabbage", "kg": 1_000, "until": f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=5):%Y-%m-%d}"}


def group_offer(side: Side) -> dict[str, Any]:
    line = {"name": "rice", "grams": 5_000, "price": 3_000, "stock": 9, "group": "grain"}
    delivers = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    return {"supplier": side.shop, "point": side.point, "lines": [line], "closes": _in_time(),
            "delivers": f"{delivers:%Y-%m-%d}"}  # fmt: skip


def _order(**body: Any) -> Callable[[Side, Side], dict[str, Any]]:
    return lambda of, _me: {"offer": of.ids["offer"], "household": of.household, **body}


def offered(side: Side, to: Side | None = None) -> dict[str, Any]:
    to = to or side
    return {"produce": side.ids["produce"], "point": to.point, "at": to.community, "kg": 10, "due": _in_time()}


def _case(kind: str, role: str = "epidemiologist", **body: Any) -> Speech:
    return Speech(kind, role, "holds", lambda of, _me: {"case": of.ids["case"], **body})


def _contact(kind: str, role: str, way: Literal["holds", "invited"], **body: Any) -> Speech:
    return Speech(kind, role, way, lambda of, _me: {"contact": of.ids["contact"], **body})


def _home(kind: str, **body: Any) -> Speech:
    who = {"dependant.stated": "on", "member.left": "who", "member.returned": "who"}.get(kind)

    def made(of: Side, _me: Side) -> dict[str, Any]:
        person = f"case/{of.ids['case']}"
        named = {who: [person] if who == "on" else person} if who else {}
        return {"household": of.household, **named, **body}

    return Speech(kind, "community_doctor", "holds", made, quiet=kind == "member.left")


def _in_time() -> str:
    """Still to come, and before what is broken down is due."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=6)).isoformat()


def _desk(kind: str, **body: Any) -> Speech:
    more = {"number": 1, "day": DAY} if kind.startswith("decision") else {}
    return Speech(kind, "duty_officer", "holds", lambda of, _me: {"place": of.county, **more, **body})


def _stay(kind: str, role: str, way: Literal["holds", "invited"], name: str, bed: int, **body: Any) -> Speech:
    def made(of: Side, _me: Side) -> dict[str, Any]:
        ward = {"ward": of.ward} if kind in ("bed.assigned", "ward.answered", "patient.admitted") else {}
        return {"request": of.ids[name], "bed": of.beds[bed], **ward, **body}

    return Speech(kind, role, way, made, name)


def _mixed(kind: str, role: str, theirs: Literal["request", "patient", "bed"], bed: int, **body: Any) -> Speech:
    """Half of it is the speaker's own: the bed, or the request."""

    def made(of: Side, me: Side) -> dict[str, Any]:
        request, place = (me, of) if theirs == "bed" else (of, me)
        ward = {"ward": place.ward} if kind != "patient.left" else {}
        asked = "patient" if theirs == "patient" else "request"
        return {"request": request.ids[asked], "bed": place.beds[bed], **ward, **body}

    return Speech(kind, role, "holds", made, f"their {theirs}", quiet=True)


def _id(name: str) -> Callable[[Side, Side], dict[str, Any]]:
    return lambda of, _me: {name: of.ids[name]}


def _with(name: str, key: str = "", **body: Any) -> Callable[[Side, Side], dict[str, Any]]:
    return lambda of, _me: {(key or name): of.ids[name], **body}


def _bag(**body: Any) -> Callable[[Side, Side], dict[str, Any]]:
    return lambda of, _me: {"bag": of.ids["bag"], "remedy": of.ids["remedy"], **body}


def _subject(kind: str, more: Callable[[Side], dict[str, Any]] = lambda _me: {}, quiet: bool = False) -> Speech:
    """About their case: handed to the speaker's own county, or a word of the speaker's about it taken over."""
    return Speech(kind, "epidemiologist", "holds",
                  lambda of, me: {"subject": f"case/{of.ids['case']}", **more(me)}, quiet=quiet)  # fmt: skip


def _owed(kind: str, role: str = "clinician", **body: Any) -> Speech:
    """Of the examination that a clinic owes after a referral, and the desk of its county where it is late."""
    return Speech(kind, role, "invited", lambda of, _me: {
        "subject": f"referral/{of.ids['referral']}", "what": "receive_referral", "at": of.county, **body
    }, quiet=True)  # fmt: skip


def _derived(kind: Kind) -> Speech:
    """The word of a kind for which nobody wrote one: a sample of it, about the subjects that it touches."""
    refers = _refers(kind)
    how = next((way.how for way in kind.ways if way.how in ("founds", "holds", "invited", "cites")), "holds")
    return Speech(kind.name, _speaker(kind), how,  # type: ignore[arg-type]
                  lambda of, _me: another(kind.name, of) | {name: of.ids[noun] for name, noun in refers.items()},
                  quiet=True)  # fmt: skip


def _speaker(kind: Kind) -> str:
    return next(role for role in (*COUNTY_ROLES, *COMMUNITY_ROLES) if role in kind.said_by or "*" in kind.said_by)


def _refers(kind: Kind) -> dict[str, str]:
    """Which of its fields name a subject by its id, and of which noun: those with which the subjects change."""
    plain, found = sampled(kind.name), {}
    for name in [name for name, value in plain.items() if value == KEY]:
        for noun in touched(kind, plain | {name: OTHER}) - touched(kind, plain):
            found[name] = noun.partition("/")[0]
    return {name: noun for name, noun in found.items() if noun in FOUNDED}


def touched(kind: Kind, body: dict[str, Any]) -> set[str]:
    envelope = Envelope(1, None, None, lambda _place: True)
    read = kind.decode(msgspec.json.encode(body))
    return {one.subject for one in kind.touches(uuid.UUID(KEY), read, envelope) if one.how != "founds"}


def edition(side: Side) -> dict[str, int]:
    """The number and the edition that the ledger takes next for a report of this side."""
    with door.ledger() as connection:
        signed = connection.execute(
            "select (data ->> 'number')::int, jsonb_array_length(data -> 'editions') from ledger_row"
            " where noun = 'sitrep' and key = %s and state <> 'void'",
            [f"{side.unit}/{DAY}"],
        ).fetchone()
    return {"number": signed[0], "edition": signed[1] + 1} if signed else {"number": 1, "edition": 1}


KNOWN = "2020-03-11T08:00:00+08:00"


def digest(side: Side) -> str:
    """The digest of the report of this side that the ledger reckons, too."""
    from django.db import transaction

    with transaction.atomic():
        set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
        day, known = dt.date.fromisoformat(DAY), dt.datetime.fromisoformat(KNOWN)
        return sitrep.report(side.county, day, dt.datetime.now(dt.UTC), known).digest


SLIPS = itertools.count(1 + uuid.uuid4().int % 500_000)  # of manifests: a sender has each once a year
NUMBERS = itertools.cycle(range(1, 1000))
BUILDINGS = itertools.count(uuid.uuid4().int % 10**6)  # of each measure its own: two alike at one place are asked back
SITES = ("site", "vehicle")  # furniture that may be left open: a side has none of its own


def another(kind: str, of: Side) -> dict[str, Any]:
    """A sample of a kind about the door of this side; what is given once only, as the number of an armband, is another
    one each time."""
    body = sampled(kind)
    if "armband" in body:
        body["armband"] = next(NUMBERS)
    if "household" in body:
        body["household"] = of.household
    sorts = {name: KINDS[kind].dated[name] for name in KINDS[kind].bounds if name in body}
    body |= {name: RECENT[sort] for name, sort in sorts.items() if sort in RECENT}
    if kind == "announcement.read_out":
        body["place"] = of.community
    if kind == "disinfection.ordered":
        body["edition"] = disinfected_by.editions()[-1].edition
    return {name: value for name, value in body.items() if name not in SITES}


def remedy(side: Side) -> dict[str, Any]:
    """A medicine that somebody behind the side's door takes every day."""
    return {"household": side.household, "text": "Amlodipine 5 mg", "quantity": 2, "of": "box", "lasts": 28,
            "last_dose": f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=9):%Y-%m-%d}"}  # fmt: skip


def waste() -> dict[str, Any]:
    return {"slip": next(SLIPS), "sort": "masks", "bags": 4, "weight10": 120}


def a_pass(side: Side) -> dict[str, Any]:
    """A pass of the gate of this side, with a number of its own."""
    plain = 100_000 + random.randrange(900_000)
    day = f"{DAY}T{{}}:00+08:00"
    return {"gate": side.gate, "number": numbered(plain), "what": "medicine", "starts": day.format("09:00"),
            "until": day.format("11:00")}  # fmt: skip


def _gate(kind: str, elsewhere: bool = False, **body: Any) -> Speech:
    """A word about a gate, its phones or the counts of its day."""
    return Speech(
        kind, "community_lead", "holds", lambda of, _me: {"gate": of.gate, **body}, quiet=True, elsewhere=elsewhere
    )


def measure(side: Side, at: dt.datetime) -> dict[str, Any]:
    """A measure that the gate lets through, for a community of this side: also where `at` is hours ago."""
    start = at + dt.timedelta(hours=8)
    return {
        "type": "closed_management", "text": "小区只留值守出入口", "limits": ["leaving", "visiting"],
        "places": [side.community], "buildings": [str(next(BUILDINGS))],
        "groups": ["residents"], "basis": "《传染病防治法》第四十二条",
        "aim": "阻断小区内传播", "evidence": "九例，其中六例在小区内感染", "lighter": "只测温，两周未见下降",
        "why": "只限外出次数", "start": start.isoformat(), "until": (start + dt.timedelta(days=6)).isoformat(),
        "review": (start + dt.timedelta(days=3)).isoformat(),
        "passes": ["emergency_care", "childbirth", "dialysis", "carers", "domestic_violence_escape", "fire"],
        "support": ["food", "medicine", "income_contact", "communication", "dependants", "animals"],
        "collects": "counts", "data_end": (start + dt.timedelta(days=9)).date().isoformat(), "appeal": side.county,
        "telephone": "027-8888 0000",
    }  # fmt: skip


def closure(side: Side) -> dict[str, Any]:
    return {"type": "closure", "text": "东门用铁板封死", "limits": ["leaving"], "places": [side.community],
            "appeal": side.county}  # fmt: skip


def appeal(side: Side) -> dict[str, Any]:
    return {"about": side.ids["closure"], "sort": "appeal", "text": "买药要走四公里", "channel": "telephone"}


SUSPECTED = {"classification": "confirmed", "epi": ["E1"], "clinical": ["C1", "C2"]}
ALL: tuple[Speech, ...] = (
    # Of what is owed, while it still is.
    _owed("owed.hindered", reason="no_staff"),
    _owed("owed.passed", to=1),
    _owed("owed.seen"),
    _owed("owed.urged", "duty_officer", outcome="promised"),
    # Founding with another's door, case or directive in the body.
    Speech("household.heard", "grid_worker", "holds",
           lambda of, _me: {"household": of.household, "state": "unwell", "channel": "door"}, quiet=True),
    Speech("exception.raised", "grid_worker", "founds",
           lambda of, _me: {"household": of.household, "concerns": ["fever"]}, quiet=True),
    Speech("need.stated", "grid_worker", "founds", lambda of, _me: {"household": of.household, "items": {"food": 9}},
           quiet=True),
    Speech("task.set", "community_lead", "founds",
           lambda of, _me: {"what": "visit", "household": of.household}, quiet=True),
    Speech("task.set", "community_lead", "cites",
           lambda of, _me: {"what": "visit", "about": f"directive/{of.ids['directive']}"}, "about their directive"),
    Speech("case.identified", "epidemiologist", "founds", lambda of, _me: {**SUSPECTED, "referral": of.ids["referral"]},
           quiet=True),
    Speech("contact.named", "epidemiologist", "cites", lambda of, _me: {
        "case": of.ids["case"], "category": "meal", "first_day": DAY, "last_day": DAY, "household": of.household},
        quiet=True),
    Speech("letter.sent", "epidemiologist", "cites",
           lambda of, _me: {"case": of.ids["case"], "contacts": [of.ids["contact"]]}, quiet=True),
    Speech("referral.made", "community_doctor", "cites",
           lambda of, _me: {"exception": of.ids["exception"], "household": of.household}, quiet=True),
    Speech("bed.requested", "clinician", "founds", lambda of, _me: {
        "infection": "confirmed", "severity": "mild", "case": of.ids["case"], "household": of.household}, quiet=True),
    Speech("directive.issued", "duty_officer", "invited", lambda of, me: {
        "what": "service", "text": "Broken down", "to": [me.community], "due": _in_time(),
        "parent": of.ids["directive"]}, "with their parent", quiet=True),
    Speech("support.requested", "duty_officer", "cites",
           lambda of, _me: {"what": "beds", "text": "Passed up", "parent": of.ids["support"]}, quiet=True),
    Speech("warning.given", "clinician", "founds", lambda _of, _me: {"what": "other"}, quiet=True),
    Speech("plan.signed", "duty_officer", "founds", lambda _of, _me: {
        "engine": "beds", "day": DAY, "plan": "0" * 64, "tables": "1" * 64, "rows": 1, "unplanned": 0,
        "objective_thousandths": 1}, quiet=True),
    # What is said of what is there.
    Speech("exception.called_back", "community_doctor", "holds",
           _with("exception", outcome="reached", advice="stay_home")),
    Speech("exception.closed", "grid_worker", "holds", _with("exception", outcome="mistaken")),
    Speech("helper.assigned", "community_lead", "holds",
           lambda of, _me: {"about": f"need/{of.ids['need']}", "helper": 1, "day": DAY}, "need"),
    Speech("helper.assigned", "community_lead", "holds",
           lambda of, _me: {"about": f"task/{of.ids['task']}", "helper": 1, "day": DAY}, "task"),
    Speech("need.met", "grid_worker", "holds", _id("need")),
    Speech("task.done", "grid_worker", "holds", _id("task")),
    Speech("task.done", "grid_worker", "cites",
           lambda of, me: {"task": me.ids["task"], "about": f"directive/{of.ids['directive']}"}, "own, about theirs",
           quiet=True),
    Speech("referral.seen", "clinician", "invited", _with("referral", outcome="arrived")),
    _case("case.reported", card="9801-00001"),
    _case("case.received"),
    _case("case.blocked", clock="report", reason="network"),
    _case("sample.taken", label="T2"),
    _case("sample.resulted", label="T1", result="positive"),
    _case("case.classified", classification="confirmed", basis="pcr"),
    _case("interview.answered", line="first_symptom", answer="fever"),
    _case("exposure.stated", setting="market", first_day=DAY, last_day=DAY),
    _case("case.investigated"),
    Speech("case.classified", "clinician", "holds",
           _with("other", "case", classification="excluded", basis="two_negatives"), "excluded"),
    _contact("contact.exposed", "epidemiologist", "holds", last_day="2020-03-11"),
    _contact("contact.moved", "epidemiologist", "holds", stay="central"),
    _contact("observation.recorded", "community_doctor", "invited", temp10=366),
    dataclasses.replace(_contact("contact.judged", "epidemiologist", "holds"), quiet=True),
    dataclasses.replace(_contact("observation.sent", "grid_worker", "invited"), quiet=True),
    _contact("observation.told", "grid_worker", "invited", what="begin"),
    _contact("contact.ended", "epidemiologist", "holds", reason="source_excluded"),
    Speech("letter.closed", "epidemiologist", "holds", _with("letter", outcome="sent_on")),
    Speech("letter.answered", "epidemiologist", "invited", _with("letter", outcome="not_found")),
    Speech("case.merged", "epidemiologist", "holds",
           lambda of, _me: {"case": of.ids["other"], "into": of.ids["case"]}, "theirs into theirs"),
    Speech("case.merged", "epidemiologist", "holds",
           lambda of, me: {"case": of.ids["case"], "into": me.ids["case"]}, "theirs into own", quiet=True),
    Speech("case.merged", "epidemiologist", "holds",
           lambda of, me: {"case": me.ids["other"], "into": of.ids["case"]}, "own into theirs", quiet=True),
    Speech("person.founded", "community_doctor", "founds", lambda _of, _me: {"sex": "male"}, quiet=True),
    Speech("person.merged", "epidemiologist", "holds",
           lambda of, _me: {"person": of.ids["someone"], "into": of.ids["person"]}, "theirs into theirs"),
    Speech("person.merged", "epidemiologist", "holds",
           lambda of, me: {"person": of.ids["person"], "into": me.ids["person"]}, "theirs into own", quiet=True),
    Speech("person.merged", "epidemiologist", "holds",
           lambda of, me: {"person": me.ids["someone"], "into": of.ids["person"]}, "own into theirs", quiet=True),
    _home("dependant.stated", who="old", years=90),
    _home("member.returned"),
    _home("member.left"),
    _home("carer.named", carer="relative"),
    _stay("bed.assigned", "dispatcher", "holds", "request", 0),
    _stay("ward.answered", "ward_nurse", "invited", "request", 0, answer="accepted"),
    Speech("vehicle.answered", "dispatcher", "invited", _with("request", answer="on_the_way")),
    _stay("bed.released", "dispatcher", "holds", "request", 0, reason="mistake"),
    Speech("bed.granted", "dispatcher", "holds", _with("request", support=KEY, taken_back=True),
           elsewhere=True),
    _mixed("bed.assigned", "dispatcher", "request", 1),
    _mixed("bed.assigned", "dispatcher", "bed", 1),
    _mixed("patient.admitted", "ward_nurse", "request", 1),
    _mixed("patient.admitted", "ward_nurse", "bed", 1),
    Speech("patient.examined", "clinician", "invited", _with("patient", "request", days_normal_temp=4)),
    _stay("patient.left", "ward_nurse", "invited", "patient", 2, how="died", destination="mortuary"),
    _mixed("patient.left", "ward_nurse", "bed", 2, how="died", destination="mortuary"),
    Speech("bed.cleaned", "ward_nurse", "holds", lambda of, _me: {"bed": of.beds[3]}),
    Speech("bed.closed", "ward_nurse", "holds", lambda of, _me: {"bed": of.beds[3]}),
    Speech("ward.counted", "ward_nurse", "holds", lambda of, _me: {"ward": of.ward, "staffed": random.randrange(900)}),
    Speech("aftercare.recorded", "community_doctor", "invited", _with("discharged", "request", temp10=390)),
    Speech("directive.acknowledged", "community_lead", "invited", _id("directive"), quiet=True),
    Speech("directive.reported", "community_lead", "invited",
           _with("directive", outcome="done", text="Every door was visited")),
    Speech("directive.ended", "duty_officer", "holds", _with("directive", reason="withdrawn")),
    Speech("support.answered", "duty_officer", "invited",
           _with("support", "request", outcome="refused", text="Not now")),
    _desk("desk.numbered", telephone="027-9999 9999"),
    Speech("duty.taken_over", "duty_officer", "holds",
           lambda of, _me: {"place": of.county, "handover": of.ids["handover"]}),
    _desk("duty.handed_over", to=2),
    Speech("decision.taken", "duty_officer", "holds", lambda of, _me: {
        "place": of.county, "day": DAY, "number": 1, "text": "No nurses go", "owner": "law_desk", "at": of.county,
        "due": "2020-03-11T09:00"}),
    Speech("decision.told", "duty_officer", "holds", lambda of, _me: {
        "place": of.county, "day": DAY, "number": 1, "to": of.county, "who": "dispatcher", "read_back": "as_written"}),
    _desk("decision.settled", outcome="dropped"),
    Speech("sitrep.signed", "duty_officer", "holds", lambda of, _me: {
        "unit": of.unit, "day": DAY, **edition(of), "known_at": KNOWN, "digest": digest(of),
        "signs_for": "commander", "why": "A slip"}, quiet=True),
    Speech("ruling.asked", "duty_officer", "founds", lambda _of, _me: {"rule": "WORK-01", "text": "May a printer work"},
           quiet=True),
    Speech("ruling.given", "law_desk", "invited", _with("ruling", outcome="yes", text="It prints books")),
    Speech("measure.drafted", "duty_officer", "founds", lambda of, _me: measure(of, dt.datetime.now(dt.UTC)),
           "for their community", quiet=True, from_above=True),
    Speech("measure.found", "duty_officer", "founds", lambda of, _me: closure(of), "at their community", quiet=True),
    Speech("measure.approved", "duty_officer", "invited", lambda of, _me: {
        "measure": of.ids["proposal"], "version": of.ids["proposal"], "number": "8"}, from_above=True),
    Speech("measure.declined", "duty_officer", "invited", lambda of, _me: {
        "measure": of.ids["proposal"], "version": of.ids["proposal"], "text": "Not this one"}, from_above=True),
    Speech("measure.dropped", "duty_officer", "holds", _with("measure"), elsewhere=True),
    Speech("measure.reviewed", "duty_officer", "holds", _with("measure", evidence="Two more this week")),
    Speech("measure.eased", "duty_officer", "holds", _with("measure", text="Lighter from today", lifts=["visiting"])),
    Speech("measure.checked", "community_lead", "invited",
           lambda of, _me: {"measure": of.ids["closure"], "place": of.community, "gone": False}, quiet=True),
    Speech("appeal.made", "law_desk", "founds", lambda of, me: appeal(me), quiet=True, from_above=True),
    Speech("appeal.answered", "law_desk", "invited", _with("appeal", outcome="stays", text="It stays as it is")),
    Speech("level.signed", "duty_officer", "holds", lambda of, _me: {
        "unit": of.county, "level": "low", "since": "2020-01-01T00:00:00+08:00", "text": "All is well"},
           from_above=True),
    Speech("measure.ended", "duty_officer", "holds", _with("measure", text="No longer needed")),
    Speech("measure.listed", "publisher", "holds", lambda of, _me: {
        "place": of.county, "source": "attack", "record": str(random.randrange(10**9)), "type": "Closure",
        "text": "As the list has it"}, quiet=True),
    Speech("alert.taken", "epidemiologist", "holds", lambda of, _me: {"alert": f"growth/{of.county}/{DAY}",
                                                                       "state": "explained"}, quiet=True),
    Speech("stock.asked", "supply_officer", "holds", lambda of, _me: {
        "place": of.county, "house": of.facility, "item": "coverall", "of": "maker", "pieces": 500}, elsewhere=True),
    Speech("stock.counted", "supply_officer", "holds", lambda of, _me: {
        "place": of.county, "house": of.facility, "item": "coverall", "usable": random.randrange(900)}),
    Speech("bulletin.published", "publisher", "holds", lambda of, _me: {
        "unit": of.unit, "day": DAY, "confirmed": random.randrange(900), "cured": 0, "dead": 0, "published_on": DAY,
        "source": "attack"}, quiet=True),
    Speech("indicator.published", "publisher", "holds", lambda of, _me: {
        "unit": of.unit, "indicator": "severe", "day": DAY, "value": random.randrange(900), "published_on": DAY,
        "source": "attack"}, quiet=True),
    Speech("community.reported", "publisher", "holds", lambda of, _me: {
        "community": of.community_unit, "confirmed": random.randrange(900), "days_without_new_at_least": 0,
        "as_of": DAY, "source": "attack"}, quiet=True),
    Speech("facility.closing", "dispatcher", "holds", lambda of, _me: {"facility": of.facility}, quiet=True),
    Speech("facility.closed", "dispatcher", "holds", lambda of, _me: {
        "facility": of.facility, "patients": 3, "discharged": 3, "transferred": 0}, quiet=True),
    _mixed("patient.admitted", "ward_nurse", "patient", 1),
    Speech("bed.vacated", "ward_nurse", "holds",
           lambda of, _me: {"bed": of.beds[2], "request": of.ids["patient"]}, quiet=True),
    Speech("contact.resumed", "epidemiologist", "holds",
           lambda of, _me: {"contact": of.ids["contact"], "case": of.ids["case"]}, quiet=True),
    _desk("desk.stood_in", until="2030-01-01T09:00:00+08:00", reason="ill"),
    _desk("desk.handed_back"),
    Speech("view.dropped", "epidemiologist", "holds", _id("view")),
    Speech("gate.shift_began", "community_lead", "holds", lambda of, _me: {
        "gate": of.gate, "until": (dt.datetime.now(dt.UTC) + dt.timedelta(hours=8)).isoformat()}, quiet=True),
    _gate("gate.shift_ended"),
    _gate("gate.counted", hour=RECENT["hour"], out={"staff": 900}),
    Speech("pass.issued", "community_lead", "founds", lambda of, _me: a_pass(of), elsewhere=True),
    # Of a phone that was lent, and what only a gate's phone says.
    _gate("gate_phone.lent", phone=1, until=f"{YESTERDAY}T17:00:00+08:00", elsewhere=True),
    _gate("gate_phone.ended", phone=1, elsewhere=True),
    _gate("gate_phone.fetched", phone=1, day=YESTERDAY, elsewhere=True),
    _gate("gate_register.begun", day=YESTERDAY, elsewhere=True),
    _gate("gate_register.erased", day=YESTERDAY),
    Speech("gate_list.taken_in", "community_lead", "founds", lambda of, _me: {"gate": of.gate, "day": YESTERDAY},
           quiet=True),
    Speech("gate_list.destroyed", "community_lead", "holds", _with("gate_list", "list")),
    Speech("liaison.needed", "community_lead", "founds",
           lambda of, _me: {"household": of.household, "who": "ill", "basis": "asked"}, quiet=True),
    Speech("liaison.named", "community_lead", "holds",
           lambda of, _me: {"liaison": of.ids["liaison"], "teammate": of.ids["teammate"]}),
    Speech("liaison.called", "volunteer", "holds", _with("liaison", how="visit", outcome="reached")),
    Speech("liaison.ended", "community_lead", "holds", _with("liaison", why="wish")),
    Speech("remedy.wanted", "community_lead", "founds", lambda of, _me: remedy(of), quiet=True),
    Speech("remedy.counted", "community_lead", "holds", _with("remedy", last_dose=YESTERDAY)),
    Speech("remedy.ended", "community_lead", "holds", _with("remedy", why="moved"), quiet=True),
    Speech("remedy.asked", "community_lead", "holds", _with("remedy", pharmacy="nowhere"), elsewhere=True),
    Speech("remedy.judged", "community_doctor", "holds",
           lambda of, _me: {"remedy": of.ids["remedy"], "script": of.ids["script"], "outcome": "yes"}, elsewhere=True),
    Speech("script.answered", "pharmacist", "invited",
           lambda of, _me: {"remedy": of.ids["remedy"], "script": of.ids["script"], "outcome": "ready"},
           elsewhere=True),
    Speech("bag.fetched", "volunteer", "holds", _bag(), elsewhere=True),
    Speech("bag.handed", "volunteer", "holds", _bag(outcome="taken"), elsewhere=True),
    Speech("bag.paid", "volunteer", "holds", _with("bag", paid=100), elsewhere=True),
    Speech("bag.settled", "community_lead", "holds", _bag(outcome="again"), elsewhere=True),
    Speech("card.taken", "volunteer", "founds", lambda of, _me: {
        "household": of.household, "receipt": "4711", "bag": of.ids["bag"], "pharmacy": "nowhere"}, elsewhere=True),
    Speech("card.passed", "volunteer", "invited", lambda of, _me: {
        "card": of.ids["card"], "bag": of.ids["bag"], "household": of.household, "step": "returned", "side": "handed"},
        elsewhere=True),
    Speech("lift.wanted", "community_lead", "founds", lambda of, _me: {
        "household": of.household, "to": "nowhere", "why": "birth", "at_once": True}, elsewhere=True),
    Speech("lift.skipped", "community_lead", "holds", _with("lift", day=YESTERDAY), elsewhere=True),
    Speech("lift.ended", "community_lead", "holds", _with("lift", why="over"), elsewhere=True),
    Speech("drive.planned", "community_lead", "founds", lambda of, _me: {
        "lift": of.ids["lift"], "household": of.household, "day": YESTERDAY, "starts": RECENT["hour"], "to": "nowhere",
        "car": "nowhere"}, elsewhere=True),
    Speech("drive.given", "community_lead", "holds", _with("drive", car="nowhere"), elsewhere=True),
    Speech("drive.answered", "community_lead", "holds", _with("drive", answer="confirmed"), elsewhere=True),
    Speech("compound.taken_on", "community_lead", "holds",
           lambda of, _me: {"compound": of.compound, "keeper": "community"}, quiet=True),
    Speech("waste.collected", "community_lead", "founds", lambda _of, _me: waste(), elsewhere=True),
    Speech("waste.received", "supply_officer", "invited", _with("manifest", bags=3, weight10=90)),
    Speech("waste.explained", "supply_officer", "invited", _with("manifest", why="missing"), quiet=True),
    Speech("offer.drawn", "community_lead", "founds", lambda of, _me: group_offer(of), quiet=True),
    Speech("offer.opened", "community_lead", "holds", _with("offer"), elsewhere=True),
    Speech("offer.returned", "community_lead", "holds", _with("offer", reason="price"), elsewhere=True),
    Speech("offer.changed", "community_lead", "holds", _with("offer", line=1, stock=8)),
    Speech("offer.stopped", "community_lead", "holds", _with("offer", reason="head"), elsewhere=True),
    Speech("offer.sent", "community_lead", "holds", _with("offer", orders=0, lines=[]), elsewhere=True),
    Speech("offer.received", "community_lead", "holds", _with("offer", lines=[]), elsewhere=True),
    Speech("offer.settled", "community_lead", "holds", _with("offer", fen=0), elsewhere=True),
    Speech("order.placed", "community_lead", "holds", _order(lines=[WISH]), elsewhere=True),
    Speech("order.withdrawn", "community_lead", "holds", _order(), elsewhere=True),
    Speech("order.brought", "volunteer", "holds", lambda of, me: _order(
        basket=of.ids["basket"], outcome="taken")(of, me), elsewhere=True),
    Speech("order.evened", "community_lead", "holds", _order(what="paid", fen=100), elsewhere=True),
    Speech("change.asked", "community_lead", "founds", _order(what="less"), elsewhere=True),
    Speech("change.answered", "community_lead", "holds", _with("change", outcome="promised"), elsewhere=True),
    Speech("basket.made", "community_lead", "founds", lambda of, _me: {
        "offer": of.ids["offer"], "carrier": 1, "doors": [of.household], "day": YESTERDAY}, elsewhere=True),
    Speech("basket.counted", "volunteer", "invited", _with("basket", fen=100), elsewhere=True),
    Speech("basket.explained", "community_lead", "holds", _with("basket", why="lost"), elsewhere=True),
    Speech("price.quoted", "community_lead", "founds", lambda of, _me: price(of), quiet=True),
    Speech("produce.reported", "community_lead", "founds", lambda _of, _me: produce(), elsewhere=True),
    Speech("produce.offered", "supply_officer", "holds", lambda of, _me: offered(of), quiet=True),
    Speech("produce.answered", "community_lead", "invited", lambda of, _me: {
        "offer": of.ids["produce_offer"], "produce": of.ids["produce"], "outcome": "takes"}),
    Speech("produce.ended", "community_lead", "holds", _with("produce", outcome="given")),
    Speech("market.looked", "price_monitor", "holds", _with("market_alert", "alert", finding="real", how="shelf"),
           elsewhere=True),
    Speech("market.decided", "duty_officer", "holds", _with("market_alert", "alert", action="wait"), elsewhere=True),
    Speech("certificate.proposed", "community_lead", "holds", lambda of, _me: {"place": of.community}, elsewhere=True),
    Speech("certificate.checked", "duty_officer", "holds",
           lambda of, _me: {"place": of.community, "outcome": "lacking"}, elsewhere=True),
    Speech("certificate.decided", "duty_officer", "holds",
           lambda of, _me: {"place": of.community, "county": of.county, "outcome": "declined"}, quiet=True),
    Speech("certificate.ended", "duty_officer", "holds", lambda of, _me: {"place": of.community, "why": "wish"},
           elsewhere=True),
    Speech("free_list.published", "publisher", "holds", lambda of, _me: {
        "place": of.county, "as_of": KNOWN, "source": "S27", "communities": [random.randrange(900), 1406]}),
    # What is said of other words and of whole subjects.
    _subject("subject.offered", lambda me: {"to": me.county}, quiet=True),
    _subject("subject.accepted", quiet=True),
    _subject("subject.declined", quiet=True),
    _subject("word.taken", lambda me: {"fact": me.ids["case"]}, quiet=True),
    _subject("word.left", lambda me: {"fact": me.ids["case"]}, quiet=True),
    Speech("behalf.confirmed", "epidemiologist", "invited", _with("case", "fact"), quiet=True),
    Speech("behalf.contested", "epidemiologist", "invited", _with("case", "fact"), quiet=True),
)  # fmt: skip
UNWRITTEN = [kind for name, kind in KINDS.items()
             if name not in {speech.kind for speech in ALL} | {"fact.withdrawn", "view.saved"}
             and kind.said_by - {"system"}]  # fmt: skip
FOUNDING = {way.noun: kind.name for kind in UNWRITTEN for way in kind.ways if way.how == "founds"}
FOUNDED = (*WRITTEN, *FOUNDING)
SPEECHES = (*(speech for speech in ALL if speech.kind in KINDS), *(_derived(kind) for kind in UNWRITTEN))
BY_AUDIENCE = frozenset({"referral.seen", "letter.answered", "observation.recorded", "observation.told",
                         "directive.acknowledged", "directive.reported", "support.answered",
                         "observation.sent", "ruling.given", "waste.received", "waste.explained",
                         "produce.answered"})  # fmt: skip
